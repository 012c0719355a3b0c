// The page in Chromium, with the daemon itself and real shells.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { endBrowser, Home, Person, theBrowser, until } from './bench.mjs';

/** A shell's, also root's. */
const PROMPT = /[$#]/;
/** Rows of a page in this browser's window, with room. */
const PAGE_ROWS_MAX = 80;

describe('page with the daemon', { concurrency: false }, () => {
  let home, ann, pane;

  before(async () => {
    home = new Home();
    await home.abide('new-session', '-d', '-s', 'work', '-x', '90', '-y', '30');
    await home.startGateway();
    ann = await Person.arrive(home.url);
    await ann.online();
    pane = await ann.pane();
  });
  after(async () => {
    await endBrowser();
    await home.end();
  });

  it('signs in by the link, once', async () => {
    await ann.page.waitForSelector('[data-session="work"]');
    const second = await Person.arrive(home.url);
    await second.page.waitForSelector('.sign-in');
    assert.match(await second.page.textContent('.said'), /not, or no more, good/);
    assert.equal(await second.page.$('[data-session]'), null);
    assert.deepEqual(await second.panes(), []);
    assert.equal(await second.state(), 'offline');
    // A fresh code, by hand.
    await second.page.fill('.sign-in input', await home.code());
    await second.page.click('text=Sign in');
    await second.online();
    await second.page.waitForSelector('[data-session="work"]');
    await second.leave();
  });

  it('types and sees the output', async () => {
    await ann.sees(pane, PROMPT);
    await ann.enter('echo sum $((40 + 2)) é 日本');
    await ann.sees(pane, 'sum 42 é 日本');
  });

  it('gives the window the room there is', async () => {
    await ann.enter('stty size');
    const text = await ann.sees(pane, /^(\d+) (\d+)$/m);
    const [, rows, cols] = /^(\d+) (\d+)$/m.exec(text).map(Number);
    assert.ok(rows > 35 && cols > 100, `${rows} x ${cols}`);
    await ann.page.setViewportSize({ width: 900, height: 500 });
    await until('the program hears of it', async () => {
      await ann.enter('clear; stty size');
      const now = /^(\d+) (\d+)$/m.exec(await ann.text(pane))?.map(Number);
      return now && now[1] < rows && now[2] < cols;
    });
    await ann.page.setViewportSize({ width: 1200, height: 760 });
  });

  it('comes back to the same place after a reload', async () => {
    await ann.enter('clear; echo here-$((1 + 1))-before');
    await ann.sees(pane, 'here-2-before');
    await ann.page.reload();
    await ann.online();
    await ann.sees(pane, 'here-2-before');
    assert.equal(new URL(ann.page.url()).hash, '#work');
    await ann.enter('echo and-$((2 + 2))-after');
    await ann.sees(pane, 'and-4-after');
  });

  it('shows the same session to a second browser', async () => {
    const bob = await Person.arrive(await home.code());
    await bob.online();
    await bob.sees(await bob.pane(), 'and-4-after');
    await bob.enter('echo from-$((3 + 3))-bob');
    await ann.sees(pane, 'from-6-bob');
    await ann.enter('echo from-$((4 + 4))-ann');
    await bob.sees(pane, 'from-8-ann');
    await bob.leave();
  });

  it('works beside a native client', async () => {
    const tmux = (...words) =>
      new Promise((go, fail) =>
        execFile('tmux', ['-S', join(home.folder, 'tmux'), '-f', '/dev/null', ...words], { env: home.env }, (error, out) =>
          error ? fail(error) : go(out),
        ),
      );
    const command = `'${process.env.ABIDE_BIN ?? join(import.meta.dirname, '../../../target/debug')}/abide' -S '${home.socket}' attach -t work`;
    await tmux('new-session', '-d', '-x', '100', '-y', '30', command);
    try {
      await until('the native client shows the session', async () => (await tmux('capture-pane', '-p')).includes('from-8-ann'));
      await tmux('send-keys', 'echo from-$((5 + 5))-native', 'Enter');
      await ann.sees(pane, 'from-10-native');
      await ann.enter('echo from-$((6 + 6))-page');
      await until('it shows what the page typed', async () => (await tmux('capture-pane', '-p')).includes('from-12-page'));
    } finally {
      await tmux('kill-server');
    }
  });

  it('tells a program that asks what the keyboard says', async () => {
    // `cat -v` shows what it reads; the pane gets a new shell afterwards.
    await ann.enter("clear; stty raw -echo; printf '\\033[>11u'; echo rea''dy; cat -v");
    await ann.sees(pane, 'ready');
    await until('the page has heard of it', async () => {
      await ann.page.keyboard.press('a');
      return (await ann.text(pane)).includes('^[[97u^[[97;1:3u');
    });
    await ann.page.keyboard.press('Control+i');
    await ann.sees(pane, '^[[105;5u^[[105;5:3u');
    await ann.page.keyboard.press('Shift+Enter');
    await ann.sees(pane, '^[[13;2u^[[13;2:3u');
    await ann.sees(pane, '^[[57441;2u');
    await home.abide('respawn-pane', '-k', '-t', pane);
    await ann.sees(pane, PROMPT);
    await ann.enter('clear; echo as-$((10 + 10))-ever');
    await ann.sees(pane, 'as-20-ever');
  });

  it('splits, follows and closes panes and windows', async () => {
    await ann.page.click('[aria-label="Split right"]');
    await until('two panes', async () => (await ann.panes()).length === 2);
    const [left, right] = await ann.panes();
    await ann.sees(right, PROMPT);
    await ann.enter('echo in-$((7 + 7))-right');
    await ann.sees(right, 'in-14-right');
    const box = (id) => ann.page.$eval(`[data-pane-id="${id}"]`, (e) => e.getBoundingClientRect().toJSON());
    assert.ok((await box(left)).right < (await box(right)).left);
    await home.abide('select-pane', '-t', left);
    await until('the keyboard follows', async () => {
      const id = await ann.page.evaluate(() => document.activeElement?.closest('[data-pane-id]')?.dataset.paneId);
      return id === left;
    });
    await ann.page.click('[aria-label="New window"]');
    await until('a second tab', async () => (await ann.page.$$('[role="tab"]')).length === 2);
    await until('its pane', async () => !(await ann.panes()).includes(left) && (await ann.panes()).length === 1);
    await ann.enter('echo in-$((8 + 8))-window; exit');
    await until('one tab again', async () => (await ann.page.$$('[role="tab"]')).length === 1);
    await home.abide('kill-pane', '-t', right);
    await until('one pane again', async () => (await ann.panes()).length === 1);
    await ann.enter('echo still-$((9 + 9))-here');
    await ann.sees(left, 'still-18-here');
  });

  it('keeps its scrollback while output floods past', async () => {
    await ann.enter('clear; seq -f "row %.0f" 1 1500');
    await ann.sees(pane, 'row 1500');
    let before = Infinity;
    let seen = '';
    await until('page by page up to the first row', async () => {
      const text = await ann.text(pane);
      // Where rows went by too fast it says so until it is quiet; then they are there.
      if (text.includes(' went by ')) return false;
      const numbers = [...text.matchAll(/^row (\d+)$/gm)].map(([, n]) => Number(n));
      assert.ok(numbers.every((n, i) => i === 0 || n === numbers[i - 1] + 1), text);
      assert.ok(numbers.length === 0 || numbers[0] <= before, 'it jumped');
      // The lines above the first row are older ones: a view of those alone comes right after one that began near it.
      if (numbers[0] === 1 || (numbers.length === 0 && before <= PAGE_ROWS_MAX)) return true;
      seen = `from ${numbers[0]}, before that ${before}: ${text.slice(0, 60)}`;
      before = numbers[0] ?? before;
      await ann.page.keyboard.press('Shift+PageUp');
      // One page at a time: the next look waits until this one is drawn.
      for (let n = 0; n < 20 && (await ann.text(pane)) === text; n += 1) await ann.page.evaluate(() => new Promise(requestAnimationFrame));
      return false;
    }, 60_000).catch((why) => assert.fail(`${why.message}; ${seen}`));
    await ann.enter('echo back-$((10 + 10))-down');
    await ann.sees(pane, 'back-20-down');
  });

  it('goes on when the daemon is killed, and types nothing twice', async () => {
    await ann.page.evaluate(() => (window.notReloaded = true));
    await ann.enter('clear; cat');
    for (let n = 0; n < 3; n += 1) {
      const pid = Number(await home.abide('display-message', '-p', '#{pid}'));
      await ann.type(`kill ${n} `);
      process.kill(pid, 'SIGKILL');
      await ann.type(`typed ${n} while it was down`);
      await ann.page.keyboard.press('Enter');
      await ann.online();
      await ann.sees(pane, new RegExp(`^kill ${n} typed ${n} while it was down\nkill ${n} typed ${n} while it was down$`, 'm'));
    }
    await ann.page.keyboard.press('Control+C');
    assert.equal(await ann.page.evaluate(() => window.notReloaded), true);
  });

  it('goes on when the gateway starts again', async () => {
    await ann.enter('clear; cat');
    await home.stopGateway();
    await until('it is noticed', async () => (await ann.state()) === 'reconnecting');
    await ann.page.waitForSelector('.status:has-text("Reconnecting")');
    await ann.enter('typed without a gateway');
    await home.startGateway();
    await ann.online();
    await ann.sees(pane, /^typed without a gateway\ntyped without a gateway$/m);
    await home.stopGateway('SIGKILL');
    await ann.enter('and again');
    await home.startGateway();
    await ann.online();
    await ann.sees(pane, /^and again\nand again$/m);
    await ann.page.keyboard.press('Control+C');
    assert.equal(await ann.page.evaluate(() => window.notReloaded), true);
  });

  it('lets no page of another origin in, even in the same browser', async () => {
    const evil = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end('<!doctype html><title>evil</title>'));
    await new Promise((go) => evil.listen(0, '127.0.0.1', go));
    const page = await ann.context.newPage();
    await page.goto(`http://127.0.0.1:${evil.address().port}/`);
    const got = await page.evaluate(async (origin) => {
      const told = {};
      const headers = { 'X-Abide': '1' };
      const options = { method: 'POST', credentials: 'include' };
      told.ticket = await fetch(`${origin}/v1/ticket`, { ...options, headers }).then((r) => r.status, () => 'refused');
      told.simple = await fetch(`${origin}/v1/ticket`, { ...options, mode: 'no-cors' }).then((r) => r.type, () => 'refused');
      told.socket = await new Promise((go) => {
        const socket = new WebSocket(`${origin.replace('http', 'ws')}/v1/socket`, ['abide.v1']);
        socket.onopen = () => go('open');
        socket.onerror = () => go('refused');
      });
      told.frame = await new Promise((go) => {
        const frame = document.createElement('iframe');
        frame.onload = () => {
          try {
            go(frame.contentDocument === null ? 'refused' : 'shown');
          } catch {
            go('refused');
          }
        };
        frame.src = origin;
        document.body.append(frame);
      });
      return told;
    }, home.origin);
    assert.deepEqual(got, { ticket: 'refused', simple: 'refused', socket: 'refused', frame: 'refused' });
    await page.close();
    evil.close();
    assert.equal(await ann.state(), 'online');
  });

  it('has each character in the columns where the daemon has it', async () => {
    const texts = {
      emoji: '🙂🚀⌚',
      family: '👨‍👩‍👧‍👦',
      flags: '🇩🇪🇯🇵',
      heart: '❤\ufe0f❤✈\ufe0e',
      keycaps: '1\ufe0f\u20e3#\ufe0f\u20e3',
      skin: '👍🏽👋🏿',
      devanagari: 'नमस्ते क्षि',
      cjk: '日本語한국어ｗ',
      marks: 'e\u0301a\u0308\u0323日\u0301',
      hexagrams: '☰䷀',
      newer: '\u{1fae9}\u{1f6d8}',
    };
    const show = join(home.folder, 'kinds');
    const lines = Object.entries(texts).map(([kind, text]) => `${kind} (${text})|`);
    writeFileSync(show, `${lines.join('\n')}\nall-shown\n`);
    await ann.enter(`clear; cat ${show}`);
    await ann.sees(pane, 'all-shown');
    const shown = await ann.cells(pane);
    const size = { cols: shown[0].length, rows: shown.length };
    const rows = new Map(await home.rows(pane, size));
    const columns = (runs) =>
      runs.flatMap(([, cells, text]) =>
        (cells <= 2 ? [...text] : [text]).flatMap((cluster) => (cells === 2 || cells === 4 ? [cluster, ''] : [cluster])),
      );
    for (const [kind, text] of Object.entries(texts)) {
      const y = shown.findIndex((row) => row.join('').startsWith(`${kind} (`));
      const told = columns(rows.get(y) ?? []);
      assert.ok(told.join('').startsWith(`${kind} (${text})|`), `${kind}: the daemon has ${told.join('')}`);
      assert.deepEqual(shown[y].slice(0, told.length), told, kind);
      assert.ok(shown[y].slice(told.length).every((cell) => cell === ' '), kind);
    }
    // What is selected and copied is what the program wrote: a double click takes the word in its brackets.
    const y = shown.findIndex((row) => row.join('').startsWith('family ('));
    const box = await ann.page.$eval(`[data-pane-id="${pane}"]`, (e) => e.getBoundingClientRect().toJSON());
    await ann.page.mouse.dblclick(box.left + (8.5 * box.width) / size.cols, box.top + ((y + 0.5) * box.height) / size.rows);
    await until('it is on the clipboard', async () => (await ann.page.evaluate(() => navigator.clipboard.readText())) === texts.family);
    await ann.shot('kinds-of-text');
  });

  it('shows true colours where there is no WebGL', async () => {
    const bob = await Person.arrive(await home.code());
    await bob.page.addInitScript(() => {
      const { getContext } = HTMLCanvasElement.prototype;
      HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
        return kind.startsWith('webgl') ? null : getContext.call(this, kind, ...rest);
      };
    });
    await bob.page.reload();
    await bob.online();
    await bob.enter(`clear; printf '\\033[48;2;40;120;200m%s-true\\033[0m\\n' is`);
    await bob.sees(pane, /^is-true/m);
    const colour = () =>
      bob.page.$$eval('.xterm-rows span', (all) => getComputedStyle(all.find((e) => e.textContent.includes('is-true')) ?? document.body).backgroundColor);
    await until('its colour', async () => (await colour()) === 'rgb(40, 120, 200)');
    assert.deepEqual(bob.complaints, []);
    await bob.leave();
  });

  it('creates, renames and ends sessions', async () => {
    await ann.page.click('text=New session');
    await ann.page.fill('dialog input', 'second');
    await ann.page.click('dialog >> text=Create');
    await ann.page.waitForSelector('[data-session="second"][aria-current]');
    const other = await until('its pane', async () => (await ann.panes()).find((id) => id !== pane));
    await ann.sees(other, PROMPT);
    await ann.enter('echo second-$((11 + 11))');
    await ann.sees(other, 'second-22');
    await home.abide('rename-session', '-t', 'second', 'renamed');
    await ann.page.waitForSelector('[data-session="renamed"][aria-current]');
    await until('the address follows', () => new URL(ann.page.url()).hash === '#renamed');
    await ann.page.click('[data-session="work"]');
    await ann.sees(pane, PROMPT);
    await home.abide('kill-session', '-t', 'renamed');
    await until('it is gone from the list', async () => (await ann.page.$('[data-session="renamed"]')) === null);
  });

  it('looks right: a picture for a person', async () => {
    const show = join(home.folder, 'show');
    const colours = Array.from({ length: 16 }, (_, n) => `\\033[48;5;${n}m  `).join('');
    const ramp = Array.from({ length: 60 }, (_, n) => `\\033[48;2;${n * 4};${120 - n};${200 - n * 2}m `).join('');
    const text = [
      `\\033[1mbold\\033[0m \\033[3mitalic\\033[0m \\033[4munderlined\\033[0m \\033[4:3mcurly\\033[0m \\033[7mreversed\\033[0m \\033[9mstruck\\033[0m`,
      `${colours}\\033[0m`,
      `${ramp}\\033[0m`,
      '日本語 한국어 Ελληνικά Кириллица',
      '┌────┬────┐\n│ ok │ 12 │\n└────┴────┘ █▓▒░ ⠿⠛',
      '\\033]8;;https://example.org/\\033\\\\a link\\033]8;;\\033\\\\',
    ];
    writeFileSync(show, `printf '${text.join('\\n')}\\n'\n`);
    await ann.enter(`clear; . ${show}`);
    await ann.sees(pane, 'a link');
    await ann.page.click('[aria-label="Split right"]');
    await until('two panes', async () => (await ann.panes()).length === 2);
    await ann.enter('ls --color=always -l / | head -20');
    await ann.sees((await ann.panes())[1], 'usr');
    await ann.shot('page-light');
    await ann.page.emulateMedia({ colorScheme: 'dark' });
    await until('it is dark', async () => (await ann.page.getAttribute('html', 'data-theme')) === 'dark');
    await ann.shot('page-dark');
    const chrome = await theBrowser();
    const context = await chrome.newContext({ viewport: { width: 900, height: 560 } });
    const stranger = await context.newPage();
    await stranger.goto(home.origin);
    await stranger.waitForSelector('.sign-in');
    await stranger.screenshot({ path: join(import.meta.dirname, '../../../tests/screenshots/sign-in.png') });
    await context.close();
  });

  it('signs out', async () => {
    await ann.page.click('text=Sign out');
    await ann.page.waitForSelector('.sign-in');
    assert.equal(await ann.state(), 'offline');
    await ann.page.reload();
    await ann.page.waitForSelector('.sign-in');
    assert.deepEqual(await ann.panes(), []);
  });

  it('complains of nothing, least of all of its own policy', () => assert.deepEqual(ann.complaints, []));
});
