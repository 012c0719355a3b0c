// A pane's pictures, drawn over its terminal: on a canvas of the terminal's size, again whenever that was.
import type { Terminal } from '@xterm/xterm';
import type { Album, Picture } from './album.ts';
import { h } from './dom.ts';
import type { Placement } from './protocol.ts';

/** What the terminal shows beside its text. */
export interface Scene {
  placements: readonly Placement[];
  /** Absolute number of the line in the screen's first row. */
  end: number;
  /** How many lines lie above that without a gap. */
  whole: number;
}

/** Where the terminal is scrolled to: lines of its buffer, as xterm.js counts them. */
export interface Scrolled {
  baseY: number;
  viewportY: number;
}

/** The row of the terminal in which an absolute line is seen; above the first it is negative. */
export function rowOf(line: number, { end }: Scene, { baseY, viewportY }: Scrolled): number {
  return baseY - viewportY + (line - end);
}

/** The placements of which something may be seen in so many rows, the backmost first. */
export function inSight(scene: Scene, scrolled: Scrolled, rows: number): Placement[] {
  // What lies above a gap is not where its number says.
  const first = Math.max(0, rowOf(scene.end - scene.whole, scene, scrolled));
  return scene.placements.filter((placement) => {
    const row = rowOf(placement.line, scene, scrolled);
    return row < rows && row + placement.rows > first;
  });
}

export class PictureLayer {
  private readonly canvas = h('canvas', { class: 'pictures', 'aria-hidden': 'true' });
  private scene: Scene = { placements: [], end: 0, whole: 0 };
  private drawn = false;

  constructor(
    private readonly pane: string,
    private readonly terminal: Terminal,
    private readonly album: Album,
  ) {}

  /** The terminal shows another state of the pane. */
  show(scene: Scene): void {
    this.scene = scene;
    this.draw();
  }

  /** The pane is gone, or out of sight: nothing of it is kept, and nothing comes through it. */
  leave(): void {
    this.rest();
    this.album.leave(this.pane);
  }

  /** No picture is to be seen: nothing of the canvas is kept. */
  private rest(): void {
    this.album.begin(this.pane);
    this.canvas.remove();
    this.canvas.width = this.canvas.height = 0;
    this.drawn = false;
  }

  draw(): void {
    const { terminal, scene, pane, album } = this;
    if (scene.placements.length === 0 && !this.drawn) return;
    const { active } = terminal.buffer;
    const seen = inSight(scene, active, terminal.rows);
    if (seen.length === 0) return this.drawn ? this.rest() : undefined;
    const brush = this.begin();
    if (!brush) return;
    const { context, width, height } = brush;
    const top = Math.max(0, rowOf(scene.end - scene.whole, scene, active)) * height;
    context.save();
    context.beginPath();
    context.rect(0, top, terminal.cols * width, terminal.rows * height - top);
    context.clip();
    album.begin(pane);
    const put = (placement: Placement) => {
      const picture = album.look(pane, placement.picture);
      const { x, cols, rows } = placement;
      const at: Place = [x * width, rowOf(placement.line, scene, active) * height, cols * width, rows * height];
      if (picture) paint(context, picture, placement, at);
    };
    // The terminal's own canvas is not to be seen through: of what lies under text, the text's cells are cut out.
    const under = seen.filter(({ z }) => z < 0);
    under.forEach(put);
    if (under.length > 0) this.cutOut(brush);
    seen.filter(({ z }) => z >= 0).forEach(put);
    context.restore();
    this.drawn = true;
  }

  /** A clean canvas over the terminal, and the size of a cell on it. */
  private begin(): Brush | null {
    const { canvas, terminal } = this;
    const screen = terminal.element?.querySelector<HTMLElement>('.xterm-screen');
    const box = screen?.getBoundingClientRect();
    if (!screen || !box || box.width === 0) return null;
    if (canvas.parentElement !== screen) screen.append(canvas);
    const [across, down] = [Math.round(box.width * devicePixelRatio), Math.round(box.height * devicePixelRatio)];
    // A new size clears it too.
    if (canvas.width !== across || canvas.height !== down) {
      canvas.width = across;
      canvas.height = down;
      canvas.style.width = `${box.width}px`;
      canvas.style.height = `${box.height}px`;
    }
    const context = canvas.getContext('2d');
    if (!context) return null;
    context.clearRect(0, 0, across, down);
    return { context, width: across / terminal.cols, height: down / terminal.rows };
  }

  private cutOut({ context, width, height }: Brush): void {
    const { active } = this.terminal.buffer;
    for (let y = 0; y < this.terminal.rows; y += 1) {
      const line = active.getLine(active.viewportY + y);
      for (let x = 0; line && x < this.terminal.cols; x += 1) {
        const cell = line.getCell(x);
        const text = cell?.getChars().trim();
        if (cell && text) context.clearRect(x * width, y * height, cell.getWidth() * width, height);
      }
    }
  }
}

interface Brush {
  context: CanvasRenderingContext2D;
  width: number;
  height: number;
}

type Place = [x: number, y: number, width: number, height: number];

function paint(context: CanvasRenderingContext2D, picture: Picture, { source }: Placement, at: Place): void {
  const { bitmap, width, height } = picture;
  if (bitmap) {
    context.drawImage(bitmap, source.x, source.y, source.width, source.height, ...at);
    return;
  }
  // The file was lost, or nobody can read it: where it was, and how large.
  const [x, y, across, down] = at;
  context.strokeStyle = context.fillStyle = '#8b949c';
  context.strokeRect(x + 0.5, y + 0.5, across - 1, down - 1);
  context.textBaseline = 'top';
  context.fillText(width > 0 ? `image ${width}x${height}` : 'image', x + 4, y + 4, Math.max(1, across - 8));
}
