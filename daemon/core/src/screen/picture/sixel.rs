//! Sixel: six rows of pixels at a time, painted with numbered colours.
//!
//! ```text
//! data = ( sixel | "!" count sixel | '"' pan ; pad ; width ; height | "#" register ( ; 1 hls | ; 2 rgb )? | "$" | "-" )*
//! ```
//! The data is read when all of it is there. Registers are each picture's own (mode 1070).

use super::spool::Spool;
use super::{Pictures, format};
use crate::base::limits::{
    PICTURE_CELLS_MAX, SIXEL_PAINTED_PIXELS_MAX, SIXEL_PIXELS_MAX, SIXEL_REGISTERS_MAX, SIXEL_SIDE_PIXELS_MAX,
};
use crate::screen::mode::Mode;
use crate::screen::report::CELL_PIXELS;
use crate::screen::terminal::Terminal;

/// Pixels, four bytes each: red, green, blue, alpha. What no sixel covers is clear.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Canvas {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<u8>,
    /// The row of pixels at which the last six begin: the cursor goes there.
    pub(crate) last_band: usize,
}

/// Red, green, blue, alpha.
type Color = [u8; 4];

const CLEAR: Color = [0; 4];
/// The colours that registers have at first: those of a VT340, in per cent.
const FIRST: [[u8; 3]; 16] = [
    [0, 0, 0],
    [20, 20, 80],
    [80, 13, 13],
    [20, 80, 20],
    [80, 20, 80],
    [20, 80, 80],
    [80, 80, 20],
    [53, 53, 53],
    [26, 26, 26],
    [33, 33, 60],
    [60, 26, 26],
    [33, 60, 33],
    [60, 33, 60],
    [33, 60, 60],
    [60, 60, 33],
    [80, 80, 80],
];

struct Painter {
    registers: Vec<Color>,
    color: Color,
    /// Where the next six pixels go.
    x: usize,
    y: usize,
    /// What is painted: so wide and so high.
    width: usize,
    height: usize,
    /// What the attributes say it is at least.
    least: (usize, usize),
    /// How many pixels were painted, each time counted.
    painted: usize,
    /// Rows of `stride` pixels.
    stride: usize,
    pixels: Vec<Color>,
}

/// Paints the data, and fills up to whole cells of so many pixels across and down. None when nothing is painted.
pub(crate) fn painted(data: &[u8], cell: (usize, usize)) -> Option<Canvas> {
    let mut painter = Painter {
        registers: (0..SIXEL_REGISTERS_MAX).map(|n| percent(FIRST[n % FIRST.len()])).collect(),
        color: percent(FIRST[0]),
        x: 0,
        y: 0,
        width: 0,
        height: 0,
        least: (0, 0),
        painted: 0,
        stride: 0,
        pixels: Vec::new(),
    };
    let mut rest = data;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'?'..=b'~' => painter.paint(first - b'?', 1),
            b'!' => {
                let count = number(&mut rest).unwrap_or(1).max(1);
                if let Some((&sixel @ b'?'..=b'~', after)) = rest.split_first() {
                    rest = after;
                    painter.paint(sixel - b'?', count);
                }
            }
            b'"' => {
                let values = numbers(&mut rest);
                let value = |i: usize| values.get(i).copied().unwrap_or(0).min(SIXEL_SIDE_PIXELS_MAX);
                // Pixels are square, whatever the first two say.
                painter.least = (value(2), value(3));
            }
            b'#' => {
                let values = numbers(&mut rest);
                painter.choose(&values);
            }
            b'$' => painter.x = 0,
            b'-' => (painter.x, painter.y) = (0, painter.y + 6),
            _ => {}
        }
    }
    painter.finish(cell)
}

impl Painter {
    /// Six pixels, so many times, of which those with a bit are painted.
    fn paint(&mut self, bits: u8, count: usize) {
        let start = self.x;
        let end = (start + count).min(SIXEL_SIDE_PIXELS_MAX);
        self.x = end;
        if bits == 0 || start >= end || self.painted > SIXEL_PAINTED_PIXELS_MAX {
            return;
        }
        self.painted += 6 * (end - start);
        let bottom = self.y + 8 - bits.leading_zeros() as usize;
        if bottom > SIXEL_SIDE_PIXELS_MAX || !self.reach(end, self.y + 6) {
            return;
        }
        (self.width, self.height) = (self.width.max(end), self.height.max(bottom));
        for row in (0..6).filter(|row| bits >> row & 1 == 1) {
            let at = (self.y + row) * self.stride;
            self.pixels[at + start..at + end].fill(self.color);
        }
    }

