// The painter against xterm.js itself, without a browser: what it writes shows what the mirror holds.
import headless from '@xterm/headless';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Line, Mirror } from '../src/mirror.ts';
import { Painter } from '../src/painter.ts';
import { rowOf } from '../src/picture_layer.ts';
import type { Cells, Update } from '../src/protocol.ts';
import { obeyWidths, tellCells } from '../src/widths.ts';
import { columns, DaemonPane } from './daemon_model.ts';
import { Random, seeds } from './random.ts';

class Shown {
  readonly mirror = new Mirror();
  readonly terminal = new headless.Terminal({ cols: 80, rows: 24, scrollback: 20_000, allowProposedApi: true });
  readonly painter = new Painter(this.mirror, this.terminal);
  readonly answers: string[] = [];

  constructor() {
    obeyWidths(this.terminal);
    this.terminal.onData((text) => this.answers.push(text));
  }

  apply(update: Update): Promise<void> {
    this.mirror.apply(update);
    return this.paint();
  }

  paint(): Promise<void> {
    return new Promise((resolve) => this.terminal.write(this.painter.paint(), resolve));
  }

  /** All lines of the terminal, scrollback first. Beyond its columns it may keep what it had before it shrank. */
  lines(): string[] {
    const { active } = this.terminal.buffer;
    return Array.from({ length: active.length }, (_, y) => active.getLine(y)?.translateToString(true, 0, this.terminal.cols).trimEnd() ?? '');
  }

  /** What is in each column of a row of the screen, blanks at its end left out. */
  columns(y: number): string[] {
    const { active } = this.terminal.buffer;
    const line = active.getLine(active.baseY + y);
    const all = Array.from({ length: this.terminal.cols }, (_, x) => {
      const cell = line?.getCell(x);
      return cell?.getWidth() === 0 ? '' : cell?.getChars() || ' ';
    });
    while (all.at(-1) === ' ') all.pop();
    return all;
  }
}

/** What is to be seen of a line: the remark on lines that went by may be longer than the row. */
function textOf(line: Line, cols: number): string {
  const text = line.pieces.map(({ text }) => text).join('');
  return (text.startsWith('\u2014') ? text.slice(0, cols) : text).trimEnd();
}

function withoutEnd(columns: string[]): string[] {
  while (columns.at(-1) === ' ') columns.pop();
  return columns;
}

function update(fields: Partial<Update>): Update {
  const size = { cols: 10, rows: 3 };
  const nothing = { rows: [], bells: 0, modes: null, title: null, cursor: null, styles: [], history: null, scrolls: [], pictures: null };
  return { full: false, size, surface: 0, ...nothing, ...fields };
}

