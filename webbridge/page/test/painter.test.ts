// The painter against xterm.js itself, without a browser: what it writes shows what the mirror holds.
import headless from '@xterm/headless';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Line, Mirror } from '../src/mirror.ts';
import { Painter } from '../src/painter.ts';
import type { Update } from '../src/protocol.ts';
import { obeyWidths } from '../src/widths.ts';
import { DaemonPane } from './daemon_model.ts';
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
}

/** What is to be seen of a line: the remark on lines that went by may be longer than the row. */
function textOf(line: Line, cols: number): string {
  const text = line.pieces.map(({ text }) => text).join('');
  return (text.startsWith('\u2014') ? text.slice(0, cols) : text).trimEnd();
}

function update(fields: Partial<Update>): Update {
  const size = { cols: 10, rows: 3 };
  const nothing = { rows: [], bells: 0, modes: null, title: null, cursor: null, styles: [], history: null, scrolls: [] };
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
        assert.deepEqual([active.cursorX, active.cursorY], [pane.cursor.x, pane.cursor.y], where);
        if (active.type === 'normal') {
          const scrollback = shown.lines().slice(0, -pane.rows.length);
          assert.deepEqual(scrollback, mirror.history.lines.map((line) => textOf(line, pane.cols)), where);
        }
      }
      assert.deepEqual(shown.answers, []);
    });
  }
});
