//! The chooser: a list, in levels, of which one is chosen: sessions and windows, clients, buffers.

use super::{Canvas, Mode, ModeAction, PaneSight, template::substitute};
use crate::{base::geometry::Size, screen::CellText, text};
use abide_protocol::message::{Cursor, MouseAction, MouseEvent, Style};
use std::collections::BTreeSet;

/// One entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChooseItem {
    /// What it is, for good: `$1`, `@3`, `%4`, `/dev/pts/4`, `buffer0`. What the template gets.
    pub target: String,
    /// Level: 0 sessions, 1 windows, 2 panes.
    pub level: u8,
    /// Its name, in the list before a colon.
    pub name: String,
    /// What the format makes of it.
    pub text: String,
    /// Whether the entries below it are seen at first.
    pub open: bool,
    /// What `x` asks and does; empty where it can't be killed.
    pub kill: String,
    /// The command behind `x`.
    pub kill_command: String,
}

/// Entries that have a key of their own: 0 to 9, then M-a to M-z.
const KEYED_ITEMS_MAX: usize = 36;

/// The mode.
pub struct ChooseMode {
    name: &'static str,
    items: Vec<ChooseItem>,
    /// Targets whose entries below are hidden.
    closed: BTreeSet<String>,
    tagged: BTreeSet<String>,
    /// Target of the chosen entry.
    chosen: String,
    template: String,
    size: Size,
    /// First entry seen.
    first: usize,
    search: String,
    version: u64,
}

impl ChooseMode {
    /// A chooser named so (`tree-mode`, `client-mode`, `buffer-mode`). The template is the command that is run
    /// with the chosen target as `%%`.
    #[must_use]
    pub fn new(
        name: &'static str,
        items: Vec<ChooseItem>,
        chosen: &str,
        template: &str,
        size: Size,
    ) -> ChooseMode {
        let closed = items.iter().filter(|item| !item.open).map(|item| item.target.clone()).collect();
        let mut mode = ChooseMode {
            name,
            items,
            closed,
            tagged: BTreeSet::new(),
            chosen: chosen.to_owned(),
            template: template.to_owned(),
            size,
            first: 0,
            search: String::new(),
            version: 1,
        };
        mode.settle();
        mode
    }

    /// What there is to choose from has changed.
    pub fn set_items(&mut self, items: Vec<ChooseItem>) {
        if items == self.items {
            return;
        }
        let at = self.at();
        let known: BTreeSet<&str> = self.items.iter().map(|item| item.target.as_str()).collect();
        let news = items.iter().filter(|item| !item.open && !known.contains(item.target.as_str()));
        let closed: Vec<String> = news.map(|item| item.target.clone()).collect();
        self.closed.extend(closed);
        self.items = items;
        let alive: BTreeSet<&str> = self.items.iter().map(|item| item.target.as_str()).collect();
        self.tagged.retain(|target| alive.contains(target.as_str()));
        self.closed.retain(|target| alive.contains(target.as_str()));
        if !alive.contains(self.chosen.as_str()) {
            // What stood there is gone: the one that took its place.
            let seen = self.seen();
            let next = seen.get(at.min(seen.len().saturating_sub(1))).and_then(|i| self.items.get(*i));
            self.chosen = next.map(|item| item.target.clone()).unwrap_or_default();
        }
        self.settle();
    }

    /// Indexes of the entries that are seen.
    fn seen(&self) -> Vec<usize> {
        let mut seen = Vec::new();
        let mut hidden_below: Option<u8> = None;
        for (i, item) in self.items.iter().enumerate() {
            if hidden_below.is_some_and(|level| item.level > level) {
                continue;
            }
            hidden_below = self.closed.contains(&item.target).then_some(item.level);
            seen.push(i);
        }
        seen
    }

    fn has_below(&self, i: usize) -> bool {
        let level = |i: usize| self.items.get(i).map(|item| item.level);
        level(i + 1) > level(i)
    }

    /// Position of the chosen entry among those seen.
    fn at(&self) -> usize {
        let is_chosen = |i: &usize| self.items.get(*i).is_some_and(|item| item.target == self.chosen);
        self.seen().iter().position(is_chosen).unwrap_or(0)
    }

    fn go(&mut self, at: usize) {
        let seen = self.seen();
        let Some(i) = seen.get(at.min(seen.len().saturating_sub(1))) else { return };
        if let Some(item) = self.items.get(*i) {
            self.chosen = item.target.clone();
        }
        self.settle();
    }

