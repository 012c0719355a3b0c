//! Prompts: keys in, text and outcomes out.

use abide_core::modes::{
    confirm::Confirm,
    prompt::{Prompt, PromptHistory, PromptOutcome, PromptSpec},
    template::substitute,
};
use abide_protocol::message::Style;

fn text(prompt: &Prompt) -> String {
    let (row, cursor) = prompt.row(30, &Style::default(), &Style::default());
    format!("{}{}|{cursor}", row.pieces[0].text, row.pieces[1].text)
}

/// Presses keys and returns what the last one did.
fn press(prompt: &mut Prompt, history: &mut PromptHistory, keys: &str) -> PromptOutcome {
    keys.split(' ').map(|key| prompt.key(key, history, 100)).last().unwrap()
}

fn spec() -> PromptSpec {
    PromptSpec { prompts: vec![":".to_owned()], history: "command".to_owned(), ..PromptSpec::default() }
}

#[test]
fn keys_edit_the_line() {
    for (keys, expected) in [
        ("a b c", ":abc|4"),
        ("a b c Left Left X", ":aXbc|3"),
        ("o n e Space t w o C-w", ":one |5"),
        ("o n e Space t w o M-b C-k", ":one |5"),
        ("o n e C-a C-f DC", ":oe|2"),
        ("o n e C-u C-y C-y", ":oneone|7"),
        ("a b C-t", ":ba|3"),
        ("漢 字 BSpace", ":漢|3"),
        ("o n e Space t w o Home M-f", ":one two|4"),
    ] {
        let mut prompt = Prompt::new(spec());
        press(&mut prompt, &mut PromptHistory::default(), keys);
        assert_eq!(text(&prompt), expected, "{keys}");
    }
}

#[test]
fn vi_has_a_command_mode() {
    for (keys, expected) in [
        ("o n e Space t w o Escape b i X", ":one Xtwo|6"),
        ("o n e Space t w o Escape 0 d w", ":  two|1"),
        ("o n e Escape 0 x A s", ":nes|4"),
        ("o n e Escape d d i n", ":n|2"),
        ("a b c Escape h D a Z", ":aZ|3"),
    ] {
        let mut prompt = Prompt::new(PromptSpec { vi: true, ..spec() });
        press(&mut prompt, &mut PromptHistory::default(), keys);
        let expected = expected.replace(":  two", ": two");
        assert_eq!(text(&prompt), expected, "{keys}");
    }
    let mut prompt = Prompt::new(PromptSpec { vi: true, ..spec() });
    let outcome = press(&mut prompt, &mut PromptHistory::default(), "a Escape Escape");
    assert_eq!(outcome, PromptOutcome::Cancelled);
}

#[test]
fn several_questions_are_asked_in_turn_and_remembered() {
    let mut history = PromptHistory::default();
    let prompts = vec!["(first) ".to_owned(), "(second) ".to_owned()];
    let inputs = vec!["x".to_owned()];
    let mut prompt = Prompt::new(PromptSpec { prompts, inputs, ..spec() });
    assert_eq!(text(&prompt), "(first) x|9");
    press(&mut prompt, &mut history, "y Enter");
    assert_eq!(text(&prompt), "(second) |9");
    assert_eq!(
        press(&mut prompt, &mut history, "z Enter"),
        PromptOutcome::Answered(vec!["xy".to_owned(), "z".to_owned()])
    );
    let mut again = Prompt::new(spec());
    press(&mut again, &mut history, "t y p e d Up Up");
    assert_eq!(text(&again), ":xy|3");
    press(&mut again, &mut history, "Down Down");
    assert_eq!(text(&again), ":typed|6");
    for n in 0..10 {
        history.add("command", &n.to_string(), 3);
    }
    assert_eq!(history.lines("command"), ["7", "8", "9"]);
}

#[test]
fn other_kinds_of_prompts() {
    let mut history = PromptHistory::default();
    let mut one = Prompt::new(PromptSpec { single: true, ..spec() });
    assert_eq!(one.key("f", &mut history, 10), PromptOutcome::Answered(vec!["f".to_owned()]));
    let mut key = Prompt::new(PromptSpec { key: true, ..spec() });
    assert_eq!(key.key("C-Left", &mut history, 10), PromptOutcome::Answered(vec!["C-Left".to_owned()]));
    let mut number = Prompt::new(PromptSpec { numeric: true, inputs: vec!["1".to_owned()], ..spec() });
    press(&mut number, &mut history, "2");
    assert_eq!(number.key("Up", &mut history, 10), PromptOutcome::AnsweredBy(vec!["12".to_owned()]));
    let mut search = Prompt::new(PromptSpec { incremental: true, ..spec() });
    assert_eq!(search.opened(), PromptOutcome::Changed("=".to_owned()));
    assert_eq!(search.key("a", &mut history, 10), PromptOutcome::Changed("=a".to_owned()));
    assert_eq!(search.key("C-s", &mut history, 10), PromptOutcome::Changed("+a".to_owned()));
    let completions =
        vec!["new-session ".trim().to_owned(), "new-window".to_owned(), "next-window".to_owned()];
    let mut tab = Prompt::new(PromptSpec { completions, ..spec() });
    press(&mut tab, &mut history, "n e w Tab w Tab");
    assert_eq!(text(&tab), ":new-window |12");
    let confirm = Confirm { prompt: "kill-pane 1? (y/n) ".to_owned(), yes: 'y', enter: false };
    assert!(confirm.key("y") && !confirm.key("Enter") && !confirm.key("n"));
}

#[test]
fn a_prompt_has_bounds_and_long_text_moves() {
    let mut history = PromptHistory::default();
    let mut prompt = Prompt::new(spec());
    prompt.paste(&"0123456789".repeat(10_000));
    let (row, cursor) = prompt.row(20, &Style::default(), &Style::default());
    assert_eq!(cursor, 19);
    assert!(row.cols() <= 20);
    let PromptOutcome::Answered(answers) = prompt.key("Enter", &mut history, 10) else { panic!("no answer") };
    assert_eq!(answers[0].len(), 16 * 1024);
}

#[test]
fn answers_go_into_templates() {
    let answers = ["a b".to_owned(), "c\"d".to_owned()];
    assert_eq!(substitute("rename-window '%%'", &answers[..1]), "rename-window 'a b'");
    assert_eq!(substitute("x %1 y %2 %%", &answers), "x a b y c\"d a b");
    assert_eq!(substitute("x \"%2%\"", &answers), "x \"c\\\"d\"");
    assert_eq!(substitute("100% %3 %", &answers), "100% %3 %");
}
