//! What a terminal can, from terminfo, from its environment, and from what is known of its family.
//!
//! The one place that asks `termwiz` and `terminfo`. What is painted is ECMA-48 as xterm has it; terminfo is
//! asked whether the terminal understands that, not for other ways of saying it.

use crate::client::{
    input::Answers,
    paint::{Abilities, Depth, PictureForm},
};
use abide_protocol::message::attr;
use std::fmt;
use terminfo::{Database, Value, capability};
use termwiz::caps::{Capabilities, ColorLevel, ProbeHints};

/// Why a terminal can't be used; behind `open terminal failed: `.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsuitable {
    /// Standard input is none.
    NotTerminal,
    /// `TERM` is not set.
    NoTerm,
    /// Nobody knows a terminal of this name.
    Unknown(String),
    /// It can't do what it must.
    Lacks(&'static str),
    /// It can't be opened.
    Closed(String),
}

impl fmt::Display for Unsuitable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unsuitable::NotTerminal => f.write_str("not a terminal"),
            Unsuitable::NoTerm => f.write_str("TERM environment variable not set"),
            Unsuitable::Unknown(term) => {
                write!(f, "missing or unsuitable terminal: {}", abide_protocol::escape::Escaped(term))
            }
            Unsuitable::Lacks(what) => write!(f, "terminal does not support {what}"),
            Unsuitable::Closed(why) => f.write_str(why),
        }
    }
}

/// Looks an environment variable up.
pub(super) type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Names whose terminals speak xterm's language even where no terminfo entry is installed: a new terminal's
/// entry is often missing on the far side of an ssh connection.
const XTERM_FAMILY: &[&str] = &[
    "xterm",
    "screen",
    "tmux",
    "abide",
    "rxvt",
    "alacritty",
    "foot",
    "kitty",
    "wezterm",
    "ghostty",
    "konsole",
    "vte",
    "gnome",
    "contour",
    "st-",
    "rio",
];
/// Beginnings of `TERM` and values of `TERM_PROGRAM` whose terminals know styled and coloured underlines and
/// hyperlinks.
const MODERN: &[&str] = &[
    "xterm-kitty",
    "xterm-ghostty",
    "ghostty",
    "foot",
    "wezterm",
    "WezTerm",
    "alacritty",
    "contour",
    "tmux",
    "abide",
    "iTerm.app",
    "mintty",
    "vscode",
    "rio",
];

/// Finds out what the terminal can. `features` are the words of `-T`; `colours_256` is `-2`.
///
/// # Errors
/// When it can't be painted on.
pub fn abilities(
    variables: Variables<'_>,
    features: &str,
    colours_256: bool,
) -> Result<Abilities, Unsuitable> {
    let term = variables("TERM").filter(|t| !t.is_empty()).ok_or(Unsuitable::NoTerm)?;
    let database = Database::from_name(&term).ok();
    let family = |names: &[&str]| names.iter().any(|name| term.starts_with(name));
    let xterm = family(XTERM_FAMILY);
    let has = |name: &str| database.as_ref().is_some_and(|d| d.raw(name).is_some());
    match &database {
        None if xterm => {}
        None => return Err(Unsuitable::Unknown(term)),
        Some(database) => check(database)?,
    }
    let program = variables("TERM_PROGRAM").unwrap_or_default();
    let modern = family(MODERN)
        || MODERN.contains(&program.as_str())
        || variables("VTE_VERSION").and_then(|v| v.parse::<u32>().ok()).is_some_and(|v| v >= 5200)
        || variables("KITTY_WINDOW_ID").is_some()
        || variables("KONSOLE_VERSION").is_some();
    let depth = depth(variables, database.as_ref(), colours_256);
    let mut attributes = 0;
    for (name, bit, assumed) in [
        ("bold", attr::BOLD, xterm),
        ("dim", attr::DIM, xterm),
        ("sitm", attr::ITALIC, modern),
        ("blink", attr::BLINK, xterm),
        ("rev", attr::REVERSE, xterm),
        ("invis", attr::CONCEAL, xterm),
        ("smxx", attr::STRIKE, modern),
        ("Smol", attr::OVERLINE, false),
    ] {
        if has(name) || (assumed && (database.is_none() || modern)) {
            attributes |= bit;
        }
    }
    // The Linux console takes OSC for a palette command and prints the rest of it.
    let strings = xterm && !term.starts_with("linux");
    let mut abilities = Abilities {
        depth,
        attributes,
        underline: has("smul") || database.is_none(),
        underline_styles: has("Smulx") || has("Su") || modern,
        underline_colour: has("Setulc") || modern,
        hyperlinks: modern,
        scroll_regions: has("csr") || database.is_none(),
        cursor_shapes: has("Ss") || modern || term.starts_with("xterm"),
        title: has("tsl") || strings,
        clipboard: has("Ms") || (strings && !term.starts_with("screen")),
        synchronized: strings,
        mouse: strings || has("kmous"),
        focus: strings,
        bracketed_paste: strings || has("BE"),
        alternate: has("smcup") || database.is_none(),
        keyboard_query: strings,
        keyboard: false,
        // Apple's prints what it does not know of.
        picture_query: strings && program != "Apple_Terminal",
        inline_pictures: inline(&program)
            || (variables("LC_TERMINAL").is_some_and(|name| inline(&name))
                && !family(&["screen", "tmux", "abide"])),
        pictures: None,
    };
    for feature in features.split([',', ':', ' ']) {
        add(feature, &mut abilities);
    }
    Ok(abilities)
}

