// The conversation with the daemon: which sessions there are, which panes are looked at, what was asked.
import { Connection, type State, type World } from './connection.ts';
import { Outbox, type Saved, surfaceOf } from './outbox.ts';
import { type History, hello, KEY_PRESSES, type Opaque, type ServerMessage, type SessionEntry, type Size } from './protocol.ts';
import type { PicturePiece, Topology, Update, Welcome, WindowEntry } from './protocol.ts';

/** What the desk tells the page. */
export interface View {
  state(state: State): void;
  /** Sessions, windows or panes are no longer what they were, or another one is looked at. */
  changed(): void;
  /** A new daemon process: what is held of panes' histories may mean something else. */
  newEpoch(): void;
  update(pane: string, update: Update): void;
  history(pane: string, answer: History): void;
  picture(piece: PicturePiece): void;
  clipboard(text: string): void;
  notice(text: string): void;
  signInNeeded(): void;
}

export interface Finished {
  status: number;
  out: string;
  err: string;
}

interface Running {
  out: string;
  err: string;
  resolve: (finished: Finished) => void;
}

type Event = Extract<ServerMessage, { event: unknown }>['event'];
type Surface = 'asked' | 'attached' | 'gone';

export class Desk {
  readonly connection: Connection;
  readonly outbox: Outbox;
  topology: Topology | null = null;
  /** Name of the session that is looked at; its id tells it again when it is renamed. */
  session = '';
  private sessionId = '';
  private surfaces = new Map<string, Surface>();
  private size: Size = { cols: 80, rows: 24 };
  private epoch: Opaque | null = null;
  /** Whether the daemon takes presses. */
  takesPresses = false;
  private commands = new Map<number, Running>();
  private histories = new Map<number, string>();
  private ids = 0;
  /** The pane that the person chose here, until the daemon has said so as well. */
  private choosing: string | null = null;

  constructor(
    world: World,
    private readonly view: View,
    saved: Saved | null,
  ) {
    this.connection = new Connection(world, () => hello(this.outbox.client), {
      state: (state) => this.stateChanged(state),
      welcome: (welcome) => this.welcomed(welcome),
      message: (message) => this.take(message),
      signInNeeded: () => view.signInNeeded(),
      refused: (text) => view.notice(text),
    });
    const ready = (pane: string) => {
      const surface = this.surfaces.get(pane);
      return surface === 'attached' ? 'yes' : surface === 'gone' ? 'gone' : 'wait';
    };
    this.outbox = new Outbox((message) => this.connection.send(message), ready, saved);
  }

  get current(): SessionEntry | null {
    return this.topology?.sessions.find(({ name }) => name === this.session) ?? null;
  }

  get window(): WindowEntry | null {
    const windows = this.current?.windows ?? [];
    return windows.find(({ active }) => active) ?? windows[0] ?? null;
  }

  /** Looks at another session. */
  open(name: string): void {
    this.session = name;
    this.sessionId = this.current?.id ?? '';
    this.look();
    this.view.changed();
  }

  /** Cells there is room for. The window takes this size unless another viewer has the say. */
  setSize(size: Size): void {
    if (size.cols === this.size.cols && size.rows === this.size.rows) return;
    this.size = size;
    this.claimSize();
  }

  get roomFor(): Size {
    return this.size;
  }

  /** This page is looked at now: its size counts anew. */
  claimSize(): void {
    for (const [pane, surface] of this.surfaces) {
      if (surface !== 'gone') this.connection.send({ resize: { size: this.size, surface: surfaceOf(pane) } });
    }
  }

  /** Makes a pane the active one of its window, unless it is. */
  choose(pane: string): void {
    if (this.window?.panes.find(({ id }) => id === pane)?.active !== false) return;
    this.choosing = pane;
    void this.run('select-pane', '-t', pane).then(() => {
      if (this.choosing === pane) this.choosing = null;
    });
  }

  /** The active pane, as chosen here or elsewhere. */
  get activePane(): string | null {
    const panes = this.window?.panes ?? [];
    const chosen = panes.find(({ id }) => id === this.choosing) ?? panes.find(({ active }) => active) ?? panes[0];
    return chosen?.id ?? null;
  }

  /** Runs a command line. What it says on standard error is shown to the person. */
  async run(...words: string[]): Promise<Finished> {
    this.ids += 1;
    const id = this.ids;
    const surface = surfaceOf(this.activePane ?? '%0');
    if (!this.connection.send({ command: { id, words, size: { cols: 0, rows: 0 }, surface } })) {
      this.view.notice('Not connected: try again in a moment');
      return { status: 1, out: '', err: '' };
    }
    const finished = await new Promise<Finished>((resolve) => this.commands.set(id, { out: '', err: '', resolve }));
    if (finished.err) this.view.notice(finished.err.trim());
    return finished;
  }

