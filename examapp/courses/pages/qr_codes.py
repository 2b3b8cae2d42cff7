"""An address as a QR code, drawn by one path of an SVG. Pure."""

from dataclasses import dataclass

import segno


@dataclass(frozen=True)
class QrCode:
    """`size` modules a side, without the quiet zone; `path` is of the dark ones."""

    size: int
    path: str


def qr_code(address: str) -> QrCode:
    """Return the code of an address, legible from the back of a room."""
    rows = list(segno.make(address, error="m", micro=False).matrix)
    path = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            width = 0
            while x + width < len(row) and row[x + width]:
                width += 1
            if width:
                path.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width + 1
    return QrCode(len(rows), "".join(path))
