//! The program's own flags: what stands before the command. One table says all of them.
//!
//! The letters and their meaning are tmux's. A word that is no flag ends them, as POSIX getopt does.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

/// What a flag does to [`Options`], or why it can't.
enum Meaning {
    /// Does something to the options.
    Switch(fn(&mut Options)),
    /// Takes a value.
    Value(&'static str, fn(&mut Options, OsString)),
    /// Known from tmux, not there yet; the sentence says what to do instead.
    NotYet(&'static str),
}

/// One flag of the program.
struct Flag {
    letter: u8,
    meaning: Meaning,
    about: &'static str,
}

/// Every flag, in the order in which usage and the manual list them.
static FLAGS: &[Flag] = &[
    Flag {
        letter: b'2',
        meaning: Meaning::Switch(|o| o.colours_256 = true),
        about: "assume a terminal of 256 colours",
    },
    Flag {
        letter: b'C',
        meaning: Meaning::NotYet("control mode is not there yet: use the commands, or the protocol"),
        about: "start in control mode",
    },
    Flag {
        letter: b'D',
        meaning: Meaning::Switch(|o| o.foreground = true),
        about: "keep the server in the foreground",
    },
    Flag { letter: b'h', meaning: Meaning::Switch(|o| o.wants = Wants::Usage), about: "print this help" },
    Flag {
        letter: b'l',
        meaning: Meaning::Switch(|o| o.login_shell = true),
        about: "be started as a login shell",
    },
    Flag {
        letter: b'N',
        meaning: Meaning::Switch(|o| o.no_start = true),
        about: "do not start a server, whatever the command",
    },
    Flag { letter: b'u', meaning: Meaning::Switch(|o| o.utf8 = true), about: "assume a terminal of UTF-8" },
    Flag { letter: b'V', meaning: Meaning::Switch(|o| o.wants = Wants::Version), about: "print the version" },
    Flag {
        letter: b'v',
        meaning: Meaning::Switch(|o| o.verbose = o.verbose.saturating_add(1)),
        about: "log more; twice: still more",
    },
    Flag {
        letter: b'c',
        meaning: Meaning::Value("shell-command", |o, v| o.shell_command = Some(v)),
        about: "run a shell command, as a login shell does",
    },
    Flag {
        letter: b'f',
        meaning: Meaning::Value("file", |o, v| o.config.push(PathBuf::from(v))),
        about: "read this configuration file instead of the usual ones",
    },
    Flag {
        letter: b'L',
        meaning: Meaning::Value("socket-name", |o, v| o.socket_name = Some(v)),
        about: "name of the server's socket",
    },
    Flag {
        letter: b'S',
        meaning: Meaning::Value("socket-path", |o, v| o.socket_path = Some(PathBuf::from(v))),
        about: "path of the server's socket",
    },
    Flag {
        letter: b'T',
        meaning: Meaning::Value("features", |o, v| o.features = v.to_string_lossy().into_owned()),
        about: "what the terminal can do beside its terminfo entry",
    },
];

/// Which of its three lives the program leads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Started by a person or a script.
    #[default]
    Client,
    /// Started by a client (`--keeper`): lets go of the client's session and starts the keeper proper.
    KeeperLauncher,
    /// The keeper (`--keeper-detached`).
    Keeper,
    /// Goes on as the keeper that this process was as another program (`--keeper-resume`).
    KeeperResumed,
    /// Asked by a keeper whether it could (`--keeper-probe`).
    KeeperProbe,
    /// Started by the keeper (`--daemon`).
    Daemon,
}

/// What a client wants beside a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wants {
    /// A command.
    #[default]
    Command,
    /// `-V`.
    Version,
    /// `-h`.
    Usage,
}

/// The flags that were given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `-2`.
    pub colours_256: bool,
    /// `-c`: a command for the shell.
    pub shell_command: Option<OsString>,
    /// `-D`.
    pub foreground: bool,
    /// `-f`, as often as it was given; empty: the usual files.
    pub config: Vec<PathBuf>,
    /// `-l`.
    pub login_shell: bool,
    /// `-L`.
    pub socket_name: Option<OsString>,
    /// `-N`.
    pub no_start: bool,
    /// `-S`.
    pub socket_path: Option<PathBuf>,
    /// `-T`.
    pub features: String,
    /// `-u`.
    pub utf8: bool,
    /// `-v`, counted.
    pub verbose: u8,
    /// `-V`, `-h`, or a command.
    pub wants: Wants,
}

