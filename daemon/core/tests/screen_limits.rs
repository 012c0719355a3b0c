//! Each bound of a screen, hit.

use abide_core::base::geometry::Size;
use abide_core::base::limits::*;
use abide_core::screen::{CellText, Screen};

fn screen(cols: u16, rows: u16, lines: u32) -> Screen {
    Screen::new(Size::new(cols, rows), lines)
}

fn fed(bytes: &[u8]) -> Screen {
    let mut screen = screen(20, 4, 100);
    screen.feed(bytes);
    screen
}

#[test]
fn a_sequence_that_is_too_long_is_ignored_to_its_end() {
    let long = [b"\x1b[".to_vec(), vec![b'0'; SEQUENCE_BYTES_MAX + 1], b"1mA".to_vec()].concat();
    let screen = fed(&long);
    assert_eq!(screen.row(0).text(), "A");
    assert!(screen.row(0).cells().all(|cell| cell.style.attrs == 0));
    let mut flood = fed(b"\x1b[");
    flood.feed(&vec![b'0'; 1 << 20]);
    assert!(flood.head().len() < 8 * 1024, "held: {}", flood.head().len());
}

#[test]
fn a_string_that_is_too_long_is_dropped_whole() {
    for (len, kept) in [(TITLE_BYTES_MAX, true), (STRING_BYTES_MAX, false)] {
        let title = [b"\x1b]2;".to_vec(), vec![b't'; len], b"\x07x".to_vec()].concat();
        let screen = fed(&title);
        assert_eq!(!screen.title().is_empty(), kept, "{len}");
        assert_eq!(screen.row(0).text(), "x");
    }
    let mut endless = fed(b"\x1b]0;");
    endless.feed(&vec![b'y'; 4 << 20]);
    assert!(endless.head().len() < 8 * 1024);
    let mut skipped = fed(b"\x1b_G");
    skipped.feed(&vec![b'y'; 4 << 20]);
    assert!(skipped.head().len() < 8 * 1024);
}

#[test]
fn titles_are_cut_between_characters() {
    let title =
        [b"\x1b]2;".to_vec(), "é".repeat(TITLE_BYTES_MAX / 2 + 1).into_bytes(), b"\x07".to_vec()].concat();
    assert_eq!(fed(&title).title().len(), TITLE_BYTES_MAX);
}

#[test]
fn titles_on_the_stack_are_counted() {
    let mut screen = fed(b"");
    for n in 0..TITLE_STACK_MAX + 2 {
        screen.feed(format!("\x1b]2;{n}\x07\x1b[22t").as_bytes());
    }
    screen.feed("\x1b[23t".repeat(TITLE_STACK_MAX + 5).as_bytes());
    assert_eq!(screen.title(), "2", "the oldest two are gone");
}

#[test]
fn keyboard_flags_on_the_stack_are_counted() {
    let mut screen = fed(b"");
    for n in 1..KEYBOARD_STACK_MAX as u32 + 3 {
        screen.feed(format!("\x1b[>{n}u").as_bytes());
    }
    let mut now = |bytes: &str| {
        screen.feed(bytes.as_bytes());
        screen.feed(b"\x1b[?u");
        String::from_utf8(screen.outcome().replies).expect("text")
    };
    assert_eq!(now(""), "\x1b[?10u");
    assert_eq!(now(&format!("\x1b[<{KEYBOARD_STACK_MAX}u")), "\x1b[?2u", "the oldest two are gone");
    assert_eq!(now("\x1b[<65535u"), "\x1b[?0u");
}

#[test]
fn a_clipboard_has_a_size() {
    for (len, kept) in [(CLIPBOARD_STRING_BYTES_MAX - 8, true), (CLIPBOARD_STRING_BYTES_MAX, false)] {
        let set = [b"\x1b]52;c;".to_vec(), vec![b'A'; len / 4 * 4], b"\x07".to_vec()].concat();
        let mut screen = fed(&set);
        assert_eq!(screen.outcome().clipboard.is_some(), kept, "{len}");
    }
}

