//! Pictures' files, a piece at a time: a viewer asks for what it sees and has not.

use super::Server;
use crate::{
    base::ids::{PaneId, ViewerId},
    boundary::Effect,
    compose::picture_of,
    screen::{Picture, PictureFormat},
    session::SurfaceTarget,
};
use abide_protocol::{
    limits::PICTURE_PIECE_BYTES_MAX,
    message::{self, GetPicture, PicturePiece, ServerMessage, SurfaceNumber},
};

impl Server {
    /// A viewer can more, or less, than its hello said.
    pub(super) fn on_features(&mut self, id: ViewerId, features: Vec<String>) {
        let Some(viewer) = self.model.viewers.get_mut(&id) else { return };
        if let Some(hello) = &mut viewer.hello {
            hello.features = features;
        }
        // What it is to see may be composed otherwise.
        viewer.surfaces.values_mut().for_each(|surface| surface.dirty = true);
    }

    pub(super) fn on_get_picture(&mut self, id: ViewerId, request: GetPicture) {
        let looks = self.model.viewers.get(&id).is_some_and(|v| v.surfaces.contains_key(&request.surface));
        if !looks {
            return self.no_surface(id, request.surface);
        }
        let (pane, number) = picture_of(request.picture);
        let picture = if self.surface_has(id, request.surface, pane) {
            self.model.panes.get(&pane).and_then(|pane| pane.screen.picture(number))
        } else {
            None
        };
        let piece = piece(picture, request);
        self.model.push(Effect::TellViewer(id, ServerMessage::Picture(piece)));
    }

    /// Whether a viewer may see a pane on a surface, now or by choosing another window.
    fn surface_has(&self, id: ViewerId, surface: SurfaceNumber, pane: PaneId) -> bool {
        let target = self.model.viewers.get(&id).and_then(|v| v.surfaces.get(&surface)).map(|s| s.target);
        match target {
            Some(SurfaceTarget::Pane(shown)) => shown == pane,
            Some(SurfaceTarget::Session(session)) => {
                let window = self.model.panes.get(&pane).map(|p| p.window);
                window.is_some_and(|window| self.model.sessions_of(window).any(|s| s.id == session))
            }
            None => false,
        }
    }
}

/// The piece that was asked for; of nothing, where there is no such picture, which is no fault of the viewer's: what it
/// was told of a moment ago may be gone.
fn piece(picture: Option<&Picture>, request: GetPicture) -> PicturePiece {
    let file = picture.map_or(&[][..], |picture| &picture.bytes);
    let rest = file.get(request.offset as usize..).unwrap_or_default();
    PicturePiece {
        bytes: rest.get(..PICTURE_PIECE_BYTES_MAX).unwrap_or(rest).to_vec(),
        total: u32::try_from(file.len()).unwrap_or(u32::MAX),
        width: picture.map_or(0, |picture| picture.width),
        format: match picture.map(|picture| picture.format) {
            Some(PictureFormat::Jpeg) => message::PictureFormat::Jpeg,
            Some(PictureFormat::Gif) => message::PictureFormat::Gif,
            Some(PictureFormat::Png) | None => message::PictureFormat::Png,
        },
        height: picture.map_or(0, |picture| picture.height),
        offset: request.offset,
        picture: request.picture,
        surface: request.surface,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_in_pieces() {
        let bytes: Vec<u8> = (0..PICTURE_PIECE_BYTES_MAX + 5).map(|n| n as u8).collect();
        let picture =
            Picture { format: PictureFormat::Gif, width: 3, height: 4, bytes: bytes.clone().into() };
        let at = |offset| piece(Some(&picture), GetPicture { offset, picture: 9, surface: 2 });
        let first = at(0);
        assert_eq!((first.bytes.len(), first.total), (PICTURE_PIECE_BYTES_MAX, bytes.len() as u32));
        assert_eq!((first.width, first.height, first.format), (3, 4, message::PictureFormat::Gif));
        assert_eq!((first.picture, first.surface, first.offset), (9, 2, 0));
        let rest = at(PICTURE_PIECE_BYTES_MAX as u32);
        assert_eq!([first.bytes, rest.bytes].concat(), bytes);
        assert!(at(bytes.len() as u32).bytes.is_empty() && at(u32::MAX).bytes.is_empty());
        let gone = piece(None, GetPicture { offset: 0, picture: 9, surface: 2 });
        assert_eq!((gone.total, gone.bytes.len()), (0, 0));
    }
}