  loadHistory(pane: string, first: number, count: number): boolean {
    if (this.surfaces.get(pane) !== 'attached') return false;
    this.ids += 1;
    this.histories.set(this.ids, pane);
    return this.connection.send({ get_history: { id: this.ids, count, first, surface: surfaceOf(pane) } });
  }

  loadPicture(pane: string, picture: Opaque, offset: number): boolean {
    if (this.surfaces.get(pane) !== 'attached') return false;
    return this.connection.send({ get_picture: { offset, picture, surface: surfaceOf(pane) } });
  }

  private stateChanged(state: State): void {
    if (state !== 'online') {
      this.outbox.disconnected();
      this.surfaces.clear();
      this.histories.clear();
      for (const { resolve } of this.commands.values()) resolve({ status: 1, out: '', err: '' });
      this.commands.clear();
    }
    this.view.state(state);
  }

  private welcomed({ epoch, input, features }: Welcome): void {
    this.takesPresses = features.includes(KEY_PRESSES);
    if (this.epoch !== epoch) {
      this.epoch = epoch;
      this.view.newEpoch();
    }
    this.connection.send({ watch: { topology: true } });
    // Panes that something waits to be typed into are attached even when they are not in sight.
    for (const pane of this.outbox.panes()) this.attach(pane);
    this.look();
    this.outbox.connected(input);
  }

  private take(message: ServerMessage): void {
    if ('update' in message) {
      this.view.update(`%${message.update.surface}`, message.update);
    } else if ('input_ack' in message) {
      this.outbox.acknowledged(message.input_ack.seq);
    } else if ('attached' in message) {
      this.surfaces.set(`%${message.attached.surface}`, 'attached');
      this.outbox.flush();
    } else if ('detached' in message) {
      this.surfaces.delete(`%${message.detached.surface}`);
    } else if ('history' in message) {
      const pane = this.histories.get(message.history.id);
      this.histories.delete(message.history.id);
      if (pane) this.view.history(pane, message.history);
    } else if ('picture' in message) {
      this.view.picture(message.picture);
    } else if ('output' in message) {
      const command = this.commands.get(message.output.id);
      if (command) command[message.output.stream] += new TextDecoder().decode(message.output.text);
    } else if ('done' in message) {
      const command = this.commands.get(message.done.id);
      this.commands.delete(message.done.id);
      command?.resolve({ status: message.done.status, out: command.out, err: command.err });
    } else if ('read_input' in message) {
      // A page has no standard input.
      this.connection.send({ command_input: { id: message.read_input.id, last: true, text: new Uint8Array() } });
    } else if ('event' in message) {
      this.takeEvent(message.event);
    } else if ('error' in message) {
      this.takeError(message.error);
    }
  }

  private takeEvent(event: Event): void {
    if ('message' in event) return this.view.notice(event.message);
    if ('clipboard' in event) return this.view.clipboard(new TextDecoder().decode(event.clipboard));
    if (!('topology' in event)) return;
    const { sessions } = event.topology;
    this.topology = event.topology;
    // The same session by its id, whatever its name is now; else by its name; else the first there is.
    const byId = sessions.find(({ id }) => id === this.sessionId);
    const found = byId ?? sessions.find(({ name }) => name === this.session) ?? sessions[0];
    if (this.sessionId && found?.id !== this.sessionId) this.view.notice(`Session ${this.session} has ended`);
    this.session = found?.name ?? '';
    this.sessionId = found?.id ?? '';
    if (this.window?.panes.some(({ id, active }) => active && id === this.choosing)) this.choosing = null;
    this.look();
    this.view.changed();
  }

  private takeError({ code, text, surface }: { code: string; text: string; surface: number | null }): void {
    const pane = surface === null ? null : `%${surface}`;
    if (pane !== null && code === 'not_found' && this.surfaces.get(pane) === 'asked') {
      // A pane that ended between two events is no news; what was typed for it has nowhere to go.
      this.surfaces.set(pane, 'gone');
      this.outbox.flush();
      return;
    }
    // Something was asked of a pane that went at the same moment.
    if (pane !== null && code === 'not_found' && !this.surfaces.has(pane)) return;
    this.view.notice(text);
  }

  /** Attaches the panes in sight and lets the others go. */
  private look(): void {
    const seen = new Set(this.window?.panes.map(({ id }) => id));
    const owed = new Set(this.outbox.panes());
    for (const [pane, surface] of this.surfaces) {
      if (seen.has(pane) || owed.has(pane)) continue;
      if (surface !== 'gone') this.connection.send({ detach: { surface: surfaceOf(pane) } });
      this.surfaces.delete(pane);
    }
    for (const pane of seen) this.attach(pane);
  }

  private attach(pane: string): void {
    if (this.surfaces.has(pane)) return;
    // Each asks for the size of its whole window; they all say the same.
    const attach = { kind: 'pane', size: this.size, target: pane, resize: true, read_only: false } as const;
    if (this.connection.send({ attach: { ...attach, surface: surfaceOf(pane) } })) this.surfaces.set(pane, 'asked');
  }
}
