//! Pictures: each bound hit, and their bytes kept as history's chunks are.

use abide_core::base::geometry::Size;
use abide_core::base::limits::*;
use abide_core::screen::{Kept, Screen};

fn screen() -> Screen {
    Screen::new(Size::new(40, 10), 1000)
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len() / 3 * 4 + 4);
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0u32, |bits, b| bits << 8 | u32::from(*b)) << (8 * (3 - three.len()));
        for i in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * i) & 63) as usize];
            text.push(if i <= three.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

/// A file that says it is a PNG, of so many bytes.
fn png(width: u32, height: u32, len: usize) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    file.extend([width.to_be_bytes(), height.to_be_bytes()].concat());
    file.extend(b"\x08\x06\0\0\0");
    file.extend((file.len()..len).map(|n| (n / 7) as u8));
    file
}

fn kitty(control: &str, data: &[u8]) -> Vec<u8> {
    format!("\x1b_G{control};{}\x1b\\", base64(data)).into_bytes()
}

/// What is answered to a command.
fn answer(screen: &mut Screen, command: &[u8]) -> String {
    screen.feed(command);
    let replies = String::from_utf8(screen.outcome().replies).expect("text");
    let words = replies.split(';').nth(1).unwrap_or_default();
    words.split([':', '\x1b']).next().unwrap_or_default().to_owned()
}

fn pictures(screen: &Screen) -> Vec<u32> {
    screen.pictures_in(0..u64::MAX).iter().map(|placed| placed.picture).collect()
}

#[test]
fn a_picture_has_so_many_bytes_pixels_and_sides() {
    let mut screen = screen();
    let mut said = |control: &str, data: &[u8]| answer(&mut screen, &kitty(control, data));
    assert_eq!(said("a=t,f=100,i=1", &png(9, 9, PICTURE_BYTES_MAX)), "OK");
    assert_eq!(said("a=t,f=100,i=1", &png(9, 9, PICTURE_BYTES_MAX + 1)), "EFBIG");
    assert_eq!(said("a=t,f=100,i=1", &png(PICTURE_SIDE_PIXELS_MAX, 1, 99)), "OK");
    assert_eq!(said("a=t,f=100,i=1", &png(PICTURE_SIDE_PIXELS_MAX + 1, 1, 99)), "EFBIG");
    assert_eq!(said("a=t,f=100,i=1", &png(5000, 5000, 99)), "OK");
    assert_eq!(said("a=t,f=100,i=1", &png(5000, (PICTURE_PIXELS_MAX / 5000) as u32 + 1, 99)), "EFBIG");
    assert_eq!(said("a=t,f=24,s=10001,v=1,i=1", b"abc"), "EFBIG");
    assert_eq!(said("a=t,f=24,s=0,v=1,i=1", b"abc"), "EINVAL");
}

#[test]
fn a_transmission_has_so_many_bytes_and_a_head_has_few_of_them() {
    for (len, words) in [(TRANSMITTED_BYTES_MAX - 3, "ENODATA"), (TRANSMITTED_BYTES_MAX, "EFBIG")] {
        let mut screen = screen();
        let piece = vec![7; 3 * 512 * 1024];
        for n in 0..len.div_ceil(piece.len()) {
            let control = if n == 0 { "a=T,f=24,i=1,s=9999,v=2000,m=1" } else { "m=1" };
            screen.feed(&kitty(control, &piece[..piece.len().min(len - n * piece.len())]));
            assert!(screen.head().len() < CHUNK_BYTES_MAX + 4096, "{}", screen.head().len());
        }
        assert_eq!(answer(&mut screen, &kitty("m=0", b"abc")), words);
        assert_eq!(screen.chunk_ids().count(), 0, "what was sent is gone");
    }
}

