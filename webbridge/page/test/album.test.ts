// The album: what it asks for, what it keeps, what it lets go.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Album } from '../src/album.ts';
import { Limit, type Opaque, type PicturePiece } from '../src/protocol.ts';

interface Asked {
  pane: string;
  picture: Opaque;
  offset: number;
}

class Reader {
  readonly asked: Asked[] = [];
  readonly closed: string[] = [];
  arrivals = 0;
  online = true;
  /** The side of the next bitmap that is made. */
  side = 10;
  readonly album = new Album(
    (pane, picture, offset) => {
      if (this.online) this.asked.push({ pane, picture, offset });
      return this.online;
    },
    (file) => this.decode(file),
    () => {
      this.arrivals += 1;
    },
  );

  private async decode(file: Blob): Promise<ImageBitmap> {
    const text = await file.text();
    if (text.startsWith('no')) throw new Error('not a picture');
    const name = text.slice(0, 8);
    return { width: this.side, height: this.side, close: () => this.closed.push(name) } as ImageBitmap;
  }

  look(picture: Opaque, pane = '%0'): string {
    const found = this.album.look(pane, picture);
    return found === null ? 'nothing' : found.bitmap ? 'bitmap' : `lost ${found.width}x${found.height}`;
  }

  /** The daemon answers all that was asked for. */
  async answer(file: (picture: Opaque) => Uint8Array): Promise<void> {
    for (const { picture, offset } of this.asked.splice(0)) {
      const bytes = file(picture);
      this.album.take(piece(picture, offset, bytes.slice(offset, offset + Limit.pictureBytes), bytes.length));
    }
    await settled();
  }
}

