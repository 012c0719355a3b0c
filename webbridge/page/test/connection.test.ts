// The connection under a clock of our own.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encode as encodeAny } from 'cborg';
import { Connection, Failure, type Line, type State } from '../src/connection.ts';
import { type ClientMessage, hello, type ServerMessage } from '../src/protocol.ts';
import { decode as decodeAny } from 'cborg';

class FakeLine implements Line {
  sent: ClientMessage[] = [];
  closed = false;
  onmessage: (bytes: Uint8Array) => void = () => undefined;
  onclose: (code: number) => void = () => undefined;
  send(bytes: Uint8Array): void {
    this.sent.push(decodeAny(bytes) as ClientMessage);
  }
  close(): void {
    this.closed = true;
  }
  say(message: ServerMessage): void {
    this.onmessage(encodeAny(message));
  }
  welcome(): void {
    this.say({ welcome: { pid: 1, epoch: 1, input: 0, version: 1, features: [], software: 'test' } });
  }
}

class Bench {
  time = 0;
  timers: { at: number; call: () => void }[] = [];
  lines: FakeLine[] = [];
  failure: Failure | null = null;
  opened = 0;
  states: State[] = [];
  heard: string[] = [];
  readonly connection = new Connection(
    {
      open: () => {
        this.opened += 1;
        if (this.failure) return Promise.reject(this.failure);
        const line = new FakeLine();
        this.lines.push(line);
        return Promise.resolve(line);
      },
      now: () => this.time,
      random: () => 1,
      after: (ms, call) => {
        const timer = { at: this.time + ms, call };
        this.timers.push(timer);
        return () => void (this.timers = this.timers.filter((other) => other !== timer));
      },
    },
    () => hello(7),
    {
      state: (state) => this.states.push(state),
      welcome: () => this.heard.push('welcome'),
      message: (message) => this.heard.push(Object.keys(message)[0] ?? ''),
      signInNeeded: () => this.heard.push('sign-in'),
      refused: () => this.heard.push('refused'),
    },
  );

  get line(): FakeLine {
    return this.lines.at(-1) as FakeLine;
  }

  async settle(): Promise<void> {
    for (let n = 0; n < 10; n += 1) await Promise.resolve();
  }

  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      await this.settle();
      const next = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.time = Math.max(this.time, next.at);
      next.call();
    }
    this.time = end;
    await this.settle();
  }

  async online(): Promise<void> {
    this.connection.begin();
    await this.settle();
    this.line.welcome();
  }
}

describe('connection', () => {
  it('says hello first, and is online with the welcome', async () => {
    const bench = new Bench();
    await bench.online();
    assert.deepEqual(bench.states, ['reconnecting', 'online']);
    assert.deepEqual(bench.line.sent, [hello(7)]);
  });

  it('comes back when the line is closed', async () => {
    const bench = new Bench();
    await bench.online();
    bench.line.onclose(1012);
    assert.equal(bench.connection.state, 'reconnecting');
    await bench.pass(250);
    bench.line.welcome();
    assert.equal(bench.connection.state, 'online');
    assert.equal(bench.opened, 2);
  });

  it('tries again ever more slowly, up to 8 seconds, and at once when there is a reason', async () => {
    const bench = new Bench();
    bench.failure = new Failure('unreachable');
    bench.connection.begin();
    const tries: number[] = [];
    for (let n = 0; n < 60_000; n += 125) {
      const before = bench.opened;
      await bench.pass(125);
      if (bench.opened > before) tries.push(bench.time);
    }
    // The first try and the second, 250 ms later, are before and in the first interval looked at.
    const gaps = tries.slice(1).map((time, n) => time - (tries[n] ?? 0));
    assert.deepEqual(gaps.slice(0, 5), [500, 1000, 2000, 4000, 8000]);
    assert.ok(gaps.every((gap) => gap <= 8125), String(gaps));
    assert.ok(bench.opened < 15);
    const before = bench.opened;
    bench.failure = null;
    bench.connection.nudge();
    await bench.settle();
    assert.equal(bench.opened, before + 1);
  });

  it('asks for signing in and stays offline until told to begin', async () => {
    const bench = new Bench();
    bench.failure = new Failure('sign-in');
    bench.connection.begin();
    await bench.pass(60_000);
    assert.deepEqual([bench.opened, bench.connection.state, bench.heard], [1, 'offline', ['sign-in']]);
    bench.failure = null;
    await bench.online();
    assert.equal(bench.connection.state, 'online');
  });

  it('waits as long as the gateway says', async () => {
    const bench = new Bench();
    bench.failure = new Failure('unreachable', 5000);
    bench.connection.begin();
    await bench.pass(4900);
    assert.equal(bench.opened, 1);
    await bench.pass(200);
    assert.equal(bench.opened, 2);
  });

  it('asks a quiet line, and gives up one that does not answer', async () => {
    const bench = new Bench();
    await bench.online();
    const { line } = bench;
    await bench.pass(13_000);
    const pings = () => line.sent.filter((message) => 'ping' in message).length;
    assert.equal(pings(), 1);
    line.say({ pong: { number: 1 } });
    await bench.pass(9000);
    assert.equal(bench.connection.state, 'online');
    await bench.pass(13_000);
    assert.ok(line.closed);
    assert.equal(bench.connection.state, 'reconnecting');
  });

  it('gives up a line without a welcome', async () => {
    const bench = new Bench();
    bench.connection.begin();
    await bench.settle();
    const { line } = bench;
    await bench.pass(8000);
    assert.ok(line.closed);
    assert.ok(bench.opened >= 2);
  });

  it('asks at once after a sleep, before it gives the line up', async () => {
    const bench = new Bench();
    await bench.online();
    const { line } = bench;
    await bench.pass(2400);
    bench.time += 3_600_000;
    await bench.pass(200);
    assert.ok(!line.closed);
    assert.ok(line.sent.some((message) => 'ping' in message));
    line.say({ pong: { number: 1 } });
    await bench.pass(5000);
    assert.ok(!line.closed);
  });

  it('sends nothing before the welcome or without a line', async () => {
    const bench = new Bench();
    assert.equal(bench.connection.send({ ping: { number: 1 } }), false);
    bench.connection.begin();
    await bench.settle();
    assert.equal(bench.connection.send({ ping: { number: 1 } }), false);
    bench.line.welcome();
    assert.equal(bench.connection.send({ ping: { number: 1 } }), true);
  });

  it('hears nothing of an old line', async () => {
    const bench = new Bench();
    await bench.online();
    const old = bench.line;
    old.onclose(1006);
    await bench.pass(250);
    bench.line.welcome();
    bench.heard.length = 0;
    old.say({ pong: { number: 1 } });
    old.say({ input_ack: { seq: 1 } });
    old.onclose(1006);
    assert.deepEqual([bench.heard, bench.connection.state], [[], 'online']);
  });
});
