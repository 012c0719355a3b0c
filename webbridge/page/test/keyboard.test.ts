// Keys of the browser as the daemon's presses.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type KeyEvent, pressOf, wantsPresses } from '../src/keyboard.ts';
import type { KeyPress } from '../src/protocol.ts';

const ALL = 31 << 10;
const EVENTS = 3 << 10;
const TOLD_APART = 1 << 10;

function event(words: string, key: string, code: string, more: Partial<KeyEvent> = {}): KeyEvent {
  const has = (word: string) => words.split(' ').includes(word);
  return {
    type: has('up') ? 'keyup' : 'keydown',
    key,
    code,
    location: has('keypad') ? 3 : 0,
    repeat: has('repeat'),
    isComposing: false,
    shiftKey: has('shift'),
    altKey: has('alt'),
    ctrlKey: has('ctrl'),
    metaKey: has('meta'),
    getModifierState: (name: string) => has(name),
    ...more,
  };
}

describe('keyboard', () => {
  it('tells keys, what they typed and where they stand', () => {
    const cases: [words: string, key: string, code: string, press: KeyPress][] = [
      ['', 'a', 'KeyA', { key: 'a', text: 'a' }],
      ['shift', 'A', 'KeyA', { key: 'a', held: 1, text: 'A', shifted: 'A' }],
      ['CapsLock', 'A', 'KeyA', { key: 'a', held: 64, text: 'A' }],
      ['shift', '!', 'Digit1', { key: '1', held: 1, text: '!', shifted: '!' }],
      ['shift', '/', 'Digit7', { key: '/', held: 1, text: '/', base: '7' }],
      ['ctrl', 'i', 'KeyI', { key: 'i', held: 4 }],
      ['ctrl shift', 'I', 'KeyI', { key: 'i', held: 5, shifted: 'I' }],
      ['ctrl', 'с', 'KeyC', { key: 'с', held: 4, base: 'c' }],
      ['alt', 'x', 'KeyX', { key: 'x', held: 2 }],
      ['AltGraph ctrl alt', '@', 'KeyQ', { key: '@', text: '@', base: 'q' }],
      ['', ' ', 'Space', { key: ' ', text: ' ' }],
      ['shift', 'Enter', 'Enter', { key: 'Enter', held: 1 }],
      ['', 'Backspace', 'Backspace', { key: 'BSpace' }],
      ['ctrl NumLock', 'ArrowLeft', 'ArrowLeft', { key: 'Left', held: 132 }],
      ['', 'F13', 'F13', { key: 'F13' }],
      ['keypad NumLock', '5', 'Numpad5', { key: 'KP5', held: 128, text: '5' }],
      ['keypad', 'Clear', 'Numpad5', { key: 'KPBegin' }],
      ['keypad', 'Home', 'Numpad7', { key: 'KPHome' }],
      ['keypad', 'Enter', 'NumpadEnter', { key: 'KPEnter' }],
      ['shift', 'Shift', 'ShiftRight', { key: 'RightShift', held: 1 }],
      ['up', 'Control', 'ControlLeft', { key: 'LeftControl', kind: 'release' }],
      ['', 'AltGraph', 'AltRight', { key: 'Level3Shift' }],
      ['repeat', 'a', 'KeyA', { key: 'a', text: 'a', kind: 'repeat' }],
      ['up', 'a', 'KeyA', { key: 'a', kind: 'release' }],
      ['', 'ContextMenu', 'ContextMenu', { key: 'Menu' }],
      ['', 'AudioVolumeUp', 'AudioVolumeUp', { key: 'VolumeUp' }],
      ['', '😀', '', { key: '😀', text: '😀' }],
    ];
    for (const [words, key, code, press] of cases) {
      assert.deepEqual(pressOf(event(words, key, code), ALL), press, `${words} ${key}`);
    }
  });

  it('leaves to the browser what is its own', () => {
    assert.equal(pressOf(event('meta', 'c', 'KeyC'), ALL), null);
    assert.equal(pressOf(event('meta', 'Meta', 'MetaLeft'), ALL), null);
    assert.equal(pressOf(event('', 'a', 'KeyA', { isComposing: true }), ALL), null);
    for (const key of ['Dead', 'Process', 'Unidentified', 'BrowserBack']) assert.equal(pressOf(event('', key, ''), ALL), null);
  });

  it('tells releases only where they are asked for', () => {
    assert.equal(pressOf(event('up', 'a', 'KeyA'), TOLD_APART), 'unwanted');
    assert.deepEqual(pressOf(event('up', 'a', 'KeyA'), EVENTS), { key: 'a', kind: 'release' });
  });

  it('is asked only where a program asks', () => {
    assert.equal(wantsPresses(0x3ff), false);
    assert.equal(wantsPresses(TOLD_APART), true);
    assert.equal(wantsPresses(1 << 15), true);
  });
});
