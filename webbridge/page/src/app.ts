// The page once somebody is signed in: bar, sessions, stage, and what the person can do with them.
import { Album } from './album.ts';
import type { State, World } from './connection.ts';
import { Desk, type View } from './desk.ts';
import { ask } from './dialog.ts';
import { h, icon, iconButton } from './dom.ts';
import { signOut } from './gateway.ts';
import { notice } from './notices.ts';
import type { Saved } from './outbox.ts';
import type { History, PicturePiece, SessionEntry, Update, WindowEntry } from './protocol.ts';
import { SearchBar } from './search_bar.ts';
import { Sidebar } from './sidebar.ts';
import { Stage } from './stage.ts';
import { Tabs } from './tabs.ts';
import * as theme from './theme.ts';

/** As in page.css. */
const WIDE_PX = 900;
const READER_KEY = 'abide.screen-reader';

export class App implements View {
  readonly element: HTMLElement;
  readonly desk: Desk;
  private readonly stage: Stage;
  private readonly album: Album;
  private readonly sidebar: Sidebar;
  private readonly tabs: Tabs;
  private readonly searchBar = new SearchBar();
  private readonly status = h('span', { class: 'status', role: 'status', 'aria-live': 'polite' });
  private readonly warning = h('span', { class: 'warning', hidden: true });
  private readonly sessionButton = h('button', { type: 'button', class: 'session-button', on: { click: () => this.toggleSidebar() } });
  private shownPane: string | null = null;
  private listed = false;
  private focusSoon = false;

  constructor(world: World, saved: Saved | null, private readonly signInAgain: () => void) {
    this.desk = new Desk(world, this, saved);
    const { desk } = this;
    this.album = new Album(
      (pane, picture, offset) => desk.loadPicture(pane, picture, offset),
      (file) => createImageBitmap(file),
      () => this.drawPictures(),
    );
    this.stage = new Stage(
      {
        raw: (pane, bytes) => this.typed(desk.outbox.raw(pane, bytes)),
        press: (pane, press) => this.typed(desk.outbox.press(pane, press)),
        takesPresses: () => desk.takesPresses,
        paste: (pane, text) => this.typed(desk.outbox.paste(pane, text)),
        chosen: (pane) => desk.choose(pane),
        loadHistory: (pane, first, count) => desk.loadHistory(pane, first, count),
        search: () => this.search(),
        album: this.album,
      },
      (size) => desk.setSize(size),
      (pane, axis, cells) => void desk.run('resize-pane', '-t', pane, `-${axis}`, String(cells)),
    );
    const reader = h('button', { type: 'button', class: 'quiet', 'aria-pressed': 'false' }, 'Screen reader');
    reader.addEventListener('click', () => {
      localStorage.setItem(READER_KEY, reader.getAttribute('aria-pressed') === 'true' ? '' : 'on');
      restyle();
    });
    const restyle = () => {
      const on = localStorage.getItem(READER_KEY) === 'on';
      reader.setAttribute('aria-pressed', String(on));
      this.stage.restyle(on);
    };
    theme.onChange(restyle);
    const leave = h('button', { type: 'button', class: 'quiet', on: { click: () => void this.leave() } }, icon('leave'), 'Sign out');
    this.sidebar = new Sidebar(
      {
        open: (name) => this.open(name),
        create: () => void this.createSession(),
        rename: (session) => void this.renameSession(session),
        kill: (session) => void this.killSession(session),
      },
      reader,
      leave,
    );
    this.tabs = new Tabs({
      select: ({ id }) => void desk.run('select-window', '-t', id).then(() => this.focus()),
      rename: (window) => void this.renameWindow(window),
      kill: (window) => void this.killWindow(window),
    });
    const active = (...words: string[]) => () => {
      const pane = desk.activePane;
      if (pane) void desk.run(...words, '-t', pane).then(() => this.focus());
    };
    const tools = h(
      'div',
      { class: 'tools', role: 'toolbar', 'aria-label': 'Pane' },
      iconButton('right', 'Split right', active('split-window', '-h')),
      iconButton('down', 'Split below', active('split-window', '-v')),
      iconButton('zoom', 'Zoom pane', active('resize-pane', '-Z')),
      iconButton('search', 'Search (Ctrl+Shift+F)', () => this.search()),
      iconButton('close', 'Close pane', () => void this.killPane()),
      iconButton('theme', 'Light, dark or as the system', () => notice(`Colours: ${SAID[theme.next()]}`)),
    );
    const bar = h(
      'header',
      { class: 'bar' },
      this.sessionButton,
      h('div', { class: 'windows' }, this.tabs.element, iconButton('plus', 'New window', () => void this.createWindow())),
      h('span', { class: 'spring' }),
      this.warning,
      this.status,
      tools,
    );
    const middle = h('div', { class: 'middle' }, this.sidebar.element, h('div', { class: 'desk' }, this.stage.element, this.searchBar.element));
    this.element = h('div', { class: 'app' }, bar, middle);
    // Beside the stage where there is room, over it where there is not: then only as long as it is used.
    const wide = matchMedia(`(min-width: ${WIDE_PX}px)`);
    const fold = () => {
      this.element.classList.toggle('with-sidebar', wide.matches);
      this.named();
    };
    wide.addEventListener('change', fold);
    fold();
    this.stage.element.addEventListener('pointerdown', () => {
      if (!wide.matches) fold();
    });
    document.body.append(this.element);
    this.stage.begin();
    restyle();
    this.desk.session = decodeURIComponent(location.hash.slice(1));
    this.desk.connection.begin();
  }