    /// Brings the chosen entry into sight.
    fn settle(&mut self) {
        let seen = self.seen();
        let chosen_seen =
            seen.iter().any(|i| self.items.get(*i).is_some_and(|item| item.target == self.chosen));
        if !chosen_seen && let Some(item) = seen.first().and_then(|i| self.items.get(*i)) {
            self.chosen = item.target.clone();
        }
        let (at, rows) = (self.at(), usize::from(self.size.rows));
        if at < self.first {
            self.first = at;
        } else if at >= self.first + rows {
            self.first = at + 1 - rows;
        }
        self.first = self.first.min(seen.len().saturating_sub(rows));
        self.version += 1;
    }

    fn item(&self) -> Option<&ChooseItem> {
        self.items.iter().find(|item| item.target == self.chosen)
    }

    fn choose(&self) -> Vec<ModeAction> {
        let Some(item) = self.item() else { return vec![ModeAction::Exit] };
        let command = substitute(&self.template, std::slice::from_ref(&item.target));
        vec![ModeAction::Exit, ModeAction::Command(command)]
    }

    /// Opens or closes the chosen entry; closing one with nothing below goes to the one it is below.
    fn set_open(&mut self, open: bool) {
        let Some(i) = self.items.iter().position(|item| item.target == self.chosen) else { return };
        let target = self.chosen.clone();
        if open {
            self.closed.remove(&target);
            self.settle();
            return;
        }
        if self.has_below(i) && !self.closed.contains(&target) {
            self.closed.insert(target);
            self.settle();
            return;
        }
        let level = self.items.get(i).map_or(0, |item| item.level);
        let above = self.items.iter().take(i).rfind(|item| item.level < level);
        if let Some(above) = above.map(|item| item.target.clone()) {
            self.chosen = above.clone();
            self.closed.insert(above);
            self.settle();
        }
    }

    fn kill(&self, tagged: bool) -> Vec<ModeAction> {
        if !tagged {
            let Some(item) = self.item().filter(|item| !item.kill_command.is_empty()) else {
                return Vec::new();
            };
            return vec![ModeAction::Confirm {
                prompt: item.kill.clone(),
                command: item.kill_command.clone(),
            }];
        }
        let chosen =
            self.items.iter().filter(|i| self.tagged.contains(&i.target) && !i.kill_command.is_empty());
        let commands: Vec<_> = chosen.map(|item| item.kill_command.clone()).collect();
        if commands.is_empty() {
            return Vec::new();
        }
        let prompt = format!("Kill {} tagged? ", commands.len());
        vec![ModeAction::Confirm { prompt, command: commands.join(" ; ") }]
    }

    fn find(&mut self, forward: bool) {
        let seen = self.seen();
        if self.search.is_empty() || seen.is_empty() {
            return;
        }
        let (at, count) = (self.at(), seen.len());
        let order =
            (1..=count).map(|n| if forward { (at + n) % count } else { (at + count - n % count) % count });
        let hit = |position: &usize| {
            let item = seen.get(*position).and_then(|i| self.items.get(*i));
            item.is_some_and(|item| item.name.contains(&self.search) || item.text.contains(&self.search))
        };
        if let Some(position) = order.into_iter().find(hit) {
            self.go(position);
        }
    }

    fn key_of(position: usize) -> String {
        match position {
            0..=9 => position.to_string(),
            10..KEYED_ITEMS_MAX => format!("M-{}", char::from(b'a' + (position - 10) as u8)),
            _ => String::new(),
        }
    }

    /// One entry as text: `(0) - name: text`, lines of the tree before entries of lower levels.
    fn label(&self, position: usize, i: usize) -> String {
        let Some(item) = self.items.get(i) else { return String::new() };
        let key = ChooseMode::key_of(position);
        let key = if key.is_empty() { String::new() } else { format!("({key})") };
        // As wide as the widest key on the list, and a blank.
        let width = match self.seen().len() {
            0..=10 => 4,
            _ => 6,
        };
        let mut out = format!("{key:width$}");
        for level in 1..=item.level {
            let last = self.is_last(i, level);
            out.push_str(match (level == item.level, last) {
                (true, true) => "└─> ",
                (true, false) => "├─> ",
                (false, true) => "    ",
                (false, false) => "│   ",
            });
        }
        let tagged = if self.tagged.contains(&item.target) { "*" } else { "" };
        let mark = match (self.has_below(i), self.closed.contains(&item.target)) {
            (true, true) => "+ ",
            (true, false) => "- ",
            (false, _) if self.items.iter().any(|other| other.level > item.level) || item.level > 0 => "  ",
            (false, _) => "",
        };
        out.push_str(mark);
        out.push_str(&item.name);
        out.push_str(tagged);
        if !item.text.is_empty() {
            out.push_str(": ");
            out.push_str(&item.text);
        }
        text::visible(&out).into_owned()
    }

