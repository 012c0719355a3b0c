#!/usr/bin/env python3
"""Another implementation reads and writes the golden frames: PyPI's cbor2 decodes each and, encoding it
canonically again, must give the same bytes. Usage: cbor2_roundtrip.py [FOLDER]   (needs: pip install cbor2)"""

import pathlib
import sys

import cbor2


def main() -> int:
    here = pathlib.Path(__file__).resolve().parent
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here.parent / "golden/protocol/v1"
    frames = sorted(folder.glob("*.cbor"))
    if not frames:
        print(f"{folder}: no golden frames there", file=sys.stderr)
        return 1
    failed = 0
    for path in frames:
        frame = path.read_bytes()
        again = cbor2.dumps(cbor2.loads(frame), canonical=True)
        if again != frame:
            failed += 1
            print(f"{path.name}: cbor2 writes it otherwise\n  ours   {frame.hex()}\n  theirs {again.hex()}", file=sys.stderr)
    print(f"golden frames through cbor2: {len(frames) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
