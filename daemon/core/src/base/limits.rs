//! Every bound of the core on one page, each with its reason.

/// Columns or rows of a screen: a 4K display at a tiny font has about 640 columns.
pub const SIDE_CELLS_MAX: u16 = abide_protocol::limits::SIDE_CELLS_MAX;
/// Sessions, windows and panes of one server: each pane is a pty, and Debian allows 4096 of those.
pub const SESSIONS_MAX: usize = 2000;
/// Windows of one server.
pub const WINDOWS_MAX: usize = 4000;
/// Panes of one server.
pub const PANES_MAX: usize = 4000;

// What a program can make a screen hold (`screen`).

/// Bytes of a control sequence between `ESC [` and its final byte: 32 parameters of five digits are 192.
pub const SEQUENCE_BYTES_MAX: usize = 512;
/// Bytes of an OSC or DCS string; longer ones are dropped whole. The longest honest ones are links and titles.
pub const STRING_BYTES_MAX: usize = 8 * 1024;
/// Bytes of an OSC 52 in base64: three quarters of it reach the clipboard.
pub const CLIPBOARD_STRING_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of a title, as the wire has it.
pub const TITLE_BYTES_MAX: usize = abide_protocol::limits::NAME_BYTES_MAX;
/// Titles pushed by `CSI 22 t`; xterm keeps ten.
pub const TITLE_STACK_MAX: usize = 16;
/// Keyboard flags pushed on one screen; kitty keeps eight in all.
pub const KEYBOARD_STACK_MAX: usize = 8;
/// Styles pushed by XTPUSHSGR; xterm keeps ten.
pub const PEN_STACK_MAX: usize = 10;
/// Palettes pushed by XTPUSHCOLORS; xterm keeps ten.
pub const COLOR_STACK_MAX: usize = 10;
/// Bytes of a working directory told by OSC 7: Linux's PATH_MAX.
pub const CWD_BYTES_MAX: usize = 4096;
/// Bytes of a command line that a shell tells of: what a terminal takes as one line is 4095.
pub const COMMAND_LINE_BYTES_MAX: usize = 4095;
/// Bytes of a notice's title, and of its body: more than a desktop shows of one.
pub const NOTICE_BYTES_MAX: usize = 1024;
/// Variables that a program may set for formats (OSC 1337, SetUserVar): shells' integration sets a handful.
pub const VARIABLES_MAX: usize = 64;
/// Bytes of the name of one.
pub const VARIABLE_NAME_BYTES_MAX: usize = 64;
/// Bytes of its value: a status line shows less.
pub const VARIABLE_BYTES_MAX: usize = 1024;
/// Shapes of the mouse pointer that one question (OSC 22) is answered for: more than CSS has.
pub const POINTERS_ASKED_MAX: usize = 64;
/// Bytes of a link's target: what browsers take at most times, and what VTE takes.
pub const LINK_BYTES_MAX: usize = 2083;
/// Scalars in one cell; the longest emoji sequence in use has ten.
pub const CLUSTER_SCALARS_MAX: usize = 16;
/// Bytes of those scalars.
pub const CLUSTER_BYTES_MAX: usize = CLUSTER_SCALARS_MAX * 4;
/// Styles a screen's cells can have at once: what 16 bits of a cell can number. Beyond, colours are rounded.
pub const STYLES_MAX: usize = 65_535;
/// Clusters a screen's cells can have at once; beyond, a cell keeps its first scalar alone.
pub const CLUSTERS_MAX: usize = 1 << 18;
/// Cells that control sequences fill or move before the rest of a piece of output waits for another turn: some two
/// milliseconds. A screen is cleared or filled a few times in an honest one.
pub const EFFORT_CELLS_MAX: usize = 1 << 19;
/// Bytes of replies waiting to be taken: a read of 64 KiB made of nothing but queries makes less.
pub const REPLY_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of a sealed chunk of history. Half of what a store takes as one value, so that the open chunk,
/// which is part of every checkpoint, stays cheap.
pub const CHUNK_BYTES_MAX: usize = 32 * 1024;
/// Bytes of the newest sealed chunks of a screen that are never squeezed: 10,000 lines of 200 bytes, so that a flood
/// through a history of usual length pays nothing for one of any length.
pub const HOT_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The newest sealed chunks that stay in memory and plain whatever the budget: what a screen that grows takes back.
pub const HOT_CHUNKS_MIN: usize = 4;
/// Sealed chunks of a screen in memory: as many slots as a pane's shared memory has, with room for those that a
/// checkpoint replaces.
pub const HELD_CHUNKS_MAX: usize = 3500;
/// Bytes that say how long the lines of all chunks of a screen are, in each head of it: ten million lines of ordinary text.
/// Those of one chunk, of one line of all lengths that fit, are some three thousand.
pub const MEASURES_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Squeezed chunks of an older program's that are opened to be measured at one resize: half a millisecond.
pub const MEASURED_PER_RESIZE_MAX: usize = 16;
/// Chunks of which a reader knows where their lines are at the present width: more than a screen of text spans.
pub const INDEXES_MAX: usize = 8;
/// Bytes of chunks that one screen has open for readers: each of the rows of the largest screen in a chunk of its own
/// that is nearly empty, or some 50,000 lines of text.
pub const READ_CHUNKS_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Chunks that are asked of the store at once: half a megabyte when plain.
pub const WANTED_CHUNKS_MAX: usize = READ_KEYS_MAX;
/// Keys that one question asks the store for: with values of 64 KiB, a megabyte.
pub const READ_KEYS_MAX: usize = 16;
/// Requests for history that wait for the store; beyond, one is answered with what is in memory.
pub const HISTORY_REQUESTS_MAX: usize = 256;
/// Lines that a command reads in one turn: some milliseconds.
pub const LINES_PER_TURN_MAX: u64 = 10_000;
/// Columns of one line that copy mode searches as one text, some two milliseconds; a longer one is searched in pieces.
pub const SEARCHED_COLUMNS_MAX: usize = 64 * 1024;
/// Bytes of text that a search in copy mode looks at in one turn: some milliseconds.
pub const SEARCHED_BYTES_PER_TURN_MAX: usize = 512 * 1024;
/// Rows in which copy mode counts what was searched for: as many as a long history has.
pub const COUNTED_ROWS_MAX: u64 = 100_000;
/// Bytes of a pane's newest history in the store, squeezed, that a restore takes into memory at once.
pub const RESTORED_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of history for each line that may be kept, on the average of all of them: 80 columns in changing
/// colours take about 1,000.
pub const HISTORY_BYTES_PER_LINE_MAX: usize = 2048;

