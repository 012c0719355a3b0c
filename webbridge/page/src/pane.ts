// A pane on the page: its terminal, painted from its mirror, and what a person does in it.
import { SearchAddon } from '@xterm/addon-search';
import { WebLinksAddon } from '@xterm/addon-web-links';
import type { WebglAddon } from '@xterm/addon-webgl';
import { Terminal } from '@xterm/xterm';
import type { Album } from './album.ts';
import { h } from './dom.ts';
import { useWebgl } from './graphics.ts';
import { pressOf, wantsPresses } from './keyboard.ts';
import { type Cell, FONT, FONT_PX } from './measure.ts';
import { LOADED_LINES_MAX, Mirror } from './mirror.ts';
import { notice } from './notices.ts';
import { Painter } from './painter.ts';
import { PictureLayer } from './picture_layer.ts';
import type { History, KeyPress, PaneEntry, Update } from './protocol.ts';
import { terminalTheme } from './theme.ts';
import { obeyWidths } from './widths.ts';

/** What a pane asks of the desk. */
export interface PaneHost {
  raw(pane: string, bytes: Uint8Array): void;
  press(pane: string, press: KeyPress): void;
  /** Whether the daemon takes presses. */
  takesPresses(): boolean;
  paste(pane: string, text: string): void;
  /** The person went to this pane. */
  chosen(pane: string): void;
  /** Asks for history lines; false when that is not possible now. */
  loadHistory(pane: string, first: number, count: number): boolean;
  search(): void;
  readonly album: Album;
}

/** Lines loaded at once; more come as somebody scrolls up to them. */
const HISTORY_LINES_FIRST = 1000;
/** Lines that went by too fast to follow are loaded when it has been quiet for so long. */
const QUIET_MS = 300;
/** WCAG's AA. Colours that programs chose are theirs, unless one can't read them: black on green, 2.7 in the light theme. */
const CONTRAST_MIN = 4.5;
/** A column's width: it lies over the last one while it is seen. */
const SCROLLBAR_PX = 8;
const SCHEMES = ['http:', 'https:', 'mailto:'];

export class Pane {
  readonly element: HTMLElement;
  readonly search = new SearchAddon();
  readonly mirror = new Mirror();
  private readonly terminal: Terminal;
  private readonly painter: Painter;
  private readonly pictures: PictureLayer;
  private readonly encoder = new TextEncoder();
  private webgl: WebglAddon | null = null;
  private writing = false;
  private loading = false;
  private linesWanted = HISTORY_LINES_FIRST;
  private fillTimer = 0;
  private bells = 0;
  private paintedVersion = 0;

  constructor(
    readonly id: string,
    private readonly host: PaneHost,
  ) {
    this.terminal = new Terminal({
      allowProposedApi: true,
      cursorInactiveStyle: 'outline',
      drawBoldTextInBrightColors: false,
      fontFamily: FONT,
      fontSize: FONT_PX,
      linkHandler: { activate: (_, uri) => follow(uri), allowNonHttpProtocols: true },
      logLevel: 'off',
      minimumContrastRatio: CONTRAST_MIN,
      overviewRuler: { width: SCROLLBAR_PX },
      rescaleOverlappingGlyphs: true,
      scrollback: LOADED_LINES_MAX + 2000,
      theme: terminalTheme(),
    });
    this.painter = new Painter(this.mirror, this.terminal);
    this.pictures = new PictureLayer(id, this.terminal, host.album);
    this.element = h('section', { class: 'pane', data: { paneId: id }, 'aria-label': `Pane ${id}` });
  }

  /** Opens the terminal; the element has to be in the page. */
  open(): void {
    const { terminal, element, id, host } = this;
    terminal.open(element);
    obeyWidths(terminal);
    terminal.loadAddon(new WebLinksAddon((_, uri) => follow(uri)));
    terminal.loadAddon(this.search);
    this.answerNothing();
    terminal.onData((text) => host.raw(id, this.encoder.encode(text)));
    terminal.onBinary((text) => host.raw(id, Uint8Array.from(text, (c) => c.charCodeAt(0) & 255)));
    terminal.onScroll(() => this.scrolled());
    terminal.onRender(() => this.pictures.draw());
    terminal.attachCustomKeyEventHandler((event) => this.ownKey(event));
    terminal.textarea?.addEventListener('focus', () => host.chosen(id));
    const paste = (event: ClipboardEvent) => {
      event.preventDefault();
      event.stopPropagation();
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (text) host.paste(id, text);
    };
    element.addEventListener('paste', paste, true);
    element.addEventListener('mouseup', () => this.copySelection());
    for (const type of ['wheel', 'keyup', 'pointermove'] as const) {
      element.addEventListener(type, () => requestAnimationFrame(() => this.scrolled()), { passive: true });
    }
  }

