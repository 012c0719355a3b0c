// The copy of a pane that the daemon keeps up to date here: screen, cursor, modes and what is loaded of the
// history. It takes every update at once; how much of it the terminal shows, and when, is the painter's.
import { type Cells, type Cursor, type History, Mode, type Placement, type Row, type StyleDefinition, type Update } from './protocol.ts';
import { Limit, type Opaque, type Size } from './protocol.ts';
import { PLAIN, type Pen, pen } from './style.ts';

export interface Piece {
  pen: Pen;
  cells: Cells;
  text: string;
}

/** A row with its styles looked up. Never changed once made: rows that are the same object look the same. */
export interface Line {
  wrapped: boolean;
  pieces: Piece[];
}

export const BLANK: Line = { wrapped: false, pieces: [] };

const DIM: Pen = { sgr: '\x1b[0;2m', link: '' };
const HOME: Cursor = { x: 0, y: 0, blink: false, shape: 'default', visible: true };

/** Lines of history kept in the page; older ones are asked for again when somebody scrolls there. */
export const LOADED_LINES_MAX = 10_000;

export interface Wanted {
  first: number;
  count: number;
}

export class Mirror {
  size: Size = { cols: 80, rows: 24 };
  rows: Line[] = Array<Line>(24).fill(BLANK);
  cursor: Cursor = HOME;
  modes = 0;
  title = '';
  bells = 0;
  /** The backmost first. */
  pictures: Placement[] = [];
  readonly history = new LoadedHistory();
  private pens = new Map<number, Pen>();

  apply(update: Update): void {
    if (update.full) {
      this.pens.clear();
      this.rows.fill(BLANK);
      this.cursor = HOME;
      this.modes = 0;
    }
    this.define(update.styles);
    const { cols, rows } = update.size;
    if (update.full || cols !== this.size.cols || rows !== this.size.rows) this.pictures = [];
    this.size = { cols, rows };
    while (this.rows.length < rows) this.rows.push(BLANK);
    this.rows.length = rows;
    for (const [top, bottom, up] of update.scrolls) this.scroll(top, Math.min(bottom, rows), up);
    for (const [y, row] of update.rows) {
      if (y < rows) this.rows[y] = this.line(row);
    }
    if (update.cursor) this.cursor = update.cursor;
    if (update.modes !== null) this.modes = update.modes;
    if (update.title !== null) this.title = update.title;
    this.bells += update.bells;
    if (update.pictures) this.pictures = update.pictures;
    const { history } = update;
    if (history) {
      const lines = history.rows.map((row) => this.line(row));
      this.history.append(lines, history.end, history.start, history.generation);
    }
  }

  /** Takes history lines that were asked for. False when they were of no use. */
  takeHistory(answer: History): boolean {
    this.define(answer.styles);
    const lines = answer.rows.map((row) => this.line(row));
    return this.history.prepend(lines, answer.first, answer.start, answer.generation);
  }

  get alternate(): boolean {
    return (this.modes & Mode.alternate) !== 0;
  }

  private scroll(top: number, bottom: number, up: number): void {
    const count = Math.min(Math.abs(up), bottom - top);
    if (count <= 0) return;
    const region = this.rows.slice(top, bottom);
    const blanks = Array<Line>(count).fill(BLANK);
    const moved = up > 0 ? [...region.slice(count), ...blanks] : [...blanks, ...region.slice(0, -count)];
    this.rows.splice(top, bottom - top, ...moved);
  }

  private define(styles: StyleDefinition[]): void {
    for (const [number, style] of styles) this.pens.set(number, pen(style));
  }

  private line([wrapped, runs]: Row): Line {
    if (!wrapped && runs.length === 0) return BLANK;
    const pieces = runs.map(([style, cells, text]) => ({ pen: this.pens.get(style) ?? PLAIN, cells, text: printable(text) }));
    return { wrapped, pieces };
  }
}

/** The daemon sends no control characters; a stray one must not become a command to the terminal. */
function printable(text: string): string {
  return /[\x00-\x1f\x7f-\x9f]/.test(text) ? text.replace(/[\x00-\x1f\x7f-\x9f]/g, '\ufffd') : text;
}

