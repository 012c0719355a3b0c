//! Characters to tokens. Expansion of `$NAME` and `~` happens here, because only here quotes are known.

use super::{limits, script::Fault, surroundings::Surroundings};

/// One token of the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A word, quotes resolved and variables put in.
    Word(String),
    /// `{`
    Open,
    /// `}`
    Close,
    /// `;`
    Semicolon,
    /// End of a line.
    Newline,
    /// `%if`
    If,
    /// `%elif`
    Elif,
    /// `%else`
    Else,
    /// `%endif`
    Endif,
    /// `%hidden`
    Hidden,
    /// End of the text.
    End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
}

pub(super) struct Lexer {
    /// Each character and the line it stands on; joined lines are joined already.
    text: Vec<(char, u32)>,
    at: usize,
    expanded_bytes: usize,
}

impl Lexer {
    pub(super) fn new(source: &str) -> Lexer {
        Lexer { text: join_lines(source), at: 0, expanded_bytes: 0 }
    }

    /// The line on which the next character stands.
    pub(super) fn line(&self) -> u32 {
        self.text.get(self.at).or(self.text.last()).map_or(1, |(_, line)| *line)
    }

    fn peek(&self) -> Option<char> {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Option<char> {
        self.text.get(self.at + ahead).map(|(c, _)| *c)
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        while let Some(c) = self.peek().filter(|c| wanted(*c)) {
            text.push(c);
            self.at += 1;
        }
        text
    }

    fn fault(&self, message: &str) -> Fault {
        Fault::new(self.line(), message)
    }

    pub(super) fn token(&mut self, around: &mut dyn Surroundings) -> Result<Token, Fault> {
        loop {
            self.take_while(is_blank);
            let Some(c) = self.peek() else { return Ok(Token::End) };
            let single = match c {
                '\n' => Token::Newline,
                ';' => Token::Semicolon,
                '{' => Token::Open,
                '}' => Token::Close,
                '#' => {
                    self.take_while(|c| c != '\n');
                    continue;
                }
                '%' => match self.directive()? {
                    Some(directive) => return Ok(directive),
                    None => return self.word(around).map(Token::Word),
                },
                _ => return self.word(around).map(Token::Word),
            };
            self.at += 1;
            return Ok(single);
        }
    }

    /// `%if` and its like. A word of nothing but `%` and digits (a pane id, the key `%`) is an ordinary word.
    fn directive(&mut self) -> Result<Option<Token>, Fault> {
        let start = self.at;
        let word = self.take_while(|c| !is_blank(c) && !matches!(c, '\n' | ';' | '}'));
        let token = match word.as_str() {
            "%if" => Token::If,
            "%elif" => Token::Elif,
            "%else" => Token::Else,
            "%endif" => Token::Endif,
            "%hidden" => Token::Hidden,
            _ if word.chars().all(|c| c == '%' || c.is_ascii_digit()) => {
                self.at = start;
                return Ok(None);
            }
            _ => {
                self.at = start;
                return Err(self.fault("syntax error"));
            }
        };
        Ok(Some(token))
    }

    /// What follows `%if`: a format that begins with `#{` unquoted, or a word.
    pub(super) fn condition(&mut self, around: &mut dyn Surroundings) -> Result<String, Fault> {
        self.take_while(is_blank);
        match self.peek() {
            None | Some('\n' | ';' | '{' | '}') => Err(self.fault("syntax error")),
            Some('#') if self.peek_at(1) == Some('{') => {
                let (mut text, mut depth) = (String::new(), 0usize);
                while let Some(c) = self.take() {
                    if c == '\n' {
                        self.at -= 1;
                        break;
                    }
                    text.push(c);
                    match c {
                        '{' if text.ends_with("#{") => depth += 1,
                        '}' => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    if depth == 0 && text.len() > 1 {
                        return Ok(text);
                    }
                }
                Err(self.fault("syntax error"))
            }
            Some(_) => self.word(around),
        }
    }

    fn word(&mut self, around: &mut dyn Surroundings) -> Result<String, Fault> {
        let mut text = String::new();
        let mut quote = Quote::None;
        // Whether a quoted or unquoted piece has just begun: only there `~` is a home directory.
        let mut fresh = true;
        while let Some(c) = self.peek() {
            let first = std::mem::take(&mut fresh);
            match (quote, c) {
                (Quote::None, ' ' | '\t' | '\n' | ';' | '}') => break,
                (Quote::None, '"') => (quote, fresh) = (Quote::Double, true),
                (Quote::None, '\'') => quote = Quote::Single,
                (Quote::Double, '"') | (Quote::Single, '\'') => (quote, fresh) = (Quote::None, false),
                (Quote::Single | Quote::Double, '\n') => {
                    // A quoted text may be indented like its surroundings: the indent of a line is not part of it.
                    // Comment lines inside quotes are dropped, so that long formats can be explained.
                    text.push('\n');
                    self.at += 1;
                    self.take_while(is_blank);
                    if self.peek() == Some('#') && !self.peek_at(1).is_some_and(|c| ",#{}:[".contains(c)) {
                        self.take_while(|c| c != '\n');
                    }
                    continue;
                }
                (Quote::None | Quote::Double, '\\') => {
                    self.at += 1;
                    self.escape(&mut text)?;
                    continue;
                }
                (Quote::None | Quote::Double, '$') => {
                    self.at += 1;
                    self.variable(&mut text, around)?;
                    continue;
                }
                (Quote::None | Quote::Double, '~') if first => {
                    self.at += 1;
                    let user = self
                        .take_while(|c| !is_blank(c) && !matches!(c, '/' | '\n' | '"' | '\'' | ';' | '}'));
                    match around.home(&user) {
                        Some(home) => text.push_str(&home),
                        None => {
                            text.push('~');
                            text.push_str(&user);
                        }
                    }
                    continue;
                }
                _ => text.push(c),
            }
            self.at += 1;
        }
        self.expanded_bytes = self.expanded_bytes.saturating_add(text.len());
        if self.expanded_bytes > limits::EXPANDED_BYTES_MAX {
            return Err(self.fault("the commands are too long once variables are put in"));
        }
        Ok(text)
    }

    fn escape(&mut self, text: &mut String) -> Result<(), Fault> {
        let Some(c) = self.take() else { return Ok(()) };
        let plain = match c {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'e' => '\u{1b}',
            'f' => '\u{c}',
            's' => ' ',
            'v' => '\u{b}',
            'r' => '\r',
            'n' => '\n',
            't' => '\t',
            '0'..='7' => {
                let digits: Vec<u32> = [Some(c), self.peek(), self.peek_at(1)]
                    .iter()
                    .filter_map(|d| (*d)?.to_digit(8))
                    .collect();
                let [a, b, c] = digits[..] else { return Err(self.fault("invalid octal escape")) };
                self.at += 2;
                match char::from_u32(a * 64 + b * 8 + c).filter(|c| (*c as u32) < 256) {
                    Some(c) => c,
                    None => return Err(self.fault("invalid octal escape")),
                }
            }
            'u' | 'U' => {
                let count = if c == 'u' { 4 } else { 8 };
                let mut value = 0u32;
                for n in 0..count {
                    match self.peek_at(n).and_then(|c| c.to_digit(16)) {
                        Some(digit) => value = value.wrapping_mul(16).wrapping_add(digit),
                        None => return Err(self.fault(&format!("invalid \\{c} argument"))),
                    }
                }
                self.at += count;
                match char::from_u32(value) {
                    Some(c) => c,
                    None => return Err(self.fault(&format!("invalid \\{c} argument"))),
                }
            }
            other => other,
        };
        text.push(plain);
        Ok(())
    }

    fn variable(&mut self, text: &mut String, around: &dyn Surroundings) -> Result<(), Fault> {
        let name = match self.peek() {
            Some('{') => {
                self.at += 1;
                let name = self.take_while(|c| c != '}' && c != '\n');
                if self.take() != Some('}') {
                    self.at -= 1;
                    return Err(self.fault("invalid environment variable"));
                }
                name
            }
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                self.take_while(|c| c.is_ascii_alphanumeric() || c == '_')
            }
            _ => {
                text.push('$');
                return Ok(());
            }
        };
        if let Some(value) = around.variable(&name) {
            text.push_str(&value);
        }
        if text.len() > limits::EXPANDED_BYTES_MAX {
            return Err(self.fault("the commands are too long once variables are put in"));
        }
        Ok(())
    }
}

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

/// Takes out each backslash that ends a line together with the line's end; an escaped backslash does not join.
fn join_lines(source: &str) -> Vec<(char, u32)> {
    let mut joined: Vec<(char, u32)> = Vec::with_capacity(source.len());
    let (mut line, mut backslashes) = (1u32, 0usize);
    for c in source.chars() {
        match c {
            '\n' if backslashes % 2 == 1 => {
                joined.pop();
                line += 1;
                backslashes = 0;
                continue;
            }
            '\\' => backslashes += 1,
            _ => backslashes = 0,
        }
        joined.push((c, line));
        if c == '\n' {
            line += 1;
        }
    }
    joined
}
