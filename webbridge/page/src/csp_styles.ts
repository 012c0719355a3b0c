// The page's policy lets no style be written into its markup, yet xterm.js keeps some of its rules in
// <style> elements that it fills as it runs. Those it makes get their rules as a constructed style sheet
// instead, which the policy allows, since only a script that is already trusted can make one. Its renderer
// without WebGL writes true colours into style attributes; those are set by the property, which is allowed too.

export function adoptInlineStyles(): void {
  const setAttribute = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name: string, value: string) {
    if (name === 'style' && this instanceof HTMLElement) this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };
  const create = document.createElement.bind(document) as (tag: string, options?: ElementCreationOptions) => HTMLElement;
  document.createElement = ((tag: string, options?: ElementCreationOptions) =>
    // A stand-in that is never shown: even an empty <style> would be refused, and complained about.
    tag.toLowerCase() === 'style' ? adopt(create('template')) : create(tag, options)) as typeof document.createElement;
}

function adopt(element: HTMLElement): HTMLElement {
  const sheet = new CSSStyleSheet();
  let text = '';
  const set = (value: string | null) => {
    text = value ?? '';
    sheet.replaceSync(text);
    if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
  };
  for (const property of ['textContent', 'innerText', 'innerHTML']) {
    Object.defineProperty(element, property, { get: () => text, set });
  }
  const remove = element.remove.bind(element);
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
    remove();
  };
  return element;
}