describe('painter', () => {
  it('paints text, styles and the cursor', async () => {
    const shown = new Shown();
    const style = { bg: { rgb: [1, 2, 3] as [number, number, number] }, fg: { indexed: 9 }, ul: 'default' as const, link: '', attrs: 1 };
    const cursor = { x: 3, y: 1, blink: true, shape: 'bar' as const, visible: true };
    await shown.apply(update({ full: true, styles: [[1, style]], rows: [[1, [false, [[0, 1, 'ab'], [1, 1, 'c']]]]], cursor }));
    const { active } = shown.terminal.buffer;
    assert.deepEqual(shown.lines(), ['', 'abc', '']);
    const cell = active.getLine(1)?.getCell(2);
    assert.ok(cell);
    assert.ok(cell.isBold() && cell.isFgPalette() && cell.isBgRGB());
    assert.deepEqual([cell.getFgColor(), cell.getBgColor()], [9, 0x010203]);
    assert.deepEqual([active.cursorX, active.cursorY], [3, 1]);
  });

  it('writes nothing when nothing changed', async () => {
    const shown = new Shown();
    await shown.apply(update({ full: true, rows: [[0, [false, [[0, 1, 'a']]]]] }));
    assert.equal(shown.painter.paint(), '');
  });

  it('mirrors modes, so that the terminal encodes keys and mouse as the program wants them', async () => {
    const shown = new Shown();
    await shown.apply(update({ full: true, modes: 1 | 2 | 8 | 16 | 32 | 64 | 256 }));
    let { modes } = shown.terminal;
    assert.deepEqual([modes.applicationCursorKeysMode, modes.applicationKeypadMode], [true, true]);
    assert.deepEqual([modes.mouseTrackingMode, modes.sendFocusMode, modes.bracketedPasteMode], ['drag', true, false]);
    await shown.apply(update({ modes: 4 }));
    assert.equal(shown.terminal.modes.mouseTrackingMode, 'any');
    await shown.apply(update({ modes: 0 }));
    modes = shown.terminal.modes;
    assert.deepEqual([modes.mouseTrackingMode, modes.applicationCursorKeysMode], ['none', false]);
  });

  it('lets no control character and no broken link through', async () => {
    const shown = new Shown();
    const evil = { bg: 'default' as const, fg: 'default' as const, ul: 'default' as const, link: 'https://x/\x1b\\\x1b[2J', attrs: 0 };
    await shown.apply(update({ full: true, styles: [[1, evil]], rows: [[0, [false, [[1, 1, 'a\x1b[6n\x9b5nb']]]]] }));
    assert.deepEqual(shown.answers, []);
    assert.equal(shown.lines()[0], 'a\ufffd[6n\ufffd5nb');
    assert.ok(!shown.painter.paint().includes('\x1b]8'));
  });

  it('keeps lines that wrapped in one piece for copying', async () => {
    const shown = new Shown();
    await shown.apply(update({ full: true, rows: [[0, [true, [[0, 1, '0123456789']]]], [1, [false, [[0, 1, 'abc']]]]] }));
    const isWrapped = (y: number) => shown.terminal.buffer.active.getLine(y)?.isWrapped;
    assert.deepEqual([isWrapped(0), isWrapped(1), isWrapped(2)], [false, true, false]);
    await shown.apply(update({ rows: [[0, [false, [[0, 1, '0123456789']]]]] }));
    assert.deepEqual([isWrapped(0), isWrapped(1)], [false, false]);
  });

  it('colours no more of a row than its text when a coloured line wraps as it scrolls in', async () => {
    const shown = new Shown();
    const green = { bg: { indexed: 2 } as const, fg: 'default' as const, ul: 'default' as const, link: '', attrs: 0 };
    const row: [boolean, [number, Cells, string][]] = [true, [[1, 1, '0123456789']]];
    const rest: [boolean, [number, Cells, string][]] = [false, [[1, 1, 'ab']]];
    // More lines than the screen has rows come at once, so that they are printed through it.
    const rows = [row, rest, row, rest, row];
    await shown.apply(update({ full: true, styles: [[1, green]], history: { end: 0, rows: [], start: 0, generation: 1 } }));
    await shown.apply(update({ rows: [[0, rest], [1, row], [2, rest]], history: { end: 5, rows, start: 0, generation: 1 } }));
    const { active } = shown.terminal.buffer;
    const coloured = (y: number) => Array.from({ length: 10 }, (_, x) => active.getLine(y)?.getCell(x)?.isBgDefault() === false);
    const all = shown.lines().map((_, y) => coloured(y).lastIndexOf(true) + 1);
    assert.deepEqual(all, [10, 2, 10, 2, 10, 2, 10, 2]);
  });

  it('says how many lines went by, and loads them when asked', async () => {
    const shown = new Shown();
    const line = (n: number) => [false, [[0, 1, `line ${n}`]]] as [boolean, [number, 1, string][]];
    const at = (end: number, rows: number[]) => ({ end, rows: rows.map(line), start: 0, generation: 1 });
    await shown.apply(update({ full: true, history: at(0, []) }));
    await shown.apply(update({ history: at(2, [0, 1]) }));
    await shown.apply(update({ history: at(9, [7, 8]) }));
    assert.deepEqual(shown.lines().slice(0, 5).map((text) => text.trimEnd()), ['line 0', 'line 1', '\u2014 5 lines', 'line 7', 'line 8']);
    const { history } = shown.mirror;
    assert.deepEqual(history.wanted(100), { first: 0, count: 7 });
    const answer = { id: 1, end: 9, first: 0, start: 0, styles: [], surface: 0, generation: 1 };
    // Only a part at first: an answer takes only so many bytes.
    shown.mirror.takeHistory({ ...answer, rows: [0, 1, 2, 3].map(line) });
    assert.deepEqual(history.wanted(100), { first: 4, count: 3 });
    shown.mirror.takeHistory({ ...answer, first: 4, rows: [4, 5, 6].map(line) });
    await shown.paint();
    assert.deepEqual(shown.lines().slice(0, 9), Array.from({ length: 9 }, (_, n) => `line ${n}`));
    assert.equal(history.wanted(100), null);
  });
});

