//! What a random program writes, kind by kind. Kinds are as fine as the differences that there are: the table in
//! `differences.txt` names them.

use abide_core::base::geometry::Size;
use abide_tests::seed::Dice;

/// One kind of token.
pub(crate) struct Rule {
    pub(crate) kind: &'static str,
    /// How often, beside the others.
    pub(crate) weight: u64,
    pub(crate) make: fn(&mut Dice, Size) -> String,
}

const fn rule(kind: &'static str, weight: u64, make: fn(&mut Dice, Size) -> String) -> Rule {
    Rule { kind, weight, make }
}

/// Nothing, or a number: mostly small, at times beyond any size.
fn n(dice: &mut Dice) -> String {
    match dice.below(12) {
        0 => String::new(),
        1 => "300".to_owned(),
        _ => (1 + dice.below(6)).to_string(),
    }
}

fn row(dice: &mut Dice, size: Size) -> u64 {
    1 + dice.below(u64::from(size.rows) + 2)
}

fn col(dice: &mut Dice, size: Size) -> u64 {
    1 + dice.below(u64::from(size.cols) + 2)
}

fn csi(dice: &mut Dice, last: &str) -> String {
    format!("\x1b[{}{last}", n(dice))
}

fn some(dice: &mut Dice, max: u64, pool: &str) -> String {
    let pool: Vec<char> = pool.chars().collect();
    (0..1 + dice.below(max)).map(|_| *dice.one_of(&pool)).collect()
}

fn cluster(dice: &mut Dice) -> String {
    one(dice, &["👩\u{200d}👧", "🇩🇪", "❤\u{fe0f}", "👍🏽", "1\u{fe0f}\u{20e3}"])
}

/// The cursor somewhere below the first row, if there is more than one, and no wrap pending.
fn placed(dice: &mut Dice, size: Size) -> String {
    let below = 1 + u64::from(size.rows > 1) + dice.below(u64::from(size.rows));
    format!("\x1b[{below};{}H", 2 + dice.below(u64::from(size.cols)))
}

/// The cursor somewhere in its row, and no wrap pending.
fn at_column(dice: &mut Dice, size: Size) -> String {
    format!("\x1b[{}G", col(dice, size))
}

fn one(dice: &mut Dice, of: &[&str]) -> String {
    (*dice.one_of(of)).to_owned()
}

