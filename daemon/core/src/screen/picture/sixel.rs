//! Sixel: six rows of pixels at a time, painted with numbered colours.
//!
//! ```text
//! data = ( sixel | "!" count sixel | '"' pan ; pad ; width ; height | "#" register ( ; 1 hls | ; 2 rgb )? | "$" | "-" )*
//! ```
//! The data is read when all of it is there. Registers are each picture's own (mode 1070).

use super::spool::Spool;
use super::{Picture, Pictures, format};
use crate::base::limits::{
    PICTURE_CELLS_MAX, SIXEL_PAINTED_PIXELS_MAX, SIXEL_PIXELS_MAX, SIXEL_REGISTERS_MAX, SIXEL_SIDE_PIXELS_MAX,
};
use crate::screen::mode::Mode;
use crate::screen::report::CELL_PIXELS;
use crate::screen::terminal::Terminal;
use std::ops::Range;

/// What was painted, up to whole cells. What no sixel covers is clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Canvas {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Pixels,
    /// The row of pixels at which the last six begin: the cursor goes there.
    pub(crate) last_band: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pixels {
    /// Numbers of colours, of which there are 256 at most: what nearly all pictures have, and quickly encoded.
    Few(Vec<u8>, Vec<Color>),
    /// Colours.
    Many(Vec<Color>),
}

impl Canvas {
    fn picture(&self) -> Option<Picture> {
        let (width, height) = (self.width as u32, self.height as u32);
        match &self.pixels {
            Pixels::Few(numbers, colors) => format::encoded_numbers(numbers, width, height, colors),
            Pixels::Many(colors) => format::encoded(colors.as_flattened(), width, height, true),
        }
    }
}

/// Red, green, blue, alpha.
pub(crate) type Color = [u8; 4];

const CLEAR: Color = [0; 4];
/// Colours that a byte numbers.
const FEW: usize = 1 << 8;
/// Colours, with the clear one, that are painted by their numbers.
const NUMBERED: usize = 1 << 16;
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
    /// Colours, and their numbers where they have been painted with.
    registers: Vec<(Color, Option<u16>)>,
    register: usize,
    color: Color,
    /// The number of that colour, once it has been painted with.
    number: Option<u16>,
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
    sheet: Sheet,
}

/// Where pixels are painted: by the numbers of their colours, of which 0 is clear, as long as there are enough of these.
enum Sheet {
    Numbers(Plane<u16>, Vec<Color>),
    Colors(Plane<Color>),
}

/// Rows of `stride` pixels.
#[derive(Default)]
struct Plane<T> {
    stride: usize,
    pixels: Vec<T>,
}

