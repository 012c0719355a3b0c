// A pane as a daemon has it, and the updates it would send: the other side of the mirror, for tests.
import type { History, Placement, Row, Run, StyleDefinition, Update } from '../src/protocol.ts';
import type { Random } from './random.ts';

const TEXTS: readonly Run[2][] = ['a', 'hello', 'x y', '~', 'été', 'Дом', '┌─┐', '⠿', '\u00ad', '→', '☺'];
// Of the last four xterm.js's table of graphemes thinks otherwise.
const WIDE = ['日本', '한', 'Ａ', '🙂', '⌚', '☰', '䷀', '\u{1f6d8}', '→'];
const CLUSTERS: readonly Run[] = [
  [0, 3, 'e\u0301'],
  [0, 4, '👩‍👧'],
  [0, 4, '🇩🇪'],
  [0, 4, '❤️'],
  [0, 4, '1\ufe0f\u20e3'],
  [0, 4, '👍🏽'],
  [0, 4, 'स्ते'],
  [0, 3, '✈\ufe0e'],
  [0, 3, '❤️'],
  [0, 3, 'ab'],
];

export const STYLES: StyleDefinition[] = [
  [1, { bg: 'default', fg: { indexed: 1 }, ul: 'default', link: '', attrs: 1 }],
  [2, { bg: { rgb: [1, 2, 3] }, fg: { indexed: 200 }, ul: 'default', link: '', attrs: 4 | (1 << 8) }],
  [3, { bg: { indexed: 12 }, fg: 'default', ul: 'default', link: 'https://example.org/', attrs: 16 }],
];

export function widthOf([, cells, text]: Run): number {
  return cells === 1 ? [...text].length : cells === 2 ? 2 * [...text].length : cells - 2;
}

/** What is in each column of a row: a cluster where one begins, nothing in the second column of a wide one. */
export function columns([, runs]: Row): string[] {
  return runs.flatMap(([, cells, text]) => {
    const clusters = cells <= 2 ? [...text] : [text];
    return clusters.flatMap((cluster) => (cells === 2 || cells === 4 ? [cluster, ''] : [cluster]));
  });
}

export class DaemonPane {
  rows: Row[];
  history: Row[] = [];
  /** Absolute number of the first line in `history`. */
  start = 0;
  generation = 1;
  modes = 0;
  alternate: Row[] | null = null;
  pictures: Placement[] = [];
  cursor = { x: 0, y: 0, blink: false, shape: 'default' as const, visible: true };
  private told: { rows: Row[]; end: number; generation: number; pictures: string } | null = null;

  constructor(
    public cols: number,
    lines: number,
    private readonly random: Random,
  ) {
    this.rows = Array.from({ length: lines }, () => [false, []] as Row);
  }

  get end(): number {
    return this.start + this.history.length;
  }

  /** A line, or several that belong together. */
  row(): Row {
    const { random } = this;
    const full = random.chance(25);
    const runs: Run[] = [];
    const width = full ? this.cols : random.below(this.cols + 1);
    let x = 0;
    while (x < width) {
      const style = random.below(4);
      const run: Run = random.chance(60)
        ? [style, 1, random.of(TEXTS)]
        : random.chance(60)
          ? [style, 2, random.of(WIDE)]
          : [style, ...(random.of(CLUSTERS).slice(1) as [3 | 4, string])];
      if (x + widthOf(run) <= this.cols) {
        runs.push(run);
        x += widthOf(run);
      } else if (full) {
        runs.push([0, 1, '.'.repeat(width - x)]);
        x = width;
      } else break;
    }
    return [x === this.cols && random.chance(50), runs];
  }

  /** Something happens in the pane. */
  step(): void {
    const { random, rows } = this;
    const kind = random.below(10);
    if (kind < 4) {
      for (let n = random.below(4) + 1; n > 0; n -= 1) rows[random.below(rows.length)] = this.row();
    } else if (kind < 8 && !this.alternate) {
      for (let n = random.chance(10) ? random.below(60) : random.below(4); n > 0; n -= 1) {
        this.history.push(this.rows.shift() as Row);
        this.rows.push(this.row());
      }
    } else if (kind === 8) {
      if (this.alternate) {
        this.rows = this.alternate;
        this.alternate = null;
      } else {
        this.alternate = this.rows;
        this.rows = rows.map(() => [false, []] as Row);
      }
      this.modes ^= 1 << 7;
    } else if (random.chance(30)) {
      const primary = this.alternate ?? this.rows;
      const wanted = 2 + random.below(12);
      while (primary.length > wanted) this.history.push(primary.shift() as Row);
      while (primary.length < wanted) primary.push([false, []]);
      if (this.alternate) this.rows = primary.map(() => this.row());
    } else if (random.chance(10)) {
      // Another width: the daemon has dealt the lines anew.
      this.cols = 4 + random.below(30);
      this.generation += 1;
      this.history = this.history.map(() => this.row());
      this.rows = this.rows.map(() => this.row());
      this.alternate &&= this.alternate.map(() => this.row());
    }
    if (random.chance(20)) {
      const source = { x: 0, y: 0, width: 8, height: 16 };
      this.pictures = Array.from({ length: random.below(3) }, (_, picture) => {
        return { x: random.below(this.cols), z: 0, cols: 1, line: this.end + random.below(this.rows.length), rows: 1, source, picture };
      });
    }
    this.cursor = { ...this.cursor, x: random.below(this.cols), y: random.below(this.rows.length) };
  }

  /** What a viewer that has had all updates so far is told now; at most so many lines of history. */
  update(linesMax: number): Update {
    const { told } = this;
    const size = { cols: this.cols, rows: this.rows.length };
    const full = !told || told.rows.length !== size.rows || told.generation !== this.generation;
    const known = full ? [] : told.rows;
    const changed = this.rows.flatMap((row, y) => {
      const before = known[y] ?? [false, []];
      return JSON.stringify(before) === JSON.stringify(row) ? [] : [[y, row] as [number, Row]];
    });
    const news = told?.generation === this.generation ? Math.max(0, this.end - told.end) : 0;
    const count = Math.min(news, linesMax);
    const rows = count > 0 ? this.history.slice(-count) : [];
    const pictures = JSON.stringify(this.pictures);
    const seen = pictures !== (full ? '[]' : told.pictures);
    this.told = { rows: [...this.rows], end: this.end, generation: this.generation, pictures };
    return {
      full,
      size,
      rows: changed,
      bells: 0,
      modes: this.modes,
      title: null,
      cursor: this.cursor,
      styles: full ? STYLES : [],
      history: { end: this.end, rows, start: this.start, generation: this.generation },
      scrolls: [],
      surface: 0,
      pictures: seen ? this.pictures : null,
    };
  }

  answer(first: number, count: number, most = Infinity): History {
    const from = Math.min(Math.max(first, this.start), this.end);
    const rows = this.history.slice(from - this.start, from - this.start + Math.min(count, most));
    const { end, start, generation } = this;
    return { id: 0, end, rows, first: from, start, styles: [], surface: 0, generation };
  }
}
