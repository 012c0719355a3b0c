//! Real programs look right: what the native client draws, as a person would look at it.

use abide_tests::server::{SOON, Server};
use abide_tests::skip::skipped;
use abide_tests::terminal::Terminal;

fn installed(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).exists()))
}

fn run(test: &str, program: &str, command: &str, look: impl FnOnce(&mut Terminal)) {
    if !installed(program) {
        return skipped(test, &format!("{program} is not installed"));
    }
    let server = Server::new();
    let mut terminal = server.terminal(&["new-session", "-s", "p"], 80, 24);
    terminal.wait_text("[p] 0:", SOON);
    terminal.wait("a prompt", SOON, |t| t.row(0).ends_with(['$', '#']).then_some(()));
    terminal.type_text(command);
    terminal.type_text("\r");
    look(&mut terminal);
}

#[test]
fn vim_edits_and_leaves_the_screen_as_it_was() {
    run("vim", "vim", "echo before; vim -u NONE -N new-file", |t| {
        t.wait_text("\"new-file\" [New", SOON);
        t.wait("the empty lines", SOON, |t| (t.row(1) == "~").then_some(()));
        t.type_text("iThe quick brown fox\x1b");
        t.wait("the text", SOON, |t| (t.row(0) == "The quick brown fox").then_some(()));
        t.type_text(":wq\r");
        t.wait("the shell's screen", SOON, |t| {
            (t.text().contains("before\n") && !t.text().contains('~')).then_some(())
        });
    });
}

#[test]
fn less_scrolls() {
    run("less", "less", "seq 200 | less", |t| {
        t.wait("the first page", SOON, |t| (t.row(0) == "1" && t.row(22).starts_with(':')).then_some(()));
        t.type_text("G");
        t.wait("the last page", SOON, |t| (t.row(21) == "200").then_some(()));
        t.type_text("q");
    });
}

#[test]
fn htop_draws_its_meters() {
    run("htop", "htop", "htop", |t| {
        t.wait_text("Load average", SOON);
        t.wait("the bottom line", SOON, |t| t.row(22).contains("F10Quit").then_some(()));
        t.type_text("q");
    });
}

#[test]
fn midnight_commander_draws_its_frames() {
    run("mc", "mc", "mc -u", |t| {
        t.wait("frames", SOON, |t| (t.text().contains('┌') && t.row(22).contains("10Quit")).then_some(()));
    });
}

#[test]
fn wide_characters_and_emoji_keep_their_columns() {
    run(
        "sh",
        "sh",
        "printf '日本語|\\n한국어|\\n👍🏽|\\ne\\314\\201|\\n👨‍👩‍👧|\\n'",
        |t| {
            t.wait_text("日本語|\n", SOON);
            for (text, column) in [("日本語", 6), ("한국어", 6), ("👍🏽", 2), ("e\u{301}", 1), ("👨‍👩‍👧", 2)]
            {
                t.wait(text, SOON, |t| {
                    let found = (0..23).find(|y| t.row(*y) == format!("{text}|"))?;
                    let bar = t.screen().row(found).cells().last().map(|cell| cell.x)?;
                    (bar == column).then_some(())
                });
            }
        },
    );
}

#[test]
fn it_works_inside_tmux() {
    if !installed("tmux") {
        return skipped("tmux", "tmux is not installed");
    }
    let server = Server::new();
    let socket = server.folder("run").join("tmux");
    let mut outer = server.command("tmux");
    outer.arg("-S").arg(&socket).args([
        "-f",
        "/dev/null",
        "new-session",
        "env -u TMUX abide new-session -s inner",
    ]);
    let mut terminal = Terminal::start(&outer, abide_core::base::geometry::Size::new(80, 24));
    terminal.wait_text("[inner] 0:", SOON);
    terminal.type_text("echo deep-$((1+1))\r");
    terminal.wait_text("deep-2", SOON);
}
