//! Options: the table, what values are taken, inheritance, and the listing's text.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails should say where")]

use abide_core::options::{
    Append, Kind, Lookup, OptionNode, Scope, Value, check, find, show_all, split_index,
    style::{Align, Range, Styling, colour},
    table::{exact, rows},
};
use abide_protocol::message::{Color, attr};

fn set(node: &mut OptionNode, written: &str, text: Option<&str>, append: Append) -> Result<(), String> {
    let (name, index) = split_index(written).map_err(|e| e.to_string())?;
    if name.starts_with('@') {
        return node.set_user(name, text.ok_or("empty value")?, append);
    }
    let spec = find(name).map_err(|e| e.to_string())?;
    let inherited = Lookup::new([Some(node), None, None]).value(spec);
    node.set(spec, index, text, append, &inherited)
}

#[test]
fn the_table_is_in_order_and_its_defaults_are_values() {
    let mut names: Vec<&str> = rows().map(|spec| spec.name).collect();
    for spec in rows() {
        assert_eq!(
            exact(spec.name).map(|found| found.name),
            Some(spec.name),
            "{} is out of order",
            spec.name
        );
        if spec.separator.is_none() && spec.name != "default-shell" {
            assert_eq!(check(spec, spec.default).as_deref(), Ok(spec.default), "{}", spec.name);
        }
        assert!(spec.text.ends_with('.') && spec.text.len() < 130, "{}", spec.name);
        if let Kind::Choice(choices) = spec.kind {
            assert!(choices.len() > 1);
        }
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "a name stands twice");
    assert!(count > 110, "{count}");
}

#[test]
fn names_may_be_shortened() {
    let name = |text: &str| find(text).map(|spec| spec.name).map_err(|e| e.to_string());
    assert_eq!(name("status"), Ok("status"));
    assert_eq!(name("mous"), Ok("mouse"));
    assert_eq!(name("hist"), Err("ambiguous option: hist".into()));
    assert_eq!(name("status-l"), Err("ambiguous option: status-l".into()));
    assert_eq!(name("nosuch"), Err("invalid option: nosuch".into()));
    assert_eq!(name(""), Err("invalid option: ".into()));
    assert_eq!(split_index("a[3]"), Ok(("a", Some(3))));
    assert!(
        split_index("a[x]").is_err() && split_index("[1]").is_err() && split_index("a[9999999]").is_err()
    );
}

#[test]
fn values_that_are_refused_say_so_as_tmux_does() {
    for (name, text, fault) in [
        ("status", "maybe", "unknown value: maybe"),
        ("mouse", "maybe", "bad value: maybe"),
        ("history-limit", "x", "value is invalid: x"),
        ("history-limit", "", "value is invalid: "),
        ("history-limit", "1.5", "value is invalid: 1.5"),
        ("history-limit", "+5", "value is invalid: +5"),
        ("history-limit", "-5", "value is too small: -5"),
        ("base-index", "99999999999", "value is too large: 99999999999"),
        (
            "base-index",
            "99999999999999999999999999999999999999999999",
            "value is too large: 99999999999999999999999999999999999999999999",
        ),
        ("buffer-limit", "0", "value is too small: 0"),
        ("prefix", "foo", "bad key: foo"),
        ("status-style", "foo", "invalid style: foo"),
        ("status-style", "fg=nope", "invalid style: fg=nope"),
        ("display-panes-colour", "nope", "bad colour: nope"),
        ("default-shell", "sh", "not a suitable shell: sh"),
        ("default-size", "abc", "value is invalid: abc"),
        ("default-size", "0x5", "value is invalid: 0x5"),
    ] {
        let mut node = OptionNode::default();
        assert_eq!(set(&mut node, name, Some(text), Append::No), Err(fault.to_owned()));
        assert!(node.is_empty());
    }
    let mut node = OptionNode::default();
    assert_eq!(set(&mut node, "status-left", None, Append::No), Err("empty value".into()));
    assert!(
        set(&mut node, "@a", Some(&"x".repeat(65_537)), Append::No)
            .unwrap_err()
            .starts_with("value is too long")
    );
    let many = "x ".repeat(1001);
    assert!(
        set(&mut node, "update-environment", Some(&many), Append::No)
            .unwrap_err()
            .starts_with("too many elements")
    );
    for n in 0..10_000 {
        set(&mut node, &format!("@{n}"), Some(""), Append::No).unwrap();
    }
    assert!(set(&mut node, "@more", Some(""), Append::No).unwrap_err().starts_with("too many options"));
}

#[test]
fn setting_toggling_and_appending() {
    let mut node = OptionNode::default();
    let text = |node: &OptionNode, name: &str| Lookup::new([Some(node), None, None]).text(name).to_owned();
    set(&mut node, "mouse", Some("YES"), Append::No).unwrap();
    assert_eq!(text(&node, "mouse"), "on");
    set(&mut node, "mouse", None, Append::No).unwrap();
    assert_eq!(text(&node, "mouse"), "off");
    set(&mut node, "status", None, Append::No).unwrap();
    assert_eq!(text(&node, "status"), "off");
    set(&mut node, "status", None, Append::No).unwrap();
    assert_eq!(text(&node, "status"), "on");
    set(&mut node, "prefix", Some("c-A"), Append::No).unwrap();
    assert_eq!(text(&node, "prefix"), "C-a");
    set(&mut node, "prefix2", Some("none"), Append::No).unwrap();
    assert_eq!(Lookup::new([Some(&node), None, None]).key("prefix2"), None);
    set(&mut node, "status-left", Some("abc"), Append::Yes).unwrap();
    assert_eq!(text(&node, "status-left"), "[#{session_name}] abc");
    set(&mut node, "status-style", Some("bg=red"), Append::Yes).unwrap();
    assert_eq!(text(&node, "status-style"), "bg=green,fg=black,bg=red");
    set(&mut node, "history-limit", Some("5"), Append::Yes).unwrap();
    assert_eq!(text(&node, "history-limit"), "5", "a number has no end to append to");
    set(&mut node, "@u", Some("a"), Append::No).unwrap();
    set(&mut node, "@u", Some("b"), Append::Yes).unwrap();
    assert_eq!(text(&node, "@u"), "ab");
    assert!(node.unset("@u") && !node.unset("@u"));
    assert_eq!(text(&node, "nosuch"), "");
}

