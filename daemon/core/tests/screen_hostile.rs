//! Programs that print what costs most, in pieces as the loop hands them over. Watched are the memory that the screen takes
//! at most, and the processor time of the dearest turn, in which nobody else is served.

use abide_core::base::geometry::Size;
use abide_core::screen::Screen;
use peak_alloc::PeakAlloc;
use rustix::time::{ClockId, clock_gettime};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// What the loop hands over at once (`READ_BYTES_PER_TURN`).
const PIECE_BYTES: usize = 64 * 1024;
const PIECES: usize = 16;
const HISTORY_LINES: u32 = 1000;

/// A kind of output: its name, what begins it, and the n-th part of what follows.
type Kind = (&'static str, &'static str, fn(u32) -> String);

const KINDS: &[Kind] = &[
    ("text", "", |n| format!("line {n} of ordinary text\r\n")),
    ("an endless title", "\x1b]2;", |_| "t".into()),
    ("an endless clipboard", "\x1b]52;c;", |_| "QUJD".into()),
    ("an endless device string", "\x1bP$q", |_| "m".into()),
    ("an endless application string", "\x1b_G", |_| "Gf=24;".into()),
    ("endless parameters", "\x1b[", |n| format!("{n};:")),
    ("marks on one cell", "a", |n| char::from_u32(0x300 + n % 112).unwrap_or_default().into()),
    ("joined emoji", "👩", |_| "\u{200d}👩".into()),
    ("signs that join what comes", "", |n| if n % 40 == 0 { "a".into() } else { "\u{600}".into() }),
    ("emoji turned to text", "", |_| "⌚\u{fe0e}\u{fe0f}".into()),
    ("clusters, each another", "", |n| {
        let mark = |n: u32| char::from_u32(0x300 + n % 112).unwrap_or_default();
        format!("e{}{}{}", mark(n), mark(n / 112), mark(n / 112 / 112))
    }),
    ("colours, each another", "", |n| format!("\x1b[38;2;{};{};{}mx", n >> 16 & 255, n >> 8 & 255, n & 255)),
    ("links, each another", "", |n| format!("\x1b]8;;http://h/{}{n}\x1b\\x", "p".repeat(2000))),
    ("titles pushed", "", |n| format!("\x1b]2;{}{n}\x07\x1b[22t", "t".repeat(4000))),
    ("styles pushed", "", |_| "\x1b[#{".into()),
    ("palettes pushed", "\x1b]4;1;rgb:1/2/3\x07", |_| "\x1b[#P".into()),
    ("keyboard flags pushed", "", |_| "\x1b[>1u".into()),
    ("repetition", "x", |_| "\x1b[65535b".into()),
    ("repeated wide characters", "漢", |_| "\x1b[65535b".into()),
    ("the screen filled with E", "", |_| "\x1b#8".into()),
    ("rectangles filled", "", |_| "\x1b[65;1;1;999;999$x".into()),
    ("rectangles copied", "\x1b#8", |n| format!("\x1b[1;1;999;999;1;{};2;1$v", 1 + n % 2)),
    ("rectangles' styles changed", "\x1b#8", |n| format!("\x1b[1;1;999;999;{}$r", n % 8)),
    ("rectangles' styles reversed", "\x1b#8", |_| "\x1b[1;1;999;999;7$t".into()),
    ("rectangles' styles asked for", "\x1b#8", |_| "\x1b[1;1;999;999#|".into()),
    ("protected cells spared", "\x1b[1\"q\x1b#8abc", |_| "\x1b[?2J".into()),
    ("cells inserted and deleted", "\x1b#8", |_| "\x1b[65535@\x1b[65535P".into()),
    ("lines inserted and deleted", "\x1b#8", |_| "\x1b[65535L\x1b[65535M".into()),
    ("scrolled both ways", "\x1b#8", |_| "\x1b[S\x1b[T".into()),
    ("scrolled between margins", "\x1b#8\x1b[?69h\x1b[2;79s\x1b[2;23r", |_| "\x1b[S\x1b[T".into()),
    ("lines scrolled in from above", "\x1b[H", |_| "\x1bM".into()),
    ("erased in colour", "\x1b[41m", |_| "\x1b[2J".into()),
    ("history cleared", "", |_| "line\r\n\x1b[3J".into()),
    ("screens switched", "", |_| "\x1b[?1049h\x1b[?1049l".into()),
    ("screens left and come back to", "\x1b[?47h\x1b#8", |_| "\x1b[?47h\x1b[?47l".into()),
    ("variables", "", |n| format!("\x1b]1337;SetUserVar=v{n}={}\x07", "QUFB".repeat(300))),
    ("states reset", "", |_| "\x1bc".into()),
    ("tab stops", "", |_| "\x1b[C\x1bH".into()),
    ("tabs", "", |_| "\t\x1b[65535Z".into()),
    ("questions", "", |_| "\x1b[c\x1b[6n\x1b]4;1;?\x07".into()),
    ("notices", "", |n| format!("\x1b]99;i={n}:d=0;body\x07")),
    ("empty lines", "", |_| "\n".into()),
    ("lines in changing colours", "", |n| {
        let cell = |x: u32| format!("\x1b[38;2;{};{};{}mx", n & 255, x, (n ^ x) & 255);
        (0..80).map(cell).chain(["\r\n".into()]).collect()
    }),
];

