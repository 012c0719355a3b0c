// What @xterm/headless shows, for tests/oracles: one question a line on standard input, in JSON, one answer on standard
// output. The page's packages are the ones that are asked.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { answer } from './rows.mjs';

// The addon takes the memory behind its table for its own: it must not come from the pool (webbridge/page/test/typescript.mjs).
Buffer.poolSize = 0;
const require = createRequire(new URL(`file://${process.argv[2]}/package.json`));
const headless = require('@xterm/headless');
const { UnicodeGraphemesAddon } = require('@xterm/addon-unicode-graphemes');

for await (const line of createInterface({ input: process.stdin })) {
  const { cols, rows, history, bytes } = JSON.parse(line);
  const terminal = new headless.Terminal({ cols, rows, scrollback: history, allowProposedApi: true, logLevel: 'off' });
  terminal.loadAddon(new UnicodeGraphemesAddon());
  terminal.write(Buffer.from(bytes, 'hex'));
  // It throws out of a timer of its own on some inputs: that is no answer, and no end.
  const text = await new Promise((done) => {
    const crashed = () => done('crashed\n.\n');
    process.once('uncaughtException', crashed);
    terminal.write('', () => {
      process.off('uncaughtException', crashed);
      done(answer(terminal));
    });
  });
  process.stdout.write(text);
  terminal.dispose();
}
