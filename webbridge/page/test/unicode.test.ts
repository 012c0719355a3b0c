// Unicode's own tests of clusters, and all emoji, through the page's painter and xterm.js: each cluster is one cell of the
// columns that the daemon tells, whatever xterm.js's own table of graphemes knows. The daemon's screen runs on the same data.
import headless from '@xterm/headless';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Mirror } from '../src/mirror.ts';
import { Painter } from '../src/painter.ts';
import type { Cells, Row, Update } from '../src/protocol.ts';
import { obeyWidths } from '../src/widths.ts';
import { columns } from './daemon_model.ts';

const ROWS = 100;
const COLS = 40;

function lines(name: string): string[] {
  const text = readFileSync(new URL(`../../../tests/unicode/${name}.txt`, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('# '));
}

/** Emoji with their columns. */
function emoji(): [1 | 2, string][] {
  let width: 1 | 2 = 1;
  return lines('emoji').flatMap((line): [1 | 2, string][] => {
    if (!line.startsWith('= ')) return [[width, line]];
    width = line === '= 2' ? 2 : 1;
    return [];
  });
}

/** A cluster of so many columns, as the daemon tells it. */
function cells(text: string, width: 1 | 2): [number, Cells, string] {
  const isOne = [...text].length === 1;
  return [0, (isOne ? width : width + 2) as Cells, text];
}

function open(): { terminal: InstanceType<typeof headless.Terminal>; show(rows: Row[]): Promise<void> } {
  const terminal = new headless.Terminal({ cols: 80, rows: 24, scrollback: 0, allowProposedApi: true });
  obeyWidths(terminal);
  const mirror = new Mirror();
  const painter = new Painter(mirror, terminal);
  return {
    terminal,
    show(rows) {
      const nothing = { bells: 0, modes: null, title: null, cursor: null, styles: [], history: null, scrolls: [], pictures: null };
      const update: Update = { full: true, size: { cols: COLS, rows: ROWS }, surface: 0, rows: rows.map((row, y) => [y, row]), ...nothing };
      mirror.apply(update);
      return new Promise((resolve) => terminal.write(painter.paint(), resolve));
    },
  };
}

/** Shows rows, a screenful at a time, and compares each column of each. */
async function compare(all: Row[]): Promise<void> {
  const { terminal, show } = open();
  for (let from = 0; from < all.length; from += ROWS) {
    const rows = all.slice(from, from + ROWS);
    await show(rows);
    for (const [y, row] of rows.entries()) {
      const line = terminal.buffer.active.getLine(terminal.buffer.active.baseY + y);
      const wanted = columns(row);
      const shown = wanted.map((_, x) => {
        const cell = line?.getCell(x);
        return cell?.getWidth() === 0 ? '' : cell?.getChars() || ' ';
      });
      assert.deepEqual(shown, wanted, JSON.stringify(row));
    }
  }
}

describe('unicode', () => {
  it('has each emoji in one cell of its columns', async () => {
    const all = emoji();
    assert.ok(all.length > 5000);
    await compare(all.map(([width, text]): Row => [false, [[0, 1, '<'], cells(text, width), cells(text, width), [0, 1, '>']]]));
  });

  for (const width of [1, 2] as const) {
    it(`has what Unicode's tests keep together in one cell of ${width === 1 ? 'one column' : 'two columns'}`, async () => {
      const all = lines('breaks').map((line) => line.split(' | ').map((cluster) => String.fromCodePoint(...cluster.split(' ').map((hex) => Number.parseInt(hex, 16)))));
      // The daemon sends no controls.
      const rows = all.filter((clusters) => !/[\x00-\x1f\x7f-\x9f]/.test(clusters.join('')));
      assert.ok(rows.length > 600);
      await compare(rows.map((clusters): Row => [false, [...clusters.map((cluster) => cells(cluster, width)), [0, 1, '>']]]));
    });
  }

  // Who asks the terminal outside of painting (for the length of an underline) gets what its own table says.
  it("agrees with xterm.js's own table but on what is newer, and on joined emoji without their VS16", () => {
    const { terminal } = open();
    const { unicodeService } = (terminal as unknown as { _core: { unicodeService: { getStringCellWidth(text: string): number } } })._core;
    const isNewer = (text: string) => [...text].length === 1 && text >= '\u{1f6d8}';
    const isUnqualified = (text: string) => text.includes('\u200d') && !text.includes('\ufe0f');
    const other = emoji().filter(([width, text]) => unicodeService.getStringCellWidth(text) !== width).map(([, text]) => text);
    assert.deepEqual(other.filter((text) => !isNewer(text) && !isUnqualified(text)), []);
    assert.ok(other.length < 100, `${other.length} of them`);
  });
});
