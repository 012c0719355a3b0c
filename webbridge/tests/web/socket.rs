//! A WebSocket client by hand.

use crate::http::{Answer, connect, read_answer};
use crate::running::Gateway;
use abide_protocol::codec;
use abide_protocol::message::{ClientMessage, ServerMessage};
use std::io::{self, Read, Write};
use std::net::TcpStream;

pub(crate) struct Socket {
    pub(crate) stream: TcpStream,
    pub(crate) protocol: String,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Got {
    Binary(Vec<u8>),
    Close(u16),
    Ping,
    /// The connection ended without a word.
    End,
}

/// The handshake, with the headers given after `Host`.
pub(crate) fn handshake(gateway: &Gateway, headers: &str) -> (Answer, TcpStream) {
    let mut stream = connect(gateway.address());
    let head = format!(
        "GET /v1/socket HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n",
        gateway.authority
    );
    stream.write_all(head.as_bytes()).unwrap();
    (read_answer(&mut stream), stream)
}

/// The headers of the page's own handshake.
pub(crate) fn headers(gateway: &Gateway, cookie: &str, ticket: &str) -> String {
    format!(
        "Origin: {}\r\nCookie: {cookie}\r\nSec-WebSocket-Protocol: abide.v1, ticket.{ticket}\r\n",
        gateway.origin
    )
}

impl Socket {
    pub(crate) fn open(gateway: &Gateway, cookie: &str) -> Socket {
        let ticket = gateway.ticket(cookie);
        let (answer, stream) = handshake(gateway, &headers(gateway, cookie, &ticket));
        assert_eq!(answer.status, 101, "{answer:?}");
        let protocol = answer.header("sec-websocket-protocol").unwrap_or_default().to_owned();
        Socket { stream, protocol }
    }

    /// Sends one frame: opcode 1 text, 2 binary, 8 close, 9 ping.
    pub(crate) fn send(&mut self, opcode: u8, payload: &[u8]) -> io::Result<()> {
        self.stream.write_all(&frame(0x80 | opcode, payload))
    }

    pub(crate) fn say(&mut self, message: &ClientMessage) {
        self.send(2, &codec::encode(message).unwrap()).unwrap();
    }

    /// The next message of the daemon.
    pub(crate) fn hear(&mut self) -> ServerMessage {
        match self.next() {
            Got::Binary(bytes) => codec::decode(&bytes).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// What comes next, pings aside.
    pub(crate) fn next(&mut self) -> Got {
        loop {
            match self.read() {
                Ok(Got::Ping) => {}
                Ok(got) => return got,
                Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Got::End,
                Err(e) if e.kind() == io::ErrorKind::ConnectionReset => return Got::End,
                Err(e) => panic!("{e}"),
            }
        }
    }

    fn read(&mut self) -> io::Result<Got> {
        let mut head = [0; 2];
        self.stream.read_exact(&mut head)?;
        let length = match head[1] {
            126 => {
                let mut more = [0; 2];
                self.stream.read_exact(&mut more)?;
                usize::from(u16::from_be_bytes(more))
            }
            127 => {
                let mut more = [0; 8];
                self.stream.read_exact(&mut more)?;
                usize::try_from(u64::from_be_bytes(more)).unwrap()
            }
            short => usize::from(short),
        };
        let mut payload = vec![0; length];
        self.stream.read_exact(&mut payload)?;
        Ok(match head[0] & 15 {
            2 => Got::Binary(payload),
            8 => Got::Close(payload.first_chunk().map_or(1005, |code| u16::from_be_bytes(*code))),
            9 => Got::Ping,
            other => panic!("opcode {other}"),
        })
    }
}

/// A frame with a mask, as clients have to send them.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        n if n < 126 => bytes.push(0x80 | n as u8),
        n if n < 65536 => {
            bytes.push(0x80 | 126);
            bytes.extend((n as u16).to_be_bytes());
        }
        n => {
            bytes.push(0x80 | 127);
            bytes.extend((n as u64).to_be_bytes());
        }
    }
    let mask = [1, 2, 3, 4];
    bytes.extend(mask);
    bytes.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}