  text(pane: string): string | undefined {
    return this.stage.pane(pane)?.text();
  }

  cells(pane: string): string[][] | undefined {
    return this.stage.pane(pane)?.cells();
  }

  state(state: State): void {
    document.body.dataset['connection'] = state;
    if (state !== 'online') {
      this.album.disconnected();
      for (const pane of this.stage.all()) pane.disconnected();
    }
    this.sayStatus();
  }

  changed(): void {
    const { desk } = this;
    const { topology, window: shown, current } = desk;
    if (!topology) return;
    if (current && decodeURIComponent(location.hash.slice(1)) !== current.name) {
      history.replaceState(null, '', `#${encodeURIComponent(current.name)}`);
    }
    this.sidebar.show(topology.sessions, desk.session);
    this.tabs.show(current?.windows ?? [], shown);
    this.warning.hidden = topology.durability === '';
    this.warning.textContent = topology.durability;
    const had = [...this.stage.all()].some((pane) => pane.hasFocus) || document.activeElement === document.body;
    const active = desk.activePane;
    this.stage.show(shown, topology, active);
    if (!current) this.showNone();
    else this.stage.showEmpty();
    // The keyboard follows the active pane, unless the person is doing something else on the page.
    if (this.focusSoon || (active !== this.shownPane && (had || !this.listed))) this.focus();
    this.shownPane = active;
    this.listed = true;
    this.named();
  }

  newEpoch(): void {
    this.album.forget();
    for (const pane of this.stage.all()) pane.forget();
  }

  update(pane: string, update: Update): void {
    this.stage.pane(pane)?.update(update);
  }

  history(pane: string, answer: History): void {
    this.stage.pane(pane)?.takeHistory(answer);
  }

  picture(piece: PicturePiece): void {
    this.album.take(piece);
  }

  clipboard(text: string): void {
    const done = () => notice(`A program put ${text.length} characters on the clipboard`);
    navigator.clipboard?.writeText(text).then(done, () => notice('A program wanted to use the clipboard; the browser refused'));
  }

  notice(text: string): void {
    notice(text);
  }

  signInNeeded(): void {
    this.signInAgain();
  }

  open(name: string): void {
    this.desk.open(name);
    if (window.innerWidth < WIDE_PX) this.element.classList.remove('with-sidebar');
    this.focus();
  }

  private drawPictures(): void {
    for (const pane of this.stage.all()) pane.drawPictures();
  }

  private typed(kept: boolean): void {
    if (!kept) notice('Too much is waiting to be sent: this was not kept');
    else if (this.desk.connection.state !== 'online') this.sayStatus();
  }

