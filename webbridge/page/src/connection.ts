// The line to the gateway: opens it, notices when it is dead, opens it again.
//
//   offline ──begin──► reconnecting ──welcome──► online
//      ▲                  ▲   │ │                  │
//      └── sign-in needed ┘   └─┘ wait, try again  │
//                         └────────── lost ────────┘
import { type ClientMessage, decode, encode, type ServerMessage, type Welcome } from './protocol.ts';

export type State = 'online' | 'reconnecting' | 'offline';

/** An open WebSocket, as little of it as is needed. */
export interface Line {
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
  onmessage: (bytes: Uint8Array) => void;
  onclose: (code: number) => void;
}

/** What the connection needs from the world. */
export interface World {
  /** Gets a ticket and opens a WebSocket with it; rejects with a `Failure`. */
  open(signal: AbortSignal): Promise<Line>;
  now(): number;
  after(ms: number, call: () => void): () => void;
  random(): number;
}

/** Why no line could be opened. */
export class Failure extends Error {
  constructor(
    readonly kind: 'sign-in' | 'unreachable',
    readonly waitMs = 0,
  ) {
    super(kind);
  }
}

export interface Listener {
  state(state: State): void;
  welcome(welcome: Welcome): void;
  message(message: ServerMessage): void;
  /** Nobody is signed in (any more). */
  signInNeeded(): void;
  /** The daemon will not speak with this page. */
  refused(text: string): void;
}

const CONNECT_MS_MAX = 5000;
const BACKOFF_MS_FIRST = 250;
const BACKOFF_MS_MAX = 8000;
/** Heard nothing for so long: ask. */
const QUIET_MS_MAX = 10_000;
/** Asked, and heard nothing for so long: the line is dead. */
const ANSWER_MS_MAX = 5000;
/** The same when there is reason to doubt, as after a sleep. */
const ANSWER_MS_MAX_DOUBTFUL = 2000;
const BEAT_MS = 2500;
/** A beat that comes so much late means that the machine or the page slept. */
const SLEPT_MS = 5000;

export class Connection {
  state: State = 'offline';
  private line: Line | null = null;
  private greeted = false;
  private failures = 0;
  private abort: AbortController | null = null;
  private cancelRetry: (() => void) | null = null;
  private cancelBeat: (() => void) | null = null;
  private heardAt = 0;
  private beatAt = 0;
  private answerBy = Infinity;
  private pings = 0;

  constructor(
    private readonly world: World,
    private readonly hello: () => ClientMessage,
    private readonly listener: Listener,
  ) {}

  /** Connects, and stays connected from now on. */
  begin(): void {
    if (this.state !== 'offline') return;
    this.failures = 0;
    this.change('reconnecting');
    void this.connect();
  }

  /** Something speaks for trying now: the network is back, somebody looks at the page. */
  nudge(): void {
    if (this.state === 'online') this.ask(ANSWER_MS_MAX_DOUBTFUL);
    else if (this.state === 'reconnecting' && !this.abort && !this.line) {
      this.cancelRetry?.();
      this.failures = Math.min(this.failures, 1);
      void this.connect();
    }
  }

  /** Sends now or not at all; whoever wants more keeps what is to be sent. */
  send(message: ClientMessage): boolean {
    if (!this.line || !this.greeted) return false;
    this.line.send(encode(message));
    return true;
  }

  /** Ends the line and tries no more. */
  end(): void {
    this.cancelRetry?.();
    this.abort?.abort();
    this.abort = null;
    this.hangUp();
    this.change('offline');
  }

  private async connect(): Promise<void> {
    this.cancelRetry = null;
    const abort = new AbortController();
    this.abort = abort;
    const cancel = this.world.after(CONNECT_MS_MAX, () => abort.abort());
    try {
      const line = await this.world.open(abort.signal);
      if (this.abort !== abort) return line.close();
      this.use(line);
      // The welcome has to come in time as well; a line without one is hung up by the beat.
      this.answerBy = this.world.now() + CONNECT_MS_MAX;
    } catch (error) {
      if (this.abort !== abort) return;
      if (error instanceof Failure && error.kind === 'sign-in') {
        this.abort = null;
        this.change('offline');
        this.listener.signInNeeded();
        return;
      }
      this.retry(error instanceof Failure ? error.waitMs : 0);
    } finally {
      cancel();
      if (this.abort === abort) this.abort = null;
    }
  }

  private use(line: Line): void {
    this.line = line;
    this.greeted = false;
    this.heardAt = this.beatAt = this.world.now();
    line.onmessage = (bytes) => {
      if (this.line === line) this.hear(decode(bytes));
    };
    line.onclose = () => {
      if (this.line === line) this.lost();
    };
    line.send(encode(this.hello()));
    this.beat();
  }

  private hear(message: ServerMessage): void {
    this.heardAt = this.world.now();
    if ('welcome' in message) {
      this.greeted = true;
      this.failures = 0;
      this.answerBy = Infinity;
      this.change('online');
      this.listener.welcome(message.welcome);
      return;
    }
    if (this.greeted) this.answerBy = Infinity;
    if ('refused' in message) this.listener.refused(message.refused.text);
    else if (!('pong' in message)) this.listener.message(message);
  }

  private beat(): void {
    this.cancelBeat = this.world.after(BEAT_MS, () => {
      const now = this.world.now();
      const slept = now - this.beatAt > BEAT_MS + SLEPT_MS;
      this.beatAt = now;
      if (slept && this.greeted) {
        // What the line owes us may lie in its queue still: ask once more before giving it up.
        this.answerBy = Infinity;
        this.ask(ANSWER_MS_MAX_DOUBTFUL);
      } else if (now > this.answerBy) {
        return this.lost();
      } else if (now - this.heardAt > QUIET_MS_MAX) {
        this.ask(ANSWER_MS_MAX);
      }
      this.beat();
    });
  }

  private ask(answerMs: number): void {
    const by = this.world.now() + answerMs;
    if (this.answerBy <= by) return;
    this.answerBy = by;
    this.pings += 1;
    this.send({ ping: { number: this.pings } });
  }

  private lost(): void {
    this.hangUp();
    this.change('reconnecting');
    this.retry(0);
  }

  private hangUp(): void {
    this.cancelBeat?.();
    this.cancelBeat = null;
    this.answerBy = Infinity;
    this.greeted = false;
    const { line } = this;
    this.line = null;
    line?.close();
  }

  private retry(waitMs: number): void {
    // Full jitter: after a restart of the gateway, its pages do not come back all at once.
    const ceiling = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_FIRST * 2 ** this.failures);
    this.failures += 1;
    const wait = Math.max(waitMs, ceiling * this.world.random());
    this.cancelRetry = this.world.after(wait, () => void this.connect());
  }

  private change(state: State): void {
    if (state === this.state) return;
    this.state = state;
    this.listener.state(state);
  }
}