#[test]
fn what_is_inflated_has_so_many_bytes() {
    let deflated = |len: usize| miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; len], 1);
    let mut screen = screen();
    let small = kitty("a=t,f=24,o=z,i=1,s=1000,v=1000", &deflated(3_000_000));
    assert_eq!(answer(&mut screen, &small), "OK");
    let bomb = kitty("a=t,f=24,o=z,i=1,s=1,v=1", &deflated(INFLATED_BYTES_MAX + 1));
    assert_eq!(answer(&mut screen, &bomb), "EBADF");
}

#[test]
fn pictures_and_their_places_are_counted() {
    let mut screen = screen();
    for name in 1..PICTURES_MAX + 10 {
        assert_eq!(answer(&mut screen, &kitty(&format!("a=t,f=24,s=1,v=1,i={name}"), b"abc")), "OK");
    }
    let is_there = |screen: &mut Screen, name: usize| {
        answer(screen, format!("\x1b_Ga=p,C=1,i={name}\x1b\\").as_bytes()) == "OK"
    };
    assert!(!is_there(&mut screen, 9) && is_there(&mut screen, 10), "the oldest are gone");
    for _ in 0..PLACEMENTS_MAX + 10 {
        screen.feed(b"\x1b_Ga=p,C=1,i=20,q=1\x1b\\");
    }
    assert_eq!(pictures(&screen).len(), PLACEMENTS_MAX);
}

#[test]
fn bytes_of_all_pictures_have_a_bound_and_what_is_out_of_sight_goes_first() {
    let mut screen = screen();
    let large = |name: u32| kitty(&format!("a=T,f=100,i={name},r=1,C=1,q=1"), &png(9, 9, 5_000_000));
    screen.feed(&large(1));
    screen.feed(b"\x1b[10;1H\n");
    screen.feed(&[large(2), large(3)].concat());
    assert_eq!(pictures(&screen), [1, 2, 3]);
    screen.feed(&large(4));
    assert_eq!(pictures(&screen), [2, 3, 4], "the one in history is gone");
    screen.feed(&large(5));
    assert_eq!(pictures(&screen), [3, 4, 5]);
    let bytes: usize = screen.chunk_ids().filter_map(|id| screen.chunk(id)).map(<[u8]>::len).sum();
    assert!(bytes <= PICTURES_BYTES_MAX && bytes > PICTURES_BYTES_MAX - 5_000_000, "{bytes}");
    assert!(screen.head().len() < 8 * 1024, "{}", screen.head().len());
}

#[test]
fn pictures_share_the_slots_of_chunks() {
    let mut screen = Screen::new(Size::new(1000, 2), 10_000_000);
    let row = "abcdefghij".repeat(100);
    let rows: String = (0..200).map(|_| format!("{row}\r\n")).collect();
    while screen.chunk_ids().count() < HELD_CHUNKS_MAX - 100 {
        screen.feed(rows.as_bytes());
    }
    screen.feed(&kitty("a=T,f=100,C=1,q=2", &png(9, 9, 40 * CHUNK_BYTES_MAX)));
    assert!(!screen.history_is_over(usize::MAX));
    screen.feed(&kitty("a=T,f=100,C=1,q=2", &png(9, 9, 60 * CHUNK_BYTES_MAX)));
    assert!(screen.history_is_over(usize::MAX), "each piece counts twice");
}

#[test]
fn a_picture_takes_so_many_columns_and_rows() {
    let mut screen = screen();
    screen.feed(&kitty("a=T,f=24,s=1,v=1,c=99999,r=99999,C=1", b"abc"));
    let placed = screen.pictures_in(0..u64::MAX)[0];
    assert_eq!((u32::from(placed.cols), u32::from(placed.rows)), (PICTURE_CELLS_MAX, PICTURE_CELLS_MAX));
}

#[test]
fn what_stands_in_front_of_a_file_has_a_length() {
    for (extra, shown) in [(0, 1), (1, 0)] {
        let opening = "1337;File=inline=1;name=";
        let name = "a".repeat(PICTURE_OPENING_BYTES_MAX - opening.len() - 1 + extra);
        let mut screen = screen();
        screen.feed(format!("\x1b]{opening}{name}:{}\x07x", base64(&png(9, 9, 99))).as_bytes());
        assert_eq!(pictures(&screen).len(), shown);
    }
}

