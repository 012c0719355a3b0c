// Pictures in Chromium: what is really seen of them.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { deflateSync, crc32 } from 'node:zlib';
import { endBrowser, Home, Person, until } from './bench.mjs';
import { FakeDaemon } from './fake_daemon.mjs';

const RED = [255, 0, 0];
const BLUE = [0, 0, 255];

/** A PNG whose left half is red and whose right half is blue, and which is as long as two pieces. */
function png(width, height) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = [0, ...Array.from({ length: width }, (_, x) => (x < width / 2 ? RED : BLUE)).flat()];
  const rows = Buffer.concat(Array.from({ length: height }, () => Buffer.from(row)));
  const comment = chunk('tEXt', Buffer.from(`Comment\0${'.'.repeat(70_000)}`));
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk('IHDR', head), comment, chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

describe('pictures on the page', { concurrency: false }, () => {
  let home, daemon, ann, pane;

  before(async () => {
    home = new Home();
    daemon = new FakeDaemon(home.socket);
    daemon.files.set(7, { bytes: png(64, 32), format: 'png', width: 64, height: 32 });
    daemon.files.set(8, { bytes: Buffer.from('no picture'), format: 'jpeg', width: 64, height: 32 });
    await daemon.listen();
    await home.startGateway();
    ann = await Person.arrive(home.url);
    await ann.online();
    pane = await ann.pane();
    await ann.sees(pane, '$');
    await until('the pane has its size', () => daemon.panes.get(pane).size.cols > 80);
  });
  after(async () => {
    await endBrowser();
    await daemon.die();
    await home.end();
  });

  /** The colour in the middle of a cell, or in a corner of it, as it is on the person's screen. */
  async function colour(x, y, part = 0.5) {
    const { cols, rows } = daemon.panes.get(pane).size;
    const shot = (await ann.page.screenshot({ type: 'png' })).toString('base64');
    return ann.page.evaluate(
      async ({ shot, id, x, y, cols, rows, part }) => {
        const bytes = Uint8Array.from(atob(shot), (c) => c.charCodeAt(0));
        const seen = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const box = document.querySelector(`[data-pane-id="${id}"] .xterm-screen`).getBoundingClientRect();
        const context = Object.assign(document.createElement('canvas'), { width: seen.width, height: seen.height }).getContext('2d');
        context.drawImage(seen, 0, 0);
        const across = box.x + ((x + part) * box.width) / cols;
        const down = box.y + ((y + part) * box.height) / rows;
        return [...context.getImageData(Math.round(across), Math.round(down), 1, 1).data].slice(0, 3);
      },
      { shot, id: pane, x, y, cols, rows, part },
    );
  }

  const same = (a, b) => a.every((value, n) => Math.abs(value - b[n]) < 24);
  const is = (what, wanted, ...at) => until(`${what} at ${at}`, async () => same(await colour(...at), wanted));
  const isNot = (what, wanted, ...at) => until(`no ${what} at ${at}`, async () => !same(await colour(...at), wanted));

  const whole = { x: 0, y: 0, width: 64, height: 32 };
  /** The pane shows these pictures. */
  function show(...pictures) {
    daemon.panes.get(pane).pictures = pictures;
    daemon.changed();
  }

  it('are seen in their cells', async () => {
    show({ x: 10, z: 0, cols: 8, line: 5, rows: 4, source: whole, picture: 7 });
    await is('red', RED, 11, 5);
    await is('red', RED, 13, 8);
    await is('blue', BLUE, 14, 8);
    await is('blue', BLUE, 17, 5);
    for (const at of [[9, 5], [18, 5], [10, 4], [10, 9]]) {
      const seen = await colour(...at);
      assert.ok(!same(seen, RED) && !same(seen, BLUE), `${at}: ${seen}`);
    }
  });

  it('show the part that is asked for, the frontmost last', async () => {
    const right = { x: 32, y: 0, width: 32, height: 32 };
    show(
      { x: 10, z: 0, cols: 8, line: 5, rows: 4, source: whole, picture: 7 },
      { x: 10, z: 1, cols: 2, line: 5, rows: 2, source: right, picture: 7 },
    );
    await is('blue', BLUE, 10, 5);
    await is('blue', BLUE, 11, 6);
    await is('red', RED, 10, 7);
    await is('red', RED, 12, 5);
  });

  it('leave text to be read that they lie under', async () => {
    show({ x: 0, z: -1, cols: 20, line: 0, rows: 2, source: whole, picture: 7 });
    await is('red', RED, 4, 0);
    await is('red', RED, 0, 1);
    // The corner of the prompt's cell.
    await isNot('red', RED, 0, 0, 0.05);
  });

  it('scroll with their lines, into the history too', async () => {
    show({ x: 10, z: 0, cols: 8, line: 2, rows: 2, source: whole, picture: 7 });
    await is('red', RED, 11, 2);
    const { rows } = daemon.panes.get(pane).size;
    await ann.enter(`flood ${rows}`);
    await ann.sees(pane, `line ${rows}`);
    await isNot('red', RED, 11, 2);
    const { history } = daemon.panes.get(pane);
    await ann.page.mouse.move(400, 300);
    await ann.page.mouse.wheel(0, -100_000);
    await until('it is scrolled to the top', async () => (await ann.text(pane)).startsWith(history[0]));
    await is('red', RED, 11, 2);
    await is('blue', BLUE, 17, 3);
    await ann.page.mouse.wheel(0, 100_000);
    await isNot('red', RED, 11, 2);
  });

  it('come again with the line, and go', async () => {
    const line = daemon.panes.get(pane).history.length + 3;
    show({ x: 10, z: 0, cols: 8, line, rows: 2, source: whole, picture: 7 });
    await is('red', RED, 11, 3);
    await daemon.die();
    await until('it is noticed', async () => (await ann.state()) === 'reconnecting');
    daemon.epoch += 1;
    await daemon.listen();
    await ann.online();
    await is('red', RED, 11, 3);
    show();
    await isNot('red', RED, 11, 3);
  });

  it('are boxes where nobody can read them', async () => {
    const line = daemon.panes.get(pane).history.length + 3;
    const before = await colour(30, 3, 0.02);
    show({ x: 30, z: 0, cols: 20, line, rows: 3, source: whole, picture: 8 });
    await isNot('empty', before, 30, 3, 0.02);
    assert.deepEqual(ann.complaints, []);
  });
});
