//! The program `abide-web`. See [`abide_web`] for how it is made.
#![forbid(unsafe_code)]

use abide_web::arguments::{self, Serve, Task};
use abide_web::{control, log_file, server};
use log::LevelFilter;
use std::process::ExitCode;

fn main() -> ExitCode {
    let result = match arguments::parse(std::env::args_os().skip(1)) {
        Ok(Task::Help) => {
            print!("{}", arguments::help());
            Ok(())
        }
        Ok(Task::Version) => {
            println!("abide-web {}", env!("CARGO_PKG_VERSION"));
            Ok(())
        }
        Ok(Task::Code { listen }) => {
            control::ask_code(listen.map(|a| a.port())).map(|address| println!("{address}"))
        }
        Ok(Task::Serve(serve)) => start(&serve),
        Err(e) => Err(e),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("abide-web: {}", log_file::escape(&e));
            ExitCode::FAILURE
        }
    }
}

fn start(serve: &Serve) -> Result<(), String> {
    log_file::start(match serve.verbosity {
        0 => LevelFilter::Info,
        1 => LevelFilter::Debug,
        _ => LevelFilter::Trace,
    });
    // Two threads: the work is copying, and one page's large frame should not hold up another's key.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|e| format!("can't start: {e}"))?;
    let result = runtime.block_on(server::run(serve));
    runtime.shutdown_background();
    result
}
