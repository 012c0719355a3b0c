//! The parser against vte 0.15 given the stream in one piece: the same events, however we are cut.

#![allow(clippy::expect_used, clippy::disallowed_methods, reason = "a test")]

use super::{Parser, Sequence, Sink, StringKind};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// What happened, in a form that both parsers can write down.
#[derive(Clone, Debug, PartialEq)]
enum Event {
    Print(char),
    Control(u8),
    Sequence(Vec<(u16, bool)>, Vec<u8>, u8),
    Escape(Vec<u8>, u8),
    Osc(Vec<u8>, bool),
    Dcs(Vec<u8>),
}

#[derive(Default)]
struct Events(Vec<Event>);

impl Events {
    fn print(&mut self, c: char) {
        match c {
            '\x7f' => {}
            '\u{80}'..='\u{9f}' => self.control(c as u8),
            c => self.0.push(Event::Print(c)),
        }
    }
}

impl Sink for Events {
    fn ascii(&mut self, run: &[u8]) {
        assert!(!run.is_empty());
        run.iter().for_each(|b| self.print((*b).into()));
    }
    fn text(&mut self, text: &str) {
        text.chars().for_each(|c| self.print(c));
    }
    fn control(&mut self, byte: u8) {
        self.0.push(Event::Control(byte));
    }
    fn sequence(&mut self, s: Sequence<'_>) {
        let values = s.parameters.values().iter().enumerate().map(|(i, v)| (*v, s.parameters.is_sub(i)));
        self.0.push(Event::Sequence(values.collect(), s.marks.to_vec(), s.last));
    }
    fn escape(&mut self, marks: &[u8], last: u8) {
        self.0.push(Event::Escape(marks.to_vec(), last));
    }
    fn string(&mut self, kind: StringKind, data: &[u8], bell: bool) {
        match kind {
            StringKind::Osc => self.0.push(Event::Osc(data.to_vec(), bell)),
            // vte takes the head of a DCS apart; only what follows it is compared.
            StringKind::Dcs => {
                let kept: Vec<u8> = data.iter().copied().filter(|b| *b < 0x7f).collect();
                let marked = kept.first().is_some_and(|b| (0x3c..=0x3f).contains(b));
                let body = kept[usize::from(marked)..].iter();
                let body = body.skip_while(|b| (0x30..=0x3b).contains(*b)).skip_while(|b| **b < 0x30);
                let body: Vec<u8> = body.copied().collect();
                if let Some((0x40..=0x7e, rest)) = body.split_first() {
                    self.0.push(Event::Dcs(rest.to_vec()));
                }
            }
            StringKind::Apc | StringKind::Skipped => {}
        }
    }
}

struct Vte {
    events: Events,
    dcs: Option<Vec<u8>>,
}

impl vte::Perform for Vte {
    fn print(&mut self, c: char) {
        self.events.print(c);
    }
    fn execute(&mut self, byte: u8) {
        // Bytes of C1 range reach vte's `execute` from text too; they mean nothing in either.
        self.events.control(byte);
    }
    fn csi_dispatch(&mut self, params: &vte::Params, marks: &[u8], ignore: bool, last: char) {
        if !ignore {
            let values = params.iter().flat_map(|v| v.iter().enumerate().map(|(i, v)| (*v, i > 0)));
            self.events.0.push(Event::Sequence(values.collect(), marks.to_vec(), last as u8));
        }
    }
    fn esc_dispatch(&mut self, marks: &[u8], ignore: bool, byte: u8) {
        if !ignore {
            self.events.0.push(Event::Escape(marks.to_vec(), byte));
        }
    }
    fn osc_dispatch(&mut self, params: &[&[u8]], bell: bool) {
        self.events.0.push(Event::Osc(params.join(&b';'), bell));
    }
    fn hook(&mut self, _: &vte::Params, _: &[u8], _: bool, _: char) {
        self.dcs = Some(Vec::new());
    }
    fn put(&mut self, byte: u8) {
        if let Some(data) = &mut self.dcs
            && byte >= 0x20
        {
            data.push(byte);
        }
    }
    fn unhook(&mut self) {
        if let Some(data) = self.dcs.take() {
            self.events.0.push(Event::Dcs(data));
        }
    }
}

