// What a person typed and the daemon has not yet acknowledged. Each input has a number; after a reconnect
// those that the daemon has not seen are sent again, in order, and those it has are not: nothing is lost and
// nothing is typed twice.
import { type ClientMessage, type InputEvent, type KeyPress, Limit } from './protocol.ts';

interface Waiting {
  seq: number;
  pane: string;
  event: InputEvent;
  sent: boolean;
}

/** Bytes sent and not acknowledged before more is held back: a long paste is fed in at the program's pace. */
export const IN_FLIGHT_BYTES_MAX = 64 * 1024;
/** Bytes kept in all; what a person types or pastes beyond that is refused, and said so. */
export const KEPT_BYTES_MAX = 4 * 1024 * 1024;

/** What a press counts for. */
const PRESS_BYTES = 64;

export interface Saved {
  client: number;
  next: number;
  waiting: [seq: number, pane: string, kind: 'raw' | 'paste' | 'press', text: string][];
}

/** Drawn at random, once for each page; below 2^53, so that every decoder has it as a plain number. */
export function newClient(): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return (high & 0x1fffff) * 2 ** 32 + low + 1;
}

export class Outbox {
  readonly client: number;
  private next: number;
  private waiting: Waiting[] = [];
  private bytes = 0;
  private online = false;

  /**
   * `send` hands a message to the connection. `ready` says whether a pane can be typed into now: it has to be
   * attached first; an input for a pane that is gone is dropped.
   */
  constructor(
    private readonly send: (message: ClientMessage) => void,
    private readonly ready: (pane: string) => 'yes' | 'wait' | 'gone',
    saved: Saved | null,
  ) {
    this.client = saved?.client ?? newClient();
    this.next = saved?.next ?? 1;
    for (const [seq, pane, kind, text] of saved?.waiting ?? []) {
      this.keep({ seq, pane, event: savedEvent(kind, text), sent: false });
    }
  }

  /** Bytes for a pane's program. False when too much waits already. */
  raw(pane: string, bytes: Uint8Array): boolean {
    return this.add(pane, bytes, (piece) => ({ raw: piece }));
  }

  /** A key with all that is known of it. */
  press(pane: string, press: KeyPress): boolean {
    if (this.bytes + PRESS_BYTES > KEPT_BYTES_MAX) return false;
    this.keep({ seq: this.next, pane, event: { press }, sent: false });
    this.next += 1;
    this.flush();
    return true;
  }

  /** Pasted text. */
  paste(pane: string, text: string): boolean {
    // As terminals do: a line end is what the Return key sends. The marks of a bracketed paste are the daemon's.
    const clean = text.replace(/\r?\n/g, '\r').replace(/\x1b\[20[01]~/g, '');
    const bytes = new TextEncoder().encode(clean);
    return this.add(pane, bytes, (piece) => ({ paste: piece }), pastePieces(bytes));
  }

  /** The connection stands, and the daemon has had every input up to `handled`. */
  connected(handled: number): void {
    this.acknowledged(handled);
    this.next = Math.max(this.next, handled + 1);
    for (const input of this.waiting) input.sent = false;
    this.online = true;
    this.flush();
  }

  disconnected(): void {
    this.online = false;
  }

  acknowledged(seq: number): void {
    while (this.waiting[0] && this.waiting[0].seq <= seq) this.drop();
    this.flush();
  }

  /** Sends what can be sent. To be called when a pane has become ready, or is gone. */
  flush(): void {
    if (!this.online) return;
    let flying = 0;
    // In order of their numbers, always: the daemon takes a number below the last one for a repetition.
    for (let n = 0; n < this.waiting.length; ) {
      const input = this.waiting[n] as Waiting;
      if (!input.sent) {
        const ready = this.ready(input.pane);
        if (ready === 'gone') {
          this.bytes -= size(input.event);
          this.waiting.splice(n, 1);
          continue;
        }
        if (ready === 'wait' || flying >= IN_FLIGHT_BYTES_MAX) return;
        input.sent = true;
        this.send({ input: { seq: input.seq, events: [input.event], surface: surfaceOf(input.pane) } });
      }
      flying += size(input.event);
      n += 1;
    }
  }

  /** Inputs that wait for the daemon. */
  get pending(): number {
    return this.waiting.length;
  }

  /** The panes that inputs wait for. */
  panes(): string[] {
    return [...new Set(this.waiting.map(({ pane }) => pane))];
  }

  /** For the page that comes after a reload. */
  save(): Saved {
    const waiting: Saved['waiting'] = [];
    for (const { seq, pane, event } of this.waiting) {
      if ('raw' in event) waiting.push([seq, pane, 'raw', toBinary(event.raw)]);
      else if ('paste' in event) waiting.push([seq, pane, 'paste', toBinary(event.paste)]);
      else if ('press' in event) waiting.push([seq, pane, 'press', JSON.stringify(event.press)]);
    }
    return { client: this.client, next: this.next, waiting };
  }

  private add(
    pane: string,
    bytes: Uint8Array,
    event: (piece: Uint8Array) => InputEvent,
    cut: Iterable<Uint8Array> = pieces(bytes),
  ): boolean {
    if (bytes.length === 0) return true;
    if (this.bytes + bytes.length > KEPT_BYTES_MAX) return false;
    for (const piece of cut) {
      this.keep({ seq: this.next, pane, event: event(piece), sent: false });
      this.next += 1;
    }
    this.flush();
    return true;
  }

  private keep(input: Waiting): void {
    this.waiting.push(input);
    this.bytes += size(input.event);
  }

  private drop(): void {
    const input = this.waiting.shift();
    if (input) this.bytes -= size(input.event);
  }
}

/** A surface has the number of its pane, so that an input means the same pane on every connection. */
export function surfaceOf(pane: string): number {
  return Number(pane.slice(1));
}

/** At most so many bytes each, never cut inside a character. */
function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; ) {
    let end = Math.min(start + Limit.inputBytes, bytes.length);
    while (end < bytes.length && end > start + 1 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
    yield bytes.subarray(start, end);
    start = end;
  }
}

/** Whole pieces, and one that is shorter, if need be empty: by that the daemon knows the paste's end. */
function* pastePieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start <= bytes.length; start += Limit.inputBytes) {
    yield bytes.subarray(start, Math.min(start + Limit.inputBytes, bytes.length));
  }
}

function savedEvent(kind: Saved['waiting'][number][2], text: string): InputEvent {
  if (kind === 'press') return { press: JSON.parse(text) as KeyPress };
  return kind === 'raw' ? { raw: fromBinary(text) } : { paste: fromBinary(text) };
}

function size(event: InputEvent): number {
  if ('raw' in event) return event.raw.length;
  if ('press' in event) return PRESS_BYTES;
  return 'paste' in event ? event.paste.length : 1;
}

function toBinary(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function fromBinary(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}
