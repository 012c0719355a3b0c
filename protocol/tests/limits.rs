//! Each bound of the limits page that a message can pass: the most is taken, one more is not.

mod samples;

use abide_protocol::{limits as max, message::*};

const ZERO: Size = Size { cols: 0, rows: 0 };

fn client(build: impl Fn(usize) -> ClientMessage, most: usize, what: &str) {
    build(most).check().unwrap_or_else(|e| panic!("{what}: {e}"));
    let excess = build(most + 1).check().expect_err(what);
    assert!(excess.to_string().contains(what), "{what}: {excess}");
}
fn server(build: impl Fn(usize) -> ServerMessage, most: usize, what: &str) {
    build(most).check().unwrap_or_else(|e| panic!("{what}: {e}"));
    let excess = build(most + 1).check().expect_err(what);
    assert!(excess.to_string().contains(what), "{what}: {excess}");
}
fn x(n: usize) -> String {
    "x".repeat(n)
}
fn side(n: usize) -> Size {
    Size { cols: u16::try_from(n).expect("fits"), rows: 1 }
}

#[test]
fn what_a_client_says() {
    let side_max = usize::from(max::SIDE_CELLS_MAX);
    let hello = |edit: &dyn Fn(&mut Hello)| {
        let mut hello = samples::hello();
        edit(&mut hello);
        ClientMessage::Hello(hello)
    };
    client(|n| hello(&|h| h.cwd = x(n)), max::NAME_BYTES_MAX, "working directory");
    client(|n| hello(&|h| h.tty = x(n)), max::NAME_BYTES_MAX, "tty");
    client(|n| hello(&|h| h.term = x(n)), max::NAME_BYTES_MAX, "TERM");
    client(|n| hello(&|h| h.features = vec![x(1); n]), max::FEATURES_MAX, "features");
    client(|n| hello(&|h| h.features = vec![x(n)]), max::FEATURES_MAX, "name of a feature");
    let variables = |n| vec![(x(1), x(1)); n];
    client(|n| hello(&|h| h.environment = variables(n)), max::ENVIRONMENT_COUNT_MAX, "environment");

    let attach = |size, target| Attach {
        kind: SurfaceKind::Pane,
        size,
        resize: false,
        target,
        surface: 0,
        read_only: false,
    };
    client(|n| ClientMessage::Attach(attach(side(n), x(1))), side_max, "cells on a side");
    client(|n| ClientMessage::Attach(attach(ZERO, x(n))), max::NAME_BYTES_MAX, "target");
    client(|n| ClientMessage::Resize(Resize { size: side(n), surface: 0 }), side_max, "cells on a side");

    let input = |events| ClientMessage::Input(Input { seq: 1, events, surface: 0 });
    client(|n| input(vec![InputEvent::Focus(true); n]), max::INPUT_EVENTS_MAX, "events");
    client(|n| input(vec![InputEvent::Key(x(n))]), max::KEY_BYTES_MAX, "key");
    let press = |key, text| InputEvent::Press(KeyPress { key, text, ..KeyPress::default() });
    client(|n| input(vec![press(x(n), x(0))]), max::KEY_BYTES_MAX, "key");
    client(|n| input(vec![press(x(1), x(n))]), max::KEY_TEXT_BYTES_MAX, "typed");
    client(|n| input(vec![InputEvent::Paste(vec![0; n])]), max::INPUT_BYTES_MAX, "paste");
    client(|n| input(vec![InputEvent::Raw(vec![0; n])]), max::INPUT_BYTES_MAX, "raw");

    let command = |size, words| ClientMessage::Command(Command { id: 1, size, words, surface: 0 });
    client(|n| command(ZERO, vec![x(0); n]), max::COMMAND_WORDS_MAX, "words");
    client(|n| command(ZERO, vec![x(n - 1), x(1)]), max::COMMAND_BYTES_MAX, "bytes in a command");
    client(|n| command(side(n), vec![]), side_max, "cells on a side");
    let stdin = |n| ClientMessage::CommandInput(CommandInput { id: 1, last: true, text: vec![0; n] });
    client(stdin, max::INPUT_BYTES_MAX, "standard input");
    let history =
        |n: usize| GetHistory { id: 1, count: u32::try_from(n).expect("fits"), first: 0, surface: 0 };
    client(|n| ClientMessage::GetHistory(history(n)), max::HISTORY_LINES_MAX as usize, "history");
    let features = |list| ClientMessage::Features(Features { features: list });
    client(|n| features(vec![x(1); n]), max::FEATURES_MAX, "features");
    client(|n| features(vec![x(n)]), max::FEATURES_MAX, "name of a feature");
}