  close(): void {
    clearTimeout(this.fillTimer);
    this.pictures.leave();
    this.terminal.dispose();
    this.element.remove();
  }

  /** Shows the pane where the layout has it, in cells of this size. */
  place(entry: PaneEntry, cell: Cell, fontSize: number): void {
    const { style } = this.element;
    style.left = `${entry.x * cell.width}px`;
    style.top = `${entry.y * cell.height}px`;
    style.width = `${entry.size.cols * cell.width}px`;
    style.height = `${entry.size.rows * cell.height}px`;
    if (this.terminal.options.fontSize !== fontSize) this.terminal.options.fontSize = fontSize;
    this.element.classList.toggle('dead', entry.dead);
    this.element.hidden = false;
    this.webgl ??= useWebgl(this.terminal);
    this.pictures.draw();
  }

  /** Keeps the pane out of sight, without the graphics memory; its text stays for when it comes back. */
  hide(): void {
    this.element.hidden = true;
    this.pictures.leave();
    this.withoutWebgl();
  }

  withoutWebgl(): void {
    this.webgl?.dispose();
    this.webgl = null;
  }

  drawPictures(): void {
    if (!this.element.hidden) this.pictures.draw();
  }

  focus(): void {
    this.terminal.focus();
  }

  get hasFocus(): boolean {
    return this.element.contains(document.activeElement);
  }

  restyle(screenReader: boolean): void {
    this.terminal.options.theme = terminalTheme();
    this.terminal.options.screenReaderMode = screenReader;
  }

  /** A new daemon process, or the first: nothing held may be taken for granted. */
  forget(): void {
    this.loading = false;
    this.mirror.history.forget();
  }

  disconnected(): void {
    this.loading = false;
  }

  update(update: Update): void {
    this.mirror.apply(update);
    if (this.mirror.bells > this.bells) this.ring();
    this.paint();
    // Quiet is counted from here, not from the scrolling of a person who waits at the gap.
    clearTimeout(this.fillTimer);
    this.fillTimer = 0;
    this.loadHistory();
  }

  takeHistory(answer: History): void {
    this.loading = false;
    // What is of no use is not asked for again at once.
    if (!this.mirror.takeHistory(answer)) return this.fillWhenQuiet();
    this.paint();
    this.loadHistory();
  }

  /** Loads as much as is kept in a page: for a search. */
  loadAll(): void {
    this.linesWanted = LOADED_LINES_MAX;
    this.loadHistory();
  }

  /** What is to be seen. */
  text(): string {
    const { active } = this.terminal.buffer;
    const lines: string[] = [];
    for (let y = 0; y < this.terminal.rows; y += 1) {
      lines.push(active.getLine(active.viewportY + y)?.translateToString(true, 0, this.terminal.cols).trimEnd() ?? '');
    }
    return lines.join('\n');
  }

  /** What is to be seen, column by column: a cluster where it begins, nothing in the second column of a wide one. */
  cells(): string[][] {
    const { active } = this.terminal.buffer;
    return Array.from({ length: this.terminal.rows }, (_, y) => {
      const line = active.getLine(active.viewportY + y);
      return Array.from({ length: this.terminal.cols }, (_, x) => {
        const cell = line?.getCell(x);
        return cell?.getWidth() === 0 ? '' : cell?.getChars() || ' ';
      });
    });
  }

  selection(): string {
    return this.terminal.getSelection();
  }

  private paint(): void {
    // One at a time: what comes in meanwhile is painted together afterwards.
    if (this.writing) return;
    const { fromBottom } = this;
    const { active } = this.terminal.buffer;
    const version = this.mirror.history.version;
    const rewrites = this.paintedVersion !== version;
    this.paintedVersion = version;
    const text = this.painter.paint();
    const { pictures, history } = this.mirror;
    const scene = { placements: pictures, end: history.end, whole: history.whole };
    if (!text) return this.pictures.show(scene);
    this.writing = true;
    this.terminal.write(text, () => {
      this.writing = false;
      this.pictures.show(scene);
      if (rewrites && fromBottom > 0) this.terminal.scrollToLine(Math.max(0, active.baseY - fromBottom));
      this.paint();
    });
  }

