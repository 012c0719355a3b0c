// The page in Chromium, with a daemon that does what it is told.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { endBrowser, Home, Person, until } from './bench.mjs';
import { FakeDaemon } from './fake_daemon.mjs';

describe('page with a fake daemon', { concurrency: false }, () => {
  let home, daemon, ann, pane;

  before(async () => {
    home = new Home();
    daemon = new FakeDaemon(home.socket);
    await daemon.listen();
    await home.startGateway();
    ann = await Person.arrive(home.url);
    await ann.online();
    pane = await ann.pane();
  });
  after(async () => {
    await endBrowser();
    await daemon.die();
    await home.end();
  });

  it('takes the code out of the address', async () => {
    assert.ok(!ann.page.url().includes('code'));
    assert.equal(new URL(ann.page.url()).hash, '#work');
  });

  it('lists the session', async () => {
    await ann.page.waitForSelector('[data-session="work"]');
    assert.deepEqual(await ann.page.$$eval('[data-session]', (all) => all.map((e) => e.dataset.session)), ['work']);
  });

  it('shows what is typed', async () => {
    await ann.sees(pane, '$');
    await ann.enter('hello');
    await ann.sees(pane, 'said: hello');
  });

  it('tells the daemon how much room there is', async () => {
    const { cols, rows } = daemon.size;
    assert.ok(cols > 80 && rows > 24, `${cols} x ${rows}`);
    await ann.page.setViewportSize({ width: 900, height: 500 });
    await until('it has shrunk', () => daemon.size.cols < cols && daemon.size.rows < rows);
    await ann.page.setViewportSize({ width: 1200, height: 760 });
    await until('it is back', () => daemon.size.cols === cols && daemon.size.rows === rows);
  });

  it('sends once what was typed while the daemon was gone', async () => {
    daemon.panes.get(pane).typed = '';
    await daemon.die();
    await until('it is noticed', async () => (await ann.state()) === 'reconnecting');
    await ann.type('while away');
    daemon.epoch += 1;
    await daemon.listen();
    await ann.online();
    await ann.sees(pane, '$ while away');
    await ann.page.keyboard.press('Enter');
    await ann.sees(pane, 'said: while away');
    assert.equal(daemon.panes.get(pane).typed, 'while away\r');
  });

  it('types nothing twice when an acknowledgement is lost', async () => {
    daemon.panes.get(pane).typed = '';
    daemon.acknowledge = false;
    await ann.type('once');
    await ann.sees(pane, '$ once');
    await daemon.die();
    daemon.acknowledge = true;
    await daemon.listen();
    await ann.online();
    await ann.enter(' only');
    await ann.sees(pane, 'said: once only');
    assert.equal(daemon.panes.get(pane).typed, 'once only\r');
  });

  it('loses nothing by a reload with input on its way', async () => {
    daemon.panes.get(pane).typed = '';
    await daemon.die();
    await until('it is noticed', async () => (await ann.state()) === 'reconnecting');
    await ann.type('before ');
    await ann.page.reload();
    await daemon.listen();
    await ann.online();
    await ann.sees(pane, '$ before');
    await ann.enter('after');
    await ann.sees(pane, 'said: before after');
    assert.equal(daemon.panes.get(pane).typed, 'before after\r');
  });

  it('shows history that it skipped, without a gap, once it is quiet', async () => {
    daemon.asked = 0;
    await ann.enter('flood 3000');
    await ann.sees(pane, 'line 3000');
    await until('it asks for what it missed', () => daemon.asked > 0);
    let before = Infinity;
    await until('page by page up to the first line', async () => {
      const text = await ann.text(pane);
      const numbers = [...text.matchAll(/^line (\d+)$/gm)].map(([, n]) => Number(n));
      assert.ok(numbers.every((n, i) => i === 0 || n === numbers[i - 1] + 1), text);
      assert.ok(numbers[0] <= before, 'it jumped');
      before = numbers[0];
      await ann.page.keyboard.press('Shift+PageUp');
      return numbers[0] === 1;
      // Seventy pages, each drawn: on a busy machine they take their time.
    }, 90_000);
    await ann.page.keyboard.press('Enter');
    await ann.sees(pane, /line 3000[^]*said:/);
  });

  it('copies what is selected', async () => {
    await ann.enter('copy-me-please');
    await ann.sees(pane, 'said: copy-me-please');
    const place = await ann.page.evaluate((id) => {
      const lines = window.abide.text(id).split('\n');
      const box = document.querySelector(`[data-pane-id="${id}"]`).getBoundingClientRect();
      const y = lines.findIndex((line) => line.includes('said: copy-me'));
      return { x: box.left + 100, y: box.top + ((y + 0.5) * box.height) / lines.length };
    }, pane);
    await ann.page.mouse.dblclick(place.x, place.y);
    await until('it is on the clipboard', async () => (await ann.page.evaluate(() => navigator.clipboard.readText())) === 'copy-me-please');
  });

  it('pastes in order and whole', async () => {
    daemon.panes.get(pane).typed = '';
    const text = Array.from({ length: 3000 }, (_, n) => `paste ${n} é🙂`).join('');
    await ann.page.evaluate((words) => navigator.clipboard.writeText(words), text);
    await ann.page.keyboard.press('Control+Shift+V');
    await until('it is all there', () => daemon.panes.get(pane).typed.length >= text.length);
    assert.equal(daemon.panes.get(pane).typed, text);
    await ann.page.keyboard.press('Enter');
  });

  it('puts panes where the layout has them, and windows as tabs', async () => {
    await ann.page.click('[aria-label="Split right"]');
    await until('two panes', async () => (await ann.panes()).length === 2);
    const boxes = await ann.page.$$eval('[data-pane-id]', (all) => all.filter((e) => !e.hidden).map((e) => e.getBoundingClientRect().toJSON()));
    assert.ok(boxes[0].right < boxes[1].left && boxes[0].top === boxes[1].top, JSON.stringify(boxes));
    await ann.sees('%1', '$');
    await ann.enter('in the second');
    await ann.sees('%1', 'said: in the second');
    await ann.page.click(`[data-pane-id="${pane}"]`);
    await until('it is chosen', () => daemon.windows[0].current === pane);
    await ann.enter('in the first');
    await ann.sees(pane, 'said: in the first');
    await ann.page.click('[aria-label="New window"]');
    await until('a second tab', async () => (await ann.page.$$('[role="tab"]')).length === 2);
    await ann.sees('%2', '$');
    await ann.enter('third');
    await ann.sees('%2', 'said: third');
    await ann.page.click('[role="tab"] >> nth=0');
    await until('back', async () => (await ann.panes()).includes(pane));
    await ann.sees('%1', 'said: in the second');
  });

  it('comes back to the same place after a reload', async () => {
    await ann.page.reload();
    await ann.online();
    await ann.sees('%1', 'said: in the second');
    assert.deepEqual(await ann.panes(), ['%0', '%1']);
  });

  it('searches', async () => {
    await ann.page.keyboard.press('Control+Shift+F');
    await ann.type('in the first');
    await until('a match', async () => /\d of \d|^\d+$/.test((await ann.page.textContent('.search-found')) ?? ''));
    await ann.page.keyboard.press('Escape');
    await ann.enter('typed after the search');
    await ann.sees(pane, 'said: typed after the search');
  });

  it('says what a command has to say', async () => {
    await ann.page.click('[aria-label="Zoom pane"]');
    await ann.page.waitForSelector('.notice:has-text("unknown command: resize-pane")');
  });

  it('draws cells as large as it measured them', async () => {
    const boxes = await ann.page.$$eval('[data-pane-id]', (all) =>
      all.filter((e) => !e.hidden).map((e) => [e.getBoundingClientRect(), e.querySelector('.xterm-screen').getBoundingClientRect()].map((b) => b.toJSON())),
    );
    for (const [pane, screen] of boxes) {
      assert.ok(Math.abs(pane.width - screen.width) < 1 && Math.abs(pane.height - screen.height) < 1, JSON.stringify([pane, screen]));
    }
  });

  it('fits a phone: everything in reach, sessions over the pane only while they are used', async () => {
    const sidebar = () => ann.page.isVisible('.sidebar');
    assert.ok(await sidebar());
    await ann.page.setViewportSize({ width: 360, height: 640 });
    await until('the list is folded', async () => !(await sidebar()));
    await until('the window is narrow', () => daemon.size.cols < 50);
    const boxes = await ann.page.$$eval('.bar button:not(.tab button)', (all) => all.map((e) => e.getBoundingClientRect().toJSON()));
    assert.ok(boxes.length >= 8, String(boxes.length));
    for (const { left, right, bottom } of boxes) assert.ok(left >= 0 && right <= 360 && bottom <= 90, `${left} ${right} ${bottom}`);
    await ann.page.click('.session-button');
    assert.ok(await sidebar());
    await ann.shot('phone-sessions');
    await ann.page.mouse.click(340, 400);
    await until('the list is folded again', async () => !(await sidebar()));
    await ann.shot('phone');
    await ann.page.setViewportSize({ width: 1200, height: 760 });
    await until('the list is back', sidebar);
  });

  it('shows a picture of itself in both colours', async () => {
    await ann.shot('fake-light');
    await ann.page.emulateMedia({ colorScheme: 'dark' });
    await ann.shot('fake-dark');
  });

  it('complains of nothing, least of all of its own policy', () => assert.deepEqual(ann.complaints, []));
});