interface Part {
  first: number;
  lines: Line[];
}

function partEnd({ first, lines }: Part): number {
  return first + lines.length;
}

/**
 * History lines in the page, the newest at the end. Where the daemon skipped some because they came too fast,
 * a line says so, until older lines are loaded: then what lay before the gap goes.
 */
export class LoadedHistory {
  lines: Line[] = [];
  /** How many of the newest lines have no gap between them. */
  whole = 0;
  /** One past the newest line. */
  end = 0;
  /** Oldest line that the daemon has. */
  start = 0;
  /** Lines ever put at the end of `lines`. */
  appended = 0;
  /** Grows when `lines` is no longer what it was with some more at its end. */
  version = 0;
  private generation: Opaque | null = null;
  /** Older lines of which the newest have yet to come: an answer takes only so many bytes. */
  private part: Part | null = null;

  /** Whether there is a gap. */
  get broken(): boolean {
    return this.whole < this.lines.length;
  }

  append(lines: Line[], end: number, start: number, generation: Opaque): void {
    const first = end - lines.length;
    this.start = start;
    if (generation !== this.generation) {
      this.generation = generation;
      this.restart(lines, end);
    } else if (first < this.end) {
      // Lines went back to the screen, which grew; what has come of them since is sent again.
      const gone = this.end - first;
      const kept = gone > this.whole ? [] : this.lines.slice(this.lines.length - this.whole, -gone);
      this.restart([...kept, ...lines], end);
    } else if (first === this.end) {
      this.add(lines);
    } else if (start >= first) {
      // What went by between is gone for good: nobody will ask for it.
      this.restart(lines, end);
    } else {
      const skipped = first - this.end;
      const text = `\u2014 ${skipped} line${skipped === 1 ? '' : 's'} went by \u2014`;
      this.add([{ wrapped: false, pieces: [{ pen: DIM, cells: 1, text }] }, ...lines]);
      this.whole = lines.length;
    }
    this.end = end;
    const excess = this.lines.length - LOADED_LINES_MAX;
    if (excess > 1000) {
      this.lines.splice(0, excess);
      this.whole = Math.min(this.whole, this.lines.length);
    }
  }

  /** Takes lines that were asked for: older than those held, and maybe the first part of them only. */
  prepend(lines: Line[], first: number, start: number, generation: Opaque): boolean {
    if (generation !== this.generation) return false;
    const { part } = this;
    if (part && first === partEnd(part)) {
      lines = [...part.lines, ...lines];
      first = part.first;
    }
    this.part = null;
    // Lines that went out of the history meanwhile are gone for good.
    this.start = Math.max(this.start, start);
    const end = first + lines.length;
    if (lines.length === 0 || end > this.wholeFirst) return false;
    if (end < this.wholeFirst) {
      this.part = { first, lines };
      return true;
    }
    this.restart([...lines, ...this.lines.slice(this.lines.length - this.whole)], this.end);
    return true;
  }

  /** For a new daemon process, whose generations may mean something else. */
  forget(): void {
    this.generation = null;
    this.restart([], 0);
  }

  /** Lines to ask for next, so that up to `count` are held without a gap. */
  wanted(count: number): Wanted | null {
    const aim = Math.min(count, LOADED_LINES_MAX);
    if (this.generation === null || this.whole >= aim) return null;
    const { wholeFirst } = this;
    // A part that more lines went by after than come in one answer is too far away to be of use.
    if (this.part && wholeFirst - partEnd(this.part) > Limit.historyLines) this.part = null;
    const first = this.part
      ? partEnd(this.part)
      : Math.max(this.start, wholeFirst - Math.min(aim - this.whole, Limit.historyLines));
    return first < wholeFirst ? { first, count: wholeFirst - first } : null;
  }

  /** Absolute number of the first line that has no gap after it. */
  private get wholeFirst(): number {
    return this.end - this.whole;
  }

  private add(lines: Line[]): void {
    this.lines.push(...lines);
    this.whole += lines.length;
    this.appended += lines.length;
  }

  private restart(lines: Line[], end: number): void {
    this.lines = lines;
    this.whole = lines.length;
    this.part = null;
    this.end = end;
    this.version += 1;
  }
}