  private sayStatus(): void {
    const { state } = this.desk.connection;
    const waiting = this.desk.outbox.pending;
    const words = state === 'reconnecting' ? 'Reconnecting\u2026' : state === 'offline' ? 'Not connected' : '';
    this.status.textContent = words && waiting > 0 ? `${words} What you type is kept` : words;
  }

  private named(): void {
    const { current, window: shown } = this.desk;
    this.sessionButton.replaceChildren(icon('sessions'), h('span', {}, current?.name ?? 'Sessions'));
    this.sessionButton.setAttribute('aria-expanded', String(this.element.classList.contains('with-sidebar')));
    this.sessionButton.title = 'Sessions';
    document.title = current && shown ? `${current.name}: ${shown.name} \u2013 abide` : 'abide';
  }

  private focus(): void {
    const pane = this.stage.pane(this.desk.activePane ?? '');
    // What was just created may not be there yet.
    this.focusSoon = !pane;
    if (!document.querySelector('dialog[open]')) pane?.focus();
  }

  private search(): void {
    const pane = this.stage.pane(this.desk.activePane ?? '');
    if (pane) this.searchBar.open(pane);
  }

  private toggleSidebar(): void {
    this.element.classList.toggle('with-sidebar');
    this.named();
  }

  private showNone(): void {
    const create = h('button', { type: 'button', class: 'primary', on: { click: () => void this.createSession() } }, 'New session');
    this.stage.showEmpty(h('p', {}, 'There is no session.'), create);
  }

  private async createSession(): Promise<void> {
    const name = await ask({ title: 'New session', text: 'A name, or the next number.', value: this.freeName(), confirm: 'Create' });
    if (name === null) return;
    const { cols, rows } = this.desk.roomFor;
    const size = ['-x', String(cols), '-y', String(rows)];
    const { status, out } = await this.desk.run('new-session', '-d', '-P', '-F', '#{session_name}', ...size, '-s', name);
    if (status === 0) this.open(out.trim() || name);
  }

  private freeName(): string {
    const names = new Set(this.desk.topology?.sessions.map((session) => session.name));
    let n = 0;
    while (names.has(String(n))) n += 1;
    return String(n);
  }

  private async renameSession({ id, name }: SessionEntry): Promise<void> {
    const value = await ask({ title: 'Rename session', value: name, confirm: 'Rename' });
    if (value !== null) await this.desk.run('rename-session', '-t', id, '--', value);
    this.focus();
  }

  private async killSession({ id, name }: SessionEntry): Promise<void> {
    const text = 'Its programs are ended and its windows are gone for good.';
    if ((await ask({ title: `End session ${name}?`, text, confirm: 'End session', danger: true })) === null) return;
    await this.desk.run('kill-session', '-t', id);
  }

  private async createWindow(): Promise<void> {
    const { current } = this.desk;
    if (!current) return this.createSession();
    await this.desk.run('new-window', '-t', `${current.id}:`);
    this.focus();
  }

  private async renameWindow({ id, name }: WindowEntry): Promise<void> {
    const value = await ask({ title: 'Rename window', value: name, confirm: 'Rename' });
    if (value !== null) await this.desk.run('rename-window', '-t', id, '--', value);
    this.focus();
  }

  private async killWindow({ id, name }: WindowEntry): Promise<void> {
    const text = 'Its programs are ended.';
    if ((await ask({ title: `Close window ${name}?`, text, confirm: 'Close window', danger: true })) === null) return;
    await this.desk.run('kill-window', '-t', id);
  }

  private async killPane(): Promise<void> {
    const pane = this.desk.activePane;
    if (!pane) return;
    const text = 'The program in it is ended.';
    if ((await ask({ title: 'Close this pane?', text, confirm: 'Close pane', danger: true })) === null) return;
    await this.desk.run('kill-pane', '-t', pane);
  }

  private async leave(): Promise<void> {
    this.desk.connection.end();
    await signOut();
    this.signInAgain();
  }
}

const SAID = { auto: 'as the system has them', light: 'light', dark: 'dark' } as const;
