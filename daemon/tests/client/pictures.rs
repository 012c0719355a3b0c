//! What the painter writes for pictures: in each form, as they come, move, are written over, and go.

use abide::client::{
    input::{Answers, Decoder},
    paint::{Abilities, PICTURE_QUERIES, Painter, PictureForm},
};
use abide_core::{base::geometry, screen::Screen};
use abide_protocol::{message::*, mirror::Mirror};
use proptest::prelude::*;

const SIZE: Size = Size { cols: 20, rows: 10 };
/// A PNG of 2 x 2 pixels, red and blue above blue and red.
pub(super) const PNG: &[u8] = &[
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0, 0, 0, 253,
    212, 154, 115, 0, 0, 0, 17, 73, 68, 65, 84, 120, 218, 99, 248, 207, 0, 4, 32, 226, 63, 144, 0, 0, 27,
    242, 3, 253, 33, 142, 136, 144, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
];
const WHOLE: PixelRect = PixelRect { x: 0, y: 0, width: 2, height: 2 };
const AT: Placement = Placement { x: 4, z: 0, cols: 6, line: 2, rows: 3, source: WHOLE, picture: 7 };

struct World {
    painter: Painter,
    mirror: Mirror,
}

impl World {
    fn new(form: PictureForm) -> World {
        let abilities = Abilities { pictures: Some(form), synchronized: false, ..Abilities::all() };
        let mut world = World { painter: Painter::new(SIZE, abilities), mirror: Mirror::new() };
        world.painter.enter(true, &mut Vec::new());
        world.update(&Update { full: true, ..update() });
        world
    }

    fn update(&mut self, update: &Update) -> String {
        self.mirror.apply(update).expect("applies");
        let mut out = Vec::new();
        self.painter.paint(&self.mirror, update, &mut out);
        text(&out)
    }

    fn show(&mut self, pictures: &[Placement]) -> String {
        self.update(&Update { pictures: Some(pictures.to_vec()), ..update() })
    }

    fn asked(&mut self) -> Vec<GetPicture> {
        self.painter.look(&self.mirror, 0, &mut Vec::new())
    }

    /// The daemon sends a file.
    fn give(&mut self, picture: u64, format: PictureFormat, bytes: &[u8]) -> String {
        let mut out = Vec::new();
        assert_eq!(self.painter.take_piece(piece(picture, format, bytes), &self.mirror, &mut out), None);
        self.send(&mut out);
        text(&out)
    }

    /// What is on its way to the terminal goes there.
    fn send(&mut self, out: &mut Vec<u8>) {
        while self.painter.is_sending() {
            self.painter.send_piece(&self.mirror, out);
        }
    }

    /// A picture is shown and its file here.
    fn with(form: PictureForm, placement: Placement) -> (World, String) {
        let mut world = World::new(form);
        assert_eq!(world.show(&[placement]), "", "it is not here yet");
        assert_eq!(world.asked(), [GetPicture { offset: 0, picture: placement.picture, surface: 0 }]);
        let painted = world.give(placement.picture, PictureFormat::Png, PNG);
        (world, painted)
    }
}

fn piece(picture: u64, format: PictureFormat, bytes: &[u8]) -> PicturePiece {
    let total = bytes.len() as u32;
    let bytes = bytes.to_vec();
    PicturePiece { bytes, total, width: 2, format, height: 2, offset: 0, picture, surface: 0 }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("is text").replace('\x1b', "␛").replace('\x07', "␇")
}

fn update() -> Update {
    Update { size: SIZE, ..Update::default() }
}

fn rows(lines: &[(u16, &str)]) -> Vec<RowChange> {
    let run = |text: &str| Run(0, Cells::Narrow, text.to_owned());
    let row = |text: &str| Row(false, if text.is_empty() { vec![] } else { vec![run(text)] });
    lines.iter().map(|(y, text)| RowChange(*y, row(text))).collect()
}

/// The cursor, which is not to be seen, is back at its place.
fn framed(body: &str) -> String {
    format!("{body}␛[H")
}

