//! A question before something is done.

use super::{
    prompt::{Prompt, PromptSpec, printed},
    styled::StyledRow,
};
use abide_protocol::message::Style;

/// A question that one key answers (`confirm-before`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirm {
    /// The question, with `(y/n) ` at its end.
    pub prompt: String,
    /// The key that means yes.
    pub yes: char,
    /// Whether Enter means yes (`-y`).
    pub enter: bool,
}

impl Confirm {
    /// Whether a key says yes; any other says no.
    #[must_use]
    pub fn key(&self, key: &str) -> bool {
        printed(key) == Some(self.yes) || (self.enter && key == "Enter")
    }

    /// The question as a row, and the column of the cursor.
    #[must_use]
    pub fn row(&self, cols: u16, style: &Style) -> (StyledRow, u16) {
        let prompt = Prompt::new(PromptSpec { prompts: vec![self.prompt.clone()], ..PromptSpec::default() });
        prompt.row(cols, style, style)
    }
}
