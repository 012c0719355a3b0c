//! Sequences that are not plain (sub-parameters, intermediates, cut ones) are put together by the parser
//! and read by vte in one piece. vte is thus never asked for a string, never holds state between two calls
//! and never sees a character, so that none of its traps is reachable.

use super::{Parameters, Sequence, Sink};

/// Reads `ESC` + `middle` + `last` and tells the sink.
pub(super) fn read<S: Sink>(sink: &mut S, opening: &[u8], middle: &[u8], last: u8) {
    let mut reader = vte::Parser::new();
    let mut relay = Relay { sink };
    reader.advance(&mut relay, opening);
    reader.advance(&mut relay, middle);
    reader.advance(&mut relay, &[last]);
}

struct Relay<'a, S: Sink> {
    sink: &'a mut S,
}

impl<S: Sink> vte::Perform for Relay<'_, S> {
    fn csi_dispatch(&mut self, read: &vte::Params, marks: &[u8], ignore: bool, last: char) {
        if ignore {
            return;
        }
        let mut parameters = Parameters::default();
        for values in read {
            for (i, value) in values.iter().enumerate() {
                parameters.push(*value, i > 0);
            }
        }
        self.sink.sequence(Sequence { parameters: &parameters, marks, last: last as u8 });
    }

    fn esc_dispatch(&mut self, marks: &[u8], ignore: bool, last: u8) {
        if !ignore {
            self.sink.escape(marks, last);
        }
    }
}
