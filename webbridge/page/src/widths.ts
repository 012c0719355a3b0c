// Makes a terminal give each character the columns that the daemon gave it.
//
// Terminals disagree about the widths of emoji, joined and ambiguous characters, and two that disagree show
// a garbled screen. Here only one is asked: the daemon says with each run how its text fills cells, the
// painter says so to the terminal by a sequence of our own, and the terminal's table of widths is this one.
import type { Cells } from './protocol.ts';

interface Provider {
  readonly version: string;
  wcwidth(codepoint: number): 0 | 1 | 2;
  charProperties(codepoint: number, preceding: number): number;
}

/** What is needed of a terminal; both of xterm.js's have it. */
export interface WidthsOfTerminal {
  readonly unicode: { register(provider: Provider): void; activeVersion: string };
  readonly parser: { registerCsiHandler(id: { prefix: string; final: string }, call: (params: (number | number[])[]) => boolean): unknown };
}

const VERSION = 'as-told';

/** The sequence before text that fills cells so. Before each cluster: it also ends the one before. */
export function tellCells(cells: Cells): string {
  return `\x1b[>${cells}w`;
}

export function obeyWidths({ unicode, parser }: WidthsOfTerminal): void {
  let cells = 1;
  parser.registerCsiHandler({ prefix: '>', final: 'w' }, ([told]) => {
    cells = typeof told === 'number' ? told : 1;
    return true;
  });
  const width = () => (cells === 2 || cells === 4 ? 2 : 1);
  unicode.register({
    version: VERSION,
    wcwidth: width,
    // xterm.js's form: a state in the upper bits, the width in two, and whether to join the cell before. Any
    // sequence puts `preceding` to 0, so the first character of a cluster begins a cell.
    charProperties: (_, preceding) => (1 << 3) | (width() << 1) | (cells >= 3 && preceding !== 0 ? 1 : 0),
  });
  unicode.activeVersion = VERSION;
}