fn base64(bytes: &[u8]) -> String {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let n = three.iter().chain([&0, &0]).take(3).fold(0u32, |n, b| n << 8 | u32::from(*b));
        let four = (0..4).map(|i| char::from(digits[(n >> (18 - 6 * i) & 63) as usize]));
        out.extend(four.take(three.len() + 1).chain(std::iter::repeat_n('=', 3 - three.len())));
    }
    out
}

#[test]
fn kitty_transmits_once_and_moves_by_number() {
    let (mut world, painted) = World::with(PictureForm::Kitty, AT);
    let transmitted = format!("␛_Ga=t,f=100,i=1253113856,q=2,m=0;{}␛\\", base64(PNG));
    let placed = "␛[3;5H␛_Ga=p,i=1253113856,p=1,x=0,y=0,w=2,h=2,c=6,r=3,z=0,C=1,q=2␛\\";
    assert_eq!(painted, framed(&format!("{transmitted}{placed}")));
    assert_eq!(world.asked(), []);
    let moved = Placement { line: 1, rows: 2, source: PixelRect { y: 1, height: 1, ..WHOLE }, ..AT };
    let second = Placement { x: 0, cols: 1, z: -3, ..AT };
    assert_eq!(
        world.show(&[moved, second]),
        framed(
            "␛[2;5H␛_Ga=p,i=1253113856,p=1,x=0,y=1,w=2,h=1,c=6,r=2,z=0,C=1,q=2␛\\\
             ␛[3H␛_Ga=p,i=1253113856,p=2,x=0,y=0,w=2,h=2,c=1,r=3,z=-3,C=1,q=2␛\\"
        )
    );
    assert_eq!(world.show(&[second]), "␛_Ga=d,d=i,i=1253113856,p=1,q=2␛\\");
    // Text does not take it away.
    let written = world.update(&Update { rows: rows(&[(3, "text")]), ..update() });
    assert!(!written.contains("␛_G"), "{written}");
    assert_eq!(world.show(&[]), "␛_Ga=d,d=i,i=1253113856,p=2,q=2␛\\");
    // It comes again: the terminal still has it.
    assert_eq!(world.show(&[AT]), framed(&placed.replace("p=1,", "p=3,")));
}

#[test]
fn kitty_places_again_what_scrolled() {
    let (mut world, _) = World::with(PictureForm::Kitty, AT);
    let scrolls = vec![Scroll(0, SIZE.rows, 1)];
    let moved = Placement { line: 1, ..AT };
    let painted = world.update(&Update { scrolls: scrolls.clone(), pictures: Some(vec![moved]), ..update() });
    assert!(painted.contains("\n␛[2;5H␛_Ga=p,i=1253113856,p=1,"), "{painted}");
    // One that does not move on the surface is put back to where it was.
    let painted = world.update(&Update { scrolls, ..update() });
    assert!(painted.contains("\n␛[2;5H␛_Ga=p,i=1253113856,p=1,"), "{painted}");
    // So after everything else that moves what the terminal shows.
    world.painter.resize(SIZE);
    let mut out = Vec::new();
    world.painter.repaint(&world.mirror, &mut out);
    assert!(text(&out).contains("␛_Ga=p,i=1253113856,p=1,"));
}

#[test]
fn kitty_takes_long_files_in_chunks_and_jpeg_as_png() {
    let mut world = World::new(PictureForm::Kitty);
    world.show(&[AT, Placement { picture: 8, ..AT }, Placement { picture: 9, ..AT }]);
    world.asked();
    let long = [PNG, &[0; 9000]].concat();
    let painted = world.give(7, PictureFormat::Png, &long);
    let chunks: Vec<&str> = painted.split("␛_G").skip(1).collect();
    assert_eq!(chunks.len(), 4, "three of the file, and the placement");
    assert!(chunks[0].starts_with("a=t,f=100,i=1253113856,q=2,m=1;"));
    assert!(chunks[1].starts_with("m=1,q=2;") && chunks[2].starts_with("m=0,q=2;"));
    let data = |chunk: &str| chunk.split([';', '␛']).nth(1).expect("data").to_owned();
    let file: String = chunks[..3].iter().map(|chunk| data(chunk)).collect();
    assert!(file == base64(&long));
    assert!(chunks[..3].iter().all(|c| c.len() < 4096 + 64));
    // A GIF of one pixel.
    let gif = b"GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    let painted = world.give(8, PictureFormat::Gif, gif);
    assert!(painted.contains(";iVBORw0KGgo"), "{painted}");
}

