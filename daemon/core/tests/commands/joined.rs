//! capture-pane -J: a line is what was printed, however it was wrapped and packed.

use crate::world::World;
use abide_core::base::limits::CHUNK_BYTES_MAX;

fn captured(world: &mut World, flags: &str) -> String {
    assert_eq!(world.act("$", &format!("capture-pane -b it {flags} -S -")), "");
    let buffer = world.server.model.buffers.get("it").expect("a buffer");
    String::from_utf8(buffer.data.clone()).expect("UTF-8")
}

#[test]
fn lines_longer_than_chunks_are_joined_at_any_width() {
    let mut world = World::new(&[]);
    world.act("$", "set -g history-limit 1000000");
    world.act("$", "new -d -s main -x 60 -y 5");
    let long: String =
        (0..CHUNK_BYTES_MAX / 6).map(|n| format!("{n} 漢字é and so on ")).collect::<String>() + "end";
    // Wide characters that do not fit leave a column free at many widths; on a coloured ground it is coloured.
    let wide = format!("{}x", "a漢字".repeat(50));
    world.act("P", &format!("{long}\\n\\e[42m{wide}\\e[m\\n{}", "last\\n".repeat(6)));
    for cols in [60, 59, 33, 200, 20] {
        world.act("$", &format!("resize-window -x {cols} -y 5"));
        for flags in ["-J", "-JN", "-JT"] {
            let text = captured(&mut world, flags);
            let mut lines = text.lines();
            assert!(lines.next() == Some(&long), "{flags} at {cols} columns");
            assert_eq!(lines.next().map(str::trim_end), Some(&*wide), "{flags} at {cols} columns");
            assert_eq!(lines.next(), Some("last"));
        }
    }
}
