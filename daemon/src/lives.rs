//! The program's lives: client, keeper, daemon, and the small answers that need none of them.

use crate::boot;
use crate::cli::{self, CommandLine, Options, Role, Wants};
use crate::facts::Person;
use crate::keeper::{self, KeeperConfig, OpenFault, process::Keeper};
use crate::log;
use crate::places::Places;
use crate::start::{self, Invocation, launch_keeper};
use abide_core::server::Server;
use std::ffi::OsString;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

/// Leads the life that the arguments (with the program's name in front) ask for.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut arguments = arguments.into_iter();
    let _name = arguments.next();
    let outcome = cli::parse(arguments).and_then(live);
    outcome.unwrap_or_else(|fault| {
        eprintln!("abide: {fault}");
        ExitCode::FAILURE
    })
}

fn live(line: CommandLine) -> Result<ExitCode, String> {
    match line.options.wants {
        Wants::Version => {
            println!("abide {}", env!("CARGO_PKG_VERSION"));
            return Ok(ExitCode::SUCCESS);
        }
        Wants::Usage => {
            print!("{}", cli::help());
            return Ok(ExitCode::SUCCESS);
        }
        Wants::Command => {}
    }
    if line.role == Role::KeeperProbe {
        let answer = keeper::probe();
        let word = answer.as_ref().map_or_else(String::as_str, |()| keeper::UNDERSTOOD);
        return Ok(say(word, answer.as_ref().map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)));
    }
    let person = Person::look_up();
    let options = &line.options;
    let places = Places::resolve(
        &|name| std::env::var_os(name),
        person.uid,
        &person.home,
        options.socket_path.as_deref(),
        options.socket_name.as_deref(),
    )?;
    match line.role {
        Role::Client => ask(line, places, &person),
        Role::KeeperLauncher => launch_keeper(options, &places).map(|()| ExitCode::SUCCESS),
        Role::Keeper => Ok(keep(options, &places, &person)),
        Role::KeeperResumed => Ok(keep_on(options, &places)),
        // Answered above: it needs no folders.
        Role::KeeperProbe => Ok(ExitCode::SUCCESS),
        Role::Daemon => Ok(serve(options, &places, &person)),
    }
}

/// The keeper's life. Its first word goes to standard output, where a client waits for it.
fn keep(options: &Options, places: &Places, person: &Person) -> ExitCode {
    let prepared = places.prepare_runtime(person.uid);
    if let Err(fault) = places.prepare_state(person.uid) {
        eprintln!("abide: {fault}");
    }
    log::start("keeper", &places.log("keeper"), options.verbose, options.foreground);
    let opened = prepared.map_err(OpenFault::Other).and_then(|()| {
        let program = std::env::current_exe().map_err(|e| OpenFault::Other(format!("own program: {e}")))?;
        let mut arguments: Vec<OsString> = vec!["abide".into(), "--daemon".into()];
        arguments.extend(options.handed_on(&places.socket));
        let mut resume: Vec<OsString> = vec!["abide".into(), "--keeper-resume".into()];
        resume.extend(options.handed_on(&places.socket));
        Keeper::open(KeeperConfig {
            socket: places.socket.clone(),
            program,
            arguments,
            resume,
            foreground: options.foreground,
        })
    });
    let keeper = match opened {
        Ok(keeper) => keeper,
        Err(OpenFault::Taken) => return say(start::TAKEN, ExitCode::SUCCESS),
        Err(OpenFault::Other(why)) => {
            ::log::error!("{why}");
            return say(&why, ExitCode::FAILURE);
        }
    };
    ::log::info!("keeping {}", places.socket.display());
    let _ = say(start::READY, ExitCode::SUCCESS);
    keep_to_the_end(keeper)
}

/// The life of a keeper that goes on in place of another. Whoever started that one listens no more.
fn keep_on(options: &Options, places: &Places) -> ExitCode {
    log::start("keeper", &places.log("keeper"), options.verbose, options.foreground);
    match Keeper::resume() {
        Ok(keeper) => {
            ::log::info!("keeping {} on, version {}", places.socket.display(), env!("CARGO_PKG_VERSION"));
            keep_to_the_end(keeper)
        }
        Err(fault) => {
            ::log::error!("the keeper can't go on: {fault:?}");
            ExitCode::FAILURE
        }
    }
}

