//! The shell around a tiny core, with a real keeper and real processes: what survives a kill -9 of the daemon
//! at any moment. No test harness: this program is also the keeper's daemon.

mod tiny;

use abide::boot;
use abide::cli::{self, Role};
use abide::facts::Person;
use abide::keeper::{self, KeeperConfig, process::Keeper};
use abide::places::Places;
use abide_protocol::client::Client;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    let own = arguments.next();
    let first = std::env::args().nth(1).unwrap_or_default();
    if first == "--daemon" || first == "--keeper-detached" {
        let line = cli::parse(arguments).expect("our own arguments");
        let person = Person::look_up();
        let places = places(line.options.socket_path.as_deref().expect("a socket"));
        return match line.role {
            Role::Daemon => daemon(&line.options, &places, &person),
            _ => keep(&places, PathBuf::from(own.expect("a name"))),
        };
    }
    if std::env::args().any(|a| a == "--list") {
        println!("shell: test");
        return ExitCode::SUCCESS;
    }
    numbers_survive();
    a_query_is_answered_once();
    an_exit_in_between_is_known();
    a_crash_is_told();
    two_at_once_are_one();
    println!("shell: ok");
    ExitCode::SUCCESS
}

fn places(socket: &Path) -> Places {
    let state = socket.parent().expect("a folder").join("state");
    let variables = |name: &str| (name == "XDG_STATE_HOME").then(|| state.clone().into());
    Places::resolve(&variables, 0, Path::new("/nowhere"), Some(socket), None).expect("places")
}

fn daemon(options: &cli::Options, places: &Places, person: &Person) -> ExitCode {
    let (link, listener) = keeper::inherit().expect("a keeper");
    places.prepare_state(person.uid).expect("a state folder");
    abide::log::start("server", &places.log("server"), 1, false);
    match boot::daemon::<tiny::Tiny>(options, places, person, link, listener) {
        Ok(_) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}

fn keep(places: &Places, program: PathBuf) -> ExitCode {
    let arguments = vec!["tiny".into(), "--daemon".into(), "-S".into(), places.socket.clone().into()];
    let config = KeeperConfig {
        socket: places.socket.clone(),
        program,
        arguments,
        resume: Vec::new(),
        foreground: true,
    };
    match Keeper::open(config) {
        Ok(keeper) => {
            println!("ready");
            keeper.run().expect("the end");
            ExitCode::SUCCESS
        }
        Err(fault) => {
            println!("{fault:?}");
            ExitCode::FAILURE
        }
    }
}

/// A server of its own in a folder of its own.
struct Ground {
    folder: tempfile::TempDir,
    keeper: Child,
}

impl Ground {
    fn new() -> Ground {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("state")).expect("a folder");
        let mut keeper = Ground::keeper(&folder.path().join("socket"));
        let answer = first_line(&mut keeper);
        assert_eq!(answer, "ready");
        Ground { folder, keeper }
    }
    fn keeper(socket: &Path) -> Child {
        let own = std::env::current_exe().expect("our program");
        let mut command = Command::new(own);
        command.args(["--keeper-detached", "-S"]).arg(socket).stdout(Stdio::piped()).stdin(Stdio::null());
        command.spawn().expect("a keeper")
    }
    fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }
    /// Runs one command on a connection of its own, again where the daemon was killed meanwhile.
    fn ask(&self, words: &[&str]) -> String {
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            match self.try_ask(words) {
                Ok(text) => return text,
                Err(fault) => assert!(Instant::now() < until, "{words:?}: {fault}"),
            }
        }
    }
    fn try_ask(&self, words: &[&str]) -> Result<String, String> {
        let mut client = Client::connect(self.socket()).map_err(|e| e.to_string())?;
        let outcome = client.run(words).map_err(|e| e.to_string())?;
        Ok(String::from_utf8_lossy(&outcome.out).into_owned())
    }
    fn pid(&self) -> i32 {
        self.ask(&["pid"]).split(' ').next().and_then(|p| p.parse().ok()).expect("a process id")
    }
    /// Asks again until the answer is as wanted.
    fn until(&self, words: &[&str], wanted: impl Fn(&str) -> bool) -> String {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let answer = self.ask(words);
            if wanted(&answer) {
                return answer;
            }
            assert!(Instant::now() < until, "{words:?} gives {answer:?}\n{}", self.log());
        }
    }
    fn log(&self) -> String {
        std::fs::read_to_string(places(&self.socket()).log("server")).unwrap_or_default()
    }
    fn kill(&self) {
        let pid = rustix::process::Pid::from_raw(self.pid()).expect("a process id");
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("a kill");
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        let _ = self.try_ask(&["stop"]);
        let until = Instant::now() + Duration::from_secs(10);
        while Instant::now() < until {
            if matches!(self.keeper.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.keeper.kill();
        panic!("the keeper does not end when told to");
    }
}

fn first_line(child: &mut Child) -> String {
    use std::io::{BufRead, BufReader};
    let mut line = String::new();
    let out = child.stdout.take().expect("a pipe");
    BufReader::new(out).read_line(&mut line).expect("a line");
    line.trim_end().to_owned()
}

/// A program that counts, 40 kills at moments drawn by a seed, and every number once, in order.
fn numbers_survive() {
    const LAST: u32 = 60_000;
    let mut seed =
        std::env::var("SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(u64::from(std::process::id()));
    println!("numbers_survive: SEED={seed}");
    let ground = Ground::new();
    let pane = ground.ask(&["start", &format!("seq 1 {LAST}; echo end; exec sleep 1000")]);
    for _ in 0..40 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_micros(seed >> 33 & 0x3fff));
        ground.kill();
    }
    let text = ground.until(&["see", &pane], |text| text.contains("end"));
    let lines: Vec<&str> = text.lines().filter(|l| !l.is_empty()).collect();
    let wanted: Vec<String> = (1..=LAST).map(|n| n.to_string()).chain(["end".to_owned()]).collect();
    let wrong = lines.iter().zip(&wanted).position(|(a, b)| a != b);
    assert_eq!(wrong, None, "at {:?}", wrong.map(|n| &lines[n.saturating_sub(3)..(n + 3).min(lines.len())]));
    assert_eq!(lines.len(), wanted.len());
}