#[test]
fn links_and_directories_have_a_length() {
    for (extra, kept) in [(0, true), (1, false)] {
        let target = format!("https://{}", "a".repeat(LINK_BYTES_MAX - 8 + extra));
        let screen = fed(format!("\x1b]8;;{target}\x07x").as_bytes());
        assert_eq!(screen.row(0).cells().all(|cell| cell.style.link == target), kept);
        let path = format!("/{}", "d".repeat(CWD_BYTES_MAX - 1 + extra));
        let screen = fed(format!("\x1b]7;file://h{path}\x07").as_bytes());
        assert_eq!(screen.cwd() == path, kept);
    }
}

#[test]
fn a_cell_keeps_so_many_scalars() {
    let screen = fed(format!("a{}", "\u{301}".repeat(3 * CLUSTER_SCALARS_MAX)).as_bytes());
    let scalars = screen.row(0).cells().next().map(|cell| match cell.text {
        CellText::Char(_) => 1,
        CellText::Cluster(text) => text.chars().count(),
    });
    assert_eq!(scalars, Some(CLUSTER_SCALARS_MAX));
}

#[test]
fn replies_wait_up_to_a_bound() {
    let mut screen = fed(b"");
    for _ in 0..REPLY_BYTES_MAX / 1024 {
        screen.feed(&b"\x1b[c".repeat(1024));
    }
    let replies = screen.outcome().replies;
    assert!(replies.len() <= REPLY_BYTES_MAX && replies.len() > REPLY_BYTES_MAX - 64);
    assert!(replies.ends_with(b"c"), "none is cut");
}

#[test]
fn more_styles_than_cells_can_number_are_rounded() {
    let mut screen = screen(400, 200, 0);
    for n in 0..400 * 200u32 {
        let (r, g, b) = (n >> 16 & 0xff, n >> 8 & 0xff, n & 0xff);
        screen.feed(format!("\x1b[38;2;{r};{g};{b}mx").as_bytes());
    }
    let mut exact = 0;
    for y in 0..200u16 {
        for cell in screen.row(y).cells() {
            let n = u32::from(y) * 400 + u32::from(cell.x);
            let rgb = abide_protocol::message::Color::Rgb((n >> 16) as u8, (n >> 8) as u8, n as u8);
            exact += usize::from(cell.style.fg == rgb);
            assert_ne!(cell.style.fg, abide_protocol::message::Color::Default, "cell {n} lost its colour");
        }
    }
    assert!(exact > STYLES_MAX - 2000, "{exact} of {STYLES_MAX}");
    screen.feed(b"\x1b[H\x1b[2J\x1b[38;2;1;2;3mx");
    let fresh = screen.row(0).cells().next().map(|cell| cell.style.fg);
    assert_eq!(fresh, Some(abide_protocol::message::Color::Rgb(1, 2, 3)), "numbers are dealt again");
}

#[test]
fn more_clusters_than_can_be_numbered_lose_their_marks() {
    let mut screen = screen(1000, 300, 0);
    // Equal ones would be one.
    let mark = |n: u32| char::from_u32(0x300 + n % 112).unwrap_or_default();
    for n in 0..300_000u32 {
        let base = char::from(b'a' + (n % 26) as u8);
        screen.feed(format!("{base}{}{}", mark(n / 26), mark(n / 26 / 112)).as_bytes());
    }
    let mut clusters = std::collections::BTreeSet::new();
    for y in 0..300u16 {
        for cell in screen.row(y).cells() {
            if let CellText::Cluster(text) = cell.text {
                clusters.insert(text.to_owned());
            }
        }
    }
    let clusters = clusters.len();
    assert!(clusters <= CLUSTERS_MAX && clusters > CLUSTERS_MAX - 1000, "{clusters}");
    assert_eq!(screen.row(299).cells().count(), 1000);
}

