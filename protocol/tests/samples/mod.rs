//! Samples of every message and every variant of every enum in one, with edge values: `(name, message)`.
//! The golden bytes are made of these once; a sample is added to the list, never changed.
#![allow(dead_code, reason = "each test binary uses its own part")]

use abide_protocol::{codec, message::*, version::VersionRange};

/// A message of either side.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sample {
    Client(ClientMessage),
    Server(ServerMessage),
}

impl Sample {
    pub(crate) fn encode(&self) -> Vec<u8> {
        match self {
            Sample::Client(m) => codec::encode(m),
            Sample::Server(m) => codec::encode(m),
        }
        .expect("encodes")
    }
    /// Decodes a payload of the same side.
    pub(crate) fn decode_like(&self, payload: &[u8]) -> Sample {
        match self {
            Sample::Client(_) => Sample::Client(codec::decode(payload).expect("decodes")),
            Sample::Server(_) => Sample::Server(codec::decode(payload).expect("decodes")),
        }
    }
}

fn s(text: &str) -> String {
    text.to_owned()
}

pub(crate) fn all() -> Vec<(&'static str, Sample)> {
    let client = client().into_iter().map(|(name, m)| (name, Sample::Client(m)));
    let server = server().into_iter().map(|(name, m)| (name, Sample::Server(m)));
    client.chain(server).collect()
}

pub(crate) fn hello() -> Hello {
    Hello {
        cwd: s("/home/ada"),
        pid: 4711,
        tty: s("/dev/pts/4"),
        kind: ViewerKind::Terminal,
        term: s("xterm-256color"),
        client: 0x0123_4567_89ab_cdef,
        features: vec![s("history"), s("topology")],
        versions: VersionRange { max: 1, min: 1 },
        environment: vec![(s("LANG"), s("C.UTF-8")), (s("SHELL"), s("/bin/bash"))],
    }
}

pub(crate) fn welcome() -> Welcome {
    Welcome { pid: 99, epoch: u64::MAX, input: 41, version: 1, features: vec![], software: s("abide 0.1.0") }
}

fn input(seq: u64, events: Vec<InputEvent>) -> ClientMessage {
    ClientMessage::Input(Input { seq, events, surface: 0 })
}

fn mouse(action: MouseAction, button: u8, mods: u8) -> InputEvent {
    InputEvent::Mouse(MouseEvent { x: 79, y: 0, mods, action, button })
}

