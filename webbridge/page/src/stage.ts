// Where the panes of the window stand: at the cells the layout gives them, with a line between.
import { h } from './dom.ts';
import { onWebglFailed } from './graphics.ts';
import { type Cell, FONT_PX, Measure } from './measure.ts';
import { Pane, type PaneHost } from './pane.ts';
import type { PaneEntry, Size, Topology, WindowEntry } from './protocol.ts';

/** Panes out of sight that keep their text for a quick return. */
const HIDDEN_PANES_MAX = 16;
const RESIZE_MS = 60;

export class Stage {
  readonly element = h('main', { class: 'stage' });
  private readonly grid = h('div', { class: 'grid' });
  private readonly empty = h('div', { class: 'empty', hidden: true });
  private readonly measure = new Measure();
  private readonly panes = new Map<string, Pane>();
  private readonly frames = new Map<string, HTMLElement>();
  private window: WindowEntry | null = null;
  private resizeTimer = 0;
  private screenReader = false;

  constructor(
    private readonly host: PaneHost,
    private readonly resized: (size: Size) => void,
    private readonly resizePane: (pane: string, axis: 'x' | 'y', cells: number) => void,
  ) {
    this.element.append(this.measure.element, this.grid, this.empty);
  }

  /** The element has to be in the page. */
  begin(): void {
    onWebglFailed(() => {
      this.measure.withoutWebgl();
      for (const pane of this.panes.values()) pane.withoutWebgl();
      this.sayRoom();
    });
    this.measure.begin();
    this.sayRoom();
    new ResizeObserver(() => {
      clearTimeout(this.resizeTimer);
      this.resizeTimer = window.setTimeout(() => this.sayRoom(), RESIZE_MS);
    }).observe(this.element);
  }

  pane(id: string): Pane | undefined {
    return this.panes.get(id);
  }

  all(): Iterable<Pane> {
    return this.panes.values();
  }

  /** Shows a window, and forgets the panes that are no more. */
  show(shown: WindowEntry | null, topology: Topology, active: string | null): void {
    this.window = shown;
    const alive = new Set(topology.sessions.flatMap(({ windows }) => windows.flatMap(({ panes }) => panes.map(({ id }) => id))));
    // A zoomed window lists one pane; the others are not gone for that.
    const zoomed = topology.sessions.some(({ windows }) => windows.some((w) => w.zoomed));
    for (const [id, pane] of this.panes) {
      if (alive.has(id)) continue;
      if (zoomed) pane.hide();
      else this.drop(id, pane);
    }
    const seen = new Set(shown?.panes.map(({ id }) => id));
    const hidden = [...this.panes].filter(([id]) => !seen.has(id));
    for (const [id, pane] of hidden) {
      pane.hide();
      this.frames.get(id)?.remove();
      this.frames.delete(id);
    }
    for (const [id, pane] of hidden.slice(0, Math.max(0, hidden.length - HIDDEN_PANES_MAX))) this.drop(id, pane);
    this.place(active);
  }

  /** What to show when there is no window. */
  showEmpty(...content: Node[]): void {
    this.empty.replaceChildren(...content);
    this.empty.hidden = content.length === 0;
  }

  restyle(screenReader: boolean): void {
    this.screenReader = screenReader;
    for (const pane of this.panes.values()) pane.restyle(screenReader);
  }

  private drop(id: string, pane: Pane): void {
    pane.close();
    this.panes.delete(id);
    this.frames.get(id)?.remove();
    this.frames.delete(id);
  }

  private sayRoom(): void {
    this.measure.forget();
    const total = this.measure.total();
    if (total) this.resized(total);
    this.place(null);
  }

  private place(active: string | null): void {
    const { window: shown } = this;
    if (!shown) return;
    const fontSize = this.measure.fontFor(shown.size);
    const cell = this.measure.cell(fontSize);
    this.grid.style.width = `${shown.size.cols * cell.width}px`;
    this.grid.style.height = `${shown.size.rows * cell.height}px`;
    this.element.classList.toggle('shrunk', fontSize < FONT_PX);
    this.element.classList.toggle('single', shown.panes.length === 1);
    for (const entry of shown.panes) {
      const pane = this.panes.get(entry.id) ?? this.make(entry.id);
      pane.place(entry, cell, fontSize);
      const frame = this.frames.get(entry.id) ?? this.makeFrame(entry.id);
      placeFrame(frame, entry, cell, shown.size);
      if (active !== null) {
        frame.classList.toggle('active', entry.id === active);
        pane.element.classList.toggle('active', entry.id === active);
      }
    }
  }

  private make(id: string): Pane {
    const pane = new Pane(id, this.host);
    this.grid.append(pane.element);
    pane.open();
    pane.restyle(this.screenReader);
    this.panes.set(id, pane);
    return pane;
  }

  /** The line around a pane, in the middle of the cells between it and its neighbours; dragging it resizes. */
  private makeFrame(id: string): HTMLElement {
    const grip = (axis: 'x' | 'y') => h('div', { class: `grip grip-${axis}`, on: { pointerdown: (e: PointerEvent) => this.drag(e, id, axis) } });
    const frame = h('div', { class: 'frame' }, grip('x'), grip('y'));
    this.grid.append(frame);
    this.frames.set(id, frame);
    return frame;
  }

  private drag(down: PointerEvent, id: string, axis: 'x' | 'y'): void {
    const entry = this.window?.panes.find((pane) => pane.id === id);
    if (!entry || !this.window) return;
    down.preventDefault();
    const cell = this.measure.cell(this.measure.fontFor(this.window.size));
    const [start, unit, cells] =
      axis === 'x' ? [down.clientX, cell.width, entry.size.cols] : [down.clientY, cell.height, entry.size.rows];
    let said = cells;
    const move = (event: PointerEvent) => {
      const now = Math.max(1, cells + Math.round(((axis === 'x' ? event.clientX : event.clientY) - start) / unit));
      if (now !== said) this.resizePane(id, axis, now);
      said = now;
    };
    const up = () => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', up);
      window.removeEventListener('pointercancel', up);
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', up);
    window.addEventListener('pointercancel', up);
  }
}

function placeFrame(frame: HTMLElement, { x, y, size }: PaneEntry, cell: Cell, whole: Size): void {
  const { style, classList } = frame;
  // The active pane has a line all around it, the others only where they meet another one.
  classList.toggle('at-left', x === 0);
  classList.toggle('at-top', y === 0);
  classList.toggle('at-right', x + size.cols >= whole.cols);
  classList.toggle('at-bottom', y + size.rows >= whole.rows);
  style.left = `${(x - 0.5) * cell.width}px`;
  style.top = `${(y - 0.5) * cell.height}px`;
  style.width = `${(size.cols + 1) * cell.width}px`;
  style.height = `${(size.rows + 1) * cell.height}px`;
}