#[test]
fn what_nobody_can_read_is_a_box() {
    for form in [PictureForm::Kitty, PictureForm::Inline, SIXEL] {
        for (format, bytes) in [
            (PictureFormat::Jpeg, &b"no picture"[..]),
            (PictureFormat::Png, &PNG[..50]),
            (PictureFormat::Png, &[]),
        ] {
            let mut screen = Screen::new(geometry::Size::new(SIZE.cols, SIZE.rows), 0);
            let mut shows = |painted: String| {
                assert!(
                    !painted.contains("␛_G") && !painted.contains("␛P") && !painted.contains("1337"),
                    "{painted}"
                );
                screen.feed(painted.replace('␛', "").as_bytes());
                [2, 3, 4].map(|y| screen.row(y).text())
            };
            let mut world = World::new(form);
            world.show(&[AT]);
            world.asked();
            let drawn = shows(world.give(7, format, bytes));
            assert_eq!(drawn, ["    ┌────┐", "    │imag│", "    └────┘"], "{form:?} {format:?}");
            // Text that stands there stays.
            let written = shows(world.update(&Update { rows: rows(&[(3, "      b")]), ..update() }));
            assert_eq!(written[1], "    │ibag│");
            assert_eq!(shows(world.show(&[])), ["", "      b", ""], "it goes with the picture");
        }
    }
}

#[test]
fn kitty_sends_a_picture_a_little_at_a_time_and_paints_meanwhile() {
    let (mut world, _) = World::with(PictureForm::Kitty, AT);
    let late = Placement { picture: 8, ..AT };
    world.show(&[AT, late]);
    world.asked();
    let file = [PNG, &[0; 50_000]].concat();
    let mut out = Vec::new();
    let piece = piece(8, PictureFormat::Png, &file[..]);
    assert_eq!(world.painter.take_piece(piece, &world.mirror, &mut out), None);
    assert!(out.is_empty() && world.painter.is_sending());
    world.painter.send_piece(&world.mirror, &mut out);
    assert!(out.len() < 16 * 1024 && text(&out).contains("m=1;"), "{} bytes", out.len());
    // Rows are painted meanwhile; of pictures nothing is said before the rest is there.
    let painted =
        world.update(&Update { rows: rows(&[(3, "text")]), pictures: Some(vec![late]), ..update() });
    assert!(painted.contains("text") && !painted.contains("␛_G"), "{painted}");
    out.clear();
    world.send(&mut out);
    let rest = text(&out);
    let deleted = rest.find("␛_Ga=d,d=i,i=1253113856,p=1,");
    assert!(rest.find("m=0,q=2;") < deleted && deleted.is_some(), "what went meanwhile");
    assert!(rest.contains("␛_Ga=p,i=1253113857,p=2,"), "{}", &rest[rest.len() - 300..]);
    // One that is given up in between is ended first.
    world.show(&[Placement { picture: 9, ..AT }]);
    world.asked();
    out.clear();
    world.painter.take_piece(self::piece(9, PictureFormat::Png, &file), &world.mirror, &mut out);
    world.painter.send_piece(&world.mirror, &mut out);
    out.clear();
    world.painter.enter(true, &mut out);
    let entered = text(&out);
    assert!(entered.find("␛_Gm=0,q=2;␛\\") < entered.find("␛_Gi=31"), "{entered}");
    assert!(!world.painter.is_sending());
}

