// What a terminal of xterm.js shows, as text for tests/oracles: a line of state, one a row, a dot.

const FIELD = '\x1f';
const CELL = '\x1e';

/** @returns "d", "i" with a number, or "r" with 24 bits. */
function color(isDefault, isPalette, value) {
  return isDefault ? 'd' : `${isPalette ? 'i' : 'r'}${value}`;
}

// Underlines and links are in no public interface: a cell's `extended` holds them, the style in three bits from 26 on.
function cellText(cell, x, links) {
  const { extended } = cell;
  const has = cell.hasExtendedAttrs();
  const style = cell.isUnderline() ? (has ? (extended._ext >> 26) & 7 : 0) || 1 : 0;
  const bits = [
    cell.isBold(), cell.isDim(), cell.isItalic(), cell.isBlink(), cell.isInverse(), cell.isInvisible(),
    cell.isStrikethrough(), cell.isOverline(),
  ];
  const attrs = bits.reduce((all, on, n) => all | (on ? 1 << n : 0), 0) | (style << 8);
  // SGR 59 leaves all bits set: none.
  const ink = extended._ext & 0x3ffffff;
  const underline = has && ink !== 0 && ink !== 0x3ffffff
    ? color(cell.isUnderlineColorDefault(), cell.isUnderlineColorPalette(), cell.getUnderlineColor())
    : 'd';
  const link = has && extended.urlId ? (links.getLinkData(extended.urlId)?.uri ?? '') : '';
  return [
    x, cell.getWidth(), attrs,
    color(cell.isFgDefault(), cell.isFgPalette(), cell.getFgColor()),
    color(cell.isBgDefault(), cell.isBgPalette(), cell.getBgColor()),
    underline, link, cell.getChars() || ' ',
  ].join(FIELD);
}

function rowText(terminal, y) {
  const { active } = terminal.buffer;
  const line = active.getLine(y);
  // Beyond its end the ring gives its beginning.
  const wrapped = y + 1 < active.length && active.getLine(y + 1).isWrapped;
  const cells = [];
  for (let x = 0; x < terminal.cols; x += 1) {
    const cell = line.getCell(x);
    if (cell.getWidth() > 0) cells.push(cellText(cell, x, terminal._core._oscLinkService));
  }
  return (wrapped ? '1' : '0') + CELL + cells.join(CELL);
}

export function answer(terminal) {
  const { active } = terminal.buffer;
  const alternate = active.type === 'alternate';
  const state = [
    Math.min(active.cursorX, terminal.cols - 1), active.cursorY,
    terminal._core.coreService.isCursorHidden ? 0 : 1, alternate ? 1 : 0, alternate ? 0 : active.baseY,
  ];
  const rows = [];
  for (let y = alternate ? active.baseY : 0; y < active.baseY + terminal.rows; y += 1) rows.push(rowText(terminal, y));
  return [state.join(' '), ...rows].join('\n') + '\n.\n';
}