#[test]
fn arrays() {
    let mut node = OptionNode::default();
    let elements =
        |node: &OptionNode, name: &str| Lookup::new([Some(node), None, None]).elements(exact(name).unwrap());
    set(&mut node, "update-environment", Some("FOO"), Append::Yes).unwrap();
    assert_eq!(elements(&node, "update-environment").get(&10).map(String::as_str), Some("FOO"));
    set(&mut node, "update-environment", Some("A B,C"), Append::No).unwrap();
    assert_eq!(elements(&node, "update-environment").len(), 3);
    let inherited = elements(&OptionNode::default(), "update-environment");
    node.unset_element("update-environment", 1, &inherited);
    set(&mut node, "update-environment[20]", Some("D E"), Append::No).unwrap();
    let shown = show_all(&node, Scope::Session, None, false, false);
    assert_eq!(
        shown,
        ["update-environment[0] A", "update-environment[2] C", "update-environment[20] \"D E\""]
    );
    set(&mut node, "user-keys", Some("a,b"), Append::No).unwrap();
    assert_eq!(elements(&node, "user-keys").into_values().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(Lookup::new([None; 3]).array("command-alias").len(), 6);
}

#[test]
fn the_inner_scope_wins() {
    let (mut pane, mut window, mut global) =
        (OptionNode::default(), OptionNode::default(), OptionNode::default());
    set(&mut global, "remain-on-exit", Some("on"), Append::No).unwrap();
    let text = |p: &OptionNode, w: &OptionNode, g: &OptionNode| {
        Lookup::new([Some(p), Some(w), Some(g)]).text("remain-on-exit").to_owned()
    };
    assert_eq!(text(&pane, &window, &global), "on");
    set(&mut window, "remain-on-exit", Some("failed"), Append::No).unwrap();
    assert_eq!(text(&pane, &window, &global), "failed");
    set(&mut pane, "remain-on-exit", Some("off"), Append::No).unwrap();
    assert_eq!(text(&pane, &window, &global), "off");
    pane.unset("remain-on-exit");
    assert_eq!(text(&pane, &window, &global), "failed");
    assert_eq!(Lookup::new([None; 3]).number("history-limit"), 2000);
}

#[test]
fn the_whole_listing_of_a_new_server() {
    let node = OptionNode::default();
    let outer = |spec: &'static abide_core::options::Spec| spec.default_value();
    let listing = |scope| show_all(&node, scope, Some(&outer), true, false).join("\n");
    let all =
        format!("{}\n\n{}\n\n{}\n", listing(Scope::Server), listing(Scope::Session), listing(Scope::Window));
    let expected = include_str!("options/defaults.txt");
    assert_eq!(
        all, expected,
        "when a row was meant to change, put the new listing into tests/options/defaults.txt"
    );
    let inherited = show_all(&node, Scope::Pane, Some(&outer), false, false);
    assert!(
        inherited.contains(&"remain-on-exit* off".to_owned())
            && !inherited.iter().any(|l| l.starts_with("mode-keys"))
    );
    let values = show_all(&node, Scope::Session, Some(&outer), true, true);
    assert!(values.contains(&"!\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~".to_owned()), "values are bare");
    let mut node = OptionNode::default();
    node.set_user("@b c", "d \"e\"", Append::No).unwrap();
    assert_eq!(show_all(&node, Scope::Session, None, true, false), ["@b c \"d \\\"e\\\"\""]);
}

#[test]
fn styles() {
    let style = |text: &str| {
        let mut styling = Styling::default();
        styling.apply(text, &Styling::default()).map(|()| styling)
    };
    let s = style("fg=red,bg=#102030 bold,underscore us=colour200").unwrap().style;
    assert_eq!((s.fg, s.bg, s.ul), (Color::Indexed(1), Color::Rgb(16, 32, 48), Color::Indexed(200)));
    assert_eq!(s.attrs, attr::BOLD | 1 << attr::UNDERLINE_SHIFT);
    let s = style("bold,italics,curly-underscore,nobold,nocurly-underscore").unwrap().style;
    assert_eq!(s.attrs, attr::ITALIC);
    let s = style("align=centre range=window|4 list=focus fill=brightblue").unwrap();
    assert_eq!((s.align, s.range, s.fill), (Align::Centre, Some(Range::Window(4)), Some(Color::Indexed(12))));
    assert_eq!(style("range=user|Abc").unwrap().range, Some(Range::User("Abc".into())));
    for bad in
        ["foo", "fg=nope", "fg=#12345", "fg=#+12345", "range=window|x", "align=up", "bold=1", "fg=colour256"]
    {
        assert!(style(bad).is_err(), "{bad}");
    }
    let mut base = Styling::default();
    base.apply("fg=blue,bold", &Styling::default()).unwrap();
    let mut over = base.clone();
    over.apply("fg=red,reverse default", &base).unwrap();
    assert_eq!(over.style, base.style);
    assert_eq!(colour("97"), Some(Color::Indexed(15)));
    assert_eq!(colour("8"), None);
    let _ = Value::Text(String::new());
}