fn client() -> Vec<(&'static str, ClientMessage)> {
    let bare = Hello {
        cwd: s(""),
        pid: 0,
        tty: s(""),
        kind: ViewerKind::Program,
        term: s(""),
        client: 0,
        features: vec![],
        versions: VersionRange { max: u16::MAX, min: 0 },
        environment: vec![],
    };
    let attach = Attach {
        kind: SurfaceKind::Session,
        size: Size { cols: 80, rows: 24 },
        resize: true,
        target: s("$0"),
        surface: 0,
        read_only: false,
    };
    let mut list = vec![
        ("hello", ClientMessage::Hello(hello())),
        ("hello-bare", ClientMessage::Hello(bare.clone())),
        ("hello-page", ClientMessage::Hello(Hello { kind: ViewerKind::Page, ..bare.clone() })),
        ("hello-control", ClientMessage::Hello(Hello { kind: ViewerKind::Control, ..bare })),
        ("attach-session", ClientMessage::Attach(attach.clone())),
        (
            "attach-pane",
            ClientMessage::Attach(Attach {
                kind: SurfaceKind::Pane,
                size: Size { cols: 1000, rows: 1000 },
                resize: false,
                target: s("%4294967295"),
                surface: u32::MAX,
                read_only: true,
            }),
        ),
        ("detach", ClientMessage::Detach(Detach { surface: 23 })),
        ("resize", ClientMessage::Resize(Resize { size: Size { cols: 1, rows: 1 }, surface: 24 })),
        (
            "get_history",
            ClientMessage::GetHistory(GetHistory { id: 7, count: 1000, first: 1 << 32, surface: 1 }),
        ),
        (
            "command",
            ClientMessage::Command(Command {
                id: 1,
                size: Size { cols: 255, rows: 256 },
                words: vec![s("new-session"), s("-s"), s("größer 日本"), s(""), s(";"), s("ls")],
                surface: 0,
            }),
        ),
        (
            "command-empty",
            ClientMessage::Command(Command { id: 0, size: Size::default(), words: vec![], surface: 0 }),
        ),
        (
            "command_input",
            ClientMessage::CommandInput(CommandInput { id: 1, last: false, text: vec![0, 255] }),
        ),
        ("command_input-last", ClientMessage::CommandInput(CommandInput { id: 1, last: true, text: vec![] })),
        ("watch", ClientMessage::Watch(Watch { topology: true })),
        ("watch-off", ClientMessage::Watch(Watch { topology: false })),
        (
            "get_picture",
            ClientMessage::GetPicture(GetPicture { offset: 65_536, picture: 3 << 32 | 7, surface: 1 }),
        ),
        ("features", ClientMessage::Features(Features { features: vec![s("key_presses"), s("pictures")] })),
        ("ping", ClientMessage::Ping(Ping { number: u64::MAX })),
        (
            "input-keys",
            input(1, ["a", "C-b", "M-Left", "F5", "é", "S-Up", "👩‍👧"].map(|k| InputEvent::Key(s(k))).to_vec()),
        ),
        ("input-paste", input(65535, vec![InputEvent::Paste(b"echo \xff\r\n".to_vec())])),
        ("input-raw", input(65536, vec![InputEvent::Raw(vec![0x1b, b'[', b'A'])])),
        ("input-focus", input(u64::MAX, vec![InputEvent::Focus(true), InputEvent::Focus(false)])),
        ("input-none", input(0, vec![])),
        (
            "input-presses",
            input(
                3,
                vec![
                    InputEvent::Press(KeyPress { key: s("a"), ..KeyPress::default() }),
                    InputEvent::Press(KeyPress {
                        key: s("с"),
                        base: s("c"),
                        held: held::SHIFT | held::NUM,
                        kind: PressKind::Repeat,
                        text: s("С"),
                        shifted: s("С"),
                    }),
                    InputEvent::Press(KeyPress {
                        key: s("LeftSuper"),
                        kind: PressKind::Release,
                        ..KeyPress::default()
                    }),
                    InputEvent::Press(KeyPress { text: s("å"), ..KeyPress::default() }),
                ],
            ),
        ),
    ];
    let actions = [
        ("input-mouse-press", MouseAction::Press),
        ("input-mouse-release", MouseAction::Release),
        ("input-mouse-drag", MouseAction::Drag),
        ("input-mouse-move", MouseAction::Move),
        ("input-mouse-wheel_up", MouseAction::WheelUp),
        ("input-mouse-wheel_down", MouseAction::WheelDown),
    ];
    list.extend(actions.map(|(name, action)| (name, input(2, vec![mouse(action, 3, 7)]))));
    list
}

fn styles() -> Vec<StyleDefinition> {
    vec![
        StyleDefinition(
            1,
            Style { fg: Color::Indexed(255), attrs: attr::BOLD | attr::REVERSE, ..Style::default() },
        ),
        StyleDefinition(
            65535,
            Style {
                bg: Color::Rgb(0, 128, 255),
                fg: Color::Default,
                ul: Color::Rgb(255, 255, 255),
                link: s("https://example.org/?a=b"),
                attrs: attr::UNDERLINE_MASK | attr::OVERLINE,
            },
        ),
    ]
}

fn row() -> Row {
    Row(
        true,
        vec![
            Run(0, Cells::Narrow, s("plain ")),
            Run(1, Cells::Wide, s("日本語")),
            Run(65535, Cells::NarrowCluster, s("e\u{301}")),
            Run(0, Cells::WideCluster, s("👩‍👩‍👧‍👦")),
        ],
    )
}