    /// Whether no entry of that level follows below the same one.
    fn is_last(&self, i: usize, level: u8) -> bool {
        let after = self.items.iter().skip(i + 1);
        !matches!(after.map(|item| item.level).find(|l| *l <= level), Some(l) if l == level)
    }
}

impl Mode for ChooseMode {
    fn name(&self) -> &'static str {
        self.name
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn key(&mut self, key: &str, _sight: &PaneSight<'_>) -> Vec<ModeAction> {
        let (at, page) = (self.at(), usize::from(self.size.rows).saturating_sub(1).max(1));
        let last = self.seen().len().saturating_sub(1);
        match key {
            "Up" | "k" | "C-p" => self.go(at.checked_sub(1).unwrap_or(last)),
            "Down" | "j" | "C-n" => self.go(if at >= last { 0 } else { at + 1 }),
            "PPage" | "C-b" | "C-u" => self.go(at.saturating_sub(page)),
            "NPage" | "C-f" | "C-d" => self.go(at.saturating_add(page)),
            "Home" | "g" => self.go(0),
            "End" | "G" => self.go(usize::MAX),
            "Left" | "h" | "-" => self.set_open(false),
            "Right" | "l" | "+" => self.set_open(true),
            "M--" => {
                self.closed =
                    self.items.iter().filter(|i| i.level == 0).map(|item| item.target.clone()).collect();
                self.settle();
            }
            "M-+" => {
                self.closed.clear();
                self.settle();
            }
            "Enter" => return self.choose(),
            "q" | "Escape" | "C-c" | "C-g" => return vec![ModeAction::Exit],
            "x" => return self.kill(false),
            "X" => return self.kill(true),
            "t" => {
                if !self.tagged.remove(&self.chosen) {
                    self.tagged.insert(self.chosen.clone());
                }
                self.go(at.saturating_add(1));
            }
            "T" => {
                self.tagged.clear();
                self.settle();
            }
            "C-t" => {
                let level = self.item().map_or(0, |item| item.level);
                self.tagged =
                    self.items.iter().filter(|i| i.level == level).map(|item| item.target.clone()).collect();
                self.settle();
            }
            "/" | "C-s" | "?" => {
                let prompt = "(search) ".to_owned();
                return vec![ModeAction::Ask { prompt, command: "search", incremental: false }];
            }
            "n" => self.find(true),
            "N" => self.find(false),
            other => {
                let position = (0..KEYED_ITEMS_MAX.min(last + 1)).find(|p| ChooseMode::key_of(*p) == other);
                if let Some(position) = position {
                    self.go(position);
                    return self.choose();
                }
            }
        }
        Vec::new()
    }

    fn command(
        &mut self,
        words: &[String],
        _count: u32,
        _sight: &PaneSight<'_>,
    ) -> Result<Vec<ModeAction>, String> {
        match words {
            [name, text] if name == "search" => {
                self.search.clone_from(text);
                self.find(true);
                Ok(Vec::new())
            }
            [name] if name == "cancel" => Ok(vec![ModeAction::Exit]),
            _ => Err(format!("{} has no command {}", self.name, words.first().map_or("", String::as_str))),
        }
    }

    fn mouse(&mut self, event: &MouseEvent, _sight: &PaneSight<'_>) -> Vec<ModeAction> {
        match event.action {
            MouseAction::WheelUp => self.go(self.at().saturating_sub(1)),
            MouseAction::WheelDown => self.go(self.at().saturating_add(1)),
            MouseAction::Press if event.button == 1 => {
                let at = self.first + usize::from(event.y);
                if at < self.seen().len() {
                    // A second click on the chosen one takes it.
                    if at == self.at() {
                        return self.choose();
                    }
                    self.go(at);
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn resize(&mut self, size: Size, _sight: &PaneSight<'_>) {
        self.size = size;
        self.settle();
    }

    fn draw(&self, y: u16, sight: &PaneSight<'_>, canvas: &mut dyn Canvas) {
        let at = self.first + usize::from(y);
        let seen = self.seen();
        let Some(i) = seen.get(at) else { return };
        let plain = Style::default();
        let chosen = self.items.get(*i).is_some_and(|item| item.target == self.chosen);
        let style = if chosen { &sight.options.mode_style } else { &plain };
        let cols = self.size.cols;
        if chosen {
            for x in 0..cols {
                canvas.put(x, CellText::Char(' '), 1, style);
            }
        }
        let label = self.label(at, *i);
        canvas.text(0, text::cut(&label, usize::from(cols), text::Cut::End), style);
    }

    fn cursor(&self) -> Cursor {
        let y = self.at().saturating_sub(self.first) as u16;
        Cursor { x: 0, y, visible: false, ..Cursor::default() }
    }

    fn as_choose(&mut self) -> Option<&mut ChooseMode> {
        Some(self)
    }
}
