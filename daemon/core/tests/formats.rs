//! Formats: what they expand to, and that none of them hangs or floods.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails should say where")]

use abide_core::formats::{
    Clock, Facts, Loop, Order, Pattern, expand, expand_time, glob, strftime, strip_styles,
};
use proptest::prelude::*;

/// Two windows, of which the second is current, and some variables.
struct World {
    window: usize,
}

impl Facts for World {
    fn value(&self, name: &str) -> Option<String> {
        Some(
            match name {
                "session_name" => "main",
                "window_index" => return Some((self.window + 1).to_string()),
                "window_name" => ["vim", "bash"][self.window.min(1)],
                "window_flags" => ["-", "*"][self.window.min(1)],
                "pane_title" => "a long title",
                "pane_current_path" => "/home/me/src",
                "pane_id" => "%7",
                "pane_index" => "0",
                "host" => "box.example.org",
                "host_short" => "box",
                "zero" => "0",
                "one" => "1",
                "empty" => "",
                "created" => "1764000000",
                "status-left" => "#{session_name}:%H",
                "limit" => "3",
                "styled" => "#[fg=red]red#[default] rest",
                "wide" => "漢字x",
                "quotes" => "a b'c\"d$e",
                "escape" => "#{one}",
                "self" => "#{E:self}",
                "double" => "#{E:double}#{E:double}",
                "path" => "a:b;c",
                _ => return None,
            }
            .to_owned(),
        )
    }
    fn members(&self, which: Loop, order: Order) -> Vec<Box<dyn Facts + '_>> {
        match which {
            Loop::Windows if order == Order::Name => {
                vec![Box::new(World { window: 1 }), Box::new(World { window: 0 })]
            }
            Loop::Windows => vec![Box::new(World { window: 0 }), Box::new(World { window: 1 })],
            _ => Vec::new(),
        }
    }
    fn current(&self) -> bool {
        self.window == 1
    }
    fn exists(&self, session: bool, name: &str) -> bool {
        if session { name == "main" } else { name == "vim" }
    }
    fn search(&self, pattern: &Pattern) -> Option<u16> {
        pattern.find("line of text").map(|_| 4)
    }
    fn job(&self, command: &str, expanded: &str) -> Option<String> {
        match expanded {
            "echo 1" => Some("ran".to_owned()),
            "key" => Some(command.to_owned()),
            "format" => Some("#{session_name} #[fg=red]%H #(echo 1)".to_owned()),
            _ => None,
        }
    }
    fn clock(&self) -> Clock {
        Clock { wall_seconds: 1_764_003_661, zone_seconds: 3600 }
    }
}

#[test]
fn golden_formats() {
    let mut count = 0;
    for line in include_str!("formats/cases.txt").lines() {
        if line.is_empty() || line.starts_with("// ") {
            continue;
        }
        let (format, expected) = line.split_once(" => ").unwrap_or_else(|| panic!("no => in {line}"));
        assert_eq!(expand(format, &World { window: 1 }), expected.trim_end_matches('$'), "format: {format}");
        count += 1;
    }
    assert!(count > 130, "only {count} cases were found");
}

#[test]
fn the_time_is_put_in_where_it_is_asked_for() {
    let facts = World { window: 1 };
    assert_eq!(expand("%H:%M", &facts), "%H:%M");
    assert_eq!(expand_time("%H:%M #{session_name} %%", &facts), "18:01 main %");
    assert_eq!(expand("#{T:status-left}", &facts), "main:18");
    assert_eq!(expand("#{E:status-left}", &facts), "main:%H");
    assert_eq!(expand_time("#{?one,%Y,x}", &facts), "2025");
    assert_eq!(expand("#{t:created}", &facts), "Mon Nov 24 17:00:00 2025");
    assert_eq!(expand("#{t/p:created}", &facts), "17:00");
    assert_eq!(expand("#{t/r:created}", &facts), "1h1m");
    assert_eq!(expand("#{t/f/%Y-%m-%d:created}", &facts), "2025-11-24");
    assert_eq!(expand("#{t:zero}#{t:session_name}", &facts), "");
}

#[test]
fn dates() {
    let at = |seconds: i64| Clock { wall_seconds: seconds, zone_seconds: 0 };
    for (seconds, format, expected) in [
        (0, "%c", "Thu Jan  1 00:00:00 1970"),
        (951_782_400, "%F %j %a", "2000-02-29 060 Tue"),
        (951_868_800, "%F %j", "2000-03-01 061"),
        (4_107_542_400, "%F", "2100-03-01"),
        (1_704_067_199, "%F %T", "2023-12-31 23:59:59"),
        (1_609_459_200, "%G-W%V %u %w %g", "2020-W53 5 5 20"),
        (1_735_603_200, "%G-W%V", "2025-W01"),
        (
            1_764_003_661,
            "%A %B %d %e %I %l %k %p %P %y %C %s",
            "Monday November 24 24 05  5 17 PM pm 25 20 1764003661",
        ),
        (
            1_764_003_661,
            "%D %R %r %x %X %U %W %h %n%t%%",
            "11/24/25 17:01 05:01:01 PM 11/24/25 17:01:01 47 47 Nov \n\t%",
        ),
        (1_764_003_661, "%Q %", "%Q %"),
        (-1, "%F %T", "1969-12-31 23:59:59"),
        (i64::MAX, "%Y", "9999"),
        (i64::MIN, "%Y", "1"),
    ] {
        assert_eq!(strftime(format, at(seconds)), expected);
    }
    assert_eq!(strftime("%z %Z %H", Clock { wall_seconds: 0, zone_seconds: -12_600 }), "-0330 -0330 20");
    assert_eq!(strftime("%z %Z", at(0)), "+0000 UTC");
}

