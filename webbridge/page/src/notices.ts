// Short words at the lower edge that go by themselves.
import { h } from './dom.ts';

const SHOWN_MS = 6000;
const SHOWN_MAX = 4;

const shelf = h('div', { class: 'notices', role: 'status', 'aria-live': 'polite' });

export function notice(text: string): void {
  if (!shelf.isConnected) document.body.append(shelf);
  const last = shelf.lastElementChild;
  if (last?.textContent === text) last.remove();
  const entry = h('div', { class: 'notice' }, text);
  entry.addEventListener('click', () => entry.remove());
  shelf.append(entry);
  while (shelf.children.length > SHOWN_MAX) shelf.firstElementChild?.remove();
  setTimeout(() => entry.remove(), SHOWN_MS);
}