/// Stored sessions of other machines on their way here at one time: each is in memory as after a restore.
pub const ARRIVALS_MAX: usize = 16;

// What a program can make a screen show beside text (`screen::picture`).

/// Bytes of an encoded picture: a photograph of 24 million pixels as JPEG mostly has fewer.
pub const PICTURE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Bytes of all encoded pictures of a screen; beyond, those that nothing shows go first, then those out of sight.
pub const PICTURES_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Pictures of a screen; a file manager's page of thumbnails has some hundred.
pub const PICTURES_MAX: usize = 256;
/// Places where a screen shows pictures; beyond, the oldest go.
pub const PLACEMENTS_MAX: usize = 1024;
/// The last lines of those that somebody looks at in which text may ask for pictures: each is read anew whenever the screen
/// changes. A screen, and some of its history for who sees that too.
pub const PLACEHOLDER_LINES_MAX: u64 = 2 * SIDE_CELLS_MAX as u64;
/// Pixels of a picture's side, as in kitty.
pub const PICTURE_SIDE_PIXELS_MAX: u32 = 10_000;
/// Pixels of a picture: a viewer that shows it needs four bytes for each. Those of a camera have 24 million.
pub const PICTURE_PIXELS_MAX: u64 = 25_000_000;
/// Bytes of one transmission before it is encoded: 2,000 x 2,000 pixels with alpha. Together with
/// `PICTURES_BYTES_MAX` a quarter of the slots for chunks, twice: a checkpoint may name others than the one before.
pub const TRANSMITTED_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Bytes that a transmission inflates to (`o=z`): as many as it may have when it is not deflated.
pub const INFLATED_BYTES_MAX: usize = TRANSMITTED_BYTES_MAX;
/// Bytes in front of a picture's data by which it is known: of an iTerm2 file they have its name in base64.
pub const PICTURE_OPENING_BYTES_MAX: usize = 4096;
/// Colour registers of a sixel picture, as in xterm.
pub const SIXEL_REGISTERS_MAX: usize = 1024;
/// Pixels of a sixel picture's side: a cell is 8 x 16, and no screen has more than a thousand.
pub const SIXEL_SIDE_PIXELS_MAX: usize = 10_000;
/// Pixels of a sixel picture: 2048 x 2048, which are 16 MiB while it is painted.
pub const SIXEL_PIXELS_MAX: usize = 4 * 1024 * 1024;
/// Pixels that a sixel picture paints, those that it paints again too: each of the largest in some registers' turns.
pub const SIXEL_PAINTED_PIXELS_MAX: usize = 4 * SIXEL_PIXELS_MAX;
/// Columns or rows that a picture takes: a screen's.
pub const PICTURE_CELLS_MAX: u32 = SIDE_CELLS_MAX as u32;
/// Stretches of one row of history in which a picture that was written over is still seen; what is behind them is not.
pub const PICTURE_STRETCHES_MAX: usize = 16;
/// Such rows of one picture in history; those below them show nothing of it. All such notes are 5 MB of a head at most.
pub const PICTURE_TORN_ROWS_MAX: usize = 64;

// What a format can make run (`#(…)`, `session::format_jobs`).

/// Commands whose lines are remembered: a status line has a few, a loop over all windows one for each.
pub const FORMAT_JOBS_MAX: usize = 1000;
/// Of them running at once; the others wait for the next look. Well below what the shell around the core runs at
/// once, so that `run-shell` always finds room.
pub const FORMAT_JOBS_RUNNING_MAX: usize = 32;
/// Bytes of a line: more than the widest status line with a style for each column's text.
pub const FORMAT_LINE_BYTES_MAX: usize = 4096;
/// One that has run for so long without a word hangs: it is ended, and begins anew when it is asked for.
pub const FORMAT_JOB_QUIET_MS_MAX: u64 = 3600 * 1000;
/// One that nobody has asked for in that time is ended and forgotten.
pub const FORMAT_JOB_UNASKED_MS_MAX: u64 = 3600 * 1000;