fn keep_to_the_end(keeper: Keeper) -> ExitCode {
    match keeper.run() {
        Ok(()) => {
            ::log::info!("the end");
            ExitCode::SUCCESS
        }
        Err(why) => {
            ::log::error!("{why}");
            // Standard error may be a pipe to a process that is gone: that is no reason to panic.
            let _ = writeln!(std::io::stderr(), "abide: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Says one line to whoever started us.
fn say(word: &str, status: ExitCode) -> ExitCode {
    // Nobody may be listening any more; that is no reason not to go on.
    let _ = writeln!(std::io::stdout(), "{word}");
    let _ = std::io::stdout().flush();
    status
}

/// The daemon's life. How it ends badly is said to the keeper, on standard error.
fn serve(options: &Options, places: &Places, person: &Person) -> ExitCode {
    let inherited = keeper::inherit();
    if let Err(fault) = places.prepare_state(person.uid) {
        eprintln!("server: {fault}");
    }
    log::start("server", &places.log("server"), options.verbose, options.foreground);
    let outcome = inherited
        .map_err(|e| format!("not started by a keeper: {e}"))
        .and_then(|(link, listener)| boot::daemon::<Server>(options, places, person, link, listener));
    let code = match outcome {
        Ok(ending) => {
            ::log::info!("the end: {ending:?}");
            ExitCode::SUCCESS
        }
        Err(fault) => {
            ::log::error!("{fault}");
            // Its reader may be gone: that is no reason to panic.
            let _ = writeln!(std::io::stderr(), "server: {fault}");
            ExitCode::FAILURE
        }
    };
    #[cfg(feature = "foundationdb")]
    if !crate::store::foundationdb::stop() {
        ::log::warn!("the store does not let go: ending without it");
        crate::os::sys::leave_at_once(i32::from(code != ExitCode::SUCCESS));
    }
    code
}

/// A client's life: the command, or what is no command.
fn ask(line: CommandLine, places: Places, person: &Person) -> Result<ExitCode, String> {
    if line.options.foreground {
        if !line.words.is_empty() {
            return Err("-D starts a server and takes no command".to_owned());
        }
        return Ok(keep(&line.options, &places, person));
    }
    if let Some(command) = line.options.shell_command {
        return Err(shell(&person.shell, &command));
    }
    if line.words.first().is_some_and(|w| w == "web") {
        return Err(web(line.words.get(1..).unwrap_or_default(), &places));
    }
    let mut words: Vec<String> = Vec::with_capacity(line.words.len().max(1));
    for word in line.words {
        let word = word
            .into_string()
            .map_err(|w| format!("argument `{}`: is no UTF-8", crate::places::escaped(&w)))?;
        words.push(word);
    }
    if words.is_empty() {
        words.push("new-session".to_owned());
    }
    let invocation = Invocation { options: line.options, words, places, uid: person.uid };
    let status = crate::client::run(&invocation);
    Ok(ExitCode::from(u8::try_from(status).unwrap_or(1)))
}

/// `-c command`: what `sshd` and `su` do with a login shell. Returns only when it failed.
fn shell(shell: &str, command: &std::ffi::OsStr) -> String {
    let fault = Command::new(shell).arg("-c").arg(command).exec();
    format!("shell `{shell}`: {fault}")
}

/// `abide web`: becomes the gateway, found beside our own file or on `PATH`. Returns only when it failed.
fn web(arguments: &[OsString], places: &Places) -> String {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|own| own.canonicalize().ok())
        .map(|own| own.with_file_name("abide-web"))
        .filter(|path| path.is_file());
    let program = beside.unwrap_or_else(|| PathBuf::from("abide-web"));
    let mut command = Command::new(&program);
    // `abide -L work web` and `abide web -L work` mean the same.
    let named = |a: &OsString| ["-L", "-S", "--socket"].iter().any(|f| a.to_string_lossy().starts_with(f));
    if !arguments.iter().any(named) {
        command.arg("-S").arg(&places.socket);
    }
    let fault = command.args(arguments).exec();
    match fault.kind() {
        std::io::ErrorKind::NotFound => {
            "web gateway `abide-web`: found neither beside this program nor on PATH: install it".to_owned()
        }
        _ => format!("web gateway `{}`: {fault}", program.display()),
    }
}
