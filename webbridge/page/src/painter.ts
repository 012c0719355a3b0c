// Brings a terminal from what was last painted on it to what the mirror shows, in as few words as it takes.
//
// Nothing of a program's output reaches the terminal: what is written here is made of rows, styles and
// modes, so no query can be in it and the terminal has nothing to answer.
import { BLANK, type Line, type Mirror } from './mirror.ts';
import { type Cells, type Cursor, Mode } from './protocol.ts';
import { PLAIN, type Pen } from './style.ts';
import { tellCells, UNTOLD } from './widths.ts';

/** What the painter needs of a terminal besides its written text. It has to obey widths (widths.ts). */
export interface Canvas {
  readonly cols: number;
  readonly rows: number;
  resize(cols: number, rows: number): void;
}

/** A row of the terminal as it is now. */
interface Painted {
  line: Line | null;
  /** Whether the terminal holds it for the continuation of the row above. */
  continues: boolean;
}

const UNKNOWN: Painted = { line: null, continues: false };
const EMPTY: Painted = { line: BLANK, continues: false };

export class Painter {
  private rows: Painted[];
  /** The primary screen's rows while the alternate one is shown. */
  private primary: Painted[] | null = null;
  private modes = 0;
  private cursor: Cursor | null = null;
  private historyVersion = 0;
  private historyAppended = 0;
  private pen: Pen = PLAIN;
  private cells: Cells | typeof UNTOLD = UNTOLD;
  private out: string[] = [];

  constructor(
    private readonly mirror: Mirror,
    private readonly canvas: Canvas,
  ) {
    this.rows = Array<Painted>(canvas.rows).fill(EMPTY);
    this.historyVersion = mirror.history.version;
    this.historyAppended = mirror.history.appended;
  }

  /** What to write to the terminal, which must have taken all that was written before. */
  paint(): string {
    const { mirror, canvas } = this;
    const { cols, rows } = mirror.size;
    this.out = [];
    if (canvas.cols !== cols || canvas.rows !== rows) {
      // The terminal moves rows about as it likes when it is resized: trust nothing afterwards.
      canvas.resize(cols, rows);
      this.rows = Array<Painted>(rows).fill(UNKNOWN);
      this.primary &&= Array<Painted>(rows).fill(UNKNOWN);
      this.historyVersion = -1;
      this.cursor = null;
    }
    this.switchScreen();
    if (!this.primary) this.paintHistory();
    this.paintRows();
    this.paintModes();
    this.paintCursor();
    if (this.out.length === 0) return '';
    // What was told holds for what is painted, not for those who ask the terminal afterwards.
    if (this.cells !== UNTOLD) this.put(tellCells(UNTOLD));
    this.cells = UNTOLD;
    // Shown in one go: a half-painted screen is never drawn.
    return `\x1b[?2026h${this.out.join('')}\x1b[?2026l`;
  }

  private switchScreen(): void {
    const { alternate } = this.mirror;
    if (alternate === (this.primary !== null)) return;
    if (this.primary) {
      this.rows = this.primary;
      this.primary = null;
      this.put('\x1b[?1049l');
    } else {
      this.primary = this.rows;
      this.rows = Array<Painted>(this.mirror.size.rows).fill(EMPTY);
      this.use(PLAIN);
      this.put('\x1b[?1049h');
    }
    this.cursor = null;
  }

  private paintHistory(): void {
    const { history, size } = this.mirror;
    if (history.version !== this.historyVersion) {
      this.rewrite();
    } else if (history.appended > this.historyAppended) {
      const from = Math.max(0, history.lines.length - (history.appended - this.historyAppended));
      const lines = history.lines.slice(from);
      if (lines.length >= size.rows) this.printAll(lines, history.lines[from - 1]);
      else for (const [n, line] of lines.entries()) this.push(line, history.lines[from + n - 1]);
    }
    this.historyVersion = history.version;
    this.historyAppended = history.appended;
  }

  /** Scrollback and screen from nothing. */
  private rewrite(): void {
    this.use(PLAIN);
    this.put('\x1b[2J\x1b[3J');
    this.rows = Array<Painted>(this.mirror.size.rows).fill(EMPTY);
    this.printAll(this.mirror.history.lines, undefined);
  }

  /** Prints lines and then the whole screen from the top row on, so that the lines scroll out. */
  private printAll(lines: Line[], before: Line | undefined): void {
    const { cols } = this.mirror.size;
    const painted: Painted[] = [];
    const first = lines[0] ?? this.mirror.rows[0] ?? BLANK;
    this.put('\x1b[H');
    // The top row may be held for a continuation; clearing it whole ends that.
    if (this.rows[0]?.continues && !(before?.wrapped && first.pieces.length > 0)) this.put('\x1b[2K');
    const all = [...lines, ...this.mirror.rows];
    let full = false;
    for (const [n, line] of all.entries()) {
      const previous = n === 0 ? before : all[n - 1];
      const continues = n > 0 && full && previous?.wrapped === true && line.pieces.length > 0;
      if (n > 0 && !continues) {
        this.use(PLAIN);
        this.put('\r\n');
        // Rows still on the screen may hold a continuation; those that scrolled in do not.
        if (n < this.rows.length && this.rows[n]?.continues) this.put('\x1b[2K');
      }
      const end = this.print(line, 0);
      // What scrolled in is blank already, unless text that wrapped scrolled it in: that took its colour along.
      if (n < this.rows.length || continues) this.clearRest(end, cols);
      full = end >= cols;
      if (n >= lines.length) painted.push({ line, continues });
    }
    this.use(PLAIN);
    this.rows = painted;
    this.cursor = null;
  }

