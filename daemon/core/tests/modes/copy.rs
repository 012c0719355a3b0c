//! Copy mode moves, selects and searches as tmux does: the golden files are what tmux 3.3a answered to commands
//! drawn at random. They end before a vertical motion after select-line or select-word has turned round, where
//! tmux remembers more than the selection shows.

use abide_core::{
    base::geometry::Size,
    modes::{
        Mode, ModeAction, ModeOptions, PaneSight,
        copy::{CopyEntry, CopyMode},
    },
    screen::Screen,
};
use abide_protocol::message::{Color, Style};
use std::{fs, path::Path};

pub(crate) fn options(vi: bool) -> ModeOptions {
    let on = |bg: u8| Style { bg: Color::Indexed(bg), fg: Color::Indexed(0), ..Style::default() };
    ModeOptions {
        vi,
        mode_style: on(3),
        match_style: on(6),
        current_match_style: on(5),
        word_separators: "!\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~".to_owned(),
        wrap_search: true,
        clock_style: on(4),
        clock_24: true,
    }
}

/// `[-N count] command [word]`.
fn words(line: &str) -> (u32, Vec<String>) {
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    if words.first().is_some_and(|word| word == "-N") {
        return (words[1].parse().unwrap(), words.split_off(2));
    }
    (1, words)
}

#[test]
fn commands_do_what_tmux_does() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/modes");
    let text = fs::read_to_string(folder.join("text.txt")).unwrap().replace('\n', "\r\n");
    let mut wrong = Vec::new();
    let mut steps = 0;
    for (vi, name) in [
        (false, "emacs-1"),
        (false, "emacs-2"),
        (false, "emacs-3"),
        (true, "vi-1"),
        (true, "vi-2"),
        (true, "vi-3"),
    ] {
        let mut screen = Screen::new(Size::new(40, 10), 2000);
        screen.feed(text.as_bytes());
        let options = options(vi);
        let sight = PaneSight { screen: &screen, options: &options, mouse: None, day_seconds: 0 };
        let mut mode = CopyMode::new(CopyEntry::default(), &sight);
        let golden = fs::read_to_string(folder.join(format!("{name}.txt"))).unwrap();
        let mut lines = golden.lines();
        lines.next();
        for (n, line) in lines.enumerate() {
            steps += 1;
            let (command, expected) = line.split_once(" -> ").unwrap();
            let (count, words) = words(command);
            let actions = mode.command(&words, count, &sight).unwrap();
            let fact = |name: &str| mode.fact(name, &sight).unwrap();
            let place =
                format!("{},{} {}", fact("copy_cursor_x"), fact("copy_cursor_y"), fact("scroll_position"));
            let copied = actions.iter().find_map(|action| match action {
                ModeAction::Copy { text, .. } => Some(format!(" {text:?}")),
                _ => None,
            });
            let seen = place + &copied.unwrap_or_default();
            if seen != expected.replace('\'', "\"") {
                wrong.push(format!("{name}:{}: {command}: {seen}, tmux has {expected}", n + 2));
                break;
            }
        }
    }
    assert!(steps >= 500, "only {steps} steps: where are the golden files?");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn sight<'a>(screen: &'a Screen, options: &'a ModeOptions) -> PaneSight<'a> {
    PaneSight { screen, options, mouse: None, day_seconds: 0 }
}

/// Whatever the width becomes, the mode stays at its place in the text: far back, near the screen, and on it.
#[test]
fn another_size_leaves_every_place_where_it_was() {
    for (first, last) in [(1013, 1015), (2990, 2993), (2980, 3019), (3016, 3018)] {
        for squeezed in [false, true] {
            let mut screen = Screen::new(Size::new(80, 10), 100_000);
            for n in 0..3020 {
                screen.feed(format!("line{n}:{}漢字-end{n}.\r\n", "some-words-".repeat(n % 23)).as_bytes());
            }
            if squeezed {
                screen.squeeze_history(100);
            }
            let options = options(true);
            let mut mode = CopyMode::new(CopyEntry::default(), &sight(&screen, &options));
            let run = |mode: &mut CopyMode, screen: &Screen, line: &str| {
                let (count, words) = words(line);
                let mut actions = mode.command(&words, count, &sight(screen, &options)).unwrap();
                while mode.goes_on() {
                    actions.extend(mode.arrived(Ok(()), &sight(screen, &options)));
                }
                actions
            };
            run(&mut mode, &screen, &format!("search-backward end{last}."));
            run(&mut mode, &screen, "begin-selection");
            run(&mut mode, &screen, &format!("search-backward end{first}."));
            let copied = |mode: &mut CopyMode, screen: &Screen| {
                let actions = run(mode, screen, "copy-selection-no-clear");
                let Some(ModeAction::Copy { text, .. }) = actions.into_iter().next() else {
                    panic!("nothing is selected")
                };
                text
            };
            let before = copied(&mut mode, &screen);
            assert!(before.starts_with(&format!("end{first}.\nline")) && before.ends_with("-e"), "{before}");
            for (cols, rows) in [(33, 10), (200, 30), (7, 4), (80, 10)] {
                mode.before_resize(&sight(&screen, &options));
                let size = Size::new(cols, rows);
                screen.resize(size);
                mode.resize(size, &sight(&screen, &options));
                assert!(copied(&mut mode, &screen) == before, "{first} to {last} at {cols} columns");
            }
        }
    }
}
