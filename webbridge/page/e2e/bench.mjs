// What the browser tests stand on: a home of their own, the programs, and Chromium.
import { decode, encode } from 'cborg';
import { chromium } from 'playwright-core';
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(import.meta.dirname, '../../..');
const BIN = process.env.ABIDE_BIN ?? join(ROOT, 'target/debug');
export const SCREENSHOTS = join(ROOT, 'tests/screenshots');

/** Waits until `condition` gives something true, and returns that. */
export async function until(what, condition, ms = 15_000) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`in vain: ${what}`);
    await new Promise((go) => setTimeout(go, 20));
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((go) => server.listen(0, '127.0.0.1', go));
  const { port } = server.address();
  await new Promise((go) => server.close(go));
  return port;
}

export class Home {
  folder = mkdtempSync(join(tmpdir(), 'abide-e2e-'));
  socket = join(this.folder, 'run', 'abide', 'default');
  children = [];
  log = '';

  constructor() {
    mkdirSync(join(this.folder, 'run', 'abide'), { recursive: true, mode: 0o700 });
    this.env = {
      PATH: process.env.PATH,
      HOME: this.folder,
      SHELL: '/bin/sh',
      PS1: '$ ',
      ENV: '',
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      ABIDE_TMPDIR: join(this.folder, 'run'),
      XDG_STATE_HOME: join(this.folder, 'state'),
    };
  }

  /** Runs the native client; resolves with what it printed. */
  abide(...words) {
    return new Promise((go, fail) =>
      execFile(join(BIN, 'abide'), ['-S', this.socket, ...words], { env: this.env }, (error, out, err) =>
        error ? fail(new Error(`${words.join(' ')}: ${err || error.message}`)) : go(out.trimEnd()),
      ),
    );
  }

  /** The rows of a pane as the daemon has them, each a list of runs [style, cells, text]: what a viewer is told first. */
  rows(pane, size) {
    const socket = connect(this.socket);
    const say = (message) => {
      const payload = encode(message);
      const head = Buffer.alloc(4);
      head.writeUInt32BE(payload.length);
      socket.write(Buffer.concat([head, payload]));
    };
    const nothing = { pid: 0, cwd: '', tty: '', term: '', features: [], environment: [] };
    say({ hello: { ...nothing, kind: 'program', client: 77, versions: { max: 1, min: 1 } } });
    say({ attach: { kind: 'pane', size, target: pane, resize: false, surface: 1, read_only: true } });
    return new Promise((go, fail) => {
      let bytes = Buffer.alloc(0);
      socket.on('error', fail);
      socket.on('close', () => fail(new Error(`the daemon showed no ${pane}`)));
      socket.on('data', (more) => {
        bytes = Buffer.concat([bytes, more]);
        while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE()) {
          const message = decode(bytes.subarray(4, 4 + bytes.readUInt32BE()));
          bytes = bytes.subarray(4 + bytes.readUInt32BE());
          if (message.refused || message.error) fail(new Error(JSON.stringify(message)));
          if (!message.update) continue;
          go((message.update.rows ?? []).map(([y, [, runs]]) => [y, runs]));
          socket.destroy();
        }
      });
    });
  }

  async startGateway() {
    this.port ??= await freePort();
    const arguments_ = ['-S', this.socket, '--listen', `127.0.0.1:${this.port}`, '-v'];
    const child = spawn(join(BIN, 'abide-web'), arguments_, { env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.children.push(child);
    child.stderr.on('data', (text) => (this.log += text));
    const first = await new Promise((go, fail) => {
      createInterface({ input: child.stdout }).once('line', go);
      child.once('exit', (code) => fail(new Error(`abide-web ended with ${code}: ${this.log}`)));
    });
    this.gateway = child;
    this.url = first;
    this.origin = new URL(first).origin;
    return first;
  }

  async stopGateway(signal = 'SIGTERM') {
    const gone = new Promise((go) => this.gateway.once('exit', go));
    this.gateway.kill(signal);
    await gone;
  }

  /** Another address with a code. */
  code() {
    return new Promise((go, fail) =>
      execFile(join(BIN, 'abide-web'), ['code'], { env: this.env }, (error, out) => (error ? fail(error) : go(out.trim()))),
    );
  }

  async end() {
    await this.abide('kill-server').catch(() => undefined);
    for (const child of this.children) child.kill('SIGKILL');
    // The daemon may be writing its last words.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

let browser = null;

export async function theBrowser() {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return browser;
}

export async function endBrowser() {
  await browser?.close();
  browser = null;
}

/** A person's browser: cookies and storage of its own. */
export class Person {
  static async arrive(url, options = {}) {
    const person = new Person();
    const chrome = await theBrowser();
    person.context = await chrome.newContext({ viewport: { width: 1200, height: 760 }, ...options });
    await person.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(url).origin });
    person.page = await person.context.newPage();
    person.complaints = [];
    person.page.on('console', (message) => {
      // A refused ticket or a lost socket is told by the browser itself; the page deals with both.
      if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(message.text())) {
        person.complaints.push(message.text());
      }
    });
    person.page.on('pageerror', (error) => person.complaints.push(String(error.stack ?? error)));
    await person.page.goto(url);
    return person;
  }

  state() {
    return this.page.evaluate(() => document.body.dataset.connection);
  }

  online() {
    return until('the page is online', async () => (await this.state()) === 'online');
  }

  /** Ids of the panes in sight. */
  panes() {
    return this.page.evaluate(() =>
      [...document.querySelectorAll('[data-pane-id]')].filter((e) => !e.hidden).map((e) => e.dataset.paneId),
    );
  }

  async pane() {
    return (await until('a pane is in sight', async () => (await this.panes()).length > 0 && this.panes()))[0];
  }

  text(pane) {
    return this.page.evaluate((id) => window.abide.text(id) ?? '', pane);
  }

  /** Waits until a pane shows something. */
  async sees(pane, wanted, ms) {
    let text = '';
    const shows = async () => {
      text = await this.text(pane);
      return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
    };
    try {
      await until('', shows, ms);
    } catch {
      throw new Error(`${pane} does not show ${wanted}, but:\n${text}`);
    }
    return text;
  }

  /** What is in each column of each row of a pane. */
  cells(pane) {
    return this.page.evaluate((id) => window.abide.cells(id), pane);
  }

  async type(text) {
    await this.page.keyboard.type(text);
  }

  async enter(line) {
    await this.type(line);
    await this.page.keyboard.press('Enter');
  }

  async shot(name) {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  }

  async leave() {
    await this.context.close();
  }
}
