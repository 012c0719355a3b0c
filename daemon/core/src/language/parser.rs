//! Tokens to commands.

use super::{
    lexer::{Lexer, Token},
    limits,
    script::{Command, Fault, Script, Word},
    surroundings::Surroundings,
};

/// Reads a text.
///
/// # Errors
/// The first fault, with its line. Assignments before it have happened.
pub fn parse(text: &str, around: &mut dyn Surroundings) -> Result<Script, Fault> {
    if text.len() > limits::SCRIPT_BYTES_MAX {
        return Err(Fault::new(1, format!("longer than {} bytes", limits::SCRIPT_BYTES_MAX)));
    }
    let mut parser = Parser { lexer: Lexer::new(text), ahead: None, around, commands: 0, live: true };
    parser.script(0)
}

/// One `%if` that is open.
struct Condition {
    /// Whether what stands around it counts.
    outer: bool,
    /// Whether one of its branches has been taken.
    taken: bool,
    /// Whether `%else` has been seen.
    last: bool,
    /// Where it began.
    line: u32,
}

struct Parser<'a> {
    lexer: Lexer,
    ahead: Option<Token>,
    around: &'a mut dyn Surroundings,
    commands: usize,
    /// Whether what is read counts, or stands in a branch not taken.
    live: bool,
}

impl Parser<'_> {
    fn next(&mut self) -> Result<Token, Fault> {
        match self.ahead.take() {
            Some(token) => Ok(token),
            None => self.lexer.token(self.around),
        }
    }

    fn fault(&self, message: &str) -> Fault {
        Fault::new(self.lexer.line(), message)
    }

    /// Reads to the end of the text, or to the `}` of a block when `depth` is not 0.
    fn script(&mut self, depth: usize) -> Result<Script, Fault> {
        if depth > limits::BLOCK_DEPTH_MAX {
            return Err(self.fault("blocks are nested too deeply"));
        }
        let mut script = Script::default();
        let mut group: Vec<Command> = Vec::new();
        let mut conditions: Vec<Condition> = Vec::new();
        // Whether a command stands before the next `;`, and whether that `;` was there already.
        let (mut command_before, mut semicolon_before) = (false, false);
        loop {
            let line = self.lexer.line();
            let token = self.next()?;
            match token {
                Token::End if depth > 0 => return Err(Fault::new(line, "syntax error")),
                Token::Close if depth == 0 => return Err(Fault::new(line, "syntax error")),
                Token::End | Token::Close => {
                    if let Some(open) = conditions.last() {
                        return Err(Fault::new(open.line, "%if without %endif"));
                    }
                    break;
                }
                Token::Newline => {
                    flush(&mut script, &mut group);
                    (command_before, semicolon_before) = (false, false);
                }
                Token::Semicolon if command_before && !semicolon_before => semicolon_before = true,
                // `;;` is how a line's end is written where there are no lines (`list-keys`).
                Token::Semicolon if command_before => {
                    flush(&mut script, &mut group);
                    (command_before, semicolon_before) = (false, false);
                }
                Token::Semicolon | Token::Open => return Err(Fault::new(line, "syntax error")),
                Token::If => {
                    if conditions.len() >= limits::CONDITION_DEPTH_MAX {
                        return Err(self.fault("%if is nested too deeply"));
                    }
                    let format = self.lexer.condition(self.around)?;
                    let outer = self.live;
                    self.live = outer && self.around.condition(&format);
                    conditions.push(Condition { outer, taken: self.live, last: false, line });
                    (command_before, semicolon_before) = (false, false);
                }
                Token::Elif => {
                    let format = self.lexer.condition(self.around)?;
                    let Some(open) = conditions.last_mut().filter(|open| !open.last) else {
                        return Err(Fault::new(line, "%elif without %if"));
                    };
                    self.live = open.outer && !open.taken && self.around.condition(&format);
                    open.taken |= self.live;
                    (command_before, semicolon_before) = (false, false);
                }
                Token::Else => {
                    let Some(open) = conditions.last_mut().filter(|open| !open.last) else {
                        return Err(Fault::new(line, "%else without %if"));
                    };
                    self.live = open.outer && !open.taken;
                    open.last = true;
                    (command_before, semicolon_before) = (false, false);
                }
                Token::Endif => {
                    let Some(open) = conditions.pop() else {
                        return Err(Fault::new(line, "%endif without %if"));
                    };
                    self.live = open.outer;
                }
                Token::Hidden => {
                    let Token::Word(word) = self.next()? else {
                        return Err(Fault::new(line, "syntax error"));
                    };
                    let Some((name, value)) = assignment(&word) else {
                        return Err(Fault::new(line, "syntax error"));
                    };
                    if self.live {
                        self.around.assign(name, value, true);
                    }
                }
                Token::Word(first) => {
                    if let Some(command) = self.command(first, line, depth)?
                        && self.live
                    {
                        self.commands += 1;
                        if self.commands > limits::COMMANDS_MAX {
                            return Err(Fault::new(line, "too many commands"));
                        }
                        group.push(command);
                    }
                    (command_before, semicolon_before) = (true, false);
                }
            }
        }
        flush(&mut script, &mut group);
        Ok(script)
    }

    /// Reads a command whose first word is known; none when it was assignments alone.
    fn command(&mut self, first: String, line: u32, depth: usize) -> Result<Option<Command>, Fault> {
        let mut first = Some(first);
        while let Some((name, value)) = first.as_deref().and_then(assignment) {
            if self.live {
                self.around.assign(name, value, false);
            }
            first = match self.next()? {
                Token::Word(word) => Some(word),
                other => {
                    self.ahead = Some(other);
                    None
                }
            };
        }
        let Some(name) = first else { return Ok(None) };
        let mut words = vec![Word::Text(name)];
        loop {
            match self.next()? {
                Token::Word(word) => words.push(Word::Text(word)),
                Token::Open => words.push(Word::Block(self.script(depth + 1)?)),
                other => {
                    self.ahead = Some(other);
                    break;
                }
            }
            if words.len() > limits::WORDS_MAX {
                return Err(Fault::new(line, "too many arguments"));
            }
        }
        Ok(Some(Command { words, line }))
    }
}

fn flush(script: &mut Script, group: &mut Vec<Command>) {
    if !group.is_empty() {
        script.groups.push(std::mem::take(group));
    }
}

/// `NAME=value` taken apart; none where the name is no name of a variable.
fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let mut letters = name.chars();
    let first = letters.next()?;
    let good = (first.is_ascii_alphabetic() || first == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_');
    good.then_some((name, value))
}