/// Beginnings of names of terminals that have iTerm2's inline images, as they say them themselves or `TERM_PROGRAM` does.
const INLINE: &[&str] = &["iTerm", "WezTerm", "mintty", "rio"];

fn inline(name: &str) -> bool {
    INLINE.iter().any(|known| name.starts_with(known))
}

/// Colour registers of a terminal that has sixel and does not say how many: a VT340 has 16, all that live have more.
const REGISTERS_OTHERWISE: u16 = 256;

/// How the terminal takes pictures, if it does. `cell` is the size of a cell in pixels where the system knows it.
#[must_use]
pub fn picture_form(
    abilities: &Abilities,
    answers: &Answers,
    cell: Option<(u16, u16)>,
) -> Option<PictureForm> {
    let named = if answers.name.is_empty() { abilities.inline_pictures } else { inline(&answers.name) };
    match answers.cell.or(cell) {
        _ if answers.kitty => Some(PictureForm::Kitty),
        _ if named => Some(PictureForm::Inline),
        Some(cell) if answers.sixel => {
            Some(PictureForm::Sixel { cell, colours: answers.colours.unwrap_or(REGISTERS_OTHERWISE) })
        }
        _ => None,
    }
}

/// Whether cells can be placed and the screen cleared, in the words that the painter uses.
fn check(database: &Database) -> Result<(), Unsuitable> {
    let says = |name: &str, words: &[&[u8]]| match database.raw(name) {
        Some(Value::String(text)) => words.iter().any(|w| text.starts_with(w)),
        _ => false,
    };
    if database.raw("clear").is_none() {
        return Err(Unsuitable::Lacks("clear"));
    }
    if database.raw("cup").is_none() {
        return Err(Unsuitable::Lacks("cursor addressing"));
    }
    let ecma = says("clear", &[b"\x1b[H\x1b[", b"\x1b[2J", b"\x1b[H\x1b[J"])
        && says("cup", &[b"\x1b[%i%p1%d;%p2%dH"]);
    if ecma { Ok(()) } else { Err(Unsuitable::Lacks("the control sequences of ECMA-48")) }
}

fn depth(variables: Variables<'_>, database: Option<&Database>, colours_256: bool) -> Depth {
    let colours = database.and_then(|d| d.get::<capability::MaxColors>()).map(i32::from);
    let rgb = |name: &str| database.is_some_and(|d| d.raw(name).is_some());
    if rgb("RGB") || rgb("Tc") {
        return Depth::Rgb;
    }
    let hints = ProbeHints::default()
        .term(variables("TERM"))
        .colorterm(variables("COLORTERM").filter(|c| c == "truecolor" || c == "24bit"))
        .terminfo_db(database.cloned());
    let level = Capabilities::new_with_hints(hints).map_or(ColorLevel::Sixteen, |c| c.color_level());
    match level {
        ColorLevel::TrueColor => Depth::Rgb,
        ColorLevel::TwoFiftySix => Depth::Indexed,
        _ if colours_256 => Depth::Indexed,
        _ => match colours {
            Some(16..) => Depth::Sixteen,
            Some(8..) => Depth::Eight,
            None if database.is_none() => Depth::Sixteen,
            // A terminal whose entry says nothing of colours has none.
            _ => Depth::Mono,
        },
    }
}

