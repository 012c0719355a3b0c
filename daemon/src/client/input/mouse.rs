//! Mouse reports of terminals, SGR (1006) and the older X10 form.

use abide_protocol::message::{MouseAction, MouseEvent};

/// Which button is down: X10 reports don't say which one came up.
#[derive(Debug, Default)]
pub(super) struct MouseMemory {
    down: u8,
}

const MOTION: u32 = 32;
const WHEEL: u32 = 64;
const MORE: u32 = 128;

impl MouseMemory {
    /// `CSI < b ; x ; y M` (down) or `m` (up), place from 0.
    pub(super) fn sgr(&mut self, code: u32, x: u16, y: u16, down: bool) -> Option<MouseEvent> {
        let mods = mods(code);
        let low = (code & 3) as u8;
        let report = |action, button| Some(MouseEvent { x, y, mods, action, button });
        if code & WHEEL != 0 && code & MORE == 0 {
            return match low {
                0 => report(MouseAction::WheelUp, 0),
                1 => report(MouseAction::WheelDown, 0),
                // Sideways: tmux has no name for it.
                _ => None,
            };
        }
        let button = match (code & MORE != 0, low) {
            (true, low) => 8 + low,
            (false, 3) => 0,
            (false, low) => low + 1,
        };
        if code & MOTION != 0 {
            let action = if button == 0 { MouseAction::Move } else { MouseAction::Drag };
            return report(action, button);
        }
        if !down || button == 0 {
            let button = if button == 0 { self.down } else { button };
            self.down = 0;
            return report(MouseAction::Release, button);
        }
        self.down = button;
        report(MouseAction::Press, button)
    }

    /// `CSI M` and three bytes, already without their offset.
    pub(super) fn x10(&mut self, code: u8, x: u16, y: u16) -> Option<MouseEvent> {
        self.sgr(u32::from(code), x, y, true)
    }
}

/// Shift 1, Meta 2, Control 4, from xterm's 4, 8, 16.
fn mods(code: u32) -> u8 {
    (code >> 2 & 7) as u8
}