#[test]
fn what_a_daemon_says() {
    let side_max = usize::from(max::SIDE_CELLS_MAX);
    let update = |edit: &dyn Fn(&mut Update)| {
        let mut update = Update { size: side(80), ..Update::default() };
        edit(&mut update);
        ServerMessage::Update(update)
    };
    let row = |run: Run| update(&|u| u.rows = vec![RowChange(0, Row(false, vec![run.clone()]))]);
    let blank = || Row(false, vec![]);
    server(|n| update(&|u| u.size = side(n)), side_max, "cells on a side");
    server(|n| update(&|u| u.rows = vec![RowChange(0, blank()); n]), side_max, "row changes");
    server(|n| update(&|u| u.scrolls = vec![Scroll(0, 1, 1); n]), max::SCROLLS_MAX, "scrolls");
    server(|n| update(&|u| u.title = Some(x(n))), max::NAME_BYTES_MAX, "title");
    let styles = |n| vec![StyleDefinition(1, Style::default()); n];
    server(|n| update(&|u| u.styles = styles(n)), max::STYLES_PER_VIEWER_MAX, "styles");
    let link = |n| vec![StyleDefinition(1, Style { link: x(n), ..Style::default() })];
    server(|n| update(&|u| u.styles = link(n)), max::LINK_BYTES_MAX, "hyperlink");
    let tail = |n| HistoryTail { end: 9999, rows: vec![blank(); n], start: 0, generation: 0 };
    let lines_max = max::HISTORY_LINES_MAX as usize;
    server(|n| update(&|u| u.history = Some(tail(n))), lines_max, "history");
    server(|n| row(Run(0, Cells::Narrow, x(n))), side_max, "columns");
    server(|n| row(Run(0, Cells::Wide, "日".repeat(n))), side_max / 2, "columns");
    server(|n| row(Run(0, Cells::NarrowCluster, x(n))), max::CLUSTER_BYTES_MAX, "run of cells");
    let runs = |n| vec![RowChange(0, Row(false, vec![Run(0, Cells::Narrow, x(0)); n]))];
    server(|n| update(&|u| u.rows = runs(n)), side_max, "runs");
    let pictures = |n| Some(vec![samples::placement(); n]);
    server(|n| update(&|u| u.pictures = pictures(n)), max::PLACEMENTS_MAX, "pictures");
    let piece = |n| PicturePiece {
        bytes: vec![0; n],
        total: 0,
        width: 1,
        format: PictureFormat::Png,
        height: 1,
        offset: 0,
        picture: 1,
        surface: 0,
    };
    server(|n| ServerMessage::Picture(piece(n)), max::PICTURE_PIECE_BYTES_MAX, "picture at once");

    let output = |n| ServerMessage::Output(Output { id: 1, text: vec![0; n], stream: Stream::Out });
    server(output, max::OUTPUT_BYTES_MAX, "output");
    server(|n| ServerMessage::Event(Event::Message(x(n))), max::TEXT_BYTES_MAX, "message");
    server(|n| ServerMessage::Event(Event::Clipboard(vec![0; n])), max::CLIPBOARD_BYTES_MAX, "clipboard");
    let error = |n| ErrorNotice { code: ErrorCode::Denied, text: x(n), surface: None };
    server(|n| ServerMessage::Error(error(n)), max::TEXT_BYTES_MAX, "error");
    let welcome = |n| Welcome { software: x(n), ..samples::welcome() };
    server(|n| ServerMessage::Welcome(welcome(n)), max::NAME_BYTES_MAX, "software");
    let topology = |n| Topology { durability: x(n), ..Topology::default() };
    server(|n| ServerMessage::Event(Event::Topology(topology(n))), max::TEXT_BYTES_MAX, "durability");
}

/// A frame has room for the largest of each, so that no bound is one that can't be met.
#[test]
fn the_largest_of_each_fits_a_frame() {
    let sizes =
        [max::OUTPUT_BYTES_MAX, max::CLIPBOARD_BYTES_MAX, max::COMMAND_BYTES_MAX, max::TEXT_BYTES_MAX];
    for bytes in sizes {
        assert!(bytes + 1024 < max::FRAME_BYTES_MAX, "{bytes}");
    }
}
