//! A daemon of which a test decides every word.

use crate::running::Home;
use abide_protocol::codec;
use abide_protocol::framing::{self, FrameReader};
use abide_protocol::limits::FRAME_BYTES_MAX;
use abide_protocol::message::{ClientMessage, ServerMessage};
use std::io::{self, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::Duration;

pub(crate) struct FakeDaemon {
    listener: UnixListener,
}

impl FakeDaemon {
    pub(crate) fn listen(home: &Home) -> FakeDaemon {
        let path = home.path("daemon.sock");
        let _ = std::fs::remove_file(&path);
        FakeDaemon { listener: UnixListener::bind(path).unwrap() }
    }

    pub(crate) fn accept(&self) -> Viewer {
        let (stream, _) = self.listener.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        Viewer { stream, frames: FrameReader::new(FRAME_BYTES_MAX) }
    }
}

/// A connection of the gateway, for one page.
pub(crate) struct Viewer {
    pub(crate) stream: UnixStream,
    frames: FrameReader,
}

impl Viewer {
    /// The next message, or `None` when the gateway has closed its end.
    pub(crate) fn hear(&mut self) -> Option<ClientMessage> {
        loop {
            if let Some(payload) = self.frames.next_frame().unwrap() {
                return Some(codec::decode(payload).unwrap());
            }
            let mut bytes = [0; 4096];
            match self.stream.read(&mut bytes) {
                Ok(0) => return None,
                Ok(count) => self.frames.push(&bytes[..count]),
                Err(e) if e.kind() == io::ErrorKind::ConnectionReset => return None,
                Err(e) => panic!("{e}"),
            }
        }
    }

    pub(crate) fn say(&mut self, message: &ServerMessage) {
        self.stream.write_all(&framed(message)).unwrap();
    }
}

pub(crate) fn framed(message: &ServerMessage) -> Vec<u8> {
    let mut bytes = Vec::new();
    framing::append(&mut bytes, &codec::encode(message).unwrap(), FRAME_BYTES_MAX).unwrap();
    bytes
}
