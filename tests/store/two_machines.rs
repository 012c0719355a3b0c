//! Two servers that share a cluster, as two machines do: one is lost, and the other takes its sessions over.

use super::cluster_server::{BACK, lose, server_named};
use super::own;
use abide::deathpoint::Point;
use abide_tests::server::{SOON, Server, alive, signal};
use abide_tests::wait::wait_for;
use rustix::process::Signal;
use std::time::{Duration, Instant};

/// Until a machine is known to be lost: its lease's time, a beat, and a loaded machine.
const KNOWN: Duration = Duration::from_secs(40);

fn filled(far: &Server) {
    far.fill();
    far.wait_stored(BACK);
}

fn listed(server: &Server) -> Vec<String> {
    let list = server.run(&["list-sessions", "-S", "-F", "#{session_name} #{stored_space} #{stored_state}"]);
    String::from_utf8_lossy(&list.stdout).lines().map(str::to_owned).collect()
}

/// The state of a session in a space whose server has that name.
fn state(server: &Server, session: &str, name: &str) -> Option<String> {
    let found = listed(server)
        .into_iter()
        .find(|line| line.starts_with(&format!("{session} ")) && line.contains(&format!("/{name} ")))?;
    found.rsplit(' ').next().map(str::to_owned)
}

#[test]
fn sessions_of_a_lost_machine_come_to_another() {
    let Some(ground) = own("sessions_of_a_lost_machine_come_to_another") else { return };
    let (far, here) = (server_named(&ground, "far"), server_named(&ground, "here"));
    filled(&far);
    here.ok(&["new-session", "-d", "-s", "mine"]);
    here.wait_stored(BACK);
    // While it lives it keeps them.
    wait_for("it is heard", KNOWN, || (state(&here, "work", "far")? == "live").then_some(()));
    let said = here.fails(&["restore-session", "-d", "work"]);
    assert!(said.contains("is alive"), "{said}");
    lose(&far);
    wait_for("it is known to be lost", KNOWN, || (state(&here, "work", "far")? == "lost").then_some(()));
    let began = Instant::now();
    here.ok(&["restore-session", "-d", "work"]);
    println!("a session of a machine that is known to be lost: {} ms", began.elapsed().as_millis());
    here.wait_pane("work:build.0", "[restored: the machine or server ended at");
    let history = here.ok(&["capture-pane", "-p", "-S", "-", "-t", "work:build.0"]);
    assert!(history.contains("\n12\n") && history.contains("far-2"), "{history}");
    here.ok(&["send-keys", "-t", "work:build.0", "pwd; echo here-$((1+1))", "Enter"]);
    here.wait_pane("work:build.0", "\n/usr\nhere-2");
    wait_for("it is removed there", BACK, || state(&here, "work", "far").is_none().then_some(()));
    assert_eq!(state(&here, "work", "here").as_deref(), Some("here"));
    // The machine comes back: it has what was not taken, and nothing more.
    far.ok(&["start-server"]);
    wait_for("its sessions", BACK, || {
        let names = far.run(&["list-sessions", "-F", "#S"]);
        (String::from_utf8_lossy(&names.stdout).trim() == "other").then_some(())
    });
    far.wait_stored(BACK);
    assert!(
        far.fails(&["restore-session", "-d", "-s", "nobody/x", "work"]).contains("no session work is stored")
    );
}

/// A server that has only just been started to bring a session here waits until it knows that its machine is lost.
#[test]
fn a_server_that_is_started_for_it_waits_until_it_knows() {
    let Some(ground) = own("a_server_that_is_started_for_it_waits_until_it_knows") else { return };
    let (far, here) = (server_named(&ground, "far"), server_named(&ground, "here"));
    filled(&far);
    lose(&far);
    let began = Instant::now();
    assert_eq!(state(&here, "work", "far").as_deref(), Some("silent"), "a look without a server");
    println!("a look at a cluster without a server: {} ms", began.elapsed().as_millis());
    here.ok(&["restore-session", "-d", "work"]);
    println!("a session of a machine not known to be lost: {} ms", began.elapsed().as_millis());
    here.wait_pane("work:build.0", "far-2");
}

/// Killed at each step: the session is in the end here or there, whole, and can be had.
#[test]
fn a_daemon_killed_at_any_step_of_it_loses_nothing() {
    let Some(ground) = own("a_daemon_killed_at_any_step_of_it_loses_nothing") else { return };
    let far = server_named(&ground, "far");
    let here = server_named(&ground, "here");
    let death = here.folder("home").join("death");
    let here = here.with("ABIDE_TEST_DEATH", &death);
    filled(&far);
    here.ok(&["new-session", "-d", "-s", "mine"]);
    lose(&far);
    wait_for("it is known to be lost", KNOWN, || {
        matches!(state(&here, "work", "far")?.as_str(), "lost" | "free").then_some(())
    });
    for machine in [false, true] {
        for (n, (_, name)) in Point::TAKING.into_iter().enumerate() {
            let session = format!("restored-{name}-{machine}");
            // Read by the next daemon.
            std::fs::write(&death, format!("{name} 1")).expect("say where to die");
            let daemon = here.daemon_pid();
            signal(daemon, Signal::KILL);
            wait_for("the next daemon", BACK, || {
                let pid = here.run(&["display-message", "-p", "#{pid}"]);
                let pid: u32 = String::from_utf8_lossy(&pid.stdout).trim().parse().ok()?;
                (pid != daemon).then_some(())
            });
            // Which session of which machine: each success moves it on, so that the next one takes it from here.
            let source = if n == 0 && !machine { "work" } else { "other" };
            let _ = here.run(&["restore-session", "-d", "-n", &session, source]);
            wait_for("the death", KNOWN, || (!death.exists()).then_some(()));
            if machine {
                lose(&here);
                here.ok(&["start-server"]);
            }
            wait_for("nothing is on its way any more", BACK, || {
                let here_now = here.run(&["has-session", "-t", &format!("={session}")]).status.success();
                let there = state(&here, source, "far").is_some();
                (here_now != there).then_some(())
            });
            if !here.run(&["has-session", "-t", &format!("={session}")]).status.success() {
                wait_for("it can be had", KNOWN, || {
                    here.run(&["restore-session", "-d", "-n", &session, source])
                        .status
                        .success()
                        .then_some(())
                });
            }
            wait_for("it is removed there", BACK, || state(&here, source, "far").is_none().then_some(()));
            if source == "work" {
                here.wait_pane(&format!("{session}:build.0"), "far-2");
            } else {
                here.wait_pane(&format!("{session}:0.0"), "restored");
            }
            // The next one needs another session of a machine that is gone.
            leave_another(&far);
            wait_for("it is free", KNOWN, || (state(&here, "other", "far")? == "free").then_some(()));
            println!("died at `{name}`{}: whole", if machine { ", and the machine with it" } else { "" });
        }
    }
}

/// The machine comes back, has one more session `other`, and is shut down, which need not be waited for as a loss.
fn leave_another(far: &Server) {
    wait_for("it comes back", BACK, || far.run(&["start-server"]).status.success().then_some(()));
    let _ = far.run(&["new-session", "-d", "-s", "other", "-x", "80", "-y", "24"]);
    wait_for("it is stored", BACK, || {
        let state = far.run(&["display-message", "-p", "#{durability}|#{durability_lag}"]);
        (String::from_utf8_lossy(&state.stdout).trim() == "|0").then_some(())
    });
    let (keeper, daemon) = (far.keeper_pid(), far.daemon_pid());
    signal(keeper, Signal::TERM);
    wait_for("its end", SOON, || (!alive(keeper) && !alive(daemon)).then_some(()));
}
