//! Flags and arguments of one command, by its template.

use super::spec::Spec;
use crate::language::{Script, Word, parse};
use std::collections::BTreeMap;

/// What a command was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    flags: BTreeMap<char, Vec<Option<Word>>>,
    /// What follows the flags.
    pub values: Vec<Word>,
}

impl Arguments {
    /// Sorts the words after a command's name.
    ///
    /// # Errors
    /// `command refresh-client: -l is not supported: …`, `command bind-key: too few arguments (need at least 1)` and its like.
    pub fn read(spec: &Spec, words: &[Word]) -> Result<Arguments, String> {
        let fault = |message: String| format!("command {}: {message}", spec.name);
        let mut arguments = Arguments::default();
        let mut rest = words.iter();
        let mut ahead = rest.clone();
        while let Some(Word::Text(word)) = ahead.next() {
            let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) else { break };
            rest = ahead.clone();
            if letters == "-" {
                break;
            }
            let mut at = 0;
            while let Some(letter) = letters.get(at..).and_then(|l| l.chars().next()) {
                at += letter.len_utf8();
                let Some(place) = spec.flags.find(letter).filter(|_| letter != ':') else {
                    return Err(fault(format!("unknown flag -{letter}")));
                };
                if let Some((_, why)) = spec.refused.iter().find(|(refused, _)| *refused == letter) {
                    return Err(fault(format!("-{letter} is not supported: {why}")));
                }
                let value = if spec.flags.get(place + 1..).is_some_and(|after| after.starts_with(':')) {
                    let attached = letters.get(at..).unwrap_or_default();
                    at = letters.len();
                    let value = if attached.is_empty() {
                        rest.next().cloned()
                    } else {
                        Some(Word::Text(attached.to_owned()))
                    };
                    ahead = rest.clone();
                    Some(value.ok_or_else(|| fault(format!("-{letter} expects an argument")))?)
                } else {
                    None
                };
                arguments.flags.entry(letter).or_default().push(value);
            }
        }
        arguments.values = rest.cloned().collect();
        let count = arguments.values.len();
        let (least, most) = spec.arguments;
        if count < least {
            return Err(fault(format!("too few arguments (need at least {least})")));
        }
        if let Some(most) = most.filter(|most| count > *most) {
            return Err(fault(format!("too many arguments (need at most {most})")));
        }
        Ok(arguments)
    }

    /// Whether a flag was given.
    #[must_use]
    pub fn has(&self, flag: char) -> bool {
        self.flags.contains_key(&flag)
    }

    /// How often a flag was given.
    #[must_use]
    pub fn count(&self, flag: char) -> usize {
        self.flags.get(&flag).map_or(0, Vec::len)
    }

    /// The value of a flag, the last where there are several.
    #[must_use]
    pub fn text(&self, flag: char) -> Option<String> {
        self.flags.get(&flag)?.last()?.as_ref().map(Word::to_text)
    }

    /// All values of a flag.
    #[must_use]
    pub fn texts(&self, flag: char) -> Vec<String> {
        self.flags.get(&flag).into_iter().flatten().flatten().map(Word::to_text).collect()
    }

    /// An argument as text.
    #[must_use]
    pub fn value(&self, n: usize) -> Option<String> {
        self.values.get(n).map(Word::to_text)
    }

    /// All arguments as texts.
    #[must_use]
    pub fn value_texts(&self) -> Vec<String> {
        self.values.iter().map(Word::to_text).collect()
    }

    /// An argument that is commands: a block, or a text in the command language.
    ///
    /// # Errors
    /// When the text can't be read.
    pub fn script(
        &self,
        n: usize,
        around: &mut dyn crate::language::Surroundings,
    ) -> Result<Option<Script>, String> {
        match self.values.get(n) {
            None => Ok(None),
            Some(Word::Block(script)) => Ok(Some(script.clone())),
            Some(Word::Text(text)) => parse(text, around).map(Some).map_err(|fault| fault.message),
        }
    }

    /// Every word as it was given, flags first, for showing.
    pub fn words(&self) -> impl Iterator<Item = &Word> {
        self.flags.values().flatten().flatten().chain(&self.values)
    }
}
