// How large a cell is, and how many fit: asked of a hidden terminal that fills the stage.
import { FitAddon } from '@xterm/addon-fit';
import type { WebglAddon } from '@xterm/addon-webgl';
import { Terminal } from '@xterm/xterm';
import { h } from './dom.ts';
import { useWebgl } from './graphics.ts';
import { Limit, type Size } from './protocol.ts';

export const FONT =
  'ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace';
/** Pixels; what a window that another viewer made too large shrinks from, and down to. */
export const FONT_PX = 14;
const FONT_PX_MIN = 6;

export interface Cell {
  width: number;
  height: number;
}

export class Measure {
  readonly element = h('div', { class: 'probe', 'aria-hidden': 'true' });
  private readonly terminal = new Terminal({ fontFamily: FONT, fontSize: FONT_PX, scrollback: 0, logLevel: 'off' });
  private readonly fit = new FitAddon();
  private webgl: WebglAddon | null = null;
  private readonly cells = new Map<number, Cell>();

  /** `element` has to be in the page. */
  begin(): void {
    this.terminal.loadAddon(this.fit);
    this.terminal.open(this.element);
    this.webgl = useWebgl(this.terminal);
    // Nobody types into it.
    this.terminal.textarea?.setAttribute('tabindex', '-1');
    this.terminal.textarea?.setAttribute('disabled', '');
  }

  withoutWebgl(): void {
    this.webgl?.dispose();
    this.webgl = null;
    this.cells.clear();
  }

  /** The size of the screen's resolution may have changed. */
  forget(): void {
    this.cells.clear();
  }

  /** Cells that fit on the stage. */
  total(): Size | null {
    this.use(FONT_PX);
    const fits = this.fit.proposeDimensions();
    if (!fits || !(fits.cols > 1) || !(fits.rows > 0)) return null;
    return { cols: Math.min(fits.cols, Limit.sideCells), rows: Math.min(fits.rows, Limit.sideCells) };
  }

  /** The largest font in which a window of this size fits on the stage. */
  fontFor(size: Size): number {
    const total = this.total();
    if (!total) return FONT_PX;
    const share = Math.min(total.cols / size.cols, total.rows / size.rows);
    return share >= 1 ? FONT_PX : Math.max(FONT_PX_MIN, Math.floor(FONT_PX * share * 2) / 2);
  }

  cell(fontSize: number): Cell {
    const known = this.cells.get(fontSize);
    if (known) return known;
    this.use(fontSize);
    const screen = this.element.querySelector('.xterm-screen')?.getBoundingClientRect();
    const { cols, rows } = this.terminal;
    const cell = { width: (screen?.width ?? 0) / cols, height: (screen?.height ?? 0) / rows };
    if (cell.width > 0) this.cells.set(fontSize, cell);
    return cell;
  }

  private use(fontSize: number): void {
    if (this.terminal.options.fontSize !== fontSize) this.terminal.options.fontSize = fontSize;
  }
}