#[test]
fn what_is_left_of_a_picture_in_history_has_so_many_parts() {
    let mut screen = Screen::new(Size::new(100, 4), 1000);
    let rows = PICTURE_TORN_ROWS_MAX + 3;
    // A stretch in every other column of its first rows but one, which is whole.
    screen.feed(format!("\x1bPq\"1;1;800;{}#1~\x1b\\", 16 * 4).as_bytes());
    let torn: String = (0..50).map(|n| format!("\x1b[1;{}Hx", 2 * n + 1)).collect();
    screen.feed(torn.as_bytes());
    assert_eq!(screen.pictures_in(0..1).iter().filter(|placed| placed.rows == 1).count(), 50);
    screen.feed(b"\x1b[4;1H\n");
    assert_eq!(screen.pictures_in(0..1).len(), PICTURE_STRETCHES_MAX);
    // Rows of a high one, torn before they leave.
    let mut high = Screen::new(Size::new(8, rows as u16), 1000);
    high.feed(format!("\x1bPq\"1;1;64;{}#1~\x1b\\", 16 * rows).as_bytes());
    let torn: String = (1..=rows).map(|n| format!("\x1b[{n};4Hx")).collect();
    high.feed(format!("{torn}\x1b[{rows};1H{}", "\n".repeat(rows)).as_bytes());
    let left: usize = high.pictures_in(0..high.history().end).iter().map(|p| usize::from(p.rows)).sum();
    assert_eq!(left, 2 * PICTURE_TORN_ROWS_MAX, "two stretches a row");
}

/// A screen with a picture of three pieces in its history and one of its own pixels on the screen.
fn with_pictures() -> Screen {
    let mut screen = screen();
    screen.feed(&kitty("a=T,f=100,i=1,r=1,C=1,q=2", &png(9, 9, 2 * CHUNK_BYTES_MAX + 5)));
    screen.feed(b"\x1b[10;1H\n");
    screen.feed(&kitty("a=T,f=24,s=2,v=1,i=2,C=1,q=2", b"abcdef"));
    screen
}

#[test]
fn a_restored_screen_has_the_same_pictures() {
    let screen = with_pictures();
    assert_eq!(screen.chunk_ids().count(), 4);
    assert_eq!(screen.chunk_runs().numbers().count(), 4);
    let again = Screen::restore(&screen.head(), &mut |id| screen.chunk(id).map(<[u8]>::to_vec).into());
    let again = again.expect("its own head");
    assert_eq!(screen.pictures_in(0..u64::MAX), again.pictures_in(0..u64::MAX));
    assert_eq!((screen.picture(1), screen.picture(2)), (again.picture(1), again.picture(2)));
    assert_eq!(screen.picture(1).map(|picture| picture.bytes.len()), Some(2 * CHUNK_BYTES_MAX + 5));
}

#[test]
fn a_picture_of_which_a_piece_is_lost_is_a_box() {
    let screen = with_pictures();
    let lost = screen.chunk_ids().nth(1).expect("a piece");
    let mut chunk = |id| if id == lost { Kept::Missing } else { screen.chunk(id).map(<[u8]>::to_vec).into() };
    let again = Screen::restore(&screen.head(), &mut chunk).expect("a screen");
    assert_eq!(again.pictures_in(0..u64::MAX), screen.pictures_in(0..u64::MAX));
    assert_eq!(again.picture(1).map(|p| (p.width, p.bytes.len())), Some((9, 0)));
    assert_eq!(again.picture(2), screen.picture(2));
    // And so it stays.
    let third = Screen::restore(&again.head(), &mut |id| again.chunk(id).map(<[u8]>::to_vec).into());
    assert_eq!(third.expect("a screen").head(), again.head());
}