pub(crate) fn update() -> Update {
    Update {
        full: true,
        rows: vec![RowChange(0, row()), RowChange(23, Row(false, vec![]))],
        size: Size { cols: 80, rows: 24 },
        bells: 2,
        modes: Some(mode::MOUSE_BUTTONS | mode::REVERSE_SCREEN),
        title: Some(s("ada@engine: ~")),
        cursor: Some(Cursor { x: 79, y: 23, blink: true, shape: CursorShape::Bar, visible: true }),
        styles: styles(),
        history: Some(HistoryTail { end: 1 << 40, rows: vec![row()], start: 3, generation: 1 }),
        scrolls: vec![Scroll(0, 24, 1), Scroll(2, 10, -3)],
        surface: 0,
        pictures: None,
    }
}

pub(crate) fn placement() -> Placement {
    let source = PixelRect { x: 0, y: 12, width: 640, height: 468 };
    Placement { x: 2, z: -1, cols: 80 - 2, line: 1 << 40, rows: 24, source, picture: 3 << 32 | 7 }
}

fn server() -> Vec<(&'static str, ServerMessage)> {
    let small = Update { size: Size { cols: 80, rows: 24 }, ..Update::default() };
    let cursor = |shape| {
        let cursor = Cursor { x: 0, y: 0, blink: false, shape, visible: false };
        ServerMessage::Update(Update { cursor: Some(cursor), ..small.clone() })
    };
    let detached = |reason| {
        ServerMessage::Detached(Detached { exec: s(""), name: s("0"), note: s(""), reason, surface: 0 })
    };
    let error = |code, surface| {
        ServerMessage::Error(ErrorNotice {
            code,
            text: s("words in a command line: at most 1000 are allowed"),
            surface,
        })
    };
    let picture = |format, bytes: &[u8]| {
        ServerMessage::Picture(PicturePiece {
            bytes: bytes.to_vec(),
            total: 100_000,
            width: 640,
            format,
            height: 480,
            offset: 65_536,
            picture: 3 << 32 | 7,
            surface: 1,
        })
    };
    let output = |stream| ServerMessage::Output(Output { id: 1, text: b"0: 1 windows\n".to_vec(), stream });
    vec![
        ("welcome", ServerMessage::Welcome(welcome())),
        (
            "welcome-features",
            ServerMessage::Welcome(Welcome { features: vec![s("history")], version: u16::MAX, ..welcome() }),
        ),
        (
            "refused",
            ServerMessage::Refused(Refused {
                text: s("another version is spoken here"),
                versions: VersionRange { max: 3, min: 2 },
            }),
        ),
        (
            "attached-session",
            ServerMessage::Attached(Attached {
                kind: SurfaceKind::Session,
                pane: s(""),
                session: s("$0"),
                surface: 0,
                read_only: false,
                session_name: s("work"),
                escape_time_ms: 10,
            }),
        ),
        (
            "attached-pane",
            ServerMessage::Attached(Attached {
                kind: SurfaceKind::Pane,
                pane: s("%3"),
                session: s("$2"),
                surface: 1,
                read_only: false,
                session_name: s("größer"),
                escape_time_ms: 500,
            }),
        ),
        (
            "attached-read-only",
            ServerMessage::Attached(Attached {
                kind: SurfaceKind::Session,
                pane: s(""),
                session: s("$0"),
                surface: 0,
                read_only: true,
                session_name: s("0"),
                escape_time_ms: 0,
            }),
        ),
        ("detached-detached", detached(DetachReason::Detached)),
        ("detached-ended", detached(DetachReason::Ended)),
        ("detached-server_exited", detached(DetachReason::ServerExited)),
        ("detached-taken", detached(DetachReason::Taken)),
        ("detached-hung_up", detached(DetachReason::HungUp)),
        (
            "detached-exec",
            ServerMessage::Detached(Detached {
                exec: s("exec bash"),
                name: s("work"),
                note: s(""),
                reason: DetachReason::Detached,
                surface: 0,
            }),
        ),
        (
            "detached-note",
            ServerMessage::Detached(Detached {
                exec: s(""),
                name: s("work"),
                note: s("SIGTERM: session work is saved, attach to bring it back"),
                reason: DetachReason::ServerExited,
                surface: 0,
            }),
        ),
        ("update-full", ServerMessage::Update(update())),
        ("update-nothing", ServerMessage::Update(small.clone())),
        (
            "update-one-row",
            ServerMessage::Update(Update {
                rows: vec![RowChange(5, Row(false, vec![Run(0, Cells::Narrow, s("$ ls"))]))],
                ..small.clone()
            }),
        ),
        ("update-cursor-default", cursor(CursorShape::Default)),
        ("update-cursor-block", cursor(CursorShape::Block)),
        ("update-cursor-underline", cursor(CursorShape::Underline)),
        (
            "update-pictures",
            ServerMessage::Update(Update {
                pictures: Some(vec![
                    placement(),
                    Placement {
                        x: 0,
                        z: i32::MAX,
                        cols: 1,
                        line: 0,
                        rows: 1,
                        source: PixelRect { x: u32::MAX - 1, y: 0, width: 1, height: 1 },
                        picture: u64::MAX,
                    },
                ]),
                ..small.clone()
            }),
        ),
        ("update-pictures-gone", ServerMessage::Update(Update { pictures: Some(vec![]), ..small.clone() })),
        ("picture-png", picture(PictureFormat::Png, b"\x89PNG")),
        ("picture-jpeg", picture(PictureFormat::Jpeg, &[0xff, 0xd8])),
        ("picture-gif", picture(PictureFormat::Gif, b"")),
        ("input_ack", ServerMessage::InputAck(InputAck { seq: 1 << 16 })),
        (
            "history",
            ServerMessage::History(History {
                id: 7,
                end: 10_000,
                rows: vec![row(), Row(false, vec![])],
                first: 9_998,
                start: 0,
                styles: styles(),
                surface: 1,
                generation: u64::MAX,
            }),
        ),
        ("output-out", output(Stream::Out)),
        ("output-err", output(Stream::Err)),
        ("read_input", ServerMessage::ReadInput(ReadInput { id: 1 })),
        ("done", ServerMessage::Done(Done { id: 1, status: 0 })),
        ("done-failed", ServerMessage::Done(Done { id: u32::MAX, status: 1 })),
        ("event-topology", ServerMessage::Event(Event::Topology(topology()))),
        ("event-topology-empty", ServerMessage::Event(Event::Topology(Topology::default()))),
        ("event-message", ServerMessage::Event(Event::Message(s("no space for new pane")))),
        ("event-clipboard", ServerMessage::Event(Event::Clipboard(vec![0, 10, 127, 128, 255]))),
        ("event-suspend", ServerMessage::Event(Event::Suspend(0))),
        ("error-malformed", error(ErrorCode::Malformed, None)),
        ("error-too_large", error(ErrorCode::TooLarge, Some(0))),
        ("error-unsupported", error(ErrorCode::Unsupported, None)),
        ("error-not_found", error(ErrorCode::NotFound, Some(7))),
        ("error-denied", error(ErrorCode::Denied, Some(u32::MAX))),
        ("error-out_of_order", error(ErrorCode::OutOfOrder, None)),
        ("pong", ServerMessage::Pong(Ping { number: 0 })),
    ]
}

fn topology() -> Topology {
    let pane = PaneEntry {
        x: 41,
        y: 0,
        id: s("%1"),
        dead: false,
        size: Size { cols: 39, rows: 23 },
        title: s("vim"),
        active: true,
    };
    let window = WindowEntry {
        id: s("@0"),
        name: s("editor"),
        size: Size { cols: 80, rows: 23 },
        index: 0,
        panes: vec![PaneEntry { x: 0, id: s("%0"), dead: true, active: false, ..pane.clone() }, pane],
        active: true,
        zoomed: false,
    };
    Topology {
        sessions: vec![SessionEntry { id: s("$0"), name: s("work"), windows: vec![window], attached: 2 }],
        durability: s("the disk is full"),
    }
}
