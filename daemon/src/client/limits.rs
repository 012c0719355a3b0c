//! Bounds of the native client, each with its reason.

use std::time::Duration;

/// Bytes of a control sequence from the terminal before it is no sequence: the longest that a terminal
/// sends (a mouse report, a kitty key with its text) has some 40.
pub const SEQUENCE_BYTES_MAX: usize = 128;
/// How long a paste may be silent before what has come of it is passed on: a slow line has such gaps, and a
/// terminal that forgot the end must not keep the text for ever.
pub const PASTE_SILENCE_MAX: Duration = Duration::from_secs(1);
/// Events handed to the daemon in one message.
pub const EVENTS_MAX: usize = 1024;
/// Bytes of pastes in one message: well inside a frame.
pub const EVENT_BYTES_MAX: usize = 128 * 1024;
/// Bytes of input that the daemon has not acknowledged before the terminal is read no further: a very large
/// paste waits in the terminal, not here.
pub const UNACKED_BYTES_MAX: usize = 1024 * 1024;
/// How long a client looks for its server after the connection broke: an upgrade takes milliseconds, a
/// machine that swaps takes long.
pub const RECONNECT_MAX: Duration = Duration::from_secs(30);
/// How long nobody may listen on the socket: the keeper listens through every restart of a daemon, so this
/// means that the keeper is gone.
pub const NOBODY_MAX: Duration = Duration::from_secs(2);
/// How long the client of `upgrade` waits for the next server: a new program may take 5 s to greet and 30 s to take over
/// before the old one is started again.
pub const UPGRADE_MAX: Duration = Duration::from_secs(60);
/// Pause after the first failed attempt to connect again; doubled each time.
pub const RETRY_MIN: Duration = Duration::from_millis(20);
/// Longest pause between two attempts.
pub const RETRY_MAX: Duration = Duration::from_secs(1);
/// How long a lost connection is not worth a word on the screen.
pub const NOTICE_AFTER: Duration = Duration::from_millis(300);
/// How long leaving the terminal may wait for it to take its last bytes.
pub const FAREWELL_MAX: Duration = Duration::from_millis(300);
/// Bytes of environment that a hello carries: what is beyond does not fit a greeting.
pub const ENVIRONMENT_BYTES_MAX: usize = 56 * 1024;
/// Pixels on a side of a picture that is decoded: a poster's.
pub const PICTURE_SIDE_MAX: u32 = 10_000;
/// Bytes that decoding a picture may take: 32 megapixels, what a camera makes.
pub const PICTURE_DECODED_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Bytes of a picture's file: more than a daemon keeps of one.
pub const PICTURE_FILE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Pictures' files that are on their way at once: the daemon, which has more to say, sends a piece of each.
pub const PICTURES_COMING_MAX: usize = 2;
/// Bytes of a picture's file that are written to a terminal in one go: what else is to be seen goes between two such pieces,
/// and waits no longer than a slow line takes for one.
pub const PICTURE_WRITTEN_BYTES: usize = 6 * 1024;
/// Bytes of pictures' files beyond which those go that were not seen lately.
pub const ALBUM_BYTES_MAX: usize = 32 * 1024 * 1024;