#[test]
fn pieces_that_were_left_in_the_store_are_wanted_and_come_back() {
    let screen = with_pictures();
    let ids: Vec<u64> = screen.chunk_ids().collect();
    let in_store = |id: u64| screen.chunk(id).expect("a piece").to_vec();
    let mut chunk =
        |id| if id == ids[3] { Kept::Here(in_store(id)) } else { Kept::Stored(in_store(id).len()) };
    let again = Screen::restore(&screen.head(), &mut chunk).expect("a screen");
    assert_eq!(again.wanted_pieces(), ids[..3]);
    assert_eq!(again.picture(1).map(|p| p.bytes.len()), Some(0));
    // A checkpoint says that they are in the store.
    let mut again = Screen::restore(&again.head(), &mut |id| again.chunk(id).map(<[u8]>::to_vec).into())
        .expect("a screen");
    let version = again.pictures_version();
    for id in again.wanted_pieces() {
        assert!(again.give_back_chunk(id, Some(&in_store(id))));
    }
    assert_ne!(again.pictures_version(), version);
    let placed = again.pictures_in(0..u64::MAX)[0];
    assert_ne!(placed.picture, 1, "who asked for it before was told that there is nothing");
    assert_eq!(again.picture(placed.picture), screen.picture(1));
    assert!(again.wanted_pieces().is_empty());
    // What the store does not have is a box.
    let mut none = Screen::restore(&screen.head(), &mut |_| Kept::Stored(9)).expect("a screen");
    for id in none.wanted_pieces() {
        none.give_back_chunk(id, None);
    }
    assert!(none.wanted_pieces().is_empty());
    assert_eq!(none.pictures_in(0..u64::MAX).len(), 2);
}

#[test]
fn a_transmission_goes_on_after_a_restore() {
    let mut screen = screen();
    let data = vec![9; 3 * 200 * 200];
    let (first, second) = data.split_at(3 * 20_000);
    screen.feed(&kitty("a=T,f=24,s=200,v=200,i=1,m=1", first));
    let second = kitty("m=0", second);
    screen.feed(&second[..7000]);
    assert!(screen.chunk_ids().count() > 0);
    let restored = |screen: &Screen| {
        Screen::restore(&screen.head(), &mut |id| screen.chunk(id).map(<[u8]>::to_vec).into())
    };
    let mut again = restored(&screen).expect("a screen");
    assert_eq!(answer(&mut again, &second[7000..]), "OK");
    assert_eq!(answer(&mut screen, &second[7000..]), "OK");
    assert_eq!(again.picture(1), screen.picture(1));
    // One of which a part is lost fails, and nothing else does.
    let mut lost = Screen::restore(
        &{
            let mut begun = Screen::new(Size::new(40, 10), 0);
            begun.feed(&kitty("a=T,f=24,s=200,v=200,i=1,m=1", first));
            begun.head()
        },
        &mut |_| Kept::Missing,
    )
    .expect("a screen");
    assert_eq!(answer(&mut lost, &second), "EBADF");
}

#[test]
fn there_and_back_pictures_are_where_they_were() {
    for cols in 1..40 {
        let mut screen = Screen::new(Size::new(20, 6), 1000);
        for n in 0..30 {
            screen.feed("word ".repeat(n % 11).as_bytes());
            if n % 3 == 0 {
                screen.feed(&kitty(&format!("a=T,f=24,s=1,v=1,c={},r=2,C=1,q=2", n % 5 + 1), b"abc"));
            }
            screen.feed(b"\r\n");
        }
        screen.feed(b"end");
        let (before, end) = (screen.pictures_in(0..u64::MAX), screen.history().end);
        assert_eq!(before.len(), 10);
        screen.resize(Size::new(cols, 6));
        let there = screen.pictures_in(0..u64::MAX);
        assert_eq!(there.len(), 10, "at {cols}");
        screen.resize(Size::new(20, 6));
        let back = screen.pictures_in(0..u64::MAX);
        // Lines may have other numbers then, but all by as much.
        let moved = screen.history().end.wrapping_sub(end);
        for (before, back) in before.iter().zip(&back) {
            assert_eq!((before.x, before.line.wrapping_add(moved)), (back.x, back.line), "by {cols}");
            assert_eq!((before.cols, before.rows, before.source), (back.cols, back.rows, back.source));
        }
    }
}