describe('loaded history', () => {
  it('shows lines anew that went back to a taller screen and came as others', async () => {
    const shown = new Shown();
    const line = (text: string) => [false, [[0, 1, text]]] as [boolean, [number, Cells, string][]];
    const at = (end: number, rows: string[]) => ({ end, rows: rows.map(line), start: 0, generation: 1 });
    await shown.apply(update({ full: true, history: at(0, []) }));
    await shown.apply(update({ history: at(3, ['a', 'b', 'c']) }));
    await shown.apply(update({ history: at(4, ['B', 'C', 'D']) }));
    assert.deepEqual(shown.lines().slice(0, -3), ['a', 'B', 'C', 'D']);
    await shown.apply(update({ history: at(3, ['E']) }));
    assert.deepEqual(shown.lines().slice(0, -3), ['a', 'B', 'E']);
    await shown.apply(update({ history: at(1, []) }));
    assert.deepEqual(shown.lines().slice(0, -3), ['a']);
  });

  it('says nothing of lines that went by and are kept nowhere', async () => {
    const shown = new Shown();
    const line = (n: number) => [false, [[0, 1, `line ${n}`]]] as [boolean, [number, Cells, string][]];
    const at = (start: number, end: number, rows: number[]) => ({ end, rows: rows.map(line), start, generation: 1 });
    await shown.apply(update({ full: true, history: at(0, 0, []) }));
    await shown.apply(update({ history: at(0, 2, [0, 1]) }));
    await shown.apply(update({ history: at(7, 9, [7, 8]) }));
    assert.deepEqual(shown.lines().slice(0, -3), ['line 7', 'line 8']);
    await shown.apply(update({ history: at(20, 20, []) }));
    assert.deepEqual(shown.lines(), ['', '', '']);
    assert.equal(shown.mirror.history.wanted(100), null);
  });

  it('never asks for more at once than is answered, whatever went by while an answer was on its way', async () => {
    const shown = new Shown();
    const { history } = shown.mirror;
    const line = (n: number) => [false, [[0, 1, `line ${n}`]]] as [boolean, [number, Cells, string][]];
    const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => line(from + n));
    const at = (end: number, rows: number) => ({ end, rows: lines(end - rows, end), start: 1, generation: 1 });
    await shown.apply(update({ full: true, history: at(19, 0) }));
    assert.deepEqual(history.wanted(1000), { first: 1, count: 18 });
    await shown.apply(update({ history: at(810, 200) }));
    await shown.apply(update({ history: at(1458, 200) }));
    const answer = { id: 1, end: 1458, start: 1, styles: [], surface: 0, generation: 1 };
    shown.mirror.takeHistory({ ...answer, first: 1, rows: lines(1, 19) });
    for (let n = 0; n < 5; n += 1) {
      const wanted = history.wanted(2000);
      if (!wanted) break;
      assert.ok(wanted.count <= 1000, `${wanted.count} lines from ${wanted.first}`);
      shown.mirror.takeHistory({ ...answer, first: wanted.first, rows: lines(wanted.first, wanted.first + wanted.count) });
    }
    await shown.paint();
    assert.deepEqual(shown.lines().slice(0, 1457), lines(1, 1458).map(([, [run]]) => run?.[2]));
  });
});

