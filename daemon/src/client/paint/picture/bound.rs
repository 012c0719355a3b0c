//! Pictures that the terminal keeps in its cells (sixel, iTerm2's): whatever is written there takes them away.

use abide_protocol::message::Placement;

/// Cells of a row that were written: row, first column, column after the last.
pub(in crate::client::paint) type Written = (usize, usize, usize);

#[derive(Debug)]
struct Shown {
    placement: Placement,
    /// What paints it; nothing where nobody can read the picture.
    bytes: Vec<u8>,
}

/// What the terminal shows.
#[derive(Debug, Default)]
pub(super) struct Bound {
    shown: Vec<Shown>,
}

impl Bound {
    /// All cells are written anew, and all pictures with them.
    pub(super) fn clear(&mut self) {
        self.shown.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// Forgets what is not wanted any more; its cells are to be written anew.
    pub(super) fn retain(&mut self, wanted: &[Placement]) -> Vec<Placement> {
        let mut gone = Vec::new();
        self.shown.retain(|shown| {
            let stays = wanted.contains(&shown.placement);
            if !stays {
                gone.push(shown.placement);
            }
            stays
        });
        gone
    }

    /// Which of the wanted are to be painted, in order, and how: those that are not shown, those whose cells were
    /// written, and those that lie over one that is painted.
    pub(super) fn stale(
        &mut self,
        wanted: &[Placement],
        written: &[Written],
        render: &mut dyn FnMut(&Placement) -> Option<Vec<u8>>,
    ) -> Vec<(Placement, Vec<u8>)> {
        let mut painted: Vec<(Placement, Vec<u8>)> = Vec::new();
        let mut before = std::mem::take(&mut self.shown);
        for placement in wanted {
            let known = before.iter().position(|shown| shown.placement == *placement);
            let (bytes, fresh) = match known.map(|at| before.swap_remove(at)) {
                Some(shown) => (shown.bytes, false),
                // One that is not here yet is not shown.
                None => match render(placement) {
                    Some(bytes) => (bytes, true),
                    None => continue,
                },
            };
            if fresh || touched(placement, written) || painted.iter().any(|(p, _)| overlap(p, placement)) {
                painted.push((*placement, bytes.clone()));
            }
            self.shown.push(Shown { placement: *placement, bytes });
        }
        painted
    }
}

fn touched(placement: &Placement, written: &[Written]) -> bool {
    let (x, end) = (usize::from(placement.x), usize::from(placement.x) + usize::from(placement.cols));
    let rows = placement.line..placement.line + u64::from(placement.rows);
    written.iter().any(|(y, from, to)| rows.contains(&(*y as u64)) && *from < end && x < *to)
}

fn overlap(a: &Placement, b: &Placement) -> bool {
    a.x < b.x.saturating_add(b.cols)
        && b.x < a.x.saturating_add(a.cols)
        && a.line < b.line + u64::from(b.rows)
        && b.line < a.line + u64::from(a.rows)
}
