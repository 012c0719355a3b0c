// The windows of the session, as tabs.
import { arrange, h, iconButton } from './dom.ts';
import type { WindowEntry } from './protocol.ts';

export interface TabActions {
  select(window: WindowEntry): void;
  rename(window: WindowEntry): void;
  kill(window: WindowEntry): void;
}

interface Tab {
  element: HTMLElement;
  select: HTMLButtonElement;
  window: WindowEntry;
}

export class Tabs {
  readonly element = h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Windows' });
  private readonly tabs = new Map<string, Tab>();

  constructor(private readonly actions: TabActions) {
    this.element.addEventListener('wheel', ({ deltaY }) => (this.element.scrollLeft += deltaY), { passive: true });
  }

  show(windows: WindowEntry[], current: WindowEntry | null): void {
    const ids = new Set(windows.map(({ id }) => id));
    for (const id of this.tabs.keys()) if (!ids.has(id)) this.tabs.delete(id);
    arrange(
      this.element,
      windows.map((window) => this.tab(window, window.id === current?.id)),
    );
  }

  private tab(window: WindowEntry, isCurrent: boolean): HTMLElement {
    const tab = this.tabs.get(window.id) ?? this.make(window);
    const wasCurrent = tab.element.classList.contains('current');
    tab.window = window;
    tab.select.replaceChildren(h('span', { class: 'tab-index' }, String(window.index)), window.name);
    tab.select.title = window.panes.find(({ active }) => active)?.title ?? '';
    tab.select.setAttribute('aria-selected', String(isCurrent));
    tab.element.dataset['window'] = window.id;
    tab.element.classList.toggle('current', isCurrent);
    tab.element.classList.toggle('zoomed', window.zoomed);
    if (isCurrent && !wasCurrent) requestAnimationFrame(() => tab.element.scrollIntoView({ block: 'nearest', inline: 'nearest' }));
    return tab.element;
  }

  private make(window: WindowEntry): Tab {
    const { actions } = this;
    const select = h('button', {
      type: 'button',
      role: 'tab',
      class: 'tab-select',
      on: {
        click: () => actions.select(tab.window),
        dblclick: () => actions.rename(tab.window),
        auxclick: (event: MouseEvent) => event.button === 1 && actions.kill(tab.window),
        mousedown: (event: MouseEvent) => event.preventDefault(),
      },
    });
    const element = h('div', { class: 'tab' }, select, iconButton('close', 'Close window', () => actions.kill(tab.window), 'on-hover'));
    const tab: Tab = { element, select, window };
    this.tabs.set(window.id, tab);
    return tab;
  }
}
