//! Every bound that a peer can hit on the wire, on one page, each with its reason.

/// Bytes in a frame before the greeting is settled: a hello with an environment fits, little else does.
pub const GREETING_FRAME_BYTES_MAX: usize = 64 * 1024;
/// Bytes in a frame once greeted. A screen of 1000 x 1000 cells in changing colours is sent in several.
pub const FRAME_BYTES_MAX: usize = 1024 * 1024;
/// Bytes in one paste or raw input event; a longer paste is sent as several, in order.
pub const INPUT_BYTES_MAX: usize = 16 * 1024;
/// Nesting of arrays and maps in a frame. The deepest message (a layout in an event) needs 40.
pub const DEPTH_MAX: usize = 64;
/// Items (numbers, strings, arrays, maps, keys) in one frame: bounds the work before any allocation.
pub const ITEMS_MAX: usize = 400_000;
/// Columns and rows a viewer may ask for, as the screen model has it.
pub const SIDE_CELLS_MAX: u16 = 1000;
/// History lines answered to one request.
pub const HISTORY_LINES_MAX: u32 = 1000;
/// Words in one command line.
pub const COMMAND_WORDS_MAX: usize = 1000;
/// Bytes in a command line, all words together: what a shell can hand over at most times.
pub const COMMAND_BYTES_MAX: usize = 256 * 1024;
/// Surfaces one connection may look at: windows as tabs, panes side by side, with room.
pub const SURFACES_PER_VIEWER_MAX: usize = 64;
/// Styles one connection may have defined before the book is started anew: a picture in true colour has a
/// style a cell, and 200 x 50 of those fit, with numbers of 16 bits.
pub const STYLES_PER_VIEWER_MAX: usize = 32_768;
/// Bytes in a title or a name on the wire.
pub const NAME_BYTES_MAX: usize = 4096;
/// Environment variables in a hello, and bytes of them all.
pub const ENVIRONMENT_COUNT_MAX: usize = 1000;
/// Seconds in which a connection has to say hello.
pub const GREETING_SECONDS_MAX: u64 = 5;
/// Connections a daemon serves at once.
pub const VIEWERS_MAX: usize = 1000;
/// Bytes waiting to be sent to one viewer before no more is composed for it (updates wait, nothing queues).
pub const OUTBOX_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of one record of our own (a structure, a screen's head): far above any real one, far below memory.
pub const RECORD_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Items in one record of our own: a head of 1000 x 1000 single cells has some four each.
pub const RECORD_ITEMS_MAX: usize = 8_000_000;
/// Events in one input message: a screenful of typed-ahead keys, read in one piece from a tty.
pub const INPUT_EVENTS_MAX: usize = 4096;
/// Bytes in the name of a key: `C-M-S-` and a name of letters, or one cluster.
pub const KEY_BYTES_MAX: usize = 64;
/// Bytes that one key typed: a sentence of an input method. A longer text is a paste.
pub const KEY_TEXT_BYTES_MAX: usize = 1024;
/// Features in a greeting, and bytes in the name of each.
pub const FEATURES_MAX: usize = 64;
/// Scrolls in one update: one for each row is as much as any screen can do.
pub const SCROLLS_MAX: usize = SIDE_CELLS_MAX as usize;
/// Bytes in one cell's cluster: a family of four with skin tones takes 41, stacked marks are cut here.
pub const CLUSTER_BYTES_MAX: usize = 256;
/// Bytes in the target of a hyperlink, as terminals that know OSC 8 agree on (2083, from old browsers).
pub const LINK_BYTES_MAX: usize = 2083;
/// Bytes in one piece of a command's output; longer output is sent as several.
pub const OUTPUT_BYTES_MAX: usize = 256 * 1024;
/// Bytes that a program may put on a viewer's clipboard at once; base64 of it fits a frame.
pub const CLIPBOARD_BYTES_MAX: usize = 512 * 1024;
/// Bytes in a line for the person: a message, an error, a refusal.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;
/// Bytes of a picture in one answer: an echo that comes behind it waits for no more than this.
pub const PICTURE_PIECE_BYTES_MAX: usize = 64 * 1024;
/// Pictures on one surface, a pane's history among it: some 100 bytes each, a tenth of a frame. The newest are told.
pub const PLACEMENTS_MAX: usize = 1024;