/// All kinds. Text and movement most, so that there is something to change and a place to change it.
pub(crate) const GRAMMAR: &[Rule] = &[
    rule("text", 60, |d, _| some(d, 12, "abcdefghijklmnopqrstuvwxyz  ABC123")),
    rule("long text", 8, |d, size| "0123456789".chars().cycle().take(col(d, size) as usize * 2).collect()),
    rule("latin", 10, |d, _| some(d, 5, "éüßñøДомαβγ─│┌┐█")),
    rule("wide", 14, |d, _| some(d, 4, "日本語漢字한국어かなカナ")),
    rule("combining", 6, |d, _| one(d, &["e\u{301}", "a\u{308}", "o\u{302}\u{323}", "漢\u{301}"])),
    rule("lone mark", 2, |_, _| "\u{301}".to_owned()),
    rule("emoji", 4, |d, _| some(d, 2, "😀🎉🚀")),
    rule("cluster", 2, |d, _| cluster(d)),
    rule("cluster first in its row", 2, |d, _| "\r".to_owned() + &cluster(d)),
    rule("new line", 24, |_, _| "\r\n".to_owned()),
    rule("line feed", 6, |_, _| "\n".to_owned()),
    rule("return", 5, |_, _| "\r".to_owned()),
    rule("backspace", 5, |_, _| "\x08".to_owned()),
    rule("tab", 5, |_, _| "\t".to_owned()),
    rule("vertical tab", 2, |d, _| one(d, &["\x0b", "\x0c"])),
    rule("nothing", 2, |d, _| one(d, &["\x00", "\x07", "\x7f", "\x05"])),
    rule("CUP", 12, |d, s| format!("\x1b[{};{}{}", row(d, s), col(d, s), one(d, &["H", "f"]))),
    rule("home", 3, |_, _| "\x1b[H".to_owned()),
    rule("CUU", 3, |d, _| csi(d, "A")),
    rule("CUD", 3, |d, _| csi(d, "B")),
    rule("CUF", 3, |d, _| csi(d, "C")),
    rule("CUB", 3, |d, _| csi(d, "D")),
    rule("CNL", 2, |d, _| csi(d, "E")),
    rule("CPL", 2, |d, _| csi(d, "F")),
    rule("CHA", 3, |d, s| format!("\x1b[{}{}", col(d, s), one(d, &["G", "`"]))),
    rule("VPA", 3, |d, s| format!("\x1b[{}d", row(d, s))),
    rule("HPR", 2, |d, _| csi(d, "a")),
    rule("VPR", 2, |d, _| csi(d, "e")),
    rule("count of 0", 1, |d, s| {
        let last = *d.one_of(&["C", "a", "X", "P", "I"]);
        at_column(d, s) + "\x1b[0" + last
    }),
    rule("count of 0 lines", 1, |d, _| "\r\x1b[0".to_owned() + *d.one_of(&["L", "M", "S"])),
    rule("ED", 2, |_, _| "\x1b[J".to_owned()),
    rule("ED above", 2, |_, _| "\x1b[1J".to_owned()),
    rule("ED all", 2, |_, _| "\x1b[2J".to_owned()),
    rule("ED history", 1, |_, _| "\x1b[3J".to_owned()),
    rule("EL", 3, |d, _| one(d, &["\x1b[K", "\x1b[0K"])),
    rule("EL before", 2, |_, _| "\x1b[1K".to_owned()),
    rule("EL all", 3, |d, _| one(d, &["\x1b[2K"])),
    rule("ECH", 2, |d, _| csi(d, "X")),
    rule("ICH", 2, |d, _| csi(d, "@")),
    rule("DCH", 2, |d, _| csi(d, "P")),
    // The same where no wrap is pending, and not in the first row: terminals differ on both.
    rule("placed ED", 2, |d, s| placed(d, s) + "\x1b[J"),
    rule("placed ED above", 2, |d, s| placed(d, s) + "\x1b[1J"),
    rule("placed EL", 4, |d, s| at_column(d, s) + "\x1b[K"),
    rule("placed EL before", 3, |d, s| at_column(d, s) + "\x1b[1K"),
    rule("placed ECH", 3, |d, s| at_column(d, s) + &csi(d, "X")),
    rule("placed ICH", 3, |d, s| at_column(d, s) + &csi(d, "@")),
    rule("placed DCH", 3, |d, s| at_column(d, s) + &csi(d, "P")),
    rule("DCH of one", 2, |d, s| at_column(d, s) + "\x1b[P"),
    rule("placed EL all", 3, |d, s| at_column(d, s) + "\x1b[2K"),
    rule("placed ED all", 2, |d, s| placed(d, s) + "\x1b[2J"),
    rule("placed tab", 3, |d, s| at_column(d, s) + "\t"),
    rule("placed CBT", 2, |d, s| at_column(d, s) + &csi(d, "Z")),
    rule("placed line feed", 4, |d, s| at_column(d, s) + one_line_feed(d)),
    rule("IL at the margin", 4, |d, _| "\r".to_owned() + &csi(d, "L")),
    rule("DL at the margin", 4, |d, _| "\r".to_owned() + &csi(d, "M")),
    rule("placed DECIC", 2, |d, s| {
        let last = one_of_columns(d);
        at_column(d, s) + &csi(d, last)
    }),
    rule("IL", 2, |d, _| csi(d, "L")),
    rule("DL", 2, |d, _| csi(d, "M")),
    rule("SU", 3, |d, _| csi(d, "S")),
    rule("SD", 3, |d, _| csi(d, "T")),
    rule("REP", 2, |d, s| format!("\x1b[{}b", 1 + d.below(u64::from(s.cols * s.rows).min(6)))),
    rule("REP of a character", 3, |d, s| {
        let times = 1 + d.below(u64::from(s.cols * s.rows / 2).min(6));
        format!("{}\x1b[{times}b", some(d, 1, "abé漢"))
    }),
    rule("REP 300", 1, |_, _| "\x1b[300b".to_owned()),
    rule("DECSTBM", 6, |d, s| {
        if s.rows == 1 {
            return "\x1b[r".to_owned();
        }
        let top = 1 + d.below(u64::from(s.rows).saturating_sub(1).max(1));
        format!("\x1b[{top};{}r", top + 1 + d.below(u64::from(s.rows)))
    }),
    rule("odd DECSTBM", 1, |d, s| format!("\x1b[{};{}r", row(d, s), row(d, s))),
    rule("DECSTBM reset", 2, |_, _| "\x1b[r".to_owned()),
    rule("DECOM", 3, |d, _| one(d, &["\x1b[?6h", "\x1b[?6l"])),
    rule("DECAWM", 3, |d, _| one(d, &["\x1b[?7h", "\x1b[?7l"])),
    rule("a row without wrapping", 2, |d, s| {
        let text: String = "abcdefghij".chars().cycle().take(col(d, s) as usize * 2).collect();
        format!("\r\x1b[?7l{text}\r\x1b[?7h")
    }),
    rule("reverse wrap", 2, |d, _| one(d, &["\x1b[?45h", "\x1b[?45l"])),
    rule("IRM", 3, |d, _| one(d, &["\x1b[4h", "\x1b[4l"])),
    rule("LNM", 2, |d, _| one(d, &["\x1b[20h", "\x1b[20l"])),
    rule("DECTCEM", 2, |d, _| one(d, &["\x1b[?25h", "\x1b[?25l"])),
    rule("other mode", 3, |d, _| {
        one(d, &["\x1b[?1h", "\x1b[?2004h", "\x1b[?1000h", "\x1b[?12h", "\x1b[?9999h"])
    }),
    rule("SGR attribute", 10, |d, _| {
        one(
            d,
            &[
                "\x1b[1m", "\x1b[2m", "\x1b[3m", "\x1b[4m", "\x1b[5m", "\x1b[7m", "\x1b[8m", "\x1b[9m",
                "\x1b[53m",
            ],
        )
    }),
    rule("SGR off", 8, |d, _| {
        one(d, &["\x1b[m", "\x1b[0m", "\x1b[22m", "\x1b[23m", "\x1b[24m", "\x1b[25m", "\x1b[27m", "\x1b[29m"])
    }),
    rule("SGR underline", 3, |d, _| one(d, &["\x1b[4:2m", "\x1b[4:3m", "\x1b[4:5m", "\x1b[4:0m"])),
    rule("SGR 21", 1, |_, _| "\x1b[21m".to_owned()),
    rule("SGR underline colour", 2, |d, _| one(d, &["\x1b[58;5;9m", "\x1b[58:2::1:2:3m", "\x1b[59m"])),
    rule("SGR colour", 12, |d, _| format!("\x1b[{}{}m", one(d, &["3", "4", "9", "10"]), d.below(8))),
    rule("SGR default colour", 3, |d, _| one(d, &["\x1b[39m", "\x1b[49m", "\x1b[39;49m"])),
    rule("SGR 256", 5, |d, _| {
        let n = d.below(256);
        one(d, &["\x1b[38;5;", "\x1b[48;5;", "\x1b[38:5:"]) + &format!("{n}m")
    }),
    rule("SGR true colour", 5, |d, _| {
        let (r, g, b) = (d.below(256), d.below(256), d.below(256));
        match d.below(3) {
            0 => format!("\x1b[38;2;{r};{g};{b}m"),
            1 => format!("\x1b[1;48;2;{r};{g};{b};3m"),
            _ => format!("\x1b[48:2::{r}:{g}:{b}m"),
        }
    }),
    rule("DECSC", 4, |_, _| "\x1b7".to_owned()),
    rule("DECRC", 4, |_, _| "\x1b8".to_owned()),
    rule("SCOSC", 2, |d, _| one(d, &["\x1b[s", "\x1b[u"])),
    rule("IND", 3, |_, _| "\x1bD".to_owned()),
    rule("NEL", 3, |_, _| "\x1bE".to_owned()),
    rule("RI", 4, |_, _| "\x1bM".to_owned()),
    rule("HTS", 2, |_, _| "\x1bH".to_owned()),
    rule("TBC", 2, |_, _| "\x1b[g".to_owned()),
    rule("TBC all", 1, |_, _| "\x1b[3g".to_owned()),
    rule("CHT", 2, |d, _| csi(d, "I")),
    rule("CBT", 2, |d, _| csi(d, "Z")),
    rule("DECIC", 2, |d, _| {
        let last = one_of_columns(d);
        csi(d, last)
    }),
    rule("graphics charset", 3, |d, _| one(d, &["\x1b(0", "\x1b(B", "\x1b)0"])),
    rule("shift", 2, |d, _| one(d, &["\x0e", "\x0f"])),
    rule("single shift", 1, |d, _| one(d, &["\x1bN", "\x1bO"])),
    rule("alternate", 3, |d, _| one(d, &["\x1b[?1049l\r\x1b[?1049h", "\x1b[?1049l"])),
    rule("alternate 47", 1, |d, _| one(d, &["\x1b[?47h", "\x1b[?47l", "\x1b[?1047h", "\x1b[?1047l"])),
    rule("visit to the alternate screen", 2, |d, _| {
        let text = some(d, 6, "abc 漢x");
        format!("\r\x1b[?1049h{text}\x1b[?1049l")
    }),
    rule("visit by 47", 1, |d, _| {
        let text = some(d, 6, "abc 漢x");
        let enter = *d.one_of(&["47", "1047"]);
        format!("\x1b[?{enter}h{text}\x1b[?{}l", d.one_of(&["47", "1047"]))
    }),
    rule("alternate entered", 1, |_, _| "\x1b[?1049h".to_owned()),
    rule("mode 1048", 1, |d, _| one(d, &["\x1b[?1048h", "\x1b[?1048l"])),
    rule("RIS", 1, |_, _| "\x1bc".to_owned()),
    rule("DECSTR", 1, |_, _| "\r\x1b[!p".to_owned()),
    rule("DECALN", 1, |_, _| "\x1b#8".to_owned()),
    rule("left and right margins", 3, |d, s| match d.below(3) {
        0 => "\x1b[?69l".to_owned(),
        _ => format!("\x1b[?69h\x1b[{};{}s", col(d, s) / 2, col(d, s)),
    }),
    rule("DECBI", 2, |d, _| one(d, &["\x1b6", "\x1b9"])),
    rule("rectangle", 2, |d, s| {
        let (top, left) = (row(d, s), col(d, s));
        let area = format!("{top};{left};{};{}", top + d.below(4), left + d.below(8));
        match d.below(6) {
            0 => format!("\x1b[35;{area}$x"),
            1 => format!("\x1b[{area}$z"),
            2 => format!("\x1b[{area}${{"),
            3 => format!("\x1b[{area};1;{};{}$v", row(d, s), col(d, s)),
            4 => format!("\x1b[{area};1;4$r"),
            _ => format!("\x1b[{area};7$t"),
        }
    }),
    rule("DECSCA", 3, |d, _| one(d, &["\x1b[1\"q", "\x1b[0\"q"])),
    rule("DECSEL", 3, |d, s| at_column(d, s) + &one(d, &["\x1b[?K", "\x1b[?1K", "\x1b[?2K"])),
    rule("DECSED", 2, |d, s| placed(d, s) + &one(d, &["\x1b[?J", "\x1b[?1J", "\x1b[?2J"])),
    rule("title", 2, |d, _| one(d, &["\x1b]0;a title\x07", "\x1b]2;título\x1b\\", "\x1b]2;cut \x18"])),
    rule("link", 2, |d, _| one(d, &["\x1b]8;;https://example.org/\x07", "\x1b]8;;\x1b\\"])),
    rule("other string", 2, |d, _| {
        one(d, &["\x1bP$qm\x1b\\", "\x1b_Gi=1;\x1b\\", "\x1b^x\x1b\\", "\x1b]777;x\x07"])
    }),
    rule("query", 2, |d, _| one(d, &["\x1b[c", "\x1b[6n", "\x1b[?7$p", "\x1b[>q", "\x1b[18t"])),
    rule("unknown", 2, |d, _| one(d, &["\x1b[?99x", "\x1b[5;6y", "\x1b[<0;1;1X"])),
    rule("SL", 2, |d, _| one(d, &["\r\x1b[ @", "\r\x1b[2 A"])),
    rule("control inside", 2, |d, _| one(d, &["\x1b[2\rC", "\x1b[3\x08m", "\x1b[1\n;1H"])),
    rule("cancelled", 2, |d, _| one(d, &["\x1b[3\x18", "\x1b[1;\x1b[2m", "\x1b\x1b[1C"])),
    rule("cancelled by SUB", 1, |_, _| "\x1b[3\x1a".to_owned()),
    rule("odd parameters", 2, |d, _| one(d, &["\x1b[;5H", "\x1b[99999C", "\x1b[;m", "\x1b[1;2;3;4;5;7m"])),
    rule("cut colour", 1, |d, _| one(d, &["\x1b[38;5m", "\x1b[48;2;1m", "\x1b[38m"])),
    rule("C1 in UTF-8", 1, |d, _| one(d, &["\u{84}", "\u{85}", "\u{8d}", "\u{9b}1m"])),
];

fn one_line_feed(dice: &mut Dice) -> &'static str {
    match dice.below(3) {
        0 => "\n",
        1 => "\x0b",
        _ => "\x0c",
    }
}

fn one_of_columns(dice: &mut Dice) -> &'static str {
    if dice.percent(50) { "'}" } else { "'~" }
}
