// Makes a terminal give each character the columns that the daemon gave it.
//
// Terminals disagree about the widths of emoji, joined and ambiguous characters, and two that disagree show
// a garbled screen. So the daemon says with each run how its text fills cells, the painter says so to the
// terminal by a sequence of our own, and what was told wins. xterm.js's own table of graphemes is beneath:
// its states go on from character to character, and whoever asks the terminal for the width of a text outside
// of painting (the renderer does, for the length of an underline) gets its answer.
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import type { ITerminalAddon, IUnicodeVersionProvider, Terminal } from '@xterm/xterm';
import type { Cells } from './protocol.ts';

/** xterm.js gives these to a provider and takes them back: a state, then two bits of width, then whether to join. */
export interface Table extends IUnicodeVersionProvider {
  charProperties(codepoint: number, preceding: number): number;
}

/** What is needed of a terminal; both of xterm.js's have it. */
export interface WidthsOfTerminal {
  readonly unicode: { register(provider: Table): void; activeVersion: string };
  readonly parser: { registerCsiHandler(id: { prefix: string; final: string }, call: (params: (number | number[])[]) => boolean): unknown };
  loadAddon(addon: ITerminalAddon): void;
}

const VERSION = '15-graphemes-as-told';
const STATE = ~7;

/** Nothing is told: the terminal's own table has the say. */
export const UNTOLD = 0;

/** The sequence before text that fills cells so. Before each cluster: it also ends the one before. */
export function tellCells(cells: Cells | typeof UNTOLD): string {
  return `\x1b[>${cells}w`;
}

export function obeyWidths(terminal: WidthsOfTerminal): void {
  const table = loadGraphemes(terminal);
  let cells = UNTOLD;
  // Characters of another width than the table has, as far as they were met: newer emoji, hexagrams.
  const met = new Map<number, 1 | 2>();
  terminal.parser.registerCsiHandler({ prefix: '>', final: 'w' }, ([told]) => {
    cells = typeof told === 'number' ? told : UNTOLD;
    return true;
  });
  terminal.unicode.register({
    version: VERSION,
    wcwidth: (codepoint) => met.get(codepoint) ?? table.wcwidth(codepoint),
    charProperties: (codepoint, preceding) => {
      const own = table.charProperties(codepoint, preceding);
      if (cells === UNTOLD) return preceding === 0 ? withWidth(own, met.get(codepoint)) : own;
      const width = cells === 2 || cells === 4 ? 2 : 1;
      if (cells <= 2 && widthOf(own) !== width && widthOf(table.charProperties(codepoint, 0)) !== width) met.set(codepoint, width);
      // Any sequence puts `preceding` to 0, so the first character of a cluster begins a cell.
      return withWidth(own & STATE, width) | (cells >= 3 && preceding !== 0 ? 1 : 0);
    },
  });
  terminal.unicode.activeVersion = VERSION;
}

function widthOf(properties: number): number {
  return (properties >> 1) & 3;
}

function withWidth(properties: number, width: number | undefined): number {
  return width === undefined ? properties : (properties & ~(3 << 1)) | (width << 1);
}

/** Loads the addon; returns the table that it made the active one. */
function loadGraphemes(terminal: WidthsOfTerminal): Table {
  const addon = new UnicodeGraphemesAddon();
  const tables = new Map<string, Table>();
  terminal.loadAddon({
    activate: (loaded) => {
      const { unicode } = loaded;
      const register = (provider: Table) => {
        tables.set(provider.version, provider);
        unicode.register(provider);
      };
      // The addon keeps its tables to itself; it is listened to while it hands them over.
      const listening = new Proxy(unicode, {
        get: (of, name) => (name === 'register' ? register : Reflect.get(of, name, of)),
        set: (of, name, value) => Reflect.set(of, name, value, of),
      });
      addon.activate({ unicode: listening } as Terminal);
    },
    dispose: () => addon.dispose(),
  });
  const table = tables.get(terminal.unicode.activeVersion);
  if (!table) throw new Error('xterm.js has no table of graphemes');
  return table;
}
