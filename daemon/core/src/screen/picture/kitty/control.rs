//! The keys of a command.

/// What a command says. A key that is not given is 0, or what the protocol says instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Control {
    /// `a`: t, T, p, d, q and others.
    pub(crate) action: u8,
    pub(crate) has_action: bool,
    /// `q`: 1 no success, 2 no failure either.
    pub(crate) quiet: u32,
    /// `i`
    pub(crate) name: u32,
    /// `I`
    pub(crate) number: u32,
    /// `p`
    pub(crate) placement: u32,
    /// `f`: 24, 32 or 100.
    pub(crate) format: u32,
    /// `t`: d, f, t or s.
    pub(crate) medium: u8,
    /// `s` and `v`
    pub(crate) pixels_across: u32,
    pub(crate) pixels_down: u32,
    /// `o=z`
    pub(crate) deflated: bool,
    /// `m=1`
    pub(crate) more: bool,
    /// `x`, `y`, `w`, `h`
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// `X` and `Y`
    pub(crate) shift_x: u32,
    pub(crate) shift_y: u32,
    /// `c` and `r`
    pub(crate) cols: u32,
    pub(crate) rows: u32,
    /// `P` and `Q`: the picture and the placement that this one is put beside.
    pub(crate) beside: u32,
    pub(crate) beside_placement: u32,
    /// `H` and `V`: how many columns right of that and rows below it.
    pub(crate) right: i32,
    pub(crate) down: i32,
    /// `C=1`
    pub(crate) stays: bool,
    /// `z`
    pub(crate) z: i32,
    /// `U=1`
    pub(crate) is_virtual: bool,
    /// `d`
    pub(crate) delete: u8,
}

impl Control {
    /// Reads `key=value` pairs with commas between them. None for what is none, or where a value is no number of its kind.
    pub(crate) fn read(text: &[u8]) -> Option<Control> {
        let mut control = Control {
            action: b't',
            has_action: false,
            quiet: 0,
            name: 0,
            number: 0,
            placement: 0,
            format: 32,
            medium: b'd',
            pixels_across: 0,
            pixels_down: 0,
            deflated: false,
            more: false,
            x: 0,
            y: 0,
            width: 0,
            height: 0,
            shift_x: 0,
            shift_y: 0,
            cols: 0,
            rows: 0,
            beside: 0,
            beside_placement: 0,
            right: 0,
            down: 0,
            stays: false,
            z: 0,
            is_virtual: false,
            delete: b'a',
        };
        for pair in text.split(|b| *b == b',').filter(|pair| !pair.is_empty()) {
            let [key, b'=', value @ ..] = pair else { return None };
            control.set(*key, value)?;
        }
        Some(control)
    }

    fn set(&mut self, key: u8, value: &[u8]) -> Option<()> {
        let letter = || match value {
            [letter] => Some(*letter),
            _ => None,
        };
        let number = || std::str::from_utf8(value).ok()?.parse::<u32>().ok();
        let signed = || std::str::from_utf8(value).ok()?.parse::<i32>().ok();
        match key {
            b'a' => (self.action, self.has_action) = (letter()?, true),
            b't' => self.medium = letter()?,
            b'd' => self.delete = letter()?,
            b'o' => self.deflated = letter()? == b'z',
            b'q' => self.quiet = number()?,
            b'i' => self.name = number()?,
            b'I' => self.number = number()?,
            b'p' => self.placement = number()?,
            b'f' => self.format = number()?,
            b's' => self.pixels_across = number()?,
            b'v' => self.pixels_down = number()?,
            b'm' => self.more = number()? != 0,
            b'x' => self.x = number()?,
            b'y' => self.y = number()?,
            b'w' => self.width = number()?,
            b'h' => self.height = number()?,
            b'X' => self.shift_x = number()?,
            b'Y' => self.shift_y = number()?,
            b'c' => self.cols = number()?,
            b'r' => self.rows = number()?,
            b'C' => self.stays = number()? != 0,
            b'z' => self.z = signed()?,
            b'P' => self.beside = number()?,
            b'Q' => self.beside_placement = number()?,
            b'H' => self.right = signed()?,
            b'V' => self.down = signed()?,
            b'U' => self.is_virtual = number()? != 0,
            // S and O are of files; and what is to come.
            _ => {}
        }
        Some(())
    }

    /// Whether it brings more of what a command before it began.
    pub(crate) fn goes_on(&self) -> bool {
        !self.has_action
    }
}
