//! Deleting pictures (`a=d`). With a capital letter the picture goes too, unless it is still shown somewhere.

use super::super::Pictures;
use super::super::placement::Placement;
use super::Control;
use crate::screen::terminal::Terminal;

impl Terminal {
    pub(super) fn delete_pictures(&mut self, pictures: &mut Pictures, control: &Control) {
        let base = self.picture_base();
        let bottom = base + self.grid.rows() as i64;
        let (x, y) = (self.x, base + self.y as i64);
        // Cells of a command count from 1.
        let at = |cell: u32| i64::from(cell) - 1;
        let (column, line) = (at(control.x), base + at(control.y));
        let is_on = |p: &Placement, column: i64, line: i64| {
            p.lines().contains(&line)
                && usize::try_from(column).is_ok_and(|column| p.columns().contains(&column))
        };
        let called = pictures.called(control);
        let names = |pictures: &Pictures, number: u32| pictures.album.get(number).map_or(0, |held| held.name);
        let mut touched: Vec<u32> = Vec::new();
        let mut frees = control.delete.is_ascii_uppercase();
        let kind = control.delete.to_ascii_lowercase();
        match kind {
            b'a' | b'c' | b'p' | b'q' | b'x' | b'y' | b'z' => {
                self.remove_placements(pictures, |p| {
                    let goes = !p.bound
                        && match kind {
                            b'a' => p.lines().end > base && p.lines().start < bottom,
                            b'c' => is_on(p, x as i64, y),
                            b'p' => is_on(p, column, line),
                            b'q' => is_on(p, column, line) && p.z == control.z,
                            b'x' => usize::try_from(column).is_ok_and(|column| p.columns().contains(&column)),
                            b'y' => p.lines().contains(&line),
                            _ => p.z == control.z,
                        };
                    if goes {
                        touched.push(p.picture);
                    }
                    goes
                });
            }
            b'i' | b'n' => {
                let Some(number) = called else { return };
                let is_meant = |id: u32| control.placement == 0 || control.placement == id;
                self.remove_placements(pictures, |p| p.picture == number && is_meant(p.id));
                pictures.other.retain(|p| p.picture != number || !is_meant(p.id));
                pictures.prototypes.retain(|p| p.picture != number || !is_meant(p.id));
                touched.push(number);
            }
            b'r' => {
                let range = control.x..=control.y;
                let held = pictures.album.held.iter();
                let is_meant = |name: u32| name != 0 && range.contains(&name);
                let meant: Vec<u32> = held.filter(|(_, held)| is_meant(held.name)).map(|(n, _)| *n).collect();
                self.remove_placements(pictures, |p| meant.contains(&p.picture));
                pictures.other.retain(|p| !meant.contains(&p.picture));
                pictures.prototypes.retain(|p| !meant.contains(&p.picture));
                touched = meant;
            }
            // Frames of animations: there are none.
            _ => frees = false,
        }
        self.changed = true;
        if !frees {
            pictures.collect(self.ground());
            return;
        }
        for number in touched {
            let is_shown = pictures.shown.iter().chain(&pictures.other).any(|p| p.picture == number)
                || pictures.prototypes.iter().any(|p| p.picture == number);
            if !is_shown && names(pictures, number) != 0 {
                pictures.album.held.remove(&number);
            }
        }
        pictures.collect(self.ground());
    }
}
