// Typed input reaches a daemon once, whatever happens to the connection.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IN_FLIGHT_BYTES_MAX, KEPT_BYTES_MAX, Outbox, type Saved } from '../src/outbox.ts';
import type { ClientMessage } from '../src/protocol.ts';
import { Random, seeds } from './random.ts';

const text = (words: string) => new TextEncoder().encode(words);

type Sent = { seq: number; surface: number; bytes: Uint8Array };

function outbox(saved: Saved | null = null, ready: (pane: string) => 'yes' | 'wait' | 'gone' = () => 'yes') {
  const sent: Sent[] = [];
  const send = (message: ClientMessage) => {
    assert.ok('input' in message);
    const { seq, surface, events } = message.input;
    const event = events[0];
    assert.ok(event && events.length === 1);
    sent.push({ seq, surface, bytes: 'raw' in event ? event.raw : 'paste' in event ? event.paste : new Uint8Array() });
  };
  return { box: new Outbox(send, ready, saved), sent };
}

const words = (sent: Sent[]) => sent.map(({ bytes }) => new TextDecoder().decode(bytes)).join('');

describe('outbox', () => {
  it('keeps what is typed without a connection and sends it once there is one', () => {
    const { box, sent } = outbox();
    box.raw('%3', text('a'));
    box.raw('%3', text('b'));
    assert.equal(sent.length, 0);
    box.connected(0);
    assert.deepEqual(sent.map(({ seq, surface }) => [seq, surface]), [[1, 3], [2, 3]]);
    box.acknowledged(1);
    assert.equal(box.pending, 1);
  });

  it('sends again what the daemon has not had, and nothing else', () => {
    const { box, sent } = outbox();
    box.connected(0);
    for (const key of 'abc') box.raw('%0', text(key));
    box.disconnected();
    box.raw('%0', text('d'));
    sent.length = 0;
    box.connected(2);
    assert.equal(words(sent), 'cd');
    assert.deepEqual(sent.map(({ seq }) => seq), [3, 4]);
  });

  it('keeps presses as it keeps bytes, also over a reload', () => {
    const events: unknown[] = [];
    const send = (message: ClientMessage) => events.push('input' in message && message.input.events[0]);
    const first = new Outbox(() => {}, () => 'yes', null);
    const press = { key: 'a', held: 4, kind: 'repeat' as const };
    assert.equal(first.press('%2', press), true);
    first.raw('%2', text('b'));
    const saved = JSON.parse(JSON.stringify(first.save())) as Saved;
    new Outbox(send, () => 'yes', saved).connected(0);
    assert.deepEqual(events, [{ press }, { raw: text('b') }]);
  });

  it('waits for a pane, in order, and drops what was for a pane that is gone', () => {
    const state: Record<string, 'yes' | 'wait' | 'gone'> = { '%1': 'wait', '%2': 'yes' };
    const { box, sent } = outbox(null, (pane) => state[pane] ?? 'wait');
    box.connected(0);
    box.raw('%1', text('a'));
    box.raw('%2', text('b'));
    assert.equal(words(sent), '');
    state['%1'] = 'gone';
    box.flush();
    assert.equal(words(sent), 'b');
    assert.equal(box.pending, 1);
  });

  it('cuts a long paste into whole pieces and a shorter one, feeds it in at the pace of the answers, and cleans it', () => {
    const { box, sent } = outbox();
    box.connected(0);
    const long = `\x1b[200~${'añ€🙂\n'.repeat(30_000)}\x1b[201~`;
    assert.ok(box.paste('%0', long));
    assert.ok(sent.reduce((sum, { bytes }) => sum + bytes.length, 0) <= IN_FLIGHT_BYTES_MAX + 16 * 1024);
    for (let n = 0; n < sent.length; n += 1) box.acknowledged(sent[n]?.seq ?? 0);
    assert.equal(box.pending, 0);
    const last = sent.pop()?.bytes ?? new Uint8Array();
    assert.ok(last.length < 16 * 1024);
    assert.ok(sent.every(({ bytes }) => bytes.length === 16 * 1024));
    const whole = Buffer.concat([...sent.map(({ bytes }) => bytes), last]);
    assert.equal(whole.toString(), 'añ€🙂\r'.repeat(30_000));
  });

  it('refuses what it could not keep', () => {
    const { box } = outbox();
    assert.ok(box.raw('%0', new Uint8Array(KEPT_BYTES_MAX)));
    assert.ok(!box.raw('%0', text('a')));
  });

  it('goes on after a reload', () => {
    const { box } = outbox();
    box.connected(0);
    box.raw('%1', text('a'));
    box.paste('%1', 'é');
    const saved = JSON.parse(JSON.stringify(box.save())) as Saved;
    const next = outbox(saved);
    assert.equal(next.box.client, box.client);
    next.box.connected(1);
    next.box.raw('%1', text('c'));
    assert.equal(words(next.sent), 'éc');
    assert.deepEqual(next.sent.map(({ seq }) => seq), [2, 3]);
  });
});

describe('outbox on a bad line', () => {
  for (const seed of seeds(50)) {
    it(`nothing is lost, nothing comes twice (seed ${seed})`, () => {
      const random = new Random(seed);
      let typed = '';
      let taken = '';
      let handled = 0;
      let { box, sent } = outbox();
      let up = false;
      for (let n = 0; n < 400; n += 1) {
        const what = random.below(10);
        if (what < 5) {
          const key = String.fromCharCode(97 + random.below(26));
          typed += key;
          box.raw('%0', text(key));
        } else if (what < 8 && up) {
          // The daemon takes some of what is on the line, and its acknowledgement may be lost.
          for (const { seq, bytes } of sent.splice(0, random.below(4))) {
            if (seq <= handled) continue;
            assert.equal(seq, handled + 1, `seed ${seed}`);
            handled = seq;
            taken += new TextDecoder().decode(bytes);
          }
          if (random.chance(50)) box.acknowledged(handled);
        } else if (what === 8) {
          // The line breaks with what is on it.
          box.disconnected();
          sent.length = 0;
          up = false;
          if (random.chance(20)) ({ box, sent } = outbox(JSON.parse(JSON.stringify(box.save())) as Saved));
        } else if (!up) {
          up = true;
          box.connected(handled);
        }
      }
      box.disconnected();
      sent.length = 0;
      box.connected(handled);
      taken += words(sent);
      assert.equal(taken, typed, `seed ${seed}`);
    });
  }
});