    /// Makes room for so many pixels across and down. False when there is none.
    fn reach(&mut self, width: usize, height: usize) -> bool {
        if width > self.stride {
            // At least what was announced; else twice as much as before, for those that announce nothing.
            let stride = width
                .max(self.least.0)
                .max((2 * self.stride).min(SIXEL_SIDE_PIXELS_MAX))
                .min((SIXEL_PIXELS_MAX / self.rows().max(height)).max(width));
            if stride * self.rows().max(height) > SIXEL_PIXELS_MAX {
                return false;
            }
            let mut pixels = Vec::with_capacity(stride * self.rows());
            for row in self.pixels.chunks(self.stride.max(1)) {
                pixels.extend_from_slice(row);
                pixels.resize(pixels.len() + stride - self.stride, CLEAR);
            }
            (self.pixels, self.stride) = (pixels, stride);
        }
        if height * self.stride > SIXEL_PIXELS_MAX {
            return false;
        }
        if height > self.rows() {
            self.pixels.resize(height * self.stride, CLEAR);
        }
        true
    }

    fn rows(&self) -> usize {
        self.pixels.len() / self.stride.max(1)
    }

    /// A register is chosen, and set where values follow.
    fn choose(&mut self, values: &[usize]) {
        let number = values.first().copied().unwrap_or(0) % SIXEL_REGISTERS_MAX;
        let value = |i: usize, max: usize| values.get(i).copied().unwrap_or(0).min(max);
        let set = match value(1, 3) {
            1 => Some(hls(value(2, 360), value(3, 100), value(4, 100))),
            2 => Some(percent([value(2, 100), value(3, 100), value(4, 100)].map(|n| n as u8))),
            _ => None,
        };
        if let Some(register) = self.registers.get_mut(number) {
            *register = set.unwrap_or(*register);
            self.color = *register;
        }
    }

    fn finish(mut self, cell: (usize, usize)) -> Option<Canvas> {
        let (mut width, mut height) = (self.width.max(self.least.0), self.height.max(self.least.1));
        if width * height > SIXEL_PIXELS_MAX || !self.reach(width, height) {
            (width, height) = (self.width, self.height);
        }
        if width == 0 || height == 0 || !self.reach(width, height) {
            return None;
        }
        let (across, down) = (width.next_multiple_of(cell.0), height.next_multiple_of(cell.1));
        let mut pixels = Vec::with_capacity(across * down * 4);
        for row in self.pixels.chunks(self.stride).take(height) {
            pixels.extend(row.iter().take(width).flatten());
            pixels.resize(pixels.len() + (across - width) * 4, 0);
        }
        pixels.resize(across * down * 4, 0);
        Some(Canvas { width: across, height: down, pixels, last_band: self.y })
    }
}

/// Digits at the start.
fn number(rest: &mut &[u8]) -> Option<usize> {
    let len = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let (digits, after) = rest.split_at(len);
    *rest = after;
    (len > 0).then(|| digits.iter().fold(0usize, |n, b| (n * 10 + usize::from(b - b'0')).min(1 << 20)))
}

/// Numbers with semicolons between them, the first few.
fn numbers(rest: &mut &[u8]) -> Vec<usize> {
    let mut values = Vec::new();
    loop {
        let value = number(rest).unwrap_or(0);
        if values.len() < 8 {
            values.push(value);
        }
        match rest.split_first() {
            Some((b';', after)) => *rest = after,
            _ => return values,
        }
    }
}

/// From per cent.
fn percent(values: [u8; 3]) -> Color {
    let [r, g, b] = values.map(|n| ((u32::from(n) * 255 + 50) / 100) as u8);
    [r, g, b, 255]
}

/// Hue in degrees, with blue at 0, lightness and saturation in per cent.
fn hls(hue: usize, lightness: usize, saturation: usize) -> Color {
    // In thousandths.
    let (hue, light, full) = ((hue as i64 + 240) % 360, lightness as i64 * 10, saturation as i64 * 10);
    let chroma = (1000 - (2 * light - 1000).abs()) * full / 1000;
    let middle = chroma * (1000 - ((hue * 1000 / 60) % 2000 - 1000).abs()) / 1000;
    let (r, g, b) = match hue / 60 {
        0 => (chroma, middle, 0),
        1 => (middle, chroma, 0),
        2 => (0, chroma, middle),
        3 => (0, middle, chroma),
        4 => (middle, 0, chroma),
        _ => (chroma, 0, middle),
    };
    let least = light - chroma / 2;
    let [r, g, b] = [r, g, b].map(|n| (((n + least).clamp(0, 1000) * 255 + 500) / 1000) as u8);
    [r, g, b, 255]
}

