// The frames that the protocol crate has written down once: the page reads all of the daemon's, and writes
// its own with the same bytes.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { decode as decodeAny, encode as encodeAny } from 'cborg';
import { decode, encode, hello } from '../src/protocol.ts';

const folder = new URL('../../../tests/golden/protocol/v1/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.cbor'));

describe('golden frames', () => {
  it('are there', () => assert.ok(names.length > 50, String(names.length)));

  for (const name of names) {
    it(`${name} has the same bytes when the page writes it`, () => {
      const bytes = readFileSync(new URL(name, folder));
      assert.deepEqual(Buffer.from(encodeAny(decodeAny(bytes))), bytes);
    });
  }

  it('an update that says little is complete after reading', () => {
    const message = decode(encodeAny({ update: { size: { cols: 2, rows: 1 }, surface: 7 } }));
    assert.ok('update' in message);
    const { full, rows, modes, history } = message.update;
    assert.deepEqual([full, rows, modes, history], [false, [], null, null]);
  });

  it('a hello has all fields of the golden one', () => {
    const golden = decodeAny(readFileSync(new URL('hello-page.cbor', folder))) as { hello: object };
    const ours = decodeAny(encode(hello(1))) as { hello: object };
    assert.deepEqual(Object.keys(ours.hello), Object.keys(golden.hello));
  });
});
