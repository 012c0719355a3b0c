//! Every bound that a browser, or whatever poses as one, can hit at the gateway; each with its reason.

/// TCP connections served at once. A page takes one WebSocket and one or two short HTTP connections.
pub const CONNECTIONS_MAX: usize = 1024;
/// WebSockets of one signed-in browser: more tabs than a person looks after.
pub const SOCKETS_PER_SESSION_MAX: usize = 32;
/// Signed-in browsers remembered; the one longest unused makes room.
pub const SESSIONS_MAX: usize = 64;
/// Days without use after which a browser has to sign in again.
pub const SESSION_IDLE_DAYS_MAX: u64 = 7;
/// Days after which it has to in any case.
pub const SESSION_DAYS_MAX: u64 = 30;
/// Seconds between two writes of "last used" to the file: it need not be exact, and disks need not work for it.
pub const SESSION_SAVE_SECONDS_MIN: u64 = 3600;
/// Sign-in codes that wait to be used; the oldest makes room.
pub const CODES_MAX: usize = 16;
/// Seconds in which a sign-in code can be used: time to carry a link to the browser.
pub const CODE_SECONDS_MAX: u64 = 15 * 60;
/// Seconds in which a ticket can be used: the page opens its WebSocket at once.
pub const TICKET_SECONDS_MAX: u64 = 30;
/// Tickets of one session that wait to be used; the oldest makes room.
pub const TICKETS_PER_SESSION_MAX: usize = 32;
/// Attempts to sign in from one address in a burst. A code can't be guessed; this keeps the log readable.
pub const SIGN_IN_BURST_MAX: u32 = 10;
/// Seconds until one more attempt.
pub const SIGN_IN_SECONDS_EACH: u64 = 6;
/// Tickets of one session in a burst: every tab comes back at once after a restart.
pub const TICKET_BURST_MAX: u32 = 64;
/// Seconds until one more ticket.
pub const TICKET_SECONDS_EACH: u64 = 1;
/// Addresses or sessions whose attempts are counted at once; beyond that those at rest are forgotten first.
pub const RATE_KEYS_MAX: usize = 4096;
/// Bytes in a request's body: a sign-in code and its JSON.
pub const BODY_BYTES_MAX: usize = 1024;
/// Bytes in a request's head. hyper's smallest buffer is 8 KiB, and a browser's heads take one or two.
pub const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Header lines in a request.
pub const HEADERS_MAX: usize = 64;
/// Seconds in which a request's head has to be complete, also the first and the next on one connection.
pub const HEAD_SECONDS_MAX: u64 = 5;
/// Seconds in which a request's body has to be complete.
pub const BODY_SECONDS_MAX: u64 = 5;
/// Seconds for a TLS handshake.
pub const HANDSHAKE_SECONDS_MAX: u64 = 5;
/// Bytes of each WebSocket's read and write buffers at rest: with the library's 128 KiB, an idle connection
/// takes 134 KiB; with these, 6.
pub const SOCKET_BUFFER_BYTES: usize = 4096;
/// Bytes in a message from a page: what the daemon takes in one frame.
pub const MESSAGE_BYTES_MAX: usize = abide_protocol::limits::FRAME_BYTES_MAX;
/// Bytes that may wait in a WebSocket: one message on its way and the answers to pings.
pub const SOCKET_WRITE_BYTES_MAX: usize = MESSAGE_BYTES_MAX + 64 * 1024;
/// Messages a page may send in a burst; then it is read from no faster than the rate below.
pub const MESSAGE_BURST_MAX: u32 = 1000;
/// Milliseconds until one more message is read: 500 in a second, far above any typing or dragging.
pub const MESSAGE_MS_EACH: u64 = 2;
/// Seconds between the gateway's own pings, which a browser answers even for a page in the background.
pub const PING_SECONDS: u64 = 30;
/// Seconds without any sign of life, or with one message not taken, after which a WebSocket is closed.
pub const SILENCE_SECONDS_MAX: u64 = 90;
/// Seconds in which the daemon's socket has to take a connection. The keeper holds it open while a daemon
/// starts, so this is long enough for a start and short enough for a person.
pub const DAEMON_CONNECT_SECONDS_MAX: u64 = 5;
/// Seconds after a signal to end in which open connections may finish.
pub const DRAIN_SECONDS_MAX: u64 = 3;
/// Bytes in one file of the log, and how many old ones are kept.
pub const LOG_FILE_BYTES_MAX: u64 = 1024 * 1024;
/// Old log files kept beside the current one.
pub const LOG_FILES_OLD_MAX: u32 = 3;
/// Bytes in one line of the log; the rest of a longer one is cut.
pub const LOG_LINE_BYTES_MAX: usize = 2048;
/// Bytes in one request or answer on the control socket.
pub const CONTROL_LINE_BYTES_MAX: u64 = 1024;
/// Seconds for one exchange on the control socket.
pub const CONTROL_SECONDS_MAX: u64 = 2;
