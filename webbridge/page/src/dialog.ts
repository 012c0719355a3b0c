// Questions to the person.
import { h } from './dom.ts';

interface Question {
  title: string;
  text?: string;
  /** Asks for a line of text, with this to begin with. */
  value?: string;
  confirm: string;
  danger?: boolean;
}

/** What was typed (or an empty text where nothing was asked for), or null when it was called off. */
export function ask(question: Question): Promise<string | null> {
  const { title, text, value, confirm, danger } = question;
  return new Promise((resolve) => {
    const asks = value !== undefined;
    const input = asks ? h('input', { type: 'text', 'aria-label': title, autocomplete: 'off', spellcheck: 'false' }) : null;
    if (input) input.value = value ?? '';
    let answer: string | null = null;
    const done = (event: Event) => {
      event.preventDefault();
      answer = input ? input.value.trim() : '';
      dialog.close();
    };
    const dialog = h(
      'dialog',
      { 'aria-label': title, on: { close: () => (dialog.remove(), resolve(input && answer === '' ? null : answer)) } },
      h(
        'form',
        { on: { submit: done } },
        h('h2', {}, title),
        text ? h('p', {}, text) : null,
        input,
        h(
          'div',
          { class: 'buttons' },
          h('button', { type: 'button', class: 'quiet', on: { click: () => dialog.close() } }, 'Cancel'),
          h('button', { type: 'submit', class: danger ? 'danger' : 'primary' }, confirm),
        ),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
    input?.select();
  });
}