fn restored(screen: &Screen) -> Screen {
    Screen::restore(&screen.head(), &mut |id| screen.chunk(id).map(<[u8]>::to_vec).into())
        .expect("its own head")
}

/// A sixel picture of so many cells.
fn sixel(cols: usize, rows: usize) -> String {
    format!("\x1bPq\"1;1;{};{}#1~\x1b\\", 8 * cols, 16 * rows)
}

#[test]
fn pictures_that_find_no_place_are_counted_too() {
    let mut screen = screen();
    for name in 1..PICTURES_MAX + 10 {
        let command = kitty(&format!("a=T,f=24,s=1,v=1,i={name},x=5"), b"abc");
        assert_eq!(answer(&mut screen, &command), "EINVAL", "there is no such pixel");
    }
    assert_eq!(screen.chunk_ids().count(), PICTURES_MAX);
    assert_eq!(restored(&screen).chunk_ids().count(), PICTURES_MAX);
}

#[test]
fn places_that_text_asks_for_are_counted_too() {
    let mut screen = screen();
    screen.feed(&kitty("a=t,f=24,s=1,v=1,i=1,q=2", b"abc"));
    for n in 0..PLACEMENTS_MAX + 10 {
        screen.feed(format!("\x1b_Ga=p,U=1,i=1,p={n},q=2\x1b\\").as_bytes());
    }
    restored(&screen);
    // The longest list loses its oldest, so that there is room for others.
    screen.feed(b"\x1b_Ga=p,i=1,C=1,q=2\x1b\\");
    assert_eq!(pictures(&restored(&screen)), [1]);
}

#[test]
fn a_picture_that_scroll_regions_cut_has_so_many_parts() {
    let mut screen = Screen::new(Size::new(80, 50), 100);
    for x in 1..=60 {
        screen.feed(format!("\x1b[1;{x}H{}", sixel(1, 50)).as_bytes());
    }
    assert_eq!(pictures(&screen).len(), 60);
    for y in (1..50).step_by(2) {
        screen.feed(format!("\x1b[{y};{}r\x1b[{y};1H\x1b[M", y + 1).as_bytes());
    }
    let parts = pictures(&screen).len();
    assert!(parts > PLACEMENTS_MAX - 60 && parts <= PLACEMENTS_MAX, "{parts}");
    let again = restored(&screen);
    assert_eq!(again.pictures_in(0..u64::MAX), screen.pictures_in(0..u64::MAX));
    // So where the top of the screen goes to history.
    for y in (2..50).step_by(2) {
        screen.feed(format!("\x1b[1;{y}r\x1b[{y};1H\n").as_bytes());
    }
    restored(&screen);
}

#[test]
fn what_the_primary_screen_loses_takes_nothing_from_the_alternate_one() {
    let mut screen = screen();
    screen.feed(sixel(2, 2).as_bytes());
    screen.feed(&kitty("a=t,f=24,s=1,v=1,i=1,q=2", b"abc"));
    for _ in 0..PLACEMENTS_MAX - 1 {
        screen.feed(b"\x1b[9;9H\x1b_Ga=p,C=1,i=1,q=2\x1b\\");
    }
    screen.feed(format!("\x1b[?1049h\x1b[H{}", sixel(2, 2)).as_bytes());
    assert_eq!(pictures(&screen), [3]);
    screen.feed(b"\x1b[?1049l");
    assert_eq!(pictures(&screen), [2; PLACEMENTS_MAX - 1], "the oldest of all is gone");
}

