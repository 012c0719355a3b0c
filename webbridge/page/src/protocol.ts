// The wire as the page speaks it: the same messages as in the protocol crate, one CBOR item each.
// A message is an object of one entry: {name: fields}.
import { decode as decodeItem, encode as encodeItem } from 'cborg';

export interface Size {
  cols: number;
  rows: number;
}

export type Color = 'default' | { indexed: number } | { rgb: [number, number, number] };

export interface Style {
  bg: Color;
  fg: Color;
  ul: Color;
  link: string;
  attrs: number;
}

/** Bits of `Style.attrs`. */
export const Attr = {
  bold: 1,
  dim: 1 << 1,
  italic: 1 << 2,
  blink: 1 << 3,
  reverse: 1 << 4,
  conceal: 1 << 5,
  strike: 1 << 6,
  overline: 1 << 7,
  underlineShift: 8,
  underlineMask: 7,
} as const;

/** How the text of a run fills cells: 1 and 2, each scalar so many columns; 3 and 4, one cluster of 1 or 2. */
export type Cells = 1 | 2 | 3 | 4;
export type Run = [style: number, cells: Cells, text: string];
export type Row = [wrapped: boolean, runs: Run[]];
export type RowChange = [y: number, row: Row];
/** Rows `top..bottom` moved up by `up`. */
export type Scroll = [top: number, bottom: number, up: number];
export type StyleDefinition = [number: number, style: Style];

export interface Cursor {
  x: number;
  y: number;
  blink: boolean;
  shape: 'default' | 'block' | 'underline' | 'bar';
  visible: boolean;
}

/** Bits of `Update.modes`. */
export const Mode = {
  mouseButtons: 1,
  mouseDrag: 1 << 1,
  mouseAll: 1 << 2,
  bracketedPaste: 1 << 3,
  focus: 1 << 4,
  appCursor: 1 << 5,
  appKeypad: 1 << 6,
  alternate: 1 << 7,
  mouseSgr: 1 << 8,
  /** Kitty's keyboard flags, shifted so far; and modifyOtherKeys. */
  keyboardShift: 10,
  keyboard: 31 << 10,
  otherKeys: 3 << 15,
} as const;

/** Numbers beyond 2^53 come as bigint; these are only ever compared. */
export type Opaque = number | bigint;

export interface HistoryTail {
  end: number;
  rows: Row[];
  start: number;
  generation: Opaque;
}

/** A part of a picture, in its pixels. */
export interface PixelRect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where a picture is seen; `line` is an absolute number, as of the history. */
export interface Placement {
  x: number;
  z: number;
  cols: number;
  line: number;
  rows: number;
  source: PixelRect;
  picture: Opaque;
}

export interface PicturePiece {
  bytes: Uint8Array;
  total: number;
  width: number;
  format: 'png' | 'jpeg' | 'gif';
  height: number;
  offset: number;
  picture: Opaque;
  surface: number;
}

export interface Update {
  full: boolean;
  size: Size;
  rows: RowChange[];
  bells: number;
  modes: number | null;
  title: string | null;
  cursor: Cursor | null;
  styles: StyleDefinition[];
  history: HistoryTail | null;
  scrolls: Scroll[];
  surface: number;
  /** All that are seen, when they changed. */
  pictures: Placement[] | null;
}

export interface History {
  id: number;
  end: number;
  rows: Row[];
  first: number;
  start: number;
  styles: StyleDefinition[];
  surface: number;
  generation: Opaque;
}

export interface PaneEntry {
  x: number;
  y: number;
  id: string;
  dead: boolean;
  size: Size;
  title: string;
  active: boolean;
}

export interface WindowEntry {
  id: string;
  name: string;
  size: Size;
  index: number;
  panes: PaneEntry[];
  active: boolean;
  zoomed: boolean;
}

export interface SessionEntry {
  id: string;
  name: string;
  windows: WindowEntry[];
  attached: number;
}

