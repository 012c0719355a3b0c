//! What it costs to keep one viewer up to date: microseconds and encoded bytes an update, on a window of one
//! pane and a status line. `cargo run --release -p abide-core --example compose_cost`

use abide_core::{
    base::{
        geometry::{Rect, Size},
        ids::PaneId,
    },
    compose::{BorderLook, PaneView, StatusPlace, ViewerScreen, WindowScene, update_window},
    modes::styled::StyledRow,
    screen::Screen,
};
use abide_protocol::{
    codec,
    message::{ServerMessage, Style, Update},
};
use std::{fmt::Write, time::Duration};

/// The clock is for measuring only: nothing in the core asks it.
#[allow(clippy::disallowed_methods)]
fn timed<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let start = std::time::Instant::now();
    let value = run();
    (value, start.elapsed())
}

fn frame(viewer: &mut ViewerScreen, screen: &Screen) -> Option<Update> {
    let size = screen.size();
    let plain = Style::default();
    let border = BorderLook::default();
    let status = [StyledRow::plain("[0] 0:bash*", &plain)];
    let rect = Rect { x: 0, y: 0, cols: size.cols, rows: size.rows };
    let panes =
        [PaneView { id: PaneId(0), rect, screen, mode: None, ground: &plain, label: None, number: 0 }];
    let scene = WindowScene {
        surface: Size::new(size.cols, size.rows + 1),
        window: size,
        panes: &panes,
        active: PaneId(0),
        border: &border,
        status: &status,
        status_place: StatusPlace::Bottom,
        message: None,
        message_cursor: None,
        numbers: None,
        labels_below: false,
        title: "",
        modes: 0,
    };
    update_window(viewer, &scene, 0)
}

fn measure(name: &str, size: Size, pieces: &[Vec<u8>]) {
    let mut screen = Screen::new(size, 2000);
    let mut viewer = ViewerScreen::new(1);
    frame(&mut viewer, &screen);
    let (mut composing, mut encoding, mut bytes) = (Vec::new(), Vec::new(), 0);
    for piece in pieces {
        screen.feed(piece);
        let (update, took) = timed(|| frame(&mut viewer, &screen));
        composing.push(took);
        if let Some(update) = update {
            let (encoded, took) = timed(|| codec::encode(&ServerMessage::Update(update)));
            encoding.push(took);
            bytes += encoded.map_or(0, |bytes| bytes.len());
        }
    }
    let updates = encoding.len().max(1);
    println!(
        "{name:24} {:>3}x{:<3} compose {:8.2} µs, encode {:7.2} µs (medians), {:7} bytes an update",
        size.cols,
        size.rows,
        median(&mut composing),
        median(&mut encoding),
        bytes / updates
    );
}

/// Microseconds; other programs on the machine disturb a median less than a mean.
fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0.0, |time| time.as_secs_f64() * 1e6)
}

fn main() {
    for size in [Size::new(80, 24), Size::new(200, 50)] {
        let typing: Vec<Vec<u8>> = (0..2000u32).map(|n| vec![b'a' + (n % 26) as u8]).collect();
        let log: Vec<Vec<u8>> = (0..2000)
            .map(|n| format!("\x1b[32mINFO\x1b[0m request {n} served in {} ms\r\n", n % 97).into_bytes())
            .collect();
        let flood = |line: &dyn Fn(u32) -> String| -> Vec<Vec<u8>> {
            (0..300).map(|k| (0..400).map(|n| line(k * 400 + n)).collect::<String>().into_bytes()).collect()
        };
        let wide = usize::from(size.cols) - 1;
        let plain = flood(&|n| format!("{n:0wide$}\r\n"));
        let coloured =
            flood(&|n| format!("\x1b[3{}m{n:08}\x1b[0m: \x1b[1mwords\x1b[0m and {n:x}\r\n", n % 8));
        let mut less: Vec<Vec<u8>> = vec![b"\x1b[?1049h".to_vec()];
        less.extend(
            (0..1000)
                .map(|n| format!("\x1b[{};1H\nline {n} of a file shown by a pager", size.rows).into_bytes()),
        );
        let truecolor: Vec<Vec<u8>> = (0..100u32)
            .map(|k| {
                let mut picture = "\x1b[H".to_owned();
                for n in 0..u32::from(size.cols) * u32::from(size.rows) {
                    let c = n.wrapping_mul(2_654_435_761).wrapping_add(k);
                    let _ = write!(picture, "\x1b[38;2;{};{};{}m#", c & 0xf8, c >> 8 & 0xf8, c >> 16 & 0xf8);
                }
                picture.into_bytes()
            })
            .collect();
        measure("typing", size, &typing);
        measure("slow log", size, &log);
        measure("pager, alternate screen", size, &less);
        measure("flood, full lines", size, &plain);
        measure("flood, coloured", size, &coloured);
        measure("true colour in each cell", size, &truecolor);
    }
}