#[test]
fn empty_bands_below_a_sixel_picture_leave_the_cursor_in_its_last_row() {
    let mut screen = screen();
    let bands = "-".repeat((1 << 16) * 16 / 6 + 1);
    screen.feed(format!("\x1bPq\"1;1;8;48#1~{bands}\x1b\\").as_bytes());
    assert_eq!(screen.cursor().y, 2);
}

#[test]
fn a_picture_behind_the_end_of_a_line_has_a_column_at_any_width() {
    let mut screen = Screen::new(Size::new(1000, 6), 100);
    screen.feed(format!("{}\x1b[2;900H", "a".repeat(1001)).as_bytes());
    screen.feed(&kitty("a=T,f=24,s=1,v=1,c=2,C=1,q=2", b"abc"));
    assert_eq!(screen.pictures_in(0..u64::MAX)[0].x, 899);
    screen.feed(b"\x1b[H");
    screen.resize(Size::new(502, 6));
    assert_eq!(screen.pictures_in(0..u64::MAX)[0].x, SIDE_CELLS_MAX);
    assert_eq!(restored(&screen).pictures_in(0..u64::MAX), screen.pictures_in(0..u64::MAX));
}

#[test]
fn pictures_without_a_name_are_not_deleted_by_a_range_of_names() {
    let mut screen = screen();
    screen.feed(sixel(1, 1).as_bytes());
    screen.feed(b"\x1b_Ga=d,d=R,x=0,y=9\x1b\\");
    assert_eq!(pictures(&screen), [1]);
}

#[test]
fn pictures_go_with_the_lines_they_are_on() {
    for clear in [|s: &mut Screen| s.clear_history(), |s: &mut Screen| s.set_history_lines_max(0)] {
        let mut screen = screen();
        screen.feed(format!("{}\x1b[10;1H{}", sixel(2, 2), "\n".repeat(9)).as_bytes());
        assert_eq!(screen.chunk_ids().count(), 1);
        clear(&mut screen);
        assert_eq!(screen.chunk_ids().count(), 0);
    }
}

#[test]
fn a_picture_in_a_scroll_region_leaves_what_is_above() {
    let mut screen = screen();
    screen.feed(format!("above\x1b[3;8r\x1b[8;1H{}", sixel(40, 12)).as_bytes());
    assert_eq!(screen.row(0).text(), "above");
    let placed = screen.pictures_in(0..u64::MAX)[0];
    assert_eq!((placed.line, placed.rows, placed.source.y), (2, 6, 6 * 16), "what is left of it");
    // One that fits is whole, wherever it begins.
    let mut screen = self::screen();
    screen.feed(format!("\x1b[3;8r\x1b[1;1H{}", sixel(2, 4)).as_bytes());
    let placed = screen.pictures_in(0..u64::MAX)[0];
    assert_eq!((placed.line, placed.rows), (0, 4));
    let mut screen = self::screen();
    screen.feed(format!("\x1b[?80h\x1b[3;8r\x1b[8;1H{}", sixel(2, 4)).as_bytes());
    let placed = screen.pictures_in(0..u64::MAX)[0];
    assert_eq!((placed.line, placed.rows), (0, 4), "margins are nothing to the screen's corner");
}

#[test]
fn a_picture_that_hangs_over_the_alternate_screens_end_scrolls_with_it() {
    let mut screen = screen();
    screen.feed(b"\x1b[?1049h\x1b[10;1H");
    screen.feed(&kitty("a=T,f=24,s=1,v=1,c=2,r=5,q=2", b"abc"));
    let placed = screen.pictures_in(0..u64::MAX)[0];
    assert_eq!((placed.line, placed.rows, screen.cursor().y), (5, 5, 9));
}