#[test]
fn kitty_gives_back_what_it_had() {
    let (mut world, _) = World::with(PictureForm::Kitty, AT);
    let farewell = text(&Painter::leave(world.painter.abilities(), SIZE.rows));
    let (deleted, left) = (farewell.find("␛_Ga=d,d=A,q=2␛\\"), farewell.find("␛[?1049l"));
    assert!(deleted.is_some() && deleted < left, "{farewell}");
    // After a suspension all is transmitted again, under another number.
    let mut out = Vec::new();
    world.painter.enter(true, &mut out);
    world.painter.repaint(&world.mirror, &mut out);
    world.send(&mut out);
    assert!(text(&out).contains("␛_Ga=t,f=100,i=1253113857,"));
    // Another daemon's pictures are others.
    out.clear();
    world.painter.lose_pictures(true, &mut out);
    assert_eq!(
        text(&out),
        "␛_Gm=0,q=2;␛\\␛_Ga=d,d=A,q=2␛\\␛_Ga=d,d=R,x=1253113856,y=1253179391,q=2␛\\",
        "those that nothing shows, too"
    );
    world.update(&Update { full: true, pictures: Some(vec![AT]), ..update() });
    assert_eq!(world.asked().len(), 1);
    let plain = Abilities { pictures: None, ..Abilities::all() };
    assert!(!text(&Painter::leave(&plain, 10)).contains("␛_G"));
}

#[test]
fn inline_pictures_are_cut_by_us() {
    let (mut world, painted) = World::with(PictureForm::Inline, AT);
    let head = "␛[3;5H␛]1337;File=inline=1;size=74;width=6;height=3;preserveAspectRatio=0;doNotMoveCursor=1:";
    assert_eq!(painted, framed(&format!("{head}{}␇", base64(PNG))));
    let part = Placement { rows: 2, source: PixelRect { height: 1, ..WHOLE }, ..AT };
    let painted = world.show(&[part]);
    assert!(painted.contains(";width=6;height=2;preserveAspectRatio=0;doNotMoveCursor=1:iVBORw0KGgo"));
    assert!(!painted.contains(&base64(PNG)));
}

const SIXEL: PictureForm = PictureForm::Sixel { cell: (2, 4), colours: 16 };

#[test]
fn sixels_are_painted_at_the_cells_size() {
    let (_, painted) = World::with(SIXEL, AT);
    assert!(painted.starts_with("␛[3;5H␛P0;1;0q\"1;1;12;12#0;2;"), "{painted}");
    assert!(painted.ends_with("␛\\␛[H"));
    // What would hang over the last row is left out: 12 pixels are two bands.
    let (_, painted) =
        World::with(PictureForm::Sixel { cell: (2, 5), colours: 16 }, Placement { line: 7, ..AT });
    assert!(painted.contains("q\"1;1;12;12#"), "{painted}");
}

#[test]
fn what_is_written_over_a_picture_paints_it_again() {
    let (mut world, _) = World::with(SIXEL, AT);
    let painted = |world: &mut World, lines: &[(u16, &str)]| {
        let out = world.update(&Update { rows: rows(lines), ..update() });
        out.contains("␛P0;1;0q")
    };
    assert!(!painted(&mut world, &[(1, "above"), (5, "below"), (3, "left")]));
    assert!(painted(&mut world, &[(3, "left and over")]));
    assert!(!painted(&mut world, &[(3, "left and over")]), "nothing was written");
    assert!(painted(&mut world, &[(3, "")]), "erased");
    // The terminal moves no rows with pictures in them: theirs are written.
    let (mut world, _) = World::with(SIXEL, AT);
    let out = world.update(&Update {
        scrolls: vec![Scroll(0, SIZE.rows, 1)],
        pictures: Some(vec![Placement { line: 1, ..AT }]),
        ..update()
    });
    assert!(!out.contains('\n'), "{out}");
    assert!(out.contains("␛[5G") || out.contains(";5H"), "{out}");
    assert!(out.contains("␛[2;5H␛P0;1;0q"), "{out}");
    // The row that it left is written anew.
    assert!(out.contains("␛[5;5H"), "{out}");
    let out = world.show(&[]);
    assert!(!out.contains("␛P") && out.contains("␛[2;5H"), "{out}");
}

