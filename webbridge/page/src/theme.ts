// Light and dark: as the system has it, or as the person chose.
import type { ISearchDecorationOptions } from '@xterm/addon-search';
import type { ITheme } from '@xterm/xterm';

export type Choice = 'auto' | 'light' | 'dark';

const KEY = 'abide.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

export function choice(): Choice {
  const kept = localStorage.getItem(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'auto';
}

export function isDark(): boolean {
  return choice() === 'auto' ? dark.matches : choice() === 'dark';
}

/** Goes to the next of: as the system, the other of the two, the one. */
export function next(): Choice {
  const other: Choice = dark.matches ? 'light' : 'dark';
  const order: Choice[] = ['auto', other, other === 'light' ? 'dark' : 'light'];
  const chosen = order[(order.indexOf(choice()) + 1) % order.length] ?? 'auto';
  localStorage.setItem(KEY, chosen);
  apply();
  return chosen;
}

export function onChange(listener: () => void): void {
  listeners.add(listener);
}

export function apply(): void {
  document.documentElement.dataset['theme'] = isDark() ? 'dark' : 'light';
  for (const listener of listeners) listener();
}

dark.addEventListener('change', apply);

export function terminalTheme(): ITheme {
  return isDark() ? DARK : LIGHT;
}

/** Of what a search has found; the marks at the side are seen on either background. */
export function searchMarks(): ISearchDecorationOptions {
  const [match, active] = isDark() ? ['#4d4523', '#8a5a1c'] : ['#f2e3a6', '#f0b765'];
  return { matchBackground: match, activeMatchBackground: active, matchOverviewRuler: '#c9a13f', activeMatchColorOverviewRuler: '#e0742c' };
}

const DARK = {
  background: '#14171a',
  foreground: '#d6dce2',
  cursor: '#7cc7ad',
  cursorAccent: '#14171a',
  selectionBackground: '#2f4a55',
  scrollbarSliderBackground: '#8b949c55',
  scrollbarSliderHoverBackground: '#8b949c99',
  scrollbarSliderActiveBackground: '#8b949ccc',
  overviewRulerBorder: '#00000000',
  black: '#2b3138',
  red: '#e5727a',
  green: '#8fbf7f',
  yellow: '#dcb86a',
  blue: '#79a6dc',
  magenta: '#c594d1',
  cyan: '#6fbcc0',
  white: '#cfd5db',
  brightBlack: '#6b7580',
  brightRed: '#f08d94',
  brightGreen: '#a8d49a',
  brightYellow: '#eacb86',
  brightBlue: '#98bdea',
  brightMagenta: '#d8aee2',
  brightCyan: '#8ed2d5',
  brightWhite: '#f4f6f8',
} satisfies ITheme;

const LIGHT = {
  background: '#fdfcfa',
  foreground: '#272b30',
  cursor: '#2f6f5e',
  cursorAccent: '#fdfcfa',
  selectionBackground: '#c9dfd8',
  scrollbarSliderBackground: '#6d737744',
  scrollbarSliderHoverBackground: '#6d737788',
  scrollbarSliderActiveBackground: '#6d7377bb',
  overviewRulerBorder: '#00000000',
  black: '#272b30',
  red: '#b3313c',
  green: '#2f7a3d',
  yellow: '#8a6100',
  blue: '#2760b0',
  magenta: '#86409a',
  cyan: '#1b7380',
  white: '#d5d8db',
  brightBlack: '#6a737c',
  brightRed: '#cf4a55',
  brightGreen: '#3f9450',
  brightYellow: '#a67a10',
  brightBlue: '#3f7fd6',
  brightMagenta: '#a35bb8',
  brightCyan: '#2b8f9d',
  brightWhite: '#f6f7f8',
} satisfies ITheme;