#[test]
fn history_has_a_number_of_lines_and_of_bytes() {
    let mut plain = screen(80, 24, 1000);
    plain.feed("y\r\n".repeat(50_000).as_bytes());
    assert_eq!(plain.history().end - plain.history().start, 1000);
    // Rows as heavy as can be: 1000 columns, a colour and a cluster each.
    let mut heavy = screen(1000, 2, 100);
    for y in 0..400u32 {
        let mut line = String::new();
        for x in 0..1000u32 {
            line.push_str(&format!("\x1b[38;2;{};{};{}me\u{301}\u{302}\u{303}", x & 255, x >> 8, y & 255));
        }
        heavy.feed(line.as_bytes());
        heavy.feed(b"\r\n");
    }
    let bytes: usize = heavy.chunk_ids().filter_map(|id| heavy.chunk(id)).map(<[u8]>::len).sum();
    assert!(bytes <= 100 * HISTORY_BYTES_PER_LINE_MAX + 2 * CHUNK_BYTES_MAX, "{bytes}");
    assert!(
        heavy
            .chunk_ids()
            .collect::<Vec<_>>()
            .into_iter()
            .all(|id| heavy.chunk(id).is_some_and(|c| c.len() <= CHUNK_BYTES_MAX))
    );
    assert!(heavy.history().start < heavy.history().end);
}

#[test]
fn text_in_history_is_hardly_dearer_than_its_bytes() {
    // A cluster takes two bytes, and what follows it two; per cent of the text's bytes, without the end of its line.
    for (text, most) in [
        ("Nov 29 04:05:06 host daemon[4711]: a line as logs have them", 105),
        ("Съешь же ещё этих мягких французских булок, да выпей чаю", 104),
        ("日本語の文章がここにあります、端末は二桁で表示します", 104),
        ("한국어 문장도 두 칸씩 차지합니다 그리고 끝", 105),
        ("中文“引号”和 ASCII 混排—没有问题…", 106),
        ("ｱｲｳ 半角ｶﾅ と 全角カナ、emoji 😀🎉", 106),
        ("e\u{301}a\u{308}o\u{302} 👍🏽 🇩🇪 👨‍👩‍👧 ❤️ done", 150),
    ] {
        let mut screen = screen(80, 24, 100_000);
        let lines = 20_000;
        for n in 0..lines {
            screen.feed(format!("{n:5} {text}\r\n").as_bytes());
        }
        let held: usize = screen.chunk_ids().filter_map(|id| screen.chunk(id)).map(<[u8]>::len).sum();
        let all = lines * (text.len() + 6);
        println!("{:.3} of its bytes: {text}", held as f64 / all as f64);
        assert!(held * 100 <= all * most, "{held} bytes for {all}");
        assert!(held > all / 20, "{held} bytes are not all of it");
    }
}

#[test]
fn a_row_that_no_chunk_holds_keeps_its_text() {
    let mut screen = screen(1000, 1, 10);
    for n in 0..40 {
        screen.feed(format!("\x1b]8;;https://h/{}{n}\x07x", "p".repeat(2000)).as_bytes());
    }
    screen.feed(b"\x1b]8;;\x07\r\n");
    assert_eq!(screen.line(0).map(|row| row.text()), Some("x".repeat(40)));
}

#[test]
fn sides_are_brought_into_their_range() {
    let mut screen = screen(0, 0, 10);
    assert_eq!((screen.size().cols, screen.size().rows), (1, 1));
    screen.feed("漢字abc\r\n\x1b[5;5Hx".as_bytes());
    screen.resize(Size { cols: u16::MAX, rows: u16::MAX });
    assert_eq!((screen.size().cols, screen.size().rows), (SIDE_CELLS_MAX, SIDE_CELLS_MAX));
}

#[test]
fn counts_of_a_program_cost_a_screen_at_most() {
    let mut screen = screen(80, 24, 100);
    let counts: String = "@ABCDEFGILMPSTXZbde`".chars().map(|c| format!("\x1b[65535{c}")).collect();
    for _ in 0..2000 {
        screen.feed(b"x");
        screen.feed(counts.as_bytes());
    }
    assert!(screen.cursor().x < 80);
}