impl Terminal {
    /// `DCS P1 ; P2 ; P3 q data ST`, whose data is all there. With P2 = 1 what is not painted is as it was; else it is blank.
    pub(super) fn show_sixel(&mut self, pictures: &mut Pictures, parameters: &[u8], spool: &Spool) {
        if spool.fault.is_some() {
            return;
        }
        let Some(canvas) = painted(&spool.bytes(), CELL_PIXELS) else { return };
        self.count_work(canvas.width * canvas.height);
        let Some(picture) = format::encoded(&canvas.pixels, canvas.width as u32, canvas.height as u32, true)
        else {
            return;
        };
        let side = |pixels: usize, cell: usize| (pixels / cell).clamp(1, PICTURE_CELLS_MAX as usize) as u16;
        let cells = (side(canvas.width, CELL_PIXELS.0), side(canvas.height, CELL_PIXELS.1));
        let blanks = parameters.split(|b| *b == b';').nth(1) != Some(b"1");
        if self.modes.has(Mode::SixelDisplay) {
            if blanks {
                self.blank_under(cells.0, 0, 0..cells.1.into());
            }
            self.place_bound(pictures, (picture, None), cells, (0, 0), None);
            return;
        }
        // Empty bands may follow what is painted.
        let down = (canvas.last_band / CELL_PIXELS.1).min(usize::from(cells.1) - 1) as u16;
        let column = self.x + usize::from(cells.0);
        self.show_bound(pictures, (picture, None), cells, down, blanks);
        if self.modes.has(Mode::SixelRight) {
            self.move_to(column, self.y);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(canvas: &Canvas) -> Vec<String> {
        let name = |pixel: &[u8]| match pixel {
            [_, _, _, 0] => '.',
            [255, 0, 0, _] => 'r',
            [0, 255, 0, _] => 'g',
            [0, 0, 255, _] => 'b',
            _ => 'x',
        };
        canvas.pixels.chunks(canvas.width * 4).map(|row| row.chunks(4).map(name).collect()).collect()
    }

    #[test]
    fn what_is_painted_over_and_over_is_left_as_it_is() {
        let often = SIXEL_PAINTED_PIXELS_MAX / (6 * 2048);
        let data = |times: usize| {
            let again = "#1!2048~$".repeat(times);
            painted(format!("#1;2;100;0;0{again}#2;2;0;100;0!2048~").as_bytes(), (1, 1))
                .expect("a picture")
                .pixels
        };
        assert_eq!(data(often)[..3], [0, 255, 0]);
        assert_eq!(data(often + 1)[..3], [255, 0, 0]);
    }

    #[test]
    fn sixels_are_painted_in_their_colours() {
        let data = b"#1;2;100;0;0#2;2;0;100;0#1!3@$#2!2A-#1B";
        let canvas = painted(data, (1, 1)).expect("a picture");
        assert_eq!(rows(&canvas), ["rrr", "gg.", "...", "...", "...", "...", "r..", "r.."]);
        assert_eq!(canvas.last_band, 6);
        let announced = painted(b"\"1;1;2;3#1;2;100;0;0@", (1, 1)).expect("a picture");
        assert_eq!(rows(&announced), ["r.", "..", ".."]);
        let cells = painted(b"#1;2;100;0;0@", (3, 2)).expect("a picture");
        assert_eq!(rows(&cells), ["r..", "..."]);
    }

    #[test]
    fn hue_begins_at_blue() {
        assert_eq!(hls(0, 50, 100), [0, 0, 255, 255]);
        assert_eq!(hls(120, 50, 100), [255, 0, 0, 255]);
        assert_eq!(hls(240, 50, 100), [0, 255, 0, 255]);
        assert_eq!(hls(77, 100, 0), [255, 255, 255, 255]);
    }

    #[test]
    fn registers_sides_and_pixels_have_bounds() {
        let wide = painted(format!("#{}!999999~", SIXEL_REGISTERS_MAX + 1).as_bytes(), (1, 1));
        assert_eq!(wide.map(|c| (c.width, c.height)), Some((SIXEL_SIDE_PIXELS_MAX, 6)));
        let high = "@-".repeat(SIXEL_SIDE_PIXELS_MAX);
        let high = painted(high.as_bytes(), (1, 1)).expect("a picture");
        assert!(high.height <= SIXEL_SIDE_PIXELS_MAX && high.height > SIXEL_SIDE_PIXELS_MAX - 6);
        let large = "!4000~-".repeat(1000);
        let large = painted(large.as_bytes(), (1, 1)).expect("a picture");
        assert!(large.pixels.len() <= 4 * SIXEL_PIXELS_MAX && large.height > 1000, "{}", large.height);
        assert_eq!(painted(b"\"1;1;9999;9999@", (1, 1)).map(|c| (c.width, c.height)), Some((1, 1)));
        assert_eq!(painted(b"", (1, 1)), None);
    }
}
