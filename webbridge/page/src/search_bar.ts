// Searching in a pane and its scrollback.
import { h, iconButton } from './dom.ts';
import type { Pane } from './pane.ts';
import { searchMarks } from './theme.ts';

export class SearchBar {
  private readonly input = h('input', { type: 'search', placeholder: 'Search', 'aria-label': 'Search in this pane', spellcheck: 'false' });
  private readonly found = h('span', { class: 'search-found', role: 'status' });
  readonly element: HTMLElement;
  private pane: Pane | null = null;
  private listening: { dispose(): void } | null = null;

  constructor() {
    this.element = h(
      'div',
      { class: 'search-bar', role: 'search', hidden: true },
      this.input,
      this.found,
      iconButton('up', 'Previous match', () => this.find(true)),
      iconButton('below', 'Next match', () => this.find(false)),
      iconButton('close', 'Close search', () => this.close()),
    );
    this.input.addEventListener('input', () => this.find(true, true));
    this.input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.find(!event.shiftKey);
      if (event.key === 'Escape') this.close();
    });
  }

  open(pane: Pane): void {
    this.close();
    this.pane = pane;
    pane.loadAll();
    this.listening = pane.search.onDidChangeResults(({ resultIndex, resultCount }) => {
      const place = resultIndex >= 0 ? `${resultIndex + 1} of ${resultCount}` : String(resultCount);
      this.found.textContent = resultCount === 0 ? 'Nothing' : place;
    });
    this.element.hidden = false;
    this.input.select();
    this.input.focus();
  }

  close(): void {
    if (!this.pane) return;
    this.pane.search.clearDecorations();
    this.listening?.dispose();
    this.element.hidden = true;
    this.found.textContent = '';
    this.pane.focus();
    this.pane = null;
  }

  /** The newest match first, so "next" goes up the scrollback. */
  private find(backwards: boolean, incremental = false): void {
    const { value } = this.input;
    if (!this.pane) return;
    if (!value) {
      this.pane.search.clearDecorations();
      this.found.textContent = '';
    } else if (backwards) this.pane.search.findPrevious(value, { incremental, decorations: searchMarks() });
    else this.pane.search.findNext(value, { decorations: searchMarks() });
  }
}
