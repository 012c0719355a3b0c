//! What viewers have of what they look at. The model says what there is to see; that a viewer has seen it is known here
//! alone.

use crate::{
    base::ids::ViewerId,
    compose::{Surroundings, ViewerScreen},
    session::{Surface, Viewer},
};
use abide_protocol::message::SurfaceNumber;
use std::collections::BTreeMap;

/// One surface, as its viewer has it.
pub(super) struct ShownSurface {
    /// What was sent.
    pub(super) screen: ViewerScreen,
    /// What surrounds the panes (of a session surface), as last made.
    pub(super) around: Surroundings,
}

/// All of them.
#[derive(Default)]
pub(super) struct Shown {
    surfaces: BTreeMap<(ViewerId, SurfaceNumber), ShownSurface>,
}

impl Shown {
    /// One; `None` until it was sent for the first time.
    pub(super) fn get(&self, viewer: ViewerId, number: SurfaceNumber) -> Option<&ShownSurface> {
        self.surfaces.get(&(viewer, number))
    }

    /// One, to be changed. It is made anew when the viewer is to be told everything.
    pub(super) fn of(&mut self, viewer: ViewerId, surface: &mut Surface) -> &mut ShownSurface {
        let key = (viewer, surface.number);
        let blank =
            || ShownSurface { screen: ViewerScreen::new(surface.number), around: Surroundings::default() };
        if std::mem::take(&mut surface.whole) {
            self.surfaces.remove(&key);
        }
        self.surfaces.entry(key).or_insert_with(blank)
    }

    /// The next update of each is a full one.
    pub(super) fn restart(&mut self) {
        for surface in self.surfaces.values_mut() {
            surface.screen.restart();
        }
    }

    /// Forgets what nobody looks at any more.
    pub(super) fn retain(&mut self, viewers: &BTreeMap<ViewerId, Viewer>) {
        self.surfaces.retain(|(viewer, number), _| {
            viewers.get(viewer).is_some_and(|viewer| viewer.surfaces.contains_key(number))
        });
    }
}