#[test]
fn notes_of_what_is_left_have_their_bounds_when_a_resize_puts_rows_into_history() {
    let mut screen = Screen::new(Size::new(100, 8), 1000);
    screen.feed(sixel(100, 2).as_bytes());
    let torn: String = (0..50).map(|n| format!("\x1b[1;{}Hx", 2 * n + 1)).collect();
    screen.feed(torn.as_bytes());
    screen.feed(b"\x1b[8;1Hend");
    screen.resize(Size::new(100, 4));
    assert_eq!(screen.history().end, 4);
    assert_eq!(screen.pictures_in(0..1).iter().filter(|p| p.line == 0).count(), PICTURE_STRETCHES_MAX);
}

/// How many bytes of many times the same a turn takes.
fn share_of_a_turn(screen: &mut Screen, piece: &[u8]) -> usize {
    let all = piece.repeat((64 * 1024 / piece.len()).max(1));
    screen.feed_some(&all)
}

#[test]
fn scrolling_counts_as_work_where_it_is_dear() {
    let mut screen = Screen::new(Size::new(200, 50), 100);
    screen.feed(&kitty("a=t,f=24,s=1,v=1,i=1,q=2", b"abc"));
    let took = share_of_a_turn(&mut screen, b"\x1b_Ga=p,i=1,r=1000,q=2\x1b\\");
    assert!(took < 500, "{took} bytes, of which each two dozen scroll a thousand rows");
    // Between margins parts of rows are moved.
    let mut boxed = Screen::new(Size::new(200, 50), 100);
    boxed.feed(b"\x1b[?69h\x1b[2;199s\x1b[50;3H");
    for piece in [&b"\n"[..], b"\r\n", b"\x0b", b"text of which each row scrolls", "тоже".as_bytes()] {
        let took = share_of_a_turn(&mut boxed, piece);
        assert!(took < 24 * 1024, "{took} of {piece:?}");
    }
    // With many places of pictures each is looked at.
    let mut placed = Screen::new(Size::new(200, 50), 100);
    placed.feed(b"\x1b[?1049h");
    placed.feed(&kitty("a=t,f=24,s=1,v=1,i=1,q=2", b"abc"));
    for _ in 0..PLACEMENTS_MAX {
        placed.feed(b"\x1b_Ga=p,C=1,i=1,q=2,r=1000\x1b\\");
    }
    placed.feed(b"\x1b[50;1H");
    let took = share_of_a_turn(&mut placed, b"\n");
    assert!(took < 100, "{took} scrolls past {PLACEMENTS_MAX} places");
    // Nowhere else.
    let mut plain = Screen::new(Size::new(200, 50), 100);
    plain.feed(b"\x1b[50;1H");
    assert_eq!(share_of_a_turn(&mut plain, b"text\r\n\n"), 64 * 1024 / 7 * 7);
    assert_eq!(share_of_a_turn(&mut plain, b"text of which each row scrolls"), 64 * 1024 / 30 * 30);
}

#[test]
fn steps_back_over_margins_count_as_work() {
    let mut screen = Screen::new(Size::new(200, 50), 100);
    screen.feed(b"\x1b[?45h\x1b[?1045h\x1b[?69h\x1b[2;3s");
    let took = share_of_a_turn(&mut screen, b"\x1b[65535D");
    assert!(took < 1000, "{took} bytes, of which each eight go back over thirty thousand margins");
}

#[test]
fn text_asks_for_pictures_in_the_last_lines_alone() {
    let mut screen = Screen::new(Size::new(8, 2), 10_000);
    screen.feed(&kitty("a=t,f=24,s=1,v=1,i=1,q=2", b"abc"));
    screen.feed(b"\x1b_Ga=p,U=1,i=1,q=2,c=1,r=1\x1b\\");
    let lines = PLACEHOLDER_LINES_MAX + 100;
    for _ in 0..lines {
        screen.feed("\x1b[38;5;1m\u{10eeee}\r\n".as_bytes());
    }
    assert_eq!(pictures(&screen).len() as u64, PLACEHOLDER_LINES_MAX - 1, "the last line is empty");
    assert_eq!(screen.pictures_in(10..20).len(), 10, "whoever looks at others sees those");
}
