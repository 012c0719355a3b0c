// Making elements. Text always goes in as text: titles and names come from programs.

type Child = Node | string | null | undefined | false;
type Handler = (event: never) => void;
type Props = { class?: string; on?: Record<string, Handler>; data?: Record<string, string> } & Record<string, unknown>;

/** An element with attributes (`on` for listeners, `data` for the dataset, others as attributes) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  const { on, data, ...attributes } = props;
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  Object.assign(element.dataset, data);
  for (const [name, listener] of Object.entries(on ?? {})) element.addEventListener(name, listener as EventListener);
  element.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return element;
}

const PATHS = {
  sessions: 'M3 5h18M3 12h18M3 19h12',
  plus: 'M12 5v14M5 12h14',
  right: 'M4 5h16v14H4zM12 5v14',
  down: 'M4 5h16v14H4zM4 12h16',
  zoom: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13M15.5 15.5L21 21',
  close: 'M6 6l12 12M18 6L6 18',
  theme: 'M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16',
  edit: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  up: 'M6 15l6-6 6 6',
  below: 'M6 9l6 6 6-6',
  leave: 'M10 4H5v16h5M14 8l4 4-4 4M18 12H9',
} as const;
export type Icon = keyof typeof PATHS;

export function icon(name: Icon): SVGSVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'icon');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button with a picture; what it does is its name for screen readers and its tooltip. */
export function iconButton(name: Icon, label: string, click: () => void, className = ''): HTMLButtonElement {
  const props = { type: 'button', class: `icon-button ${className}`, 'aria-label': label, title: label };
  // A click must not take the keyboard from the terminal.
  const on = { click, mousedown: (event: MouseEvent) => event.preventDefault() };
  return h('button', { ...props, on }, icon(name));
}

/** Brings the children of `parent` to be `wanted`, touching only those that differ. */
export function arrange(parent: Element, wanted: Element[]): void {
  for (const child of [...parent.children]) {
    if (!wanted.includes(child)) child.remove();
  }
  wanted.forEach((child, n) => {
    if (parent.children[n] !== child) parent.insertBefore(child, parent.children[n] ?? null);
  });
}
