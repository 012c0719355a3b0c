// Where the page begins: sign in, then the app; and what the browser says about network, sight and leaving.
import '@xterm/xterm/css/xterm.css';
import './page.css';
import { App } from './app.ts';
import type { World } from './connection.ts';
import { adoptInlineStyles } from './csp_styles.ts';
import { open } from './gateway.ts';
import type { Saved } from './outbox.ts';
import { askToSignIn, signInByAddress } from './sign_in.ts';
import { apply } from './theme.ts';

const SAVED_KEY = 'abide.outbox';

const world: World = {
  open,
  now: () => performance.now(),
  random: () => Math.random(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * What the page before a reload had not yet been rid of. It is taken away here: a duplicated tab gets a copy
 * of the storage, and must not take itself for the same page.
 */
function takeSaved(): Saved | null {
  const text = sessionStorage.getItem(SAVED_KEY);
  sessionStorage.removeItem(SAVED_KEY);
  try {
    return text === null ? null : (JSON.parse(text) as Saved);
  } catch {
    return null;
  }
}

async function main(): Promise<void> {
  adoptInlineStyles();
  apply();
  const wrong = await signInByAddress();
  let asking = false;
  const signInAgain = async (why: string | null) => {
    if (asking) return;
    asking = true;
    await askToSignIn(why);
    asking = false;
    app.desk.connection.begin();
  };
  const app = new App(world, takeSaved(), () => void signInAgain(wrong));
  Object.assign(window, { abide: { text: (pane: string) => app.text(pane), cells: (pane: string) => app.cells(pane) } });

  const { desk } = app;
  const nudge = () => {
    if (document.visibilityState === 'visible') desk.connection.nudge();
  };
  window.addEventListener('online', nudge);
  window.addEventListener('focus', () => desk.claimSize());
  document.addEventListener('visibilitychange', nudge);
  window.addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    // Back from the browser's cache, with what it was: nothing is owed to a page after this one.
    sessionStorage.removeItem(SAVED_KEY);
    nudge();
  });
  window.addEventListener('pagehide', () => sessionStorage.setItem(SAVED_KEY, JSON.stringify(desk.outbox.save())));
  window.addEventListener('hashchange', () => app.open(decodeURIComponent(location.hash.slice(1))));
}

void main();