function piece(picture: Opaque, offset: number, bytes: Uint8Array, total: number): PicturePiece {
  return { bytes, total, width: 3, format: 'png', height: 4, offset, picture, surface: 0 };
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

const file = (text: string, length = text.length) => new TextEncoder().encode(text.padEnd(length, '.'));

describe('album', () => {
  it('asks once, in pieces, and has the picture when all have come', async () => {
    const reader = new Reader();
    const length = 9 * Limit.pictureBytes + 1;
    assert.equal(reader.look(7n), 'nothing');
    assert.equal(reader.look(7n), 'nothing');
    assert.deepEqual(reader.asked, [{ pane: '%0', picture: 7n, offset: 0 }]);
    let rounds = 0;
    while (reader.asked.length > 0) {
      assert.ok(reader.asked.length <= 4, 'no more than a few pieces are on their way');
      await reader.answer(() => file('yes', length));
      rounds += 1;
    }
    assert.ok(rounds > 2);
    assert.equal(reader.look(7n), 'bitmap');
    assert.equal(reader.arrivals, 1);
  });

  it('says the size of what is gone or no picture', async () => {
    const reader = new Reader();
    reader.look(1);
    await reader.answer(() => file(''));
    assert.equal(reader.look(1), 'lost 3x4');
    reader.look(2);
    await reader.answer(() => file('no picture'));
    assert.equal(reader.look(2), 'lost 3x4');
    reader.look(3);
    reader.album.take(piece(3, 0, file('yes'), 2 ** 30));
    assert.equal(reader.look(3), 'lost 3x4', 'too large');
    // One that went while it came.
    reader.look(4);
    reader.album.take(piece(4, 0, file('yes', Limit.pictureBytes), 3 * Limit.pictureBytes));
    reader.album.take(piece(4, Limit.pictureBytes, file(''), 0));
    assert.equal(reader.look(4), 'lost 3x4');
  });

  it('asks for few pictures at once, and for the others then', async () => {
    const reader = new Reader();
    for (const picture of [1, 2, 3, 4]) reader.look(picture);
    assert.deepEqual(reader.asked.map(({ picture }) => picture), [1, 2]);
    await reader.answer(() => file('yes'));
    for (const picture of [1, 2, 3, 4]) reader.look(picture);
    assert.deepEqual(reader.asked.map(({ picture }) => picture), [3, 4]);
  });

  it('has room for others when a pane that pictures came through is left', async () => {
    const reader = new Reader();
    for (const picture of [1, 2]) reader.look(picture, '%1');
    reader.album.take(piece(1, 0, file('yes', Limit.pictureBytes), 9 * Limit.pictureBytes));
    reader.asked.length = 0;
    reader.look(3, '%2');
    assert.deepEqual(reader.asked, [], 'two are on their way');
    reader.album.leave('%1');
    reader.look(3, '%2');
    assert.deepEqual(reader.asked, [{ pane: '%2', picture: 3, offset: 0 }]);
    // What was on its way is of no use now, and the pane asks anew when it is looked at again.
    reader.album.take(piece(1, Limit.pictureBytes, file('late'), 9 * Limit.pictureBytes));
    reader.asked.length = 0;
    reader.look(1, '%1');
    assert.deepEqual(reader.asked, [{ pane: '%1', picture: 1, offset: 0 }]);
  });

  it('asks anew for a picture of which no more could be asked for', async () => {
    const reader = new Reader();
    reader.look(1);
    reader.online = false;
    reader.album.take(piece(1, 0, file('yes', Limit.pictureBytes), 9 * Limit.pictureBytes));
    reader.online = true;
    reader.asked.length = 0;
    reader.look(1);
    assert.deepEqual(reader.asked, [{ pane: '%0', picture: 1, offset: 0 }]);
  });

  it('remembers so many that cannot be shown', async () => {
    const reader = new Reader();
    for (let picture = 0; picture < 4097; picture += 1) {
      reader.look(picture);
      await reader.answer(() => file(''));
    }
    assert.equal(reader.look(1), 'lost 3x4');
    assert.equal(reader.look(0), 'nothing', 'it would be asked for again');
  });

  it('begins anew after the line was lost', async () => {
    const reader = new Reader();
    reader.look(1);
    reader.album.take(piece(1, 0, file('yes', Limit.pictureBytes), 2 * Limit.pictureBytes));
    reader.album.disconnected();
    reader.online = false;
    assert.equal(reader.look(1), 'nothing');
    reader.online = true;
    reader.asked.length = 0;
    reader.look(1);
    assert.deepEqual(reader.asked, [{ pane: '%0', picture: 1, offset: 0 }]);
    await reader.answer(() => file('yes'));
    assert.equal(reader.look(1), 'bitmap');
  });

  it('forgets everything for another daemon', async () => {
    const reader = new Reader();
    reader.look(1);
    await reader.answer(() => file('first'));
    reader.look(2);
    const late = reader.asked.splice(0);
    reader.album.take(piece(2, 0, file('second'), 6));
    // It is being decoded.
    reader.album.forget();
    await settled();
    assert.deepEqual(reader.closed, ['first', 'second'], 'no bitmap is left behind');
    assert.equal(late.length, 1);
    assert.equal(reader.look(1), 'nothing');
    assert.equal(reader.look(2), 'nothing');
  });

  it('lets go of what nobody sees when there is too much', async () => {
    const reader = new Reader();
    // Four of them are all there is room for.
    reader.side = 3500;
    const show = async (pane: string, ...pictures: number[]) => {
      reader.album.begin(pane);
      for (const picture of pictures) {
        reader.look(picture, pane);
        await reader.answer((n) => file(`picture${n}`.slice(-8)));
      }
    };
    await show('%0', 1);
    await show('%1', 2, 3, 4);
    await show('%1', 3, 4, 5);
    assert.deepEqual(reader.closed, ['picture2'.slice(-8)], 'the one that no pane shows');
    await show('%1', 3, 4, 5, 6);
    assert.equal(reader.look(6), 'lost 3x4', 'no room for more than is seen');
    assert.equal(reader.look(1), 'bitmap', 'seen in another pane');
    reader.album.begin('%0');
    await show('%1', 3, 7);
    assert.equal(reader.look(7), 'bitmap');
  });
});
