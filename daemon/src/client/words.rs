//! What a client has to know of the command it sends, before it has a server to ask: the table of commands says it.

use abide_core::commands::{Spec, find};

/// The commands of a line: `;` at the end of a word, or a word of its own, separates them.
fn commands(words: &[String]) -> impl Iterator<Item = &[String]> {
    words
        .split_inclusive(|word| word.ends_with(';') && !word.ends_with("\\;"))
        .filter(|command| command.first().is_some_and(|first| first != ";"))
}

/// The row of the table that a command's first word means, where a server may be started for it.
fn starter(word: &str) -> Option<&'static Spec> {
    find(word.trim_end_matches(';')).ok().filter(|spec| spec.starts_server)
}

/// Whether a server is started for this command line where there is none.
#[must_use]
pub fn may_start(words: &[String]) -> bool {
    commands(words).any(|command| {
        command.split_first().is_some_and(|(word, rest)| {
            let Ok(spec) = find(word.trim_end_matches(';')) else { return false };
            spec.starts_server || spec.starts_server_with.chars().any(|flag| has_flag(spec, rest, flag))
        })
    })
}

/// Whether this command line would make the client show a session.
#[must_use]
pub fn attaches(words: &[String]) -> bool {
    commands(words).any(|command| {
        command.split_first().is_some_and(|(word, rest)| match starter(word) {
            Some(spec) if spec.name == "attach-session" => true,
            Some(spec) if matches!(spec.name, "new-session" | "restore-session") => {
                !has_flag(spec, rest, 'd')
            }
            _ => false,
        })
    })
}

/// Whether this command line is an upgrade. Where it names no program, the one of the person who typed it is named:
/// whoever types `abide upgrade` has found the new one.
///
/// # Errors
/// A sentence for the person: it stands among other commands, or our own path can't be said.
pub fn complete_upgrade(words: &mut Vec<String>, own: impl FnOnce() -> String) -> Result<bool, String> {
    let upgrade = |word: &str| find(word.trim_end_matches(';')).ok().filter(|spec| spec.name == "upgrade");
    let Some(spec) = commands(words).find_map(|command| upgrade(command.first()?)) else { return Ok(false) };
    if commands(words).count() > 1 || words.last().is_some_and(|word| word.ends_with(';')) {
        return Err("upgrade: stands alone: what follows it would not be run".to_owned());
    }
    if !has_flag(spec, words.get(1..).unwrap_or_default(), 'b') {
        let own = Some(own()).filter(|path| !path.is_empty());
        let own = own.ok_or("upgrade: the path of this program is no UTF-8: name one with -b")?;
        words.splice(1..1, ["-b".to_owned(), own]);
    }
    Ok(true)
}

/// Whether a letter is among the flags.
fn has_flag(spec: &Spec, words: &[String], wanted: char) -> bool {
    let mut words = words.iter();
    while let Some(flags) = words.next().and_then(|word| word.strip_prefix('-')).filter(|f| !f.is_empty()) {
        if flags == "-" {
            return false;
        }
        for (i, flag) in flags.char_indices() {
            if flag == wanted {
                return true;
            }
            if spec.takes_value(flag) {
                if i + 1 == flags.len() {
                    words.next();
                }
                break;
            }
        }
    }
    false
}

/// Whether this process runs in a pane of the server on `socket`, so that showing a session would show
/// itself. Unsetting `TMUX`, as the message says, is enough to go on.
#[must_use]
pub fn is_nested(variables: &dyn Fn(&str) -> Option<String>, socket: &str) -> bool {
    let names_us = |name: &str| {
        variables(name).is_some_and(|value| value.split(',').next().is_some_and(|path| path == socket))
    };
    variables("TMUX").is_some_and(|tmux| !tmux.is_empty()) && (names_us("TMUX") || names_us("ABIDE"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn what_starts_a_server_and_what_attaches() {
        let cases = [
            ("new-session", true, true),
            ("new", true, true),
            ("new-s -s work", true, true),
            ("new -d", true, false),
            ("new -ds work", true, false),
            ("new -s d", true, true),
            ("new -s work -d top", true, false),
            ("new -sd top", true, true),
            ("new -A -s work -- -d", true, true),
            ("a", true, true),
            ("at -t work", true, true),
            ("attach -d", true, true),
            ("start", true, false),
            ("lsk", true, false),
            ("ls", false, false),
            ("ls -S", true, false),
            ("sessions -S", true, false),
            ("list-sessions -F -S", false, false),
            ("ls -rp /x.redb", true, false),
            ("show-stored work", true, false),
            ("restore work", true, true),
            ("restore -dn other work", true, false),
            ("new-window", false, false),
            ("kill-server", false, false),
            ("ls ; new", true, true),
            ("ls; attach", true, true),
            ("start; ls", true, false),
            ("send-keys a", false, false),
            ("send-keys a\\; new", false, false),
        ];
        for (text, starts, shows) in cases {
            assert_eq!((may_start(&line(text)), attaches(&line(text))), (starts, shows), "{text}");
        }
    }

    #[test]
    fn an_upgrade_names_a_program() {
        let completed = |text: &str| {
            let mut words = line(text);
            complete_upgrade(&mut words, || "/own".to_owned()).map(|is| (is, words.join(" ")))
        };
        for (text, expected) in [
            ("upgrade", "upgrade -b /own"),
            ("upg", "upg -b /own"),
            ("upgrade -b /x", "upgrade -b /x"),
            ("upgrade -b/x", "upgrade -b/x"),
            ("upgrade stray", "upgrade -b /own stray"),
        ] {
            assert_eq!(completed(text), Ok((true, expected.to_owned())), "{text}");
        }
        for text in ["ls", "ls ; kill-server", "send-keys upgrade", "no-such"] {
            assert_eq!(completed(text), Ok((false, text.to_owned())), "{text}");
        }
        for text in ["upgrade ; ls", "ls ; upgrade", "upgrade;"] {
            assert!(completed(text).is_err(), "{text}");
        }
        let refused = complete_upgrade(&mut line("upgrade"), String::new).expect_err("no path");
        assert!(refused.contains("name one with -b"), "{refused}");
    }

    #[test]
    fn nested_is_in_our_own_pane_only() {
        let nested = |set: &[(&str, &str)]| {
            let look = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            is_nested(&look, "/run/abide/default")
        };
        assert!(nested(&[("TMUX", "/run/abide/default,12,0"), ("ABIDE", "/run/abide/default,12,0")]));
        assert!(nested(&[("TMUX", "/tmp/tmux-0/default,9,0"), ("ABIDE", "/run/abide/default,12,0")]));
        assert!(!nested(&[("TMUX", "/tmp/tmux-0/default,9,0")]), "works inside tmux");
        assert!(!nested(&[("ABIDE", "/run/abide/default,12,0")]), "TMUX unset: forced");
        assert!(!nested(&[("TMUX", ""), ("ABIDE", "/run/abide/default,12,0")]));
        assert!(!nested(&[("TMUX", "/run/abide/other,12,0"), ("ABIDE", "/run/abide/other,12,0")]));
        assert!(!nested(&[]));
    }
}
