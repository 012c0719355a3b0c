//! Every bound of keeper and shared memory on one page, each with its reason.

/// Bytes of a pane's journal ring. What a program may print while no daemon reads, before it waits.
pub const JOURNAL_BYTES: usize = 1024 * 1024;
/// Bytes of a pane's input ring: the longest paste buffer. Memory is taken only by what a program has left unread,
/// which outlives the daemon here; what is beyond is refused.
pub const INPUT_BYTES: usize = 16 * 1024 * 1024;
/// Bytes in front of each input record.
pub const INPUT_HEADER_BYTES: usize = 32;
/// Bytes in one input record: two fit the ring, so that one can be written while the other is read. A ring of another
/// size has records of its own.
pub const INPUT_RECORD_BYTES_MAX: usize = INPUT_BYTES / 2 - INPUT_HEADER_BYTES;
/// Bytes of a checkpoint slot. A head of 1000 x 1000 cells, each with a style of its own, stays below.
pub const SLOT_BYTES: usize = 32 * 1024 * 1024;
/// Chunk slots of a pane, 256 MiB in all: about five million lines of history that no store has.
pub const CHUNK_SLOTS: usize = 4096;
/// Free chunk slots that keep their pages while a pane floods: 1 MiB at most, as much as the journal. A checkpoint in a
/// flood seals half a journal: two chunks of plain text, five of coloured text, sixteen where the rows of history
/// take twice the bytes that made them.
pub const WARM_SLOTS_MAX: usize = 16;
/// Of the journal's bytes, the share that a checkpoint covers in a flood: it is written as soon as half is held. One
/// that covers less was written because its time had come, and is no flood's.
pub const FLOOD_JOURNAL_SHARE: u64 = 2;
/// Bytes of a slot of the structure: 4000 panes at a KiB each, with room for their environments.
pub const STRUCTURE_BYTES: usize = 64 * 1024 * 1024;
/// Bytes read into a journal before its memory is given back once the pane is quiet: less is what a shell at work touches.
pub const JOURNAL_GIVE_BACK_BYTES: u64 = 64 * 1024;
/// How long a pane has been quiet by then: longer than the daemon takes to cover by a checkpoint what was printed last
/// (a quarter of a second), so long that a program which prints each second keeps its pages.
pub const QUIET_MS: u64 = 2000;
/// Bytes of input that were given to the program before their memory is given back: a system call for 1,600 keys.
pub const INPUT_GIVE_BACK_BYTES: u64 = 64 * 1024;
/// Clients whose input numbers a pane remembers, the daemon itself among them.
pub const MARKS_MAX: usize = 128;
/// Panes of one keeper: bits in the doorbell's table. The core allows 4000.
pub const PANES_MAX: usize = 4096;
/// Bytes of a message: below half of the kernel's usual socket buffer (212,992), with twice what a greeting's
/// environment may have.
pub const MESSAGE_BYTES_MAX: usize = 160 * 1024;
/// Words of a program.
pub const WORDS_MAX: usize = 1000;
/// Variables of its environment.
pub const VARIABLES_MAX: usize = 4000;
/// Messages that wait for a daemon that does not read before no more is taken from it.
pub const OUTBOX_MESSAGES_MAX: usize = 8 * PANES_MAX;
/// Bytes read from one pty before the others have their turn.
pub const TURN_BYTES: usize = 64 * 1024;
/// Bytes of the journal that are blank before they are read into: twice what a pty gives in one read (4,095 bytes).
pub const BLANK_BYTES: usize = 8 * 1024;
/// Writes to one pty before the others have their turn: a program that reads as fast as somebody types into it would
/// keep the keeper for ever. Half a millisecond.
pub const TURN_WRITES: u32 = 64;
/// Bytes of input that are put into the sluice at once: a quarter of what a pipe holds, four times what a pty takes.
pub const SLUICE_BYTES: usize = 16 * 1024;
/// Bytes of a handover record: 4096 panes and their programs at 500 bytes each, with four times the room.
pub const HANDOVER_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Programs in a handover record: those of panes, and as many again for each pane that were released and still run.
pub const HANDOVER_PROGRAMS_MAX: usize = 16 * PANES_MAX;
/// Bytes of a program's name in it.
pub const HANDOVER_NAME_BYTES_MAX: usize = 256;
/// How long a program may take to say whether it understands a handover record, and a daemon to take its messages
/// before its keeper is replaced.
pub const REPLACE_MS: u64 = 5000;
/// Bytes of its answer.
pub const ANSWER_BYTES_MAX: usize = 1024;
/// How long a daemon whose keeper's link has ended waits for the keeper's process to be gone.
pub const KEEPER_GONE_MS: u64 = 2000;
/// How long a keeper that is to follow a lost one waits for the lock: who is killed gives its memory back first, a gigabyte in
/// some 160 ms. A daemon that lives on takes the lost keeper's place within that, and is left alone.
pub const DYING_MS: u64 = 1000;
/// How often that is looked at: what clients wait longer by, at most.
pub const DYING_LOOK_MS: u64 = 5;
/// Of the descriptors that a daemon may open, the share up to which it takes those that only a lost keeper needs: two
/// per pane beside the two that each pane needs in any case.
pub const RESCUE_DESCRIPTORS_SHARE: u64 = 2;
/// How long the new parent of a lost keeper's program may take to reap it before its status is given up.
pub const REAPED_MS: u64 = 1000;
/// How often that is looked at.
pub const REAPED_LOOK_MS: u64 = 5;
/// Bytes kept of what a daemon wrote to stderr: a backtrace of some fifty frames.
pub const LAST_WORDS_BYTES_MAX: usize = 16 * 1024;

