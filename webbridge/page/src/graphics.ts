// Drawing terminals by WebGL: all of them, or none. A cell is a whole number of pixels wide with WebGL and is not
// without, so that panes drawn one way do not fit where cells were measured the other way.
import { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';

let works = true;
const listeners = new Set<() => void>();

/** Called once, when it turns out that there is no WebGL, or not enough of it for so many panes. */
export function onWebglFailed(listener: () => void): void {
  listeners.add(listener);
}

/** Draws an open terminal by WebGL where that works; else xterm.js draws it with elements. */
export function useWebgl(terminal: Terminal): WebglAddon | null {
  if (!works) return null;
  try {
    const webgl = new WebglAddon();
    webgl.onContextLoss(fail);
    terminal.loadAddon(webgl);
    return webgl;
  } catch {
    fail();
    return null;
  }
}

function fail(): void {
  if (!works) return;
  works = false;
  // Not within whatever found it out: that goes on with the terminal it holds.
  queueMicrotask(() => {
    for (const listener of listeners) listener();
  });
}