/// Lines that are 60 columns wide until there are so many sealed chunks, all of them in the store.
fn stored(chunks: usize, cols: u16) -> Screen {
    let mut screen = screen(cols, 2, 10_000_000);
    let row = "abcdefghij".repeat(usize::from(cols / 10));
    let rows: String = (0..200).map(|_| format!("{row}\r\n")).collect();
    while screen.chunk_ids().count() < chunks {
        screen.feed(rows.as_bytes());
    }
    for id in screen.chunk_ids().collect::<Vec<_>>() {
        screen.chunk_is_stored(id, 1000);
    }
    screen
}

#[test]
fn a_resize_after_a_crash_wraps_all_that_was_squeezed() {
    let mut screen = stored(100, 60);
    screen.squeeze_history(usize::MAX);
    let chunk = |id| screen.chunk(id).map(<[u8]>::to_vec).into();
    let mut after = Screen::restore(&screen.head(), &mut |id| chunk(id)).expect("its own head");
    after.resize(Size::new(30, 2));
    for n in after.history().start..after.history().end {
        let row = after.line(n).expect("in memory");
        assert_eq!(row.text().len(), 30, "row {n}");
    }
}

/// Where wide and narrow characters take turns, too, as in Korean; and what heads say of it is little.
#[test]
fn text_of_every_script_is_wrapped_anew() {
    for line in [
        "한국어 문장도 두 칸씩 차지합니다 그리고 이 줄은 끝",
        "日本語の文章がここにあります、端末は二桁で表示します",
        "a漢b字c仮d名e漢f字g仮h名i漢j字k仮l名m漢n字o仮p名q漢r字",
    ] {
        let cols = abide_core::text::width(line) as u16;
        let mut screen = screen(cols, 2, 100_000);
        let mut lines = 0;
        while screen.chunk_ids().count() < 30 {
            screen.feed((line.to_owned() + "\r\n").repeat(100).as_bytes());
            lines += 100;
        }
        let head = screen.head().len();
        screen.squeeze_history(usize::MAX);
        let told = screen.head().len() - head;
        assert!(told * 4 <= lines, "{told} bytes in a head for {lines} lines of {line}");
        screen.resize(Size::new(cols / 2 + 1, 2));
        let history = screen.history();
        for n in (history.start..history.end).step_by(2) {
            let rows = [n, n + 1].map(|n| screen.line(n).map_or(String::new(), |row| row.text()));
            assert_eq!(rows.concat(), line, "row {n}");
        }
    }
}

#[test]
fn readers_have_so_much_open_and_want_so_much_at_once() {
    let mut screen = stored(200, 60);
    let chunks: Vec<(u64, Vec<u8>)> =
        screen.chunk_ids().map(|id| (id, screen.chunk(id).expect("in memory").to_vec())).collect();
    screen.spill_history(0);
    assert!(screen.chunk_ids().count() <= HOT_CHUNKS_MIN);
    let held = screen.history_held_bytes();
    for n in screen.history().start..screen.history().end {
        let _ = screen.line(n);
    }
    assert_eq!(screen.take_wanted().len(), WANTED_CHUNKS_MAX);
    for (id, bytes) in &chunks {
        assert!(screen.give_back_chunk(*id, Some(bytes)));
        assert!(screen.history_held_bytes() <= held + READ_CHUNKS_BYTES_MAX);
    }
    screen.end_reading();
    assert_eq!(screen.history_held_bytes(), held);
}

#[test]
fn chunks_in_memory_are_as_many_as_shared_memory_has_room_for() {
    let mut screen = stored(HELD_CHUNKS_MAX + 10, 1000);
    assert!(screen.history_is_over(usize::MAX));
    screen.spill_history(usize::MAX);
    assert!(!screen.history_is_over(usize::MAX));
    assert_eq!(screen.chunk_ids().count(), HELD_CHUNKS_MAX);
}

