// A daemon with the smallest shell there is: it echoes what is typed and answers each line. For what a real
// one does not do on command: lose its connections before it has acknowledged, skip history, speak evil.
import { decode, encode } from 'cborg';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';

export class FakeDaemon {
  panes = new Map();
  windows = [];
  viewers = new Set();
  /** Highest input number handled, by client: what a daemon remembers over its own death. */
  handled = new Map();
  acknowledge = true;
  epoch = 1;
  /** Pictures' files by number: { bytes, format, width, height }. */
  files = new Map();
  /** Requests for history so far. */
  asked = 0;
  size = { cols: 80, rows: 24 };
  #next = 0;

  constructor(path) {
    this.path = path;
    this.newWindow();
  }

  listen() {
    rmSync(this.path, { force: true });
    this.server = createServer((stream) => this.viewers.add(new Viewer(this, stream)));
    return new Promise((resolve) => this.server.listen(this.path, resolve));
  }

  /** Gone at once, as by kill -9; what it knew stays. */
  die() {
    for (const viewer of this.viewers) viewer.stream.destroy();
    this.viewers.clear();
    return new Promise((resolve) => this.server.close(resolve));
  }

  newWindow() {
    for (const window of this.windows) window.active = false;
    const id = this.#next++;
    const pane = this.newPane();
    this.windows.push({ id: `@${id}`, name: 'shell', index: this.windows.length, panes: [pane.id], active: true });
  }

  newPane() {
    const id = `%${this.panes.size}`;
    const pane = { id, lines: ['$ '], line: '', typed: '', x: 0, y: 0, size: { ...this.size }, history: [], end: 0 };
    this.panes.set(id, pane);
    return pane;
  }

  get topology() {
    const windows = this.windows.map((window) => ({
      ...window,
      size: this.size,
      zoomed: false,
      panes: window.panes.map((id) => {
        const { x, y, size } = this.panes.get(id);
        return { x, y, id, dead: false, size, title: 'sh', active: id === (window.current ?? window.panes[0]) };
      }),
    }));
    return { sessions: [{ id: '$0', name: 'work', windows, attached: this.viewers.size }], durability: '' };
  }

  arrange(window) {
    const count = window.panes.length;
    const cols = Math.floor((this.size.cols - (count - 1)) / count);
    window.panes.forEach((id, n) => {
      const pane = this.panes.get(id);
      pane.x = n * (cols + 1);
      pane.size = { cols: n === count - 1 ? this.size.cols - pane.x : cols, rows: this.size.rows };
    });
  }

  resize(size) {
    this.size = { ...size };
    for (const window of this.windows) this.arrange(window);
    this.changed();
  }

  changed() {
    for (const viewer of this.viewers) {
      if (viewer.watches) viewer.say({ event: { topology: this.topology } });
      for (const surface of viewer.surfaces.keys()) viewer.update(surface, true);
    }
  }

  type(pane, text) {
    pane.typed += text;
    for (const key of text) {
      if (key === '\r') {
        const { line } = pane;
        pane.line = '';
        const flood = /^flood (\d+)$/.exec(line);
        const said = flood ? Array.from({ length: Number(flood[1]) }, (_, n) => `line ${n + 1}`) : [`said: ${line}`];
        pane.lines.push(...said, '$ ');
      } else if (key === '\x7f') {
        pane.line = pane.line.slice(0, -1);
        pane.lines[pane.lines.length - 1] = `$ ${pane.line}`;
      } else {
        pane.line += key;
        pane.lines[pane.lines.length - 1] = `$ ${pane.line}`;
      }
    }
    const excess = pane.lines.length - pane.size.rows;
    if (excess > 0) pane.history.push(...pane.lines.splice(0, excess));
    const surface = Number(pane.id.slice(1));
    for (const viewer of this.viewers) if (viewer.surfaces.has(surface)) viewer.update(surface, false);
  }

  run(words) {
    const window = this.windows.find(({ active }) => active);
    const target = words[words.indexOf('-t') + 1];
    if (words[0] === 'new-window') this.newWindow();
    else if (words[0] === 'split-window') {
      window.panes.push(this.newPane().id);
      this.arrange(window);
      window.current = window.panes.at(-1);
    } else if (words[0] === 'select-window') for (const w of this.windows) w.active = w.id === target;
    else if (words[0] === 'select-pane') window.current = target;
    else return `unknown command: ${words[0]}`;
    this.changed();
    return '';
  }
}