#[test]
fn a_picture_over_another_is_painted_after_it() {
    let (mut world, _) = World::with(SIXEL, AT);
    let above = Placement { x: 8, line: 4, z: 1, cols: 4, rows: 2, ..AT };
    let beside = Placement { x: 14, cols: 2, ..AT };
    world.show(&[AT, above, beside]);
    let out = world.update(&Update { rows: rows(&[(2, "over the first")]), ..update() });
    let at: Vec<usize> = out.match_indices("␛P0;1;0q\"1;1;").map(|(at, _)| at).collect();
    assert_eq!(at.len(), 2, "{out}");
    assert!(out[at[0]..].contains("\"1;1;12;12") && out[at[1]..].contains("\"1;1;8;8"), "{out}");
    // Text that lies over a picture is written after it.
    let (mut world, _) = World::with(SIXEL, Placement { z: -1, ..AT });
    let out = world.update(&Update { rows: rows(&[(3, "over it")]), ..update() });
    assert!(out.contains("␛\\␛[4;6Hit"), "{out}");
}

#[test]
fn the_terminal_answers_in_its_own_time() {
    let all = b"\x1b_Gi=31;OK\x1b\\\x1bP>|WezTerm 2024\x1b\\\x1b[6;18;9t\x1b[?1;0;1024S\x1b[?65;4;6;22c";
    let wanted = Answers {
        kitty: true,
        name: "WezTerm 2024".to_owned(),
        sixel: true,
        cell: Some((9, 18)),
        colours: Some(1024),
    };
    for cut in 0..all.len() {
        let mut decoder = Decoder::new();
        decoder.expect_answers();
        let mut events = decoder.take(&all[..cut]);
        // Where what came can be nothing else, it is not taken for keys, however long the rest takes.
        if cut > 8 && !decoder.waits() {
            events.extend(decoder.time_is_up());
        }
        events.extend(decoder.take(&all[cut..]));
        assert_eq!(events, [], "cut at {cut}");
        assert_eq!(decoder.takes_answers().as_ref(), Some(&wanted), "cut at {cut}");
        assert_eq!(decoder.takes_answers(), None);
    }
    // One that has little to say, and a person who types meanwhile.
    let mut decoder = Decoder::new();
    decoder.expect_answers();
    let key = |name: &str| InputEvent::Key(name.to_owned());
    assert_eq!(decoder.take(b"a\x1b_x\x1bPy"), ["a", "M-_", "x", "M-P", "y"].map(key));
    assert_eq!(decoder.take(b"\x1b_"), []);
    assert_eq!(decoder.time_is_up(), [key("M-_")]);
    assert_eq!(decoder.take(b"\x1b_Gi=31;ENOTSUPPORTED:no\x1b\\\x1b[?6c"), []);
    assert_eq!(decoder.takes_answers(), Some(Answers::default()));
    // Nobody asked.
    assert_eq!(decoder.take(b"\x1b_G"), [key("M-_"), key("G")]);
    assert_eq!(decoder.take(b"\x1b[?62;4c"), []);
    assert_eq!(decoder.takes_answers(), None);
}

#[test]
fn an_answer_without_an_end_is_keys_at_last() {
    let mut decoder = Decoder::new();
    decoder.expect_answers();
    let long = [b"\x1bP>|".as_slice(), &[b'x'; 200]].concat();
    let events = decoder.take(&long);
    assert_eq!(events.len(), 203);
}

#[test]
fn the_questions_end_with_one_that_every_terminal_answers() {
    assert!(PICTURE_QUERIES.ends_with(b"\x1b[c"));
    let mut out = Vec::new();
    Painter::new(SIZE, Abilities::all()).enter(true, &mut out);
    let at = |what: &[u8]| out.windows(what.len()).position(|w| w == what).expect("is written");
    assert!(at(PICTURE_QUERIES) < at(b"\x1b[2J"), "should it print them, they are cleared away");
}

