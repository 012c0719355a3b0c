// The list of sessions.
import { arrange, h, icon, iconButton } from './dom.ts';
import type { SessionEntry } from './protocol.ts';

export interface SidebarActions {
  open(name: string): void;
  create(): void;
  rename(session: SessionEntry): void;
  kill(session: SessionEntry): void;
}

interface Entry {
  element: HTMLLIElement;
  open: HTMLButtonElement;
  name: HTMLElement;
  facts: HTMLElement;
  session: SessionEntry;
}

export class Sidebar {
  private readonly list = h('ul', { class: 'session-list', 'aria-label': 'Sessions' });
  private readonly entries = new Map<string, Entry>();
  readonly element: HTMLElement;

  constructor(
    private readonly actions: SidebarActions,
    ...footer: HTMLElement[]
  ) {
    const create = h(
      'button',
      { type: 'button', class: 'new-session', on: { click: () => actions.create() } },
      icon('plus'),
      'New session',
    );
    this.element = h(
      'aside',
      { class: 'sidebar', 'aria-label': 'Sessions' },
      h('h2', {}, 'Sessions'),
      this.list,
      create,
      h('div', { class: 'sidebar-footer' }, ...footer),
    );
  }

  show(sessions: SessionEntry[], current: string): void {
    const ids = new Set(sessions.map(({ id }) => id));
    for (const id of this.entries.keys()) if (!ids.has(id)) this.entries.delete(id);
    arrange(
      this.list,
      sessions.map((session) => this.entry(session, session.name === current)),
    );
  }

  private entry(session: SessionEntry, isCurrent: boolean): HTMLLIElement {
    const entry = this.entries.get(session.id) ?? this.make(session);
    entry.session = session;
    const { windows, attached, name } = session;
    entry.open.dataset['session'] = name;
    entry.name.textContent = name;
    const counted = `${windows.length} window${windows.length === 1 ? '' : 's'}`;
    // Native clients; pages look at panes one by one and are not counted among them.
    entry.facts.textContent = attached > 0 ? `${counted} \u00b7 ${attached} attached` : counted;
    if (isCurrent) entry.open.setAttribute('aria-current', 'true');
    else entry.open.removeAttribute('aria-current');
    return entry.element;
  }

  private make(session: SessionEntry): Entry {
    const { actions } = this;
    const name = h('span', { class: 'session-name' });
    const facts = h('span', { class: 'session-facts' });
    const open = h('button', { type: 'button', class: 'session', on: { click: () => actions.open(entry.session.name) } }, name, facts);
    const element = h(
      'li',
      {},
      open,
      iconButton('edit', 'Rename session', () => actions.rename(entry.session), 'on-hover'),
      iconButton('close', 'End session', () => actions.kill(entry.session), 'on-hover'),
    );
    const entry: Entry = { element, open, name, facts, session };
    this.entries.set(session.id, entry);
    return entry;
  }
}
