// Keys of the browser as the daemon's key presses, for panes whose programs asked for kitty's keyboard protocol: this
// terminal has none, and the daemon encodes.
import { Mode } from './protocol.ts';
import type { KeyPress } from './protocol.ts';

/** What of a KeyboardEvent is looked at. */
export type KeyEvent = Pick<
  KeyboardEvent,
  'type' | 'key' | 'code' | 'location' | 'repeat' | 'isComposing' | 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey' | 'getModifierState'
>;

/** Bits of `KeyPress.held`. */
const Held = { shift: 1, alt: 2, ctrl: 4, caps: 64, num: 128 } as const;
/** Flags of the protocol that say which events are wanted. */
const Flag = { events: 2, all: 8 } as const;

/** Names of the browser's keys that the daemon has by another one. */
const NAMES: Record<string, string> = {
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  Backspace: 'BSpace',
  ContextMenu: 'Menu',
  AltGraph: 'Level3Shift',
  MediaPlay: 'MediaPlay',
  MediaPause: 'MediaPause',
  MediaPlayPause: 'MediaPlayPause',
  MediaStop: 'MediaStop',
  MediaTrackNext: 'MediaNext',
  MediaTrackPrevious: 'MediaPrevious',
  AudioVolumeDown: 'VolumeDown',
  AudioVolumeUp: 'VolumeUp',
  AudioVolumeMute: 'VolumeMute',
};
/** Those that it has by the same. */
const SAME =
  /^(Enter|Tab|Escape|Home|End|PageUp|PageDown|Insert|Delete|CapsLock|NumLock|ScrollLock|PrintScreen|Pause|F([1-9]|[12]\d|3[0-5]))$/;
const MODIFIERS: Record<string, string> = { Shift: 'Shift', Control: 'Control', Alt: 'Alt' };
/** Keys of the keypad without Num Lock. */
const KEYPAD: Record<string, string> = { Clear: 'KPBegin' };
for (const key of ['Up', 'Down', 'Left', 'Right']) KEYPAD[`Arrow${key}`] = `KP${key}`;
for (const key of ['PageUp', 'PageDown', 'Home', 'End', 'Insert', 'Delete', 'Enter']) KEYPAD[key] = `KP${key}`;

/** What stands on a PC-101 keyboard: without Shift and with it. */
const PC101: Record<string, string> = {
  Backquote: '`~',
  Minus: '-_',
  Equal: '=+',
  BracketLeft: '[{',
  BracketRight: ']}',
  Backslash: '\\|',
  Semicolon: ';:',
  Quote: "'\"",
  Comma: ',<',
  Period: '.>',
  Slash: '/?',
};
[...')!@#$%^&*('].forEach((shifted, digit) => {
  PC101[`Digit${digit}`] = `${digit}${shifted}`;
});
for (const letter of 'abcdefghijklmnopqrstuvwxyz') PC101[`Key${letter.toUpperCase()}`] = letter + letter.toUpperCase();

/** The keyboard flags that a pane's program asked for. */
export function keyboardFlags(modes: number): number {
  return (modes & Mode.keyboard) >> Mode.keyboardShift;
}

/** Whether the daemon has to encode the keys of a pane in these modes. */
export function wantsPresses(modes: number): boolean {
  return (modes & (Mode.keyboard | Mode.otherKeys)) !== 0;
}

/**
 * The press for an event: `null` for one that is the browser's, an input method's, or of no use to the program, which is then
 * to be handled as ever, or not at all (`unwanted`).
 */
export function pressOf(event: KeyEvent, modes: number): KeyPress | 'unwanted' | null {
  // Command and Windows are the browser's and the system's; text that is being composed comes when it is whole.
  if (event.metaKey || event.key === 'Meta' || event.isComposing) return null;
  const named = nameOf(event);
  const character = named === null && [...event.key].length === 1;
  if (named === null && !character) return null;
  const flags = keyboardFlags(modes);
  const release = event.type === 'keyup';
  if (release && (flags & Flag.events) === 0) return 'unwanted';
  const press: KeyPress = { key: named ?? event.key };
  const graph = event.getModifierState('AltGraph');
  let held = event.shiftKey ? Held.shift : 0;
  // What AltGr is made of on some systems is no Control with Alt.
  if (event.altKey && !graph) held |= Held.alt;
  if (event.ctrlKey && !graph) held |= Held.ctrl;
  const commands = (held & (Held.alt | Held.ctrl)) !== 0;
  if (event.getModifierState('CapsLock')) held |= Held.caps;
  if (event.getModifierState('NumLock')) held |= Held.num;
  const types = !commands && !release && [...event.key].length === 1;
  if (types) press.text = event.key;
  if (character) Object.assign(press, placeOf(event));
  if (held) press.held = held;
  if (release) press.kind = 'release';
  else if (event.repeat) press.kind = 'repeat';
  return press;
}

/** The daemon's name of a key that types nothing, or of one of the keypad. */
function nameOf({ key, code, location }: KeyEvent): string | null {
  if (location === 3) return KEYPAD[key] ?? (/^[0-9./*\-+=,]$/.test(key) ? `KP${key}` : null);
  const modifier = MODIFIERS[key];
  if (modifier) return `${code.endsWith('Right') ? 'Right' : 'Left'}${modifier}`;
  return NAMES[key] ?? (SAME.test(key) ? key : null);
}

/** A character's key without Shift and with it, and what stands there on a PC-101 keyboard. */
function placeOf({ key, code, shiftKey }: KeyEvent): Pick<KeyPress, 'key' | 'shifted' | 'base'> {
  const [plain = '', shifted = ''] = PC101[code] ?? '';
  const lower = key.toLowerCase();
  let own = [...lower].length === 1 ? lower : key;
  // Which key a character with Shift stands on is known where it stands as on a PC-101 keyboard.
  if (shiftKey && key === shifted) own = plain;
  const place: Pick<KeyPress, 'key' | 'shifted' | 'base'> = { key: own };
  if (shiftKey && own !== key) place.shifted = key;
  if (plain && plain !== own) place.base = plain;
  return place;
}