#[test]
fn shell_patterns() {
    for (pattern, text, matches) in [
        ("*", "", true),
        ("a*c", "abbc", true),
        ("a*c", "abbd", false),
        ("?", "é", true),
        ("?", "", false),
        ("[a-c]x", "bx", true),
        ("[!a-c]x", "bx", false),
        ("[^a-c]x", "dx", true),
        ("[]]", "]", true),
        ("[", "[", true),
        ("[a", "[a", true),
        ("\\*", "*", true),
        ("\\*", "a", false),
        ("*a*b*c", "xxaxxbxxc", true),
        ("abc", "ABC", false),
    ] {
        assert_eq!(glob(pattern, text), matches, "{pattern} {text}");
    }
    let hostile = "a*".repeat(500) + "b";
    assert!(!glob(&hostile, &"a".repeat(5000)));
}

#[test]
fn regular_expressions() {
    for (pattern, text, found) in [
        ("abc", "xabcx", Some(1..4)),
        ("a.c", "abc", Some(0..3)),
        ("a*", "aaa", Some(0..3)),
        ("a+b", "caab", Some(1..4)),
        ("colou?r", "color", Some(0..5)),
        ("^a", "ba", None),
        ("a$", "ba", Some(1..2)),
        ("(copy|view)-mode", "view-mode", Some(0..9)),
        ("a|b|c", "xc", Some(1..2)),
        ("[0-9]+", "ab12", Some(2..4)),
        ("[^a-z]", "abC", Some(2..3)),
        ("[[:digit:]]{2}", "a1b23", Some(3..5)),
        ("x{2,3}", "xxxx", Some(0..3)),
        ("x{2,}", "axxxx", Some(1..5)),
        ("(a|b)*c", "ababc", Some(0..5)),
        ("\\bfoo\\b", "a foo b", Some(2..5)),
        ("\\d\\D\\w\\W\\s\\S", "1a_- b", Some(0..6)),
        ("é.", "xéy", Some(1..4)),
        ("", "a", Some(0..0)),
        ("(a*)*", "b", Some(0..0)),
        ("a\\.b", "a.b", Some(0..3)),
        ("[]a]+", "]a", Some(0..2)),
        ("[a\\]]+", "]a", Some(0..2)),
    ] {
        assert_eq!(
            Pattern::new(pattern, false).unwrap_or_else(|| panic!("{pattern}")).find(text),
            found,
            "{pattern} {text}"
        );
    }
    for bad in ["(", "[", "[a", "*", "a{3,2}", "x\\", "((a{255}){255})"] {
        assert!(Pattern::new(bad, false).is_none(), "{bad}");
    }
    assert!(Pattern::new(&"(".repeat(60), false).is_none());
    assert!(Pattern::new(&"a".repeat(4097), false).is_none());
    assert_eq!(Pattern::new("AB\\D[x-z]", true).unwrap().find("abcY"), Some(0..4));
    assert_eq!(Pattern::glob_within("b*d", false).unwrap().find("abcde"), Some(1..4));
    let hostile = Pattern::new("(a*)*(a*)*(a*)*b", false).unwrap();
    assert_eq!(hostile.find(&"a".repeat(20_000)), None);
}

#[test]
fn bounds_hold() {
    let facts = World { window: 1 };
    assert_eq!(expand("#{self}", &facts), "#{E:self}");
    assert_eq!(expand("#{E:self}", &facts), "");
    assert!(expand("#{E:double}", &facts).len() < 1024 * 1024);
    let deep = "#{E:".repeat(5000) + "one" + &"}".repeat(5000);
    assert_eq!(expand(&deep, &facts), "");
    let wide = "#{p10000:one}".repeat(1000);
    assert!(expand(&wide, &facts).len() <= 2 * 256 * 1024);
    assert_eq!(expand("#{R:x,99999999}", &facts).len(), 10_000);
    let nested = "#{W:".repeat(60) + "x" + &"}".repeat(60);
    assert!(expand(&nested, &facts).len() <= 2 * 256 * 1024);
}

#[test]
fn styles_are_no_text() {
    assert_eq!(strip_styles("#[fg=red]a#[default]b##[c]"), "ab##[c]");
    assert_eq!(strip_styles("#[unclosed"), "");
}

proptest! {
    #[test]
    fn any_format_ends(format in "(#\\{|\\}|,|[?=:;!&|WSPETlbnwpsmqeR/0-9]|#[\\[,#SW(]|\\)|one|zero|self|window_name|é| ){0,40}") {
        let _ = expand_time(&format, &World { window: 1 });
    }

    #[test]
    fn any_pattern_ends(pattern in "[ab.*+?(|)\\[\\]^$\\\\{}0-9,-]{0,20}", text in "[ab0 -]{0,30}") {
        if let Some(pattern) = Pattern::new(&pattern, true) {
            if let Some(found) = pattern.find(&text) {
                prop_assert!(text.get(found).is_some());
            }
            let _ = pattern.replace(&text, "x\\1");
        }
    }
}
