// A style as the escape sequence that selects it.
import { Attr, type Color, type Style } from './protocol.ts';

/** A style, ready to be painted with. Two pens of one number are one object, so they compare by identity. */
export interface Pen {
  /** Select Graphic Rendition, from a clean start. */
  sgr: string;
  /** Target of a hyperlink, or empty. */
  link: string;
}

export const PLAIN: Pen = { sgr: '\x1b[m', link: '' };

export function pen(style: Style): Pen {
  const codes: (number | string)[] = [0];
  const { attrs } = style;
  if (attrs & Attr.bold) codes.push(1);
  if (attrs & Attr.dim) codes.push(2);
  if (attrs & Attr.italic) codes.push(3);
  if (attrs & Attr.blink) codes.push(5);
  if (attrs & Attr.reverse) codes.push(7);
  if (attrs & Attr.conceal) codes.push(8);
  if (attrs & Attr.strike) codes.push(9);
  if (attrs & Attr.overline) codes.push(53);
  const underline = (attrs >> Attr.underlineShift) & Attr.underlineMask;
  if (underline > 0) codes.push(`4:${underline}`);
  codes.push(...color(style.fg, 30), ...color(style.bg, 40), ...color(style.ul, 50));
  // A link's target comes from a program's output: nothing in it may end the sequence it stands in.
  const link = style.link.length <= 2048 && !/[^\x21-\x7e]/.test(style.link) ? style.link : '';
  return { sgr: `\x1b[${codes.join(';')}m`, link };
}

/** The codes of a colour; `base` is 30 for the foreground, 40 for the background, 50 for the underline. */
function color(color: Color, base: number): (number | string)[] {
  if (color === 'default') return [];
  if ('rgb' in color) return [base + 8, 2, ...color.rgb];
  const { indexed } = color;
  if (indexed < 8 && base !== 50) return [base + indexed];
  if (indexed < 16 && base !== 50) return [base + 52 + indexed];
  return [base + 8, 5, indexed];
}
