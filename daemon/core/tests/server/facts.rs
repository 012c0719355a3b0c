//! The host of these tests.

use abide_core::base::instant::Now;
use abide_core::boundary::HostFacts;

pub fn facts(epoch: u64) -> HostFacts {
    HostFacts {
        pid: 100 + epoch as u32,
        keeper_pid: 99,
        host: "host".to_owned(),
        user: "user".to_owned(),
        home: "/home/user".to_owned(),
        shell: "/bin/sh".to_owned(),
        socket_path: "/run/abide/default".to_owned(),
        environment: vec![
            ("PATH".to_owned(), "/bin".to_owned()),
            ("HOME".to_owned(), "/home/user".to_owned()),
        ],
        epoch,
        started: Now::default(),
        occasion: abide_core::boundary::Occasion::Usual,
    }
}
