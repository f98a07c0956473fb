#!/usr/bin/env python3
"""Draws the packages' icon, src/icon.png, with the standard library alone: a memory, and a head that has moved along its locations.

    python3 make_icon.py ../src/icon.png
"""

import math
import struct
import sys
import zlib

SIZE = 128
CELLS = 8
BACKGROUND = (16, 24, 48)
COLD, HOT = (48, 84, 150), (255, 196, 61)


def cell(row, column):
    """How strongly the head looks at a location (row) in a step (column): a diagonal with soft edges."""
    return math.exp(-((row - column) ** 2) / 1.1)


def pixel(x, y):
    step = SIZE / CELLS
    row, column = int(y / step), int(x / step)
    # The distance from a cell's rounded square, for smooth edges.
    dx, dy = abs(x % step - step / 2) - step * 0.24, abs(y % step - step / 2) - step * 0.24
    distance = math.hypot(max(dx, 0), max(dy, 0)) - step * 0.16
    inside = min(max(0.5 - distance, 0), 1)
    heat = cell(row, column)
    colour = [c + (h - c) * heat for c, h in zip(COLD, HOT)]
    return tuple(round(b + (c - b) * inside) for b, c in zip(BACKGROUND, colour))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main(path):
    rows = b"".join(b"\0" + bytes(v for x in range(SIZE) for v in pixel(x + 0.5, y + 0.5)) for y in range(SIZE))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 2, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


if __name__ == "__main__":
    main(sys.argv[1])