/// What a service manager may hold for us: three things a pane, and two that are nobody's.
pub const DEPOSIT_THINGS_MAX: usize = 3 * PANES_MAX + 2;
/// What it has still to be told, while it takes no more: all that it may hold, and as much again.
pub const DEPOSIT_MOVES_MAX: usize = 2 * DEPOSIT_THINGS_MAX;
/// How soon it is told again: its socket takes ten messages (net.unix.max_dgram_qlen), and it reads them at once.
pub const DEPOSIT_AGAIN_MS: u64 = 10;
/// How long the end waits for it to take the rest.
pub const DEPOSIT_END_MS: u64 = 200;

/// How long a daemon may take to answer or a keeper to greet.
pub const GREETING_MS: u64 = 5000;
/// How long a daemon that ends may take to tell the keeper so: behind hundreds of programs to start, say.
pub const LAST_WORDS_MS: u64 = 500;
/// How long a daemon on trial may take from its greeting to its serving. 1000 panes take less than a second; a machine
/// that swaps takes long, and the sessions stand still meanwhile.
pub const TAKING_OVER_MS: u64 = 30_000;
/// Bytes of the path of a program: Linux's PATH_MAX.
pub const PROGRAM_BYTES_MAX: usize = 4096;
/// A daemon that lives this long has started well: the next start after its death is at once again.
pub const STARTED_WELL_MS: u64 = 10_000;
/// Wait before the second start in a row; doubles from there.
pub const RESTART_MS_MIN: u64 = 50;
/// The longest wait before a start.
pub const RESTART_MS_MAX: u64 = 5000;
/// Daemons that end without ever greeting, one after the other and no pane open, before the keeper gives up.
pub const STILLBORN_MAX: u32 = 5;
/// How long programs have after SIGHUP at the end before SIGKILL. tmux leaves them alone; a server that is
/// to be gone should be.
pub const HANGUP_MS: u64 = 500;
/// How long a daemon may flush its store at the end. Whoever ends a container gives ten seconds at least.
pub const FAREWELL_MS: u64 = 5000;
/// What of that must be left for another daemon to be started, when one dies before all is stored.
pub const FAREWELL_AGAIN_MS: u64 = 2000;
/// How long a daemon that has closed its link may take to end by itself: how it ends, and its last words, say why. Then
/// it is killed, since there must never be two. On a busy machine it may wait that long for a processor; one that is dead
/// costs none of it.
pub const UNLINKED_MS: u64 = 500;
/// How long a daemon that was killed may still be there before the end goes on without it: one whose disk does not
/// answer can't be ended at all.
pub const KILLED_MS: u64 = 300;
/// How long a pty that others still hold open may deliver after its program has ended.
pub const LAST_BYTES_MS: u64 = 100;
/// How often a pty that nobody holds open, while its program lives, is looked at again.
pub const REOPENED_MS: u64 = 100;