/// What a screen may take for any of them: links of 2,000 bytes in each cell, and a thousand lines in as many colours.
const HELD_BYTES_MAX: usize = 16 << 20;
/// Processor time of one turn in an unoptimised build beside other work. What grows with the square of a piece, or does
/// a piece's sequences all at once, takes seconds.
const TURN_MS_MAX: f64 = 200.0;
/// Turns of each kind: the memory is full by then.
const TURNS: usize = 100;
/// With the largest picture twice while it is decoded, and all that are kept.
const PICTURES_HELD_BYTES_MAX: usize = 96 << 20;
/// One picture of four million pixels is decoded and encoded in a turn, never two.
const PICTURE_TURN_MS_MAX: f64 = 1500.0;
const PICTURE_TURNS: usize = 20;

/// Those that bring pictures.
const PICTURE_KINDS: &[Kind] = &[
    ("sixel pictures, each of few bytes", "", |n| {
        format!("\x1bPq#{}{}\x1b\\", n % 256, "!2048~-".repeat(340))
    }),
    ("a sixel picture painted over and over", "\x1bPq", |n| format!("#{}!2048~$", n % 256)),
    ("a sixel picture that grows", "\x1bPq", |n| format!("{}-", "~".repeat(n as usize % 2000))),
    ("pictures of pixels", "", |n| kitty(&format!("f=24,s=64,v=64,i={n}"), &[n as u8; 64 * 64 * 3])),
    ("pictures deflated", "", |n| {
        thread_local!(static FLAT: Vec<u8> = miniz_oxide::deflate::compress_to_vec_zlib(&vec![9; 16 << 20], 6));
        FLAT.with(|flat| kitty(&format!("f=32,o=z,s=2048,v=2048,i={n}"), flat))
    }),
    ("pictures placed", PIXEL, |n| format!("\x1b_Ga=p,i=1,p={n},C=1,q=2\x1b\\")),
    ("pictures in pictures' places", "", |n| {
        format!(
            "\x1b[H{}\x1b[2;2H {}",
            kitty(&format!("f=24,s=1,v=1,c=70,r=20,i={}", n % 9), &[1, 2, 3]),
            n % 10
        )
    }),
];

/// A picture of one pixel with the name 1.
const PIXEL: &str = "\x1b_Ga=t,q=2,f=24,s=1,v=1,i=1;AQID\x1b\\";

/// A picture that is shown where the cursor is.
fn kitty(control: &str, data: &[u8]) -> String {
    format!("\x1b_Ga=T,q=2,C=1,{control};{}\x1b\\", base64(data))
}

fn base64(data: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let four = |three: &[u8]| {
        let n = three.iter().enumerate().fold(0u32, |n, (i, b)| n | u32::from(*b) << (16 - 8 * i));
        (0..=three.len())
            .map(move |i| char::from(DIGITS[(n >> (18 - 6 * i) & 63) as usize]))
            .collect::<String>()
    };
    data.chunks(3).map(four).collect()
}

fn thread_ms() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

/// The bytes of a kind, as many as are fed at most.
fn output((_, begin, part): &Kind) -> Vec<u8> {
    let mut bytes = begin.as_bytes().to_vec();
    let mut n = 0;
    while bytes.len() < PIECES * PIECE_BYTES {
        bytes.extend_from_slice(part(n).as_bytes());
        n += 1;
    }
    bytes
}

/// One test, since what others allocate meanwhile would be counted too.
#[test]
fn no_output_takes_more_than_its_share_and_a_turn_may_take_any_part_of_it() {
    takes_no_more_memory_or_time();
    may_be_taken_in_any_parts();
}

fn takes_no_more_memory_or_time() {
    for (size, kinds, bounds) in [
        ((80, 24), KINDS, (TURNS, HELD_BYTES_MAX, TURN_MS_MAX)),
        ((300, 100), KINDS, (TURNS, HELD_BYTES_MAX, TURN_MS_MAX)),
        ((80, 24), PICTURE_KINDS, (PICTURE_TURNS, PICTURES_HELD_BYTES_MAX, PICTURE_TURN_MS_MAX)),
    ] {
        let ((cols, rows), (turns_max, held_max, turn_ms_max)) = (size, bounds);
        for kind in kinds {
            let bytes = output(kind);
            let before = HEAP.current_usage();
            HEAP.reset_peak_usage();
            let mut screen = Screen::new(Size::new(cols, rows), HISTORY_LINES);
            let (mut dearest_ms, mut turns, mut at) = (0.0_f64, 0, 0);
            while at < bytes.len() && turns < turns_max {
                let begun = thread_ms();
                at += screen.feed_some(&bytes[at..(at + PIECE_BYTES).min(bytes.len())]);
                screen.outcome();
                dearest_ms = dearest_ms.max(thread_ms() - begun);
                turns += 1;
            }
            let held = HEAP.peak_usage() - before;
            let name = kind.0;
            println!(
                "{cols}x{rows} {name:34} {turns:>4} turns, dearest {dearest_ms:>7.2} ms, {:>6} KiB",
                held >> 10
            );
            assert!(held < held_max, "{name}: {held} bytes");
            assert!(dearest_ms < turn_ms_max, "{name}: {dearest_ms} ms");
        }
    }
}

fn may_be_taken_in_any_parts() {
    for kind in KINDS.iter().chain(PICTURE_KINDS) {
        let bytes = &output(kind)[..PIECE_BYTES / 4];
        let (mut whole, mut cut) = (Screen::new(Size::new(80, 24), 100), Screen::new(Size::new(80, 24), 100));
        whole.feed(bytes);
        for piece in bytes.chunks(777) {
            let mut rest = piece;
            while !rest.is_empty() {
                rest = &rest[cut.feed_some(rest)..];
            }
        }
        assert!(whole.head() == cut.head(), "{}", kind.0);
        assert_eq!(whole.outcome().replies, cut.outcome().replies, "{}", kind.0);
    }
}
