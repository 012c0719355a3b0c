// The picture in the README (`make picture`): the page with real programs, in a home, a project and a name that
// belong to nobody.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { endBrowser, Home, Person, until } from './bench.mjs';

const PICTURE = resolve(import.meta.dirname, '../../../man/picture.png');
/** What everybody who looks at the README has to load. */
const BYTES_MAX = 200_000;

const home = new Home();
const shop = join(home.folder, 'shop');

function project() {
  const files = {
    'README.md': '# shop\n\nA small shop: what is in the basket, and what it costs.\n',
    'src/basket.rs': [
      '//! What a customer is about to buy.',
      '',
      'use crate::price::Price;',
      'use std::collections::BTreeMap;',
      '',
      '/// By name, each with how many of it.',
      '#[derive(Debug, Default)]',
      'pub struct Basket {',
      '    things: BTreeMap<String, (Price, u32)>,',
      '}',
      '',
      'impl Basket {',
      '    /// Puts one more of a thing in.',
      '    pub fn add(&mut self, name: &str, of: Price) {',
      '        let it = self.things.entry(name.into());',
      '        it.or_insert((of, 0)).1 += 1;',
      '    }',
      '',
      '    /// What all of it costs: "3 × 🍎".',
      '    pub fn total(&self) -> Price {',
      '        let each = self.things.values();',
      '        each.map(|(p, n)| *p * *n).sum()',
      '    }',
      '}',
      '',
    ].join('\n'),
    'src/price.rs': '//! Money, in the smallest coin there is.\n',
    'run.sh': '#!/bin/sh\nexec cargo run\n',
  };
  mkdirSync(join(shop, 'src'), { recursive: true });
  mkdirSync(join(shop, 'tests'));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(shop, path), text, { mode: path.endsWith('.sh') ? 0o755 : 0o644 });
  let days = 1;
  const git = (...words) => {
    const date = `2025-03-0${days}T12:00:00Z`;
    const who = { GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'ann@example.org', GIT_AUTHOR_DATE: date };
    const env = { ...home.env, ...who, GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'ann@example.org', GIT_COMMITTER_DATE: date };
    execFileSync('git', words, { cwd: shop, env, stdio: 'ignore' });
  };
  const commit = (text) => {
    git('commit', '--allow-empty', '-m', text);
    days += 1;
  };
  git('init', '-b', 'main');
  git('add', '.');
  commit('A basket, and prices');
  git('checkout', '-b', 'coupons');
  commit('Coupons take off a part');
  commit('A coupon is good once');
  git('checkout', 'main');
  commit('Prices round to the nearest coin');
  git('merge', '--no-ff', '-m', 'Coupons', 'coupons');
  days += 1;
  commit('Nothing costs nothing');
}

async function pictured() {
  project();
  home.env.SHELL = '/bin/bash';
  writeFileSync(join(home.folder, '.bash_profile'), "unset HISTFILE\nPS1='\\[\\e[32m\\]ann@home\\[\\e[m\\]:\\[\\e[34m\\]\\w\\[\\e[m\\]$ '\ncd ~/shop\n");
  writeFileSync(join(home.folder, '.vimrc'), 'syntax on\nset number laststatus=2 ruler background=dark viminfo=\n');
  for (const session of ['notes', 'shop']) await home.abide('new-session', '-d', '-s', session, '-x', '120', '-y', '36');
  await home.abide('rename-window', '-t', 'shop:0', 'edit');
  await home.startGateway();
  const ann = await Person.arrive(home.url, { viewport: { width: 1120, height: 560 }, deviceScaleFactor: 1.5, colorScheme: 'dark' });
  // Chromium tells real device pixels here also where it is told to pretend others; then xterm.js reckons them itself.
  await ann.page.addInitScript(() => delete ResizeObserverEntry.prototype.devicePixelContentBoxSize);
  await ann.page.reload();
  await ann.online();
  await ann.page.click('[data-session="shop"]');
  await ann.page.waitForSelector('[data-session="shop"][aria-current]');
  const prompt = /ann@home:~\/shop\$ *\n*$/;
  const split = async (side, count) => {
    await ann.page.click(`[aria-label="Split ${side}"]`);
    await until('another pane', async () => (await ann.panes()).length === count);
    // The newest has the highest number.
    const id = (await ann.panes()).sort((a, b) => b.slice(1) - a.slice(1))[0];
    const focused = () => ann.page.evaluate(() => document.activeElement?.closest('[data-pane-id]')?.dataset.paneId);
    await until('it has the keyboard', async () => (await focused()) === id);
    await ann.sees(id, prompt);
    return id;
  };
  const first = await until('the pane of the shop', async () => {
    const [id] = await ann.panes();
    return prompt.test(await ann.text(id)) && id;
  });
  const second = await split('right', 2);
  await ann.enter('clear; git log --graph --oneline --all --color');
  await ann.sees(second, 'A basket');
  const third = await split('below', 3);
  await ann.enter('clear; ls --color -go --time-style=+');
  await ann.sees(third, /tests\n/);
  await home.abide('new-window', '-d', '-t', 'shop:', '-n', 'logs');
  await ann.page.click(`[data-pane-id="${first}"]`);
  await ann.enter('clear; vim src/basket.rs');
  await ann.sees(first, 'By name, each');
  await ann.type('14gg');
  await ann.sees(first, '14,');
  await ann.page.mouse.move(640, 20);
  await until('all is drawn', () => ann.page.evaluate(() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(() => go(true))))));
  const { length } = await ann.page.screenshot({ path: PICTURE });
  if (length > BYTES_MAX) throw new Error(`${PICTURE} has ${length} bytes, ${BYTES_MAX} are allowed`);
  console.log(`${PICTURE}: ${length} bytes`);
}

try {
  await pictured();
} finally {
  await endBrowser();
  await home.end();
}