export interface Topology {
  sessions: SessionEntry[];
  durability: string;
}

export interface Welcome {
  pid: number;
  epoch: Opaque;
  input: number;
  version: number;
  features: string[];
  software: string;
}

/** A key with all that is known of it; what is as usual is left out. For a daemon with the feature `key_presses`. */
export interface KeyPress {
  key: string;
  base?: string;
  held?: number;
  kind?: 'repeat' | 'release';
  text?: string;
  shifted?: string;
}

export type InputEvent = { press: KeyPress } | { raw: Uint8Array } | { paste: Uint8Array } | { key: string } | { focus: boolean };

export type ServerMessage =
  | { welcome: Welcome }
  | { refused: { text: string } }
  | { attached: { pane: string; session: string; surface: number } }
  | { detached: { name: string; reason: string; surface: number } }
  | { update: Update }
  | { input_ack: { seq: number } }
  | { read_input: { id: number } }
  | { history: History }
  | { picture: PicturePiece }
  | { output: { id: number; text: Uint8Array; stream: 'out' | 'err' } }
  | { done: { id: number; status: number } }
  | { event: { topology: Topology } | { message: string } | { clipboard: Uint8Array } }
  | { error: { code: string; text: string; surface: number | null } }
  | { pong: { number: number } };

export interface Attach {
  kind: 'pane';
  size: Size;
  target: string;
  resize: boolean;
  surface: number;
  read_only: boolean;
}

export type ClientMessage =
  | { hello: Hello }
  | { attach: Attach }
  | { detach: { surface: number } }
  | { input: { seq: number; events: InputEvent[]; surface: number } }
  | { resize: { size: Size; surface: number } }
  | { get_history: { id: number; count: number; first: number; surface: number } }
  | { get_picture: { offset: number; picture: Opaque; surface: number } }
  | { command: { id: number; words: string[]; size: Size; surface: number } }
  | { command_input: { id: number; last: boolean; text: Uint8Array } }
  | { watch: { topology: boolean } }
  | { ping: { number: number } };

export interface Hello {
  pid: number;
  cwd: string;
  tty: string;
  kind: 'page';
  term: string;
  client: number;
  features: string[];
  versions: { max: number; min: number };
  environment: [string, string][];
}

/** The feature of a daemon that takes presses. */
export const KEY_PRESSES = 'key_presses';
/** This page shows pictures. */
const PICTURES = 'pictures';

/** What a page says first. It has no tty, no folder and no environment of its own. */
export function hello(client: number): ClientMessage {
  const versions = { max: 1, min: 1 };
  const nothing = { pid: 0, cwd: '', tty: '', term: '', environment: [] };
  return { hello: { ...nothing, kind: 'page', client, versions, features: [KEY_PRESSES, PICTURES] } };
}

// The names of limits.rs that concern a page.
export const Limit = {
  /** Bytes in one paste or raw input event. */
  inputBytes: 16 * 1024,
  /** History lines answered to one request. */
  historyLines: 1000,
  /** Bytes of a picture in one answer. */
  pictureBytes: 64 * 1024,
  /** Columns and rows of a surface. */
  sideCells: 1000,
} as const;

/** Map keys in canonical order, shortest heads, no floats: what the daemon's validator lets in. */
export function encode(message: ClientMessage): Uint8Array<ArrayBuffer> {
  return encodeItem(message) as Uint8Array<ArrayBuffer>;
}

export function decode(bytes: Uint8Array): ServerMessage {
  const message = decodeItem(bytes, { rejectDuplicateMapKeys: true }) as ServerMessage;
  return 'update' in message ? { update: { ...NOTHING_NEW, ...message.update } } : message;
}

/** What an update leaves out when there is nothing to say about it. */
const NOTHING_NEW: Omit<Update, 'size' | 'surface'> = {
  full: false,
  rows: [],
  bells: 0,
  modes: null,
  title: null,
  cursor: null,
  styles: [],
  history: null,
  scrolls: [],
  pictures: null,
};
