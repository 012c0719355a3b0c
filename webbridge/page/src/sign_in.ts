// What is shown to a browser that is not signed in: how to be.
import { h, icon } from './dom.ts';
import { signIn } from './gateway.ts';

const SAID = {
  wrong: 'This code is not, or no more, good: each signs in once, within 15 minutes.',
  'too-often': 'Too many attempts. Wait a minute.',
  unreachable: 'The gateway does not answer.',
} as const;

/** The code in the address, which is taken out of it at once, so that neither history nor a glance keeps it. */
export function codeInAddress(): string | null {
  const code = /^#code=([0-9a-f]{64})$/.exec(location.hash)?.[1] ?? null;
  if (location.hash.startsWith('#code=')) history.replaceState(null, '', location.pathname);
  return code;
}

/** Shows the form until somebody has signed in. */
export function askToSignIn(first: string | null): Promise<void> {
  return new Promise((resolve) => {
    const said = h('p', { class: 'said', role: 'alert' });
    const input = h('input', { type: 'password', autocomplete: 'off', 'aria-label': 'Sign-in code or link', placeholder: 'Code or link' });
    const submit = async (event: Event) => {
      event.preventDefault();
      // The whole link may be pasted as well.
      const code = /[0-9a-f]{64}/.exec(input.value)?.[0];
      if (!code) {
        said.textContent = 'That is not a code: it has 64 digits from 0 to f.';
        return;
      }
      const result = await signIn(code);
      if (result === 'ok') {
        card.remove();
        resolve();
      } else said.textContent = SAID[result];
    };
    const card = h(
      'div',
      { class: 'sign-in' },
      h(
        'form',
        { class: 'card', on: { submit } },
        h('div', { class: 'card-mark' }, icon('sessions')),
        h('h1', {}, 'abide'),
        h('p', {}, 'Open the link that ', h('code', {}, 'abide web'), ' printed, or get a new one with ', h('code', {}, 'abide-web code'), '.'),
        input,
        h('button', { type: 'submit', class: 'primary' }, 'Sign in'),
        said,
      ),
    );
    document.body.append(card);
    input.focus();
    if (first) {
      said.textContent = first;
    }
  });
}

/** Signs in with the code of the address, if there is one; what went wrong, if anything did. */
export async function signInByAddress(): Promise<string | null> {
  const code = codeInAddress();
  if (!code) return null;
  const result = await signIn(code);
  return result === 'ok' ? null : SAID[result];
}