fn placement() -> impl Strategy<Value = Placement> {
    let cells = (0..SIZE.cols, 0..SIZE.rows, 1..=SIZE.cols, 1..=SIZE.rows);
    let source = (0..2u32, 0..2u32, 1..=2u32, 1..=2u32);
    (cells, source, -1..2i32, 1..4u64).prop_map(
        |((x, y, cols, rows), (sx, sy, width, height), z, picture)| {
            let (cols, rows) = (cols.min(SIZE.cols - x), rows.min(SIZE.rows - y));
            let source = PixelRect { x: sx, y: sy, width: width.min(2 - sx), height: height.min(2 - sy) };
            Placement { x, z, cols, line: y.into(), rows, source, picture }
        },
    )
}

fn step() -> impl Strategy<Value = Update> {
    let pictures = proptest::option::weighted(0.7, proptest::collection::vec(placement(), 0..4));
    let scroll = (0..SIZE.rows, 1..=SIZE.rows, -4..5i16)
        .prop_filter_map("a region", |(top, bottom, up)| (top < bottom).then_some(Scroll(top, bottom, up)));
    let scrolls = proptest::collection::vec(scroll, 0..2);
    let lines = proptest::collection::vec((0..SIZE.rows, "[a-c ]{0,20}"), 0..3);
    (proptest::bool::weighted(0.1), pictures, scrolls, lines).prop_map(|(full, pictures, scrolls, lines)| {
        let lines: Vec<(u16, &str)> = lines.iter().map(|(y, text)| (*y, text.as_str())).collect();
        Update { full, pictures, scrolls, rows: rows(&lines), ..update() }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// The law, for the form that our own screen reads: it has the placements that the mirror has, and no ghosts.
    #[test]
    fn a_kitty_shows_the_placements_that_are_told(
        steps in proptest::collection::vec(step(), 1..10),
        pieces in proptest::collection::vec(0..9usize, 10),
        late in 0..10usize,
    ) {
        // Several pieces: a terminal looks no further than the end.
        let large = [PNG, &[0; 10_000]].concat();
        let mut screen = Screen::new(geometry::Size::new(SIZE.cols, SIZE.rows), 100);
        let abilities = Abilities { pictures: Some(PictureForm::Kitty), ..Abilities::all() };
        let mut painter = Painter::new(SIZE, abilities);
        let mut mirror = Mirror::new();
        let mut out = Vec::new();
        painter.enter(true, &mut out);
        for (n, step) in [Update { full: true, ..update() }].iter().chain(&steps).enumerate() {
            mirror.apply(step).expect("applies");
            painter.paint(&mirror, step, &mut out);
            // Picture 3 comes late.
            loop {
                let wanted = painter.look(&mirror, 0, &mut out);
                for wanted in wanted.iter().filter(|wanted| wanted.picture < 3) {
                    painter.take_piece(piece(wanted.picture, PictureFormat::Png, &large), &mirror, &mut out);
                }
                if wanted.is_empty() {
                    break;
                }
            }
            if n >= late {
                painter.take_piece(piece(3, PictureFormat::Png, PNG), &mirror, &mut out);
            }
            for _ in 0..pieces.get(n).copied().unwrap_or(0) {
                painter.send_piece(&mirror, &mut out);
            }
            if n < steps.len() && painter.is_sending() {
                screen.feed(&out);
                out.clear();
                continue;
            }
            while painter.is_sending() {
                painter.send_piece(&mirror, &mut out);
            }
            screen.feed(&out);
            out.clear();
            let end = screen.history().end;
            let mut shown: Vec<_> = screen
                .pictures_in(end..end + u64::from(SIZE.rows))
                .iter()
                .map(|p| (p.z, p.x, p.line - end, p.cols, p.rows, p.source.x, p.source.y, p.source.width, p.source.height))
                .collect();
            let mut told: Vec<_> = mirror
                .pictures()
                .iter()
                .filter(|p| p.picture < 3 || n >= late)
                .map(|p| (p.z, p.x, p.line, p.cols, p.rows, p.source.x, p.source.y, p.source.width, p.source.height))
                .collect();
            shown.sort_unstable();
            told.sort_unstable();
            prop_assert_eq!(shown, told, "step {}", n);
        }
        screen.feed(&Painter::leave(painter.abilities(), SIZE.rows));
        prop_assert_eq!(screen.pictures_in(0..u64::MAX), []);
    }
}