/// A stream of tokens. Left out is where we differ on purpose: `ESC k` (a string to us), CAN and SUB inside
/// strings (dropped by us), 0x9c in a DCS (part of a character to us), more than 16 parts of an OSC.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        4 => "[ -~]{1,40}".prop_map(String::into_bytes),
        3 => "[é漢😀\u{301}\u{85}\u{9b}ü€]{1,6}".prop_map(String::into_bytes),
        3 => proptest::collection::vec(0u8..0x20, 1..3),
        2 => proptest::collection::vec(0x7fu8..=0xff, 1..5),
        6 => "\x1b\\[[<-?]?[0-9;]{0,12}[@-~]".prop_map(String::into_bytes),
        3 => "\x1b\\[[ -?]{0,8}[\x01-\x17]?[0-9:;]{0,8}[ -/]{0,3}[@-~]".prop_map(String::into_bytes),
        1 => "\x1b\\[[0-9;:]{30,90}m".prop_map(String::into_bytes),
        2 => "\x1b[ -/]{0,3}[0-JL-OQ-WYZ\\\\`-jl-~]".prop_map(String::into_bytes),
        2 => "\x1b\\][0-9]{0,3};[ -:<-~é]{0,20}(\x07|\x1b\\\\)".prop_map(String::into_bytes),
        1 => "\x1bP[0-9;]{0,4}[$+!>]?[q|r][ -~]{0,10}\x1b\\\\".prop_map(String::into_bytes),
        1 => "\x1b[X^_][ -~é]{0,10}\x1b\\\\".prop_map(String::into_bytes),
        1 => Just(b"\x1b".to_vec()),
        1 => Just(b"\x1b[".to_vec()),
    ];
    proptest::collection::vec(token, 1..24).prop_map(|tokens| tokens.concat())
}

/// Whether the stream opens a string that something cancels, or that has a byte vte ends it at.
fn differs_on_purpose(bytes: &[u8]) -> bool {
    let mut parser = Parser::new();
    let mut events = Events::default();
    for b in bytes {
        let string = matches!(parser.state, super::State::String(_));
        if string && matches!(b, 0x18 | 0x1a | 0x9c) || parser.state == super::State::Escape && *b == b'k' {
            return true;
        }
        parser.feed(&mut events, &[*b]);
    }
    events
        .0
        .iter()
        .any(|e| matches!(e, Event::Osc(data, _) if data.iter().filter(|b| **b == b';').count() > 14))
}

#[test]
fn events_are_those_of_vte_however_the_stream_is_cut() {
    let seed: u64 = std::env::var("ABIDE_SEED")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or_else(|| std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_nanos() as u64));
    println!("ABIDE_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let cases = std::env::var("ABIDE_CASES").ok().and_then(|s| s.parse().ok()).unwrap_or(4000);
    let config =
        Config { cases, failure_persistence: None, max_global_rejects: 1 << 20, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let strategy = (stream(), proptest::collection::vec(1usize..9, 1..40));
    let result = runner.run(&strategy, |(stream, cuts)| {
        prop_assume!(!differs_on_purpose(&stream));
        let mut vte = Vte { events: Events::default(), dcs: None };
        vte::Parser::new().advance(&mut vte, &stream);
        let mut whole = Events::default();
        Parser::new().feed(&mut whole, &stream);
        prop_assert_eq!(&whole.0, &vte.events.0, "against vte");
        let (mut parser, mut cut, mut rest) = (Parser::new(), Events::default(), &stream[..]);
        for len in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (part, after) = rest.split_at((*len).min(rest.len()));
            parser.feed(&mut cut, part);
            // The state is all there is: a parser made from it goes on the same way.
            parser = Parser::at(parser.state, &parser.held).expect("its own state");
            rest = after;
        }
        prop_assert_eq!(&cut.0, &whole.0, "cut");
        Ok(())
    });
    if let Err(fault) = result {
        panic!("{fault}");
    }
}