#[test]
fn notices_have_a_length() {
    let mut screen = Screen::new(Size::new(10, 2), 0);
    let long = "x".repeat(NOTICE_BYTES_MAX + 10);
    screen.feed(format!("\x1b]777;notify;{long};{long}\x07").as_bytes());
    let notice = screen.outcome().notice.expect("a notice");
    assert_eq!((notice.title.len(), notice.body.len()), (NOTICE_BYTES_MAX, NOTICE_BYTES_MAX));
    // Parts that are too much for it are left out.
    for _ in 0..1000 {
        screen.feed(b"\x1b]99;d=0;0123456789\x07");
    }
    screen.feed(b"\x1b]99;;\x07");
    let notice = screen.outcome().notice.expect("a notice");
    assert!((NOTICE_BYTES_MAX - 10..=NOTICE_BYTES_MAX).contains(&notice.title.len()));
}

#[test]
fn variables_have_a_number_and_a_length() {
    let mut screen = Screen::new(Size::new(10, 2), 0);
    let set = |screen: &mut Screen, name: &str, value: &str| {
        screen.feed(format!("\x1b]1337;SetUserVar={name}={value}\x07").as_bytes());
    };
    for n in 0..VARIABLES_MAX + 3 {
        set(&mut screen, &format!("v{n}"), "YQ==");
    }
    assert_eq!(screen.variables().count(), VARIABLES_MAX);
    // One that is there can be set, and makes room when it goes.
    set(&mut screen, "v0", &"QUFB".repeat(1000));
    assert_eq!(screen.variable("v0").len(), VARIABLE_BYTES_MAX);
    set(&mut screen, "v0", "");
    let longest = "n".repeat(VARIABLE_NAME_BYTES_MAX);
    set(&mut screen, &format!("{longest}n"), "YQ==");
    set(&mut screen, &longest, "YQ==");
    assert_eq!((screen.variable(&longest), screen.variables().count()), ("a", VARIABLES_MAX));
    screen.reset_modes();
    assert_eq!(screen.variables().count(), 0);
}

#[test]
fn a_question_of_pointers_has_an_end() {
    let mut screen = Screen::new(Size::new(10, 2), 0);
    screen.feed(format!("\x1b]22;?{}a\x07", "a,".repeat(POINTERS_ASKED_MAX)).as_bytes());
    let told = screen.outcome().replies;
    assert_eq!(told.iter().filter(|b| **b == b'0').count(), POINTERS_ASKED_MAX);
}

#[test]
fn styles_and_palettes_on_stacks_are_counted() {
    let mut screen = Screen::new(Size::new(10, 2), 0);
    for _ in 0..100 {
        screen.feed(b"\x1b[#{\x1b[#P");
    }
    screen.feed(b"\x1b[#R");
    assert_eq!(screen.outcome().replies, format!("\x1b[{0};{0}#Q", COLOR_STACK_MAX).into_bytes());
    let full = screen.head();
    screen.feed(b"\x1b[#{");
    assert!(screen.head() == full, "another style was pushed");
    for _ in 0..PEN_STACK_MAX {
        screen.feed(b"\x1b[#}");
    }
    let empty = screen.head();
    screen.feed(b"\x1b[#}");
    assert!(screen.head() == empty && empty != full, "there were more styles than that");
}

#[test]
fn what_is_dear_waits_for_another_turn() {
    let mut screen = Screen::new(Size::new(300, 100), 0);
    let bytes = b"\x1b#8".repeat(1000);
    let took = screen.feed_some(&bytes);
    assert!((3..=3 * (EFFORT_CELLS_MAX / 30_000 + 1)).contains(&took), "{took} of {}", bytes.len());
    let text = b"ordinary \x1b[31mtext\x1b[m \x1b[K\r\n".repeat(2000);
    assert_eq!(screen.feed_some(&text), text.len());
}