/// A command line, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandLine {
    /// Which life to lead.
    pub role: Role,
    /// The program's own flags.
    pub options: Options,
    /// The command and its arguments; empty where none was given.
    pub words: Vec<OsString>,
}

/// Reads the arguments after the program's name.
///
/// # Errors
/// A sentence for the person, ready to print behind the program's name.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<CommandLine, String> {
    let mut line = CommandLine::default();
    let mut arguments = arguments.into_iter().peekable();
    for (word, role) in [
        ("--keeper", Role::KeeperLauncher),
        ("--keeper-detached", Role::Keeper),
        ("--keeper-resume", Role::KeeperResumed),
        (crate::keeper::PROBE, Role::KeeperProbe),
        ("--daemon", Role::Daemon),
    ] {
        if arguments.next_if(|a| a == OsStr::new(word)).is_some() {
            line.role = role;
            break;
        }
    }
    while let Some(argument) = arguments.next_if(|a| a.as_bytes().starts_with(b"-") && a.len() > 1) {
        if argument == OsStr::new("--") {
            break;
        }
        let bytes = argument.as_bytes();
        let mut at = 1;
        while let Some(&letter) = bytes.get(at) {
            at += 1;
            let Some(flag) = FLAGS.iter().find(|f| f.letter == letter) else {
                return Err(format!(
                    "unknown option -- {}\n{}",
                    char::from(letter).escape_default(),
                    usage()
                ));
            };
            match &flag.meaning {
                Meaning::Switch(set) => set(&mut line.options),
                Meaning::NotYet(why) => return Err(format!("-{}: {why}", char::from(letter))),
                Meaning::Value(name, set) => {
                    let rest = bytes.get(at..).filter(|rest| !rest.is_empty());
                    let value = match rest {
                        Some(rest) => OsString::from_vec(rest.to_vec()),
                        None => arguments.next().ok_or_else(|| {
                            format!(
                                "option requires an argument -- {} ({name})\n{}",
                                char::from(letter),
                                usage()
                            )
                        })?,
                    };
                    set(&mut line.options, value);
                    break;
                }
            }
        }
    }
    line.words = arguments.collect();
    if line.options.shell_command.is_some() && !line.words.is_empty() {
        return Err(format!("-c and a command exclude each other\n{}", usage()));
    }
    Ok(line)
}

/// The line that says which flags there are.
#[must_use]
pub fn usage() -> String {
    let switches: String = FLAGS
        .iter()
        .filter(|f| matches!(f.meaning, Meaning::Switch(_)))
        .map(|f| char::from(f.letter))
        .collect();
    let mut text = format!("usage: abide [-{switches}]");
    for flag in FLAGS {
        if let Meaning::Value(name, _) = flag.meaning {
            let _ = write!(text, " [-{} {name}]", char::from(flag.letter));
        }
    }
    text.push_str(" [command [flags]]");
    text
}

/// What `-h` prints: usage and a line for each flag.
#[must_use]
pub fn help() -> String {
    let mut text = usage();
    text.push('\n');
    for flag in FLAGS {
        let (value, note) = match flag.meaning {
            Meaning::Value(name, _) => (name, ""),
            Meaning::NotYet(_) => ("", " (not yet)"),
            Meaning::Switch(_) => ("", ""),
        };
        let left = format!("-{} {value}", char::from(flag.letter));
        let _ = writeln!(text, "  {left:<18} {}{note}", flag.about);
    }
    text.push_str("  web [flags]        start the web gateway; `abide web --help` says more\n");
    text
}

impl Options {
    /// The flags that a keeper or daemon has to know, as arguments for its own command line.
    #[must_use]
    pub fn handed_on(&self, socket: &std::path::Path) -> Vec<OsString> {
        let mut words: Vec<OsString> = vec!["-S".into(), socket.into()];
        for file in &self.config {
            words.push("-f".into());
            words.push(file.into());
        }
        words.extend((0..self.verbose).map(|_| OsString::from("-v")));
        if self.foreground {
            words.push("-D".into());
        }
        words
    }
}