/// A program asks for the cursor's place; kills before and after; exactly one answer arrives.
fn a_query_is_answered_once() {
    let ground = Ground::new();
    let script = "stty raw -echo; printf 'ask\\033[6n'; dd bs=1 count=6 2>/dev/null | od -c -An; echo more; \
                  timeout 1 dd bs=1 count=1 2>/dev/null | od -c -An; echo done; exec sleep 1000";
    let pane = ground.ask(&["start", script]);
    for _ in 0..5 {
        ground.kill();
    }
    let text = ground.until(&["see", &pane], |text| text.contains("done"));
    assert_eq!(text.matches("033").count(), 1, "{text}");
    ground.kill();
    assert_eq!(ground.ask(&["see", &pane]), text);
}

/// A program ends while there is no daemon.
fn an_exit_in_between_is_known() {
    let ground = Ground::new();
    let pane = ground.ask(&["start", "echo ready; read line; echo got $line; exit 7"]);
    ground.until(&["see", &pane], |t| t.contains("ready"));
    ground.ask(&["type", &pane, "word\r"]);
    ground.until(&["see", &pane], |t| t.contains("word"));
    ground.kill();
    assert_eq!(ground.until(&["ended", &pane], |t| !t.is_empty()), "Code(7)");
    let text = ground.ask(&["see", &pane]);
    assert_eq!(text.lines().filter(|l| *l == "got word").count(), 1, "{text}");
    ground.kill();
    assert_eq!(ground.until(&["ended", &pane], |t| !t.is_empty()), "Code(7)");
    let missing = ground.ask(&["start", "exec /no/such/program"]);
    assert_eq!(ground.until(&["ended", &missing], |t| !t.is_empty()), "Code(127)");
}

/// A crash leaves one line for `show-messages`.
fn a_crash_is_told() {
    let ground = Ground::new();
    assert_eq!(ground.ask(&["messages"]), "");
    let _ = ground.try_ask(&["break"]);
    let messages = ground.until(&["messages"], |t| !t.is_empty());
    assert!(messages.starts_with("the server crashed and was started again"), "{messages}");
}

/// Two keepers for one socket: one wins, the other says so.
fn two_at_once_are_one() {
    let ground = Ground::new();
    let mut other = Ground::keeper(&ground.socket());
    assert_eq!(first_line(&mut other), "Taken");
    other.wait().expect("its end");
    ground.pid();
}
