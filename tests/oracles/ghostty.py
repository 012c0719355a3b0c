"""What libghostty-vt shows, for tests/oracles: as xterm.mjs, by way of the package pyghostty."""
import json
import sys

from pyghostty import Terminal, ffi, lib

FIELD, CELL = "\x1f", "\x1e"
BITS = ("bold", "faint", "italic", "blink", "inverse", "invisible", "strikethrough", "overline")


def of(call, ctype, *given):
    out = ffi.new(ctype + "*")
    return out[0] if call(*given, out) == 0 else None


def color(value):
    if value is None:
        return "d"
    kind, number = value
    if kind == "palette":
        return f"i{number}"
    r, g, b = number
    return f"r{r << 16 | g << 8 | b}"


def text_of(ref):
    codepoints, count = ffi.new("uint32_t[64]"), ffi.new("size_t*")
    if lib.ghostty_grid_ref_graphemes(ref, codepoints, 64, count) != 0:
        return " "
    return "".join(chr(codepoints[n]) for n in range(count[0])) or " "


def link_of(ref):
    buffer, length = ffi.new("uint8_t[4096]"), ffi.new("size_t*")
    if lib.ghostty_grid_ref_hyperlink_uri(ref, buffer, 4096, length) != 0:
        return ""
    return bytes(buffer[0 : length[0]]).decode()


def row_text(terminal, y, tag):
    cols, _ = terminal.size
    cells, wrapped = [], False
    for x in range(cols):
        ref = terminal.ref(x, y, tag)
        cell = of(lib.ghostty_grid_ref_cell, "GhosttyCell", ref)
        if x == 0:
            row = of(lib.ghostty_grid_ref_row, "GhosttyRow", ref)
            wrapped = of(lib.ghostty_row_get, "bool", row, lib.GHOSTTY_ROW_DATA_WRAP)
        wide = of(lib.ghostty_cell_get, "GhosttyCellWide", cell, lib.GHOSTTY_CELL_DATA_WIDE)
        if wide == lib.GHOSTTY_CELL_WIDE_SPACER_TAIL:
            continue
        style = terminal.style(x, y, tag)
        bits = sum(1 << n for n, name in enumerate(BITS) if style[name]) | style["underline"] << 8
        # What was erased in a colour has no style, but the colour as its content.
        bg = style["bg"]
        kind = of(lib.ghostty_cell_get, "GhosttyCellContentTag", cell, lib.GHOSTTY_CELL_DATA_CONTENT_TAG)
        if kind == lib.GHOSTTY_CELL_CONTENT_BG_COLOR_PALETTE:
            bg = ("palette", of(lib.ghostty_cell_get, "GhosttyColorPaletteIndex", cell, lib.GHOSTTY_CELL_DATA_COLOR_PALETTE))
        elif kind == lib.GHOSTTY_CELL_CONTENT_BG_COLOR_RGB:
            rgb = of(lib.ghostty_cell_get, "GhosttyColorRgb", cell, lib.GHOSTTY_CELL_DATA_COLOR_RGB)
            bg = ("rgb", (rgb.r, rgb.g, rgb.b))
        text = text_of(ref) if of(lib.ghostty_cell_get, "bool", cell, lib.GHOSTTY_CELL_DATA_HAS_TEXT) else " "
        width = 2 if wide == lib.GHOSTTY_CELL_WIDE_WIDE else 1
        fields = (x, width, bits, color(style["fg"]), color(bg), color(style["underline_color"]), link_of(ref), text)
        cells.append(FIELD.join(map(str, fields)))
    return ("1" if wrapped else "0") + CELL + CELL.join(cells)


def answer(question):
    with Terminal(question["cols"], question["rows"], question["history"]) as terminal:
        # It has clusters where a program asks for them.
        terminal.feed(b"\x1b[?2027h" + bytes.fromhex(question["bytes"]))
        alternate = bool(terminal.get("active_screen", "GhosttyTerminalScreen"))
        history = 0 if alternate else terminal.get("scrollback_rows", "size_t")
        (x, y), (_, rows) = terminal.cursor, terminal.size
        state = (x, y, int(terminal.get("cursor_visible", "bool")), int(alternate), history)
        lines = [" ".join(map(str, state))]
        lines += [row_text(terminal, n, "history") for n in range(history)]
        lines += [row_text(terminal, n, "active") for n in range(rows)]
        return "\n".join(lines)


for line in sys.stdin:
    print(answer(json.loads(line)), ".", sep="\n", flush=True)
