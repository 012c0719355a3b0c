//! Colours for terminals that have fewer of them.

use abide_protocol::message::Color;

/// How many colours a terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None: attributes only.
    Mono,
    /// SGR 30 to 37; bright ones as bold.
    Eight,
    /// Also SGR 90 to 97.
    Sixteen,
    /// SGR 38;5.
    Indexed,
    /// SGR 38;2.
    Rgb,
}

/// xterm's values for the first 16; a terminal's own may be others, so they are only used to find the
/// nearest one.
const ANSI: [(u8, u8, u8); 16] = [
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
];
/// Steps of the colour cube on each axis.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The nearest colour that a terminal of this depth shows.
#[must_use]
pub(super) fn fit(color: Color, depth: Depth) -> Color {
    match (color, depth) {
        (Color::Default, _) | (_, Depth::Rgb) => color,
        (_, Depth::Mono) => Color::Default,
        (Color::Indexed(_), Depth::Indexed) => color,
        (Color::Rgb(r, g, b), Depth::Indexed) => Color::Indexed(indexed((r, g, b))),
        (Color::Indexed(n @ 0..=15), Depth::Eight | Depth::Sixteen) => Color::Indexed(n),
        (Color::Indexed(n), Depth::Eight | Depth::Sixteen) => Color::Indexed(nearest(rgb(n))),
        (Color::Rgb(r, g, b), Depth::Eight | Depth::Sixteen) => Color::Indexed(nearest((r, g, b))),
    }
}

fn distance(a: (u8, u8, u8), b: (u8, u8, u8)) -> u32 {
    let d = |x: u8, y: u8| u32::from(x.abs_diff(y)).pow(2);
    // The eye sees green best and blue worst; these weights are the usual cheap ones.
    3 * d(a.0, b.0) + 4 * d(a.1, b.1) + 2 * d(a.2, b.2)
}

fn nearest(wanted: (u8, u8, u8)) -> u8 {
    let best = (0u8..).zip(ANSI).min_by_key(|(_, ansi)| distance(*ansi, wanted));
    best.map_or(7, |(n, _)| n)
}

/// Of the cube and the greys, never of the first 16, which are whatever the person chose.
fn indexed(wanted: (u8, u8, u8)) -> u8 {
    let step = |v: u8| (0u8..).zip(STEPS).min_by_key(|(_, s)| s.abs_diff(v)).map_or(0, |(i, _)| i);
    let (r, g, b) = (step(wanted.0), step(wanted.1), step(wanted.2));
    let cube = 16 + 36 * r + 6 * g + b;
    let mean = (u16::from(wanted.0) + u16::from(wanted.1) + u16::from(wanted.2)) / 3;
    let grey = 232 + (mean.saturating_sub(3) / 10).min(23) as u8;
    if distance(rgb(grey), wanted) < distance(rgb(cube), wanted) { grey } else { cube }
}

/// The value of one of 256 colours.
fn rgb(n: u8) -> (u8, u8, u8) {
    let step = |i: u8| STEPS.get(usize::from(i % 6)).copied().unwrap_or(0);
    match n {
        0..=15 => ANSI.get(usize::from(n)).copied().unwrap_or_default(),
        16..=231 => (step((n - 16) / 36), step((n - 16) / 6), step(n - 16)),
        232..=255 => {
            let grey = 8 + 10 * (n - 232);
            (grey, grey, grey)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_fit_the_terminal() {
        let cases = [
            (Color::Rgb(255, 0, 0), Depth::Rgb, Color::Rgb(255, 0, 0)),
            (Color::Rgb(255, 0, 0), Depth::Indexed, Color::Indexed(196)),
            (Color::Rgb(128, 128, 128), Depth::Indexed, Color::Indexed(244)),
            (Color::Rgb(95, 135, 175), Depth::Indexed, Color::Indexed(67)),
            (Color::Rgb(250, 10, 10), Depth::Sixteen, Color::Indexed(9)),
            (Color::Indexed(196), Depth::Eight, Color::Indexed(9)),
            (Color::Indexed(232), Depth::Sixteen, Color::Indexed(0)),
            (Color::Indexed(3), Depth::Eight, Color::Indexed(3)),
            (Color::Indexed(3), Depth::Mono, Color::Default),
            (Color::Default, Depth::Mono, Color::Default),
        ];
        for (color, depth, expected) in cases {
            assert_eq!(fit(color, depth), expected, "{color:?} on {depth:?}");
        }
        // Each of the 256 is its own nearest, but for the greys that the cube has too.
        for n in 16..=255u8 {
            let (r, g, b) = rgb(n);
            let Color::Indexed(found) = fit(Color::Rgb(r, g, b), Depth::Indexed) else { panic!("{n}") };
            assert_eq!(rgb(found), (r, g, b), "{n}");
        }
    }
}