describe('widths', () => {
  /** Text of all kinds as the daemon has it in cells; a test in Chromium asks the daemon itself. */
  const TOLD: [string, [Cells, string][]][] = [
    ['emoji', [[2, '🙂🚀⌚']]],
    ['a family', [[4, '👨‍👩‍👧‍👦']]],
    ['flags', [[4, '🇩🇪'], [4, '🇯🇵']]],
    ['a heart by its variation', [[4, '❤\ufe0f'], [1, '❤'], [3, '✈\ufe0e']]],
    ['keycaps', [[4, '1\ufe0f\u20e3'], [4, '#\ufe0f\u20e3']]],
    ['skin tones', [[4, '👍🏽'], [4, '👋🏿']]],
    ['Devanagari', [[1, 'नम'], [4, 'स्ते'], [1, ' '], [4, 'क्षि']]],
    ['CJK', [[2, '日本語한국어ｗ']]],
    ['combining marks', [[3, 'e\u0301'], [3, 'a\u0308\u0323'], [4, '日\u0301']]],
    ['what the terminal thinks narrow', [[2, '☰䷀\u{1f6d8}'], [2, 'a']]],
    ['what the terminal thinks wide', [[1, '日🙂'], [3, '👨‍👩‍👧‍👦'], [3, '🇩🇪']]],
    ['what the terminal would join', [[1, 'e\u0301'], [2, '🇩🇪'], [1, '\u0600a']]],
    ['what the terminal would part', [[3, 'ab'], [4, '日本'], [4, 'x y']]],
  ];

  for (const [what, cells] of TOLD) {
    it(`are the daemon's: ${what}`, async () => {
      const shown = new Shown();
      const size = { cols: 40, rows: 3 };
      const row: [boolean, [number, Cells, string][]] = [false, [[0, 1, '<'], ...cells.map(([c, t]) => [0, c, t] as [number, Cells, string]), [0, 1, '>']]];
      await shown.apply(update({ full: true, size, rows: [[1, row]] }));
      assert.deepEqual(shown.columns(1), columns(row));
      // Over what was there, which parts wide cells in two.
      const other: [boolean, [number, Cells, string][]] = [false, [[0, 1, '.'], ...row[1]]];
      await shown.apply(update({ size, rows: [[1, other]] }));
      assert.deepEqual(shown.columns(1), columns(other));
      assert.deepEqual(shown.columns(0), []);
      // At the right edge, where the terminal would wrap if it thought it wider.
      const width = columns(row).length;
      const last: [boolean, [number, Cells, string][]] = [false, [[0, 1, '-'.repeat(40 - width + 1)], ...row[1].slice(1)]];
      await shown.apply(update({ size, rows: [[0, last]] }));
      assert.deepEqual(shown.columns(0), columns(last));
      assert.deepEqual(shown.columns(1), columns(other));
      // One selects and copies what the daemon has.
      assert.equal(shown.lines()[1], other[1].map(([, , text]) => text).join(''));
    });
  }

  it("are xterm.js's own for who asks outside of painting, but for characters that were told otherwise", async () => {
    const shown = new Shown();
    const table = () => (shown.terminal as unknown as { _core: { unicodeService: Asked } })._core.unicodeService;
    assert.equal(shown.terminal.unicode.activeVersion, '15-graphemes-as-told');
    assert.ok(shown.terminal.unicode.versions.includes('15-graphemes'));
    const widths = (texts: string[]) => texts.map((text) => table().getStringCellWidth(text));
    const texts = ['a', '日', '👨‍👩‍👧‍👦', '🇩🇪', 'e\u0301', '☰'];
    assert.deepEqual(widths(texts), [1, 2, 2, 2, 1, 1]);
    await shown.apply(update({ full: true, rows: [[0, [false, [[0, 1, 'ab'], [0, 2, '日☰']]]]] }));
    assert.deepEqual(widths(texts), [1, 2, 2, 2, 1, 2]);
    assert.equal(table().wcwidth(0x2630), 2);
    await new Promise<void>((resolve) => shown.terminal.write(tellCells(4), resolve));
    assert.deepEqual(widths(['a']), [2]);
  });
});

interface Asked {
  getStringCellWidth(text: string): number;
  wcwidth(codepoint: number): number;
}

describe('painter on random panes', () => {
  for (const seed of seeds(40)) {
    it(`shows what the daemon has (seed ${seed})`, async () => {
      const random = new Random(seed);
      const pane = new DaemonPane(4 + random.below(30), 2 + random.below(10), random);
      const shown = new Shown();
      const { mirror } = shown;
      for (let n = 0; n < 60; n += 1) {
        for (let steps = random.below(4); steps >= 0; steps -= 1) pane.step();
        mirror.apply(pane.update(random.chance(80) ? 1000 : 5));
        if (random.chance(20)) continue;
        const wanted = mirror.history.wanted(50 + random.below(300));
        if (wanted && random.chance(50)) mirror.takeHistory(pane.answer(wanted.first, wanted.count, random.chance(50) ? 7 : Infinity));
        await shown.paint();
        const { active } = shown.terminal.buffer;
        const where = `seed ${seed}, step ${n}`;
        assert.equal(active.type === 'alternate', pane.alternate !== null, where);
        const screen = shown.lines().slice(-pane.rows.length);
        assert.deepEqual(screen, mirror.rows.map((line) => textOf(line, pane.cols)), where);
        assert.deepEqual(screen, pane.rows.map(([, runs]) => runs.map(([, , text]) => text).join('').trimEnd()), where);
        for (const [y, row] of pane.rows.entries()) assert.deepEqual(shown.columns(y), withoutEnd(columns(row)), where);
        assert.deepEqual([active.cursorX, active.cursorY], [pane.cursor.x, pane.cursor.y], where);
        assert.deepEqual(mirror.pictures, pane.pictures, where);
        // A picture lies where its line is.
        const { end, whole } = mirror.history;
        const line = end + random.below(pane.rows.length) - random.below(1 + (active.type === 'normal' ? whole : 0));
        const [, runs] = (line < end ? pane.history[line - pane.start] : pane.rows[line - end]) ?? [false, []];
        const row = rowOf(line, { placements: [], end, whole }, { baseY: active.baseY, viewportY: 0 });
        assert.equal(shown.lines()[row], runs.map(([, , text]) => text).join('').trimEnd(), where);
        if (active.type === 'normal') {
          const scrollback = shown.lines().slice(0, -pane.rows.length);
          assert.deepEqual(scrollback, mirror.history.lines.map((line) => textOf(line, pane.cols)), where);
        }
      }
      assert.deepEqual(shown.answers, []);
    });
  }
});
