// What the page shows, for tests/oracles: its mirror and its painter are given the daemon's updates, and @xterm/headless what they
// write. One question a line on standard input, in JSON, one answer on standard output.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { answer } from './rows.mjs';

const page = `file://${process.argv[2]}/`;
const headless = createRequire(new URL('package.json', page))('@xterm/headless');
const load = (name) => import(new URL(`src/${name}.ts`, page).href);
const [{ Mirror }, { Painter }, { decode }, { obeyWidths }] = await Promise.all(['mirror', 'painter', 'protocol', 'widths'].map(load));

for await (const line of createInterface({ input: process.stdin })) {
  const terminal = new headless.Terminal({ cols: 80, rows: 24, scrollback: 20_000, allowProposedApi: true, logLevel: 'off' });
  obeyWidths(terminal);
  const mirror = new Mirror();
  const painter = new Painter(mirror, terminal);
  const answers = [];
  terminal.onData((text) => answers.push(text));
  for (const { update, paint } of JSON.parse(line)) {
    mirror.apply(decode(Buffer.from(update, 'hex')).update);
    // Frames of a browser come when they come.
    if (paint) await new Promise((done) => terminal.write(painter.paint(), done));
  }
  process.stdout.write(answers.length > 0 ? 'crashed\n.\n' : answer(terminal));
  terminal.dispose();
}