/// One word of `-T`, as `terminal-features` names them.
fn add(feature: &str, abilities: &mut Abilities) {
    match feature {
        "256" => abilities.depth = abilities.depth.max(Depth::Indexed),
        "RGB" => abilities.depth = Depth::Rgb,
        "bpaste" => abilities.bracketed_paste = true,
        "clipboard" => abilities.clipboard = true,
        "cstyle" => abilities.cursor_shapes = true,
        "focus" => abilities.focus = true,
        "hyperlinks" => abilities.hyperlinks = true,
        "mouse" => abilities.mouse = true,
        "overline" => abilities.attributes |= attr::OVERLINE,
        "strikethrough" => abilities.attributes |= attr::STRIKE,
        "sync" => abilities.synchronized = true,
        "title" => abilities.title = true,
        "usstyle" => {
            abilities.underline_styles = true;
            abilities.underline_colour = true;
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<Abilities, Unsuitable> {
        let look = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        abilities(&look, "", false)
    }

    #[test]
    fn terminals_by_name() {
        // The entries of Debian's ncurses-base, which is on every machine.
        let xterm = of(&[("TERM", "xterm-256color")]).expect("is usable");
        assert_eq!((xterm.depth, xterm.title, xterm.alternate), (Depth::Indexed, true, true));
        let rgb = of(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]).expect("is usable");
        assert_eq!(rgb.depth, Depth::Rgb);
        let screen = of(&[("TERM", "screen-256color")]).expect("is usable");
        assert_eq!((screen.depth, screen.underline_styles), (Depth::Indexed, false));
        let tmux = of(&[("TERM", "tmux-256color")]).expect("is usable");
        assert_eq!((tmux.depth, tmux.underline_styles), (Depth::Indexed, true));
        assert_ne!(tmux.attributes & attr::ITALIC, 0);
        let linux = of(&[("TERM", "linux")]).expect("is usable");
        assert_eq!((linux.depth, linux.title, linux.alternate), (Depth::Eight, false, false));
        assert_eq!((linux.synchronized, linux.hyperlinks, linux.clipboard), (false, false, false));
        let vt100 = of(&[("TERM", "vt100")]).expect("is usable");
        assert_eq!((vt100.depth, vt100.underline, vt100.scroll_regions), (Depth::Mono, true, true));
        assert_eq!(of(&[("TERM", "vt52")]), Err(Unsuitable::Lacks("the control sequences of ECMA-48")));
        assert_eq!(of(&[("TERM", "dumb")]), Err(Unsuitable::Lacks("clear")));
        assert_eq!(of(&[]), Err(Unsuitable::NoTerm));
        assert_eq!(of(&[("TERM", "teletype")]), Err(Unsuitable::Unknown("teletype".to_owned())));
        // No entry is installed here, as over ssh; the family is known.
        assert!(of(&[("TERM", "xterm-ghostty")]).expect("is usable").underline_styles);
    }

    #[test]
    fn forms_of_pictures() {
        let plain = of(&[("TERM", "xterm-256color")]).expect("is usable");
        let iterm = of(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")]).expect("is usable");
        let far = of(&[("TERM", "xterm-256color"), ("LC_TERMINAL", "iTerm2")]).expect("is usable");
        let within = of(&[("TERM", "tmux-256color"), ("LC_TERMINAL", "iTerm2")]).expect("is usable");
        let apple = of(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "Apple_Terminal")]).expect("is usable");
        assert!(plain.picture_query && !apple.picture_query);
        assert!(!of(&[("TERM", "linux")]).expect("is usable").picture_query);
        let answers = |kitty, name: &str, sixel, cell| Answers {
            kitty,
            name: name.to_owned(),
            sixel,
            cell,
            colours: None,
        };
        let nothing = Answers::default();
        let cell = Some((9, 18));
        let sixel = |cell| Some(PictureForm::Sixel { cell, colours: REGISTERS_OTHERWISE });
        for (abilities, answers, cell, wanted) in [
            (&plain, &nothing, cell, None),
            (&plain, &answers(true, "WezTerm 20240203", true, cell), cell, Some(PictureForm::Kitty)),
            (&plain, &answers(false, "WezTerm 20240203", true, cell), cell, Some(PictureForm::Inline)),
            (&iterm, &nothing, None, Some(PictureForm::Inline)),
            (&far, &nothing, None, Some(PictureForm::Inline)),
            // A multiplexer hands the name of its terminal on.
            (&within, &nothing, None, None),
            (&iterm, &answers(false, "tmux 3.5", false, None), None, None),
            (&plain, &answers(false, "XTerm(390)", true, Some((6, 13))), cell, sixel((6, 13))),
            (&plain, &answers(false, "foot(1.20)", true, None), cell, sixel((9, 18))),
            (&plain, &answers(false, "foot(1.20)", true, None), None, None),
        ] {
            assert_eq!(picture_form(abilities, answers, cell), wanted, "{answers:?}");
        }
    }

    #[test]
    fn features_of_the_command_line_add() {
        let look = |name: &str| (name == "TERM").then(|| "linux".to_owned());
        let plain = abilities(&look, "", true).expect("is usable");
        assert_eq!(plain.depth, Depth::Indexed);
        let more = abilities(&look, "RGB,usstyle:title", false).expect("is usable");
        assert_eq!((more.depth, more.underline_styles, more.title), (Depth::Rgb, true, true));
    }
}
