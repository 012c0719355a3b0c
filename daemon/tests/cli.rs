//! The program's own flags, as data: arguments on the left, what is read on the right.

use abide::cli::{Role, Wants, help, parse};
use std::ffi::OsString;
use std::path::Path;

/// Reads words separated by spaces; `_` stands for an empty word.
fn read(text: &str) -> Result<abide::cli::CommandLine, String> {
    parse(text.split_whitespace().map(|w| if w == "_" { OsString::new() } else { w.into() }))
}

/// One line that says what was read.
fn told(text: &str) -> String {
    match read(text) {
        Err(fault) => format!("! {}", fault.lines().next().unwrap_or_default()),
        Ok(line) => {
            let o = &line.options;
            let mut told = String::new();
            let mut say = |set: bool, what: String| {
                if set {
                    told.push_str(&what);
                    told.push(' ');
                }
            };
            say(line.role != Role::Client, format!("{:?}", line.role));
            say(o.wants != Wants::Command, format!("{:?}", o.wants));
            say(o.colours_256, "256".into());
            say(o.utf8, "utf8".into());
            say(o.login_shell, "login".into());
            say(o.no_start, "no-start".into());
            say(o.foreground, "foreground".into());
            say(o.verbose > 0, format!("verbose={}", o.verbose));
            say(o.socket_name.is_some(), format!("name={:?}", o.socket_name.clone().unwrap_or_default()));
            say(o.socket_path.is_some(), format!("path={:?}", o.socket_path.clone().unwrap_or_default()));
            say(!o.config.is_empty(), format!("config={:?}", o.config));
            say(!o.features.is_empty(), format!("features={}", o.features));
            say(
                o.shell_command.is_some(),
                format!("shell={:?}", o.shell_command.clone().unwrap_or_default()),
            );
            say(true, format!("{:?}", line.words));
            told.trim_end().to_owned()
        }
    }
}

#[test]
fn flags_as_data() {
    for (given, expected) in [
        ("", r"[]"),
        ("ls", r#"["ls"]"#),
        ("-2u ls -F x", r#"256 utf8 ["ls", "-F", "x"]"#),
        ("-Lwork new -d", r#"name="work" ["new", "-d"]"#),
        ("-L work new", r#"name="work" ["new"]"#),
        ("-vvL work", r#"verbose=2 name="work" []"#),
        ("-S /tmp/x -f a -f b", r#"path="/tmp/x" config=["a", "b"] []"#),
        ("-S/tmp/x", r#"path="/tmp/x" []"#),
        ("-NlD -T RGB,256 a", r#"login no-start foreground features=RGB,256 ["a"]"#),
        ("-- -V", r#"["-V"]"#),
        ("-u -- ls", r#"utf8 ["ls"]"#),
        ("- ls", r#"["-", "ls"]"#),
        ("_ ls", r#"["", "ls"]"#),
        ("-V", "Version []"),
        ("-h", "Usage []"),
        ("-c date", r#"shell="date" []"#),
        ("-c date ls", "! -c and a command exclude each other"),
        ("-C", "! -C: control mode is not there yet: use the commands, or the protocol"),
        ("-CC attach", "! -C: control mode is not there yet: use the commands, or the protocol"),
        ("-L", "! option requires an argument -- L (socket-name)"),
        ("-x ls", "! unknown option -- x"),
        ("-ux", "! unknown option -- x"),
        ("--keeper -S /s -v", r#"KeeperLauncher verbose=1 path="/s" []"#),
        ("--keeper-detached -S /s", r#"Keeper path="/s" []"#),
        ("--daemon -S /s -f c", r#"Daemon path="/s" config=["c"] []"#),
        ("-u --daemon", "! unknown option -- -"),
    ] {
        assert_eq!(told(given), expected, "for `{given}`");
    }
}

#[test]
fn what_is_handed_on_is_read_back() {
    let line = read("-vv -D -f a -f b -L work new").expect("a line");
    let handed = line.options.handed_on(Path::new("/run/x/work"));
    let again = parse(handed).expect("what we wrote ourselves");
    assert_eq!(again.options.config, line.options.config);
    assert_eq!(again.options.verbose, 2);
    assert!(again.options.foreground);
    assert_eq!(again.options.socket_path.as_deref(), Some(Path::new("/run/x/work")));
}

#[test]
fn help_names_every_flag() {
    let help = help();
    for letter in "2CDhlNuVvcfLST".chars() {
        assert!(help.contains(&format!("\n  -{letter} ")), "-{letter} is missing in:\n{help}");
    }
}