class Viewer {
  surfaces = new Map();
  watches = false;
  buffer = Buffer.alloc(0);

  constructor(daemon, stream) {
    this.daemon = daemon;
    this.stream = stream;
    stream.on('error', () => undefined);
    stream.on('close', () => daemon.viewers.delete(this));
    stream.on('data', (bytes) => {
      this.buffer = Buffer.concat([this.buffer, bytes]);
      while (this.buffer.length >= 4) {
        const length = this.buffer.readUInt32BE();
        if (this.buffer.length < 4 + length) break;
        const [[kind, fields]] = Object.entries(decode(this.buffer.subarray(4, 4 + length)));
        this.buffer = this.buffer.subarray(4 + length);
        this[`on_${kind}`](fields);
      }
    });
  }

  say(message) {
    const payload = encode(message);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(payload.length);
    this.stream.write(Buffer.concat([head, payload]));
  }

  update(surface, full) {
    const told = this.surfaces.get(surface);
    const pane = this.daemon.panes.get(`%${surface}`);
    const rows = Array.from({ length: pane.size.rows }, (_, y) => [y, [false, [[0, 1, pane.lines[y] ?? '']]]]);
    const text = rows.map(([y, [wrapped, [[style, cells, words]]]]) => [y, [wrapped, words ? [[style, cells, words]] : []]]);
    const end = pane.history.length;
    const first = Math.max(told.end ?? end, end - 20);
    const history = { end, rows: pane.history.slice(first).map((words) => [false, words ? [[0, 1, words]] : []]), start: 0, generation: 1 };
    told.end = end;
    const y = pane.lines.length - 1;
    const cursor = { x: Math.min(pane.lines[y].length, pane.size.cols - 1), y, blink: false, shape: 'default', visible: true };
    const fields = { full, size: pane.size, rows: text, cursor, history, surface, modes: 0, title: 'sh' };
    this.say({ update: pane.pictures ? { ...fields, pictures: pane.pictures } : fields });
  }

  on_hello({ client }) {
    this.client = client;
    const input = this.daemon.handled.get(client) ?? 0;
    this.say({ welcome: { pid: 1, epoch: this.daemon.epoch, input, version: 1, features: [], software: 'fake' } });
  }

  on_watch() {
    this.watches = true;
    this.say({ event: { topology: this.daemon.topology } });
  }

  on_attach({ surface, size, target }) {
    this.surfaces.set(surface, {});
    this.say({ attached: { kind: 'pane', pane: target, session: '$0', surface, session_name: 'work', escape_time_ms: 0 } });
    this.on_resize({ size });
    this.update(surface, true);
  }

  on_resize({ size }) {
    const now = this.daemon.size;
    if (size.cols !== now.cols || size.rows !== now.rows) this.daemon.resize(size);
  }

  on_detach({ surface }) {
    this.surfaces.delete(surface);
  }

  on_input({ seq, events, surface }) {
    const { daemon } = this;
    if (seq > (daemon.handled.get(this.client) ?? 0)) {
      daemon.handled.set(this.client, seq);
      for (const { raw, paste } of events) {
        const typedInto = daemon.panes.get(`%${surface}`);
        // A paste is cut between bytes, not between characters.
        typedInto.decoder ??= new TextDecoder();
        daemon.type(typedInto, typedInto.decoder.decode(raw ?? paste, { stream: true }));
      }
    }
    if (daemon.acknowledge) this.say({ input_ack: { seq } });
  }

  on_get_history({ id, first, count, surface }) {
    this.daemon.asked += 1;
    const { history } = this.daemon.panes.get(`%${surface}`);
    const rows = history.slice(first, first + count).map((words) => [false, words ? [[0, 1, words]] : []]);
    this.say({ history: { id, end: history.length, rows, first, start: 0, styles: [], surface, generation: 1 } });
  }

  on_get_picture({ picture, offset, surface }) {
    const { bytes, ...facts } = this.daemon.files.get(picture) ?? { bytes: Buffer.alloc(0), format: 'png', width: 0, height: 0 };
    this.say({ picture: { ...facts, bytes: bytes.subarray(offset, offset + 65536), total: bytes.length, offset, picture, surface } });
  }

  on_command({ id, words }) {
    const error = this.daemon.run(words);
    if (error) this.say({ output: { id, text: Buffer.from(`${error}\n`), stream: 'err' } });
    this.say({ done: { id, status: error ? 1 : 0 } });
  }

  on_ping(fields) {
    this.say({ pong: fields });
  }
}