  private loadHistory(): void {
    const { history } = this.mirror;
    if (this.loading || this.mirror.alternate) return;
    // While lines still go by too fast, asking for those that did is no use.
    if (history.broken) return this.fillWhenQuiet();
    this.ask();
  }

  private fillWhenQuiet(): void {
    if (this.fillTimer !== 0) return;
    this.fillTimer = window.setTimeout(() => {
      this.fillTimer = 0;
      if (!this.mirror.history.broken) return;
      // Whoever reads in what is older than the gap keeps it as it is, until the next scrolling.
      if (!this.loading && this.fromBottom <= this.mirror.history.whole + this.terminal.rows) this.ask();
    }, QUIET_MS);
  }

  private ask(): void {
    const wanted = this.mirror.history.wanted(this.linesWanted);
    if (wanted) this.loading = this.host.loadHistory(this.id, wanted.first, wanted.count);
  }

  /** Lines that the terminal is scrolled up. */
  private get fromBottom(): number {
    const { active } = this.terminal.buffer;
    return active.type === 'normal' ? active.baseY - active.viewportY : 0;
  }

  private scrolled(): void {
    const { fromBottom, terminal } = this;
    if (this.writing || fromBottom === 0) return;
    const { whole } = this.mirror.history;
    if (fromBottom + 2 * terminal.rows < whole) return;
    this.linesWanted = Math.max(this.linesWanted, whole + HISTORY_LINES_FIRST);
    this.loadHistory();
  }

  /** False for a key that this terminal is to leave alone. */
  private ownKey(event: KeyboardEvent): boolean {
    if (!this.pageKey(event)) return false;
    const { modes } = this.mirror;
    if (!wantsPresses(modes) || !this.host.takesPresses()) return true;
    if (event.ctrlKey && event.shiftKey && /^Key[CFV]$/.test(event.code)) return true;
    const press = pressOf(event, modes);
    if (press === null) return true;
    if (press !== 'unwanted' && event.type !== 'keypress') {
      this.host.press(this.id, press);
      if (press.text) this.terminal.scrollToBottom();
    }
    // Else the browser would put its text into the terminal's field.
    event.preventDefault();
    return false;
  }

  /** A key of the page's own: false when it is done. */
  private pageKey(event: KeyboardEvent): boolean {
    if (event.type !== 'keydown' || !event.ctrlKey || !event.shiftKey || event.altKey) return true;
    if (event.code === 'KeyC') {
      event.preventDefault();
      this.copySelection();
      return false;
    }
    if (event.code === 'KeyF') {
      event.preventDefault();
      this.host.search();
      return false;
    }
    // The browser's own "paste as plain text", which arrives as a paste event.
    return event.code !== 'KeyV';
  }

  private copySelection(): void {
    const text = this.terminal.getSelection();
    if (!text) return;
    navigator.clipboard?.writeText(text).catch(() => notice('The browser did not let the selection be copied'));
  }

  private ring(): void {
    this.bells = this.mirror.bells;
    this.element.classList.remove('bell');
    void this.element.offsetWidth;
    this.element.classList.add('bell');
  }

  /**
   * Only the daemon answers a program. No query can reach this terminal, since it is written nothing but
   * rows and modes; should one ever do, it stays unanswered.
   */
  private answerNothing(): void {
    const { parser } = this.terminal;
    const silent = () => true;
    for (const prefix of ['', '>', '=']) parser.registerCsiHandler(prefix ? { prefix, final: 'c' } : { final: 'c' }, silent);
    parser.registerCsiHandler({ final: 'n' }, silent);
    parser.registerCsiHandler({ prefix: '?', final: 'n' }, silent);
    parser.registerCsiHandler({ prefix: '>', final: 'q' }, silent);
    parser.registerCsiHandler({ final: 't' }, silent);
    for (const prefix of ['', '?']) {
      const id = { intermediates: '$', final: 'p' };
      parser.registerCsiHandler(prefix ? { ...id, prefix } : id, silent);
    }
    parser.registerDcsHandler({ intermediates: '$', final: 'q' }, silent);
    parser.registerDcsHandler({ intermediates: '+', final: 'q' }, silent);
    for (const code of [4, 10, 11, 12, 52]) parser.registerOscHandler(code, silent);
  }
}

function follow(uri: string): void {
  let url: URL;
  try {
    url = new URL(uri);
  } catch {
    return;
  }
  if (SCHEMES.includes(url.protocol)) window.open(url, '_blank', 'noopener,noreferrer');
  else notice(`A link of the kind ${url.protocol} is not followed`);
}