  /** Scrolls one line out at the top; the others move up. */
  private push(line: Line, before: Line | undefined): void {
    const { rows } = this.mirror.size;
    this.paintRow(0, line, before?.wrapped === true);
    this.use(PLAIN);
    this.put(`\x1b[${rows};1H\n`);
    this.rows = [...this.rows.slice(1), EMPTY];
    this.cursor = null;
  }

  private paintRows(): void {
    const { rows, size } = this.mirror;
    let above: { line: Line; end: number } | null = null;
    for (let y = 0; y < size.rows; y += 1) {
      const line = rows[y] ?? BLANK;
      const now = this.rows[y] ?? UNKNOWN;
      const belongs = y > 0 && rows[y - 1]?.wrapped === true && line.pieces.length > 0;
      // The row above was painted to its last column just now: what follows wraps on its own, and the
      // terminal knows from that that the two are one line (for copying).
      const runs_on: boolean = belongs && above !== null && above.end >= size.cols;
      if (now.line === line && (now.continues === belongs || !(runs_on || now.continues))) {
        above = null;
        continue;
      }
      const end: number = runs_on ? this.continueRow(y, line) : this.paintRow(y, line, belongs);
      above = { line, end };
    }
    this.use(PLAIN);
  }

  private continueRow(y: number, line: Line): number {
    const end = this.print(line, 0);
    this.clearRest(end, this.mirror.size.cols);
    this.rows[y] = { line, continues: true };
    this.cursor = null;
    return end;
  }

  private paintRow(y: number, line: Line, belongs: boolean): number {
    const now = this.rows[y] ?? UNKNOWN;
    this.put(`\x1b[${y + 1};1H`);
    if (now.line === null || (now.continues && !belongs)) {
      this.use(PLAIN);
      this.put('\x1b[2K');
    }
    const end = this.print(line, 0);
    this.clearRest(end, this.mirror.size.cols);
    this.rows[y] = { line, continues: now.line !== null && now.continues && belongs };
    this.cursor = null;
    return end;
  }

  /** Prints a line at the cursor, which is in column `x`; returns the column after it. */
  private print(line: Line, x: number): number {
    const { cols } = this.mirror.size;
    for (const { pen, cells, text } of line.pieces) {
      const width = cells === 2 || cells === 4 ? 2 : 1;
      const scalars = cells >= 3 ? [text] : [...text];
      // Nothing is wider than the row; if it were, it must not wrap.
      const fits = scalars.slice(0, Math.floor((cols - x) / width));
      if (fits.length === 0) break;
      this.use(pen);
      if (cells !== this.cells || cells >= 3) this.put(tellCells(cells));
      this.cells = cells;
      this.put(fits.length === scalars.length ? text : fits.join(''));
      x += width * fits.length;
    }
    return x;
  }

  private clearRest(x: number, cols: number): void {
    if (x >= cols) return;
    this.use(PLAIN);
    this.put(`\x1b[${cols - x}X`);
  }

  private paintModes(): void {
    const { modes } = this.mirror;
    const changed = modes ^ this.modes;
    if (changed === 0) return;
    const set = (bit: number, on: string, off: string) => {
      if (changed & bit) this.put(modes & bit ? on : off);
    };
    set(Mode.appCursor, '\x1b[?1h', '\x1b[?1l');
    set(Mode.appKeypad, '\x1b=', '\x1b>');
    set(Mode.focus, '\x1b[?1004h', '\x1b[?1004l');
    set(Mode.mouseSgr, '\x1b[?1006h', '\x1b[?1006l');
    // The terminal keeps one mouse mode: the strongest that is asked for.
    if (changed & (Mode.mouseButtons | Mode.mouseDrag | Mode.mouseAll)) {
      const strongest = modes & Mode.mouseAll ? 3 : modes & Mode.mouseDrag ? 2 : modes & Mode.mouseButtons ? 0 : -1;
      this.put(strongest < 0 ? '\x1b[?1000l\x1b[?1002l\x1b[?1003l' : `\x1b[?100${strongest}h`);
    }
    this.modes = modes;
  }

  private paintCursor(): void {
    const { cursor, size } = this.mirror;
    const was = this.cursor;
    const same = was !== null && was.x === cursor.x && was.y === cursor.y && was.visible === cursor.visible;
    if (same && was.shape === cursor.shape && was.blink === cursor.blink) return;
    const shape = { default: 0, block: 2, underline: 4, bar: 6 }[cursor.shape];
    const y = Math.min(cursor.y, size.rows - 1) + 1;
    const x = Math.min(cursor.x, size.cols - 1) + 1;
    this.put(`\x1b[${shape > 0 && cursor.blink ? shape - 1 : shape} q`);
    this.put(cursor.visible ? '\x1b[?25h' : '\x1b[?25l', `\x1b[${y};${x}H`);
    this.cursor = cursor;
  }

  private use(pen: Pen): void {
    if (pen === this.pen) return;
    if (pen.link !== this.pen.link) this.put(`\x1b]8;;${pen.link}\x1b\\`);
    if (pen.sgr !== this.pen.sgr) this.put(pen.sgr);
    this.pen = pen;
  }

  private put(...texts: string[]): void {
    this.out.push(...texts);
  }
}