/// Paints the data, and fills up to whole cells of so many pixels across and down. None when nothing is painted.
pub(crate) fn painted(data: &[u8], cell: (usize, usize)) -> Option<Canvas> {
    let mut painter = Painter {
        registers: (0..SIXEL_REGISTERS_MAX).map(|n| (percent(FIRST[n % FIRST.len()]), None)).collect(),
        register: 0,
        color: percent(FIRST[0]),
        number: None,
        x: 0,
        y: 0,
        width: 0,
        height: 0,
        least: (0, 0),
        painted: 0,
        sheet: Sheet::Numbers(Plane::default(), vec![CLEAR]),
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
                // Pixels are square, whatever the first two say.
                let [_, _, width, height, ..] = numbers(&mut rest);
                painter.least = (width.min(SIXEL_SIDE_PIXELS_MAX), height.min(SIXEL_SIDE_PIXELS_MAX));
            }
            b'#' => {
                let values = numbers(&mut rest);
                painter.choose(values);
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
        let number = self.number();
        match &mut self.sheet {
            Sheet::Numbers(plane, _) => plane.fill(bits, self.y, start..end, number),
            Sheet::Colors(plane) => plane.fill(bits, self.y, start..end, self.color),
        }
    }

    /// The number of the colour; once there are too many, pixels have colours instead.
    #[inline]
    fn number(&mut self) -> u16 {
        self.number.unwrap_or_else(|| self.number_anew())
    }

    #[cold]
    fn number_anew(&mut self) -> u16 {
        let Sheet::Numbers(plane, colors) = &mut self.sheet else { return 0 };
        let known = colors.iter().skip(1).position(|color| *color == self.color).map(|at| at + 1);
        let number = known.unwrap_or(colors.len());
        if number == NUMBERED {
            let color = |number: &u16| colors.get(usize::from(*number)).copied().unwrap_or(CLEAR);
            let pixels = plane.pixels.iter().map(color).collect();
            self.sheet = Sheet::Colors(Plane { stride: plane.stride, pixels });
            return 0;
        }
        if known.is_none() {
            colors.push(self.color);
        }
        let number = number as u16;
        self.number = Some(number);
        if let Some(register) = self.registers.get_mut(self.register) {
            register.1 = Some(number);
        }
        number
    }

    /// Makes room for so many pixels across and down. False when there is none.
    fn reach(&mut self, width: usize, height: usize) -> bool {
        match &mut self.sheet {
            Sheet::Numbers(plane, _) => plane.reach(width, height, self.least.0, 0),
            Sheet::Colors(plane) => plane.reach(width, height, self.least.0, CLEAR),
        }
    }

    /// A register is chosen, and set where values follow.
    fn choose(&mut self, [number, system, a, b, c, ..]: [usize; 8]) {
        let set = match system {
            0 => None,
            1 => Some(hls(a.min(360), b.min(100), c.min(100))),
            2 => Some(percent([a, b, c].map(|n| n.min(100) as u8))),
            _ => None,
        };
        self.register = number % SIXEL_REGISTERS_MAX;
        if let Some(register) = self.registers.get_mut(self.register) {
            if let Some(color) = set.filter(|color| *color != register.0) {
                *register = (color, None);
            }
            (self.color, self.number) = *register;
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
        let pixels = match self.sheet {
            Sheet::Numbers(plane, colors) => {
                numbered(&plane.cut((width, height), (across, down), 0), &colors)
            }
            Sheet::Colors(plane) => Pixels::Many(plane.cut((width, height), (across, down), CLEAR)),
        };
        Some(Canvas { width: across, height: down, pixels, last_band: self.y })
    }
}

/// In bytes, where these are enough.
fn numbered(numbers: &[u16], colors: &[Color]) -> Pixels {
    // Mostly nothing is clear, and 256 colours are.
    let skip = usize::from(!numbers.contains(&0));
    match colors.get(skip..).filter(|colors| colors.len() <= FEW) {
        Some(few) => {
            Pixels::Few(numbers.iter().map(|n| (usize::from(*n) - skip) as u8).collect(), few.to_vec())
        }
        None => {
            let color = |number: &u16| colors.get(usize::from(*number)).copied().unwrap_or(CLEAR);
            Pixels::Many(numbers.iter().map(color).collect())
        }
    }
}

impl<T: Copy> Plane<T> {
    fn rows(&self) -> usize {
        self.pixels.len() / self.stride.max(1)
    }

    /// Of six pixels below one another those with a bit, in each of these columns.
    #[inline]
    fn fill(&mut self, mut bits: u8, y: usize, columns: Range<usize>, with: T) {
        while bits != 0 {
            let at = (y + bits.trailing_zeros() as usize) * self.stride;
            if let Some(pixels) = self.pixels.get_mut(at + columns.start..at + columns.end) {
                pixels.fill(with);
            }
            bits &= bits - 1;
        }
    }

    /// Makes room for so many pixels across and down. False when there is none.
    #[inline]
    fn reach(&mut self, width: usize, height: usize, announced: usize, clear: T) -> bool {
        if width > self.stride && !self.widen(width, height, announced, clear) {
            return false;
        }
        if height * self.stride > SIXEL_PIXELS_MAX {
            return false;
        }
        if height * self.stride > self.pixels.len() {
            self.pixels.resize(height * self.stride, clear);
        }
        true
    }

    #[cold]
    fn widen(&mut self, width: usize, height: usize, announced: usize, clear: T) -> bool {
        let rows = self.rows().max(height);
        // At least what was announced; else twice as much as before, for those that announce nothing.
        let stride = width
            .max(announced)
            .max((2 * self.stride).min(SIXEL_SIDE_PIXELS_MAX))
            .min((SIXEL_PIXELS_MAX / rows).max(width));
        if stride * rows > SIXEL_PIXELS_MAX {
            return false;
        }
        let mut pixels = Vec::with_capacity(stride * self.rows());
        for row in self.pixels.chunks(self.stride.max(1)) {
            pixels.extend_from_slice(row);
            pixels.resize(pixels.len() + stride - self.stride, clear);
        }
        (self.pixels, self.stride) = (pixels, stride);
        true
    }

    /// So many pixels across and down of it, with clear ones up to another size.
    fn cut(&self, (width, height): (usize, usize), (across, down): (usize, usize), clear: T) -> Vec<T> {
        let mut pixels = Vec::with_capacity(across * down);
        for row in self.pixels.chunks(self.stride.max(1)).take(height) {
            pixels.extend_from_slice(row.get(..width).unwrap_or(row));
            pixels.resize(pixels.len().next_multiple_of(across), clear);
        }
        pixels.resize(across * down, clear);
        pixels
    }
}

/// Digits at the start.
#[inline]
fn number(rest: &mut &[u8]) -> Option<usize> {
    let mut n = None;
    while let Some((digit @ b'0'..=b'9', after)) = rest.split_first() {
        n = Some((n.unwrap_or(0) * 10 + usize::from(digit - b'0')).min(1 << 20));
        *rest = after;
    }
    n
}

/// Numbers with semicolons between them, the first few; 0 for one that is not there.
fn numbers(rest: &mut &[u8]) -> [usize; 8] {
    let mut values = [0; 8];
    let mut at = 0;
    loop {
        let value = number(rest).unwrap_or(0);
        if let Some(place) = values.get_mut(at) {
            *place = value;
        }
        at += 1;
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
        let Some(picture) = canvas.picture() else { return };
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

    fn colors(canvas: &Canvas) -> Vec<Color> {
        match &canvas.pixels {
            Pixels::Few(numbers, colors) => numbers.iter().map(|n| colors[usize::from(*n)]).collect(),
            Pixels::Many(colors) => colors.clone(),
        }
    }

    fn rows(canvas: &Canvas) -> Vec<String> {
        let name = |pixel: &Color| match pixel {
            [_, _, _, 0] => '.',
            [255, 0, 0, _] => 'r',
            [0, 255, 0, _] => 'g',
            [0, 0, 255, _] => 'b',
            _ => 'x',
        };
        colors(canvas).chunks(canvas.width).map(|row| row.iter().map(name).collect()).collect()
    }

    /// A pixel each of so many colours.
    fn many(count: usize) -> Canvas {
        let one = |n: usize| format!("#0;2;{};{};100@", n % 100, n / 100);
        painted((0..count).map(one).collect::<String>().as_bytes(), (1, 1)).expect("a picture")
    }

    #[test]
    fn any_number_of_colours_is_painted_and_encoded() {
        for (count, few) in [(1, true), (FEW, true), (FEW + 1, false), (3 * FEW, false)] {
            let canvas = many(count);
            assert_eq!(matches!(canvas.pixels, Pixels::Few(..)), few, "{count}");
            let colors = colors(&canvas);
            assert_eq!((colors.len(), canvas.width, canvas.height), (count, count, 1));
            for (n, color) in colors.iter().enumerate() {
                assert_eq!(*color, percent([(n % 100) as u8, (n / 100) as u8, 100]));
            }
            let picture = canvas.picture().expect("fits");
            let mut decoder = png::Decoder::new(std::io::Cursor::new(&picture.bytes[..]));
            decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::ALPHA);
            let mut reader = decoder.read_info().expect("a PNG");
            let mut pixels = vec![0; 4 * count];
            reader.next_frame(&mut pixels).expect("pixels");
            assert_eq!(pixels, colors.as_flattened(), "{count}");
        }
        // What no sixel covers is clear in the file too.
        let picture = painted(b"\"1;1;2;1#1@", (2, 1)).and_then(|canvas| canvas.picture()).expect("fits");
        let mut decoder = png::Decoder::new(std::io::Cursor::new(&picture.bytes[..]));
        decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::ALPHA);
        let mut reader = decoder.read_info().expect("a PNG");
        let mut pixels = vec![9; 8];
        reader.next_frame(&mut pixels).expect("pixels");
        assert_eq!(pixels, [percent(FIRST[1]), CLEAR].as_flattened());
    }

    #[test]
    fn what_is_painted_over_and_over_is_left_as_it_is() {
        let often = SIXEL_PAINTED_PIXELS_MAX / (6 * 2048);
        let data = |times: usize| {
            let again = "#1!2048~$".repeat(times);
            let data = format!("#1;2;100;0;0{again}#2;2;0;100;0!2048~");
            colors(&painted(data.as_bytes(), (1, 1)).expect("a picture"))[0]
        };
        assert_eq!(data(often), [0, 255, 0, 255]);
        assert_eq!(data(often + 1), [255, 0, 0, 255]);
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
        assert!(colors(&large).len() <= SIXEL_PIXELS_MAX && large.height > 1000, "{}", large.height);
        assert_eq!(painted(b"\"1;1;9999;9999@", (1, 1)).map(|c| (c.width, c.height)), Some((1, 1)));
        assert_eq!(painted(b"", (1, 1)), None);
    }
}
