"""QR codes as one SVG path: black modules in runs, on a box of so many modules with its quiet zone."""

from dataclasses import dataclass

import segno

QUIET = 4
"""Modules of white around the code; the norm asks for four."""


@dataclass(frozen=True, slots=True)
class Qr:
    size: int
    """Side of the box in modules."""
    path: str


def qr(text: str) -> Qr:
    """Error correction Q: a quarter of the slip may be creased or dirty."""
    matrix = segno.make_qr(text, error="q", boost_error=False).matrix
    runs = [
        f"M{start + QUIET} {row + QUIET}h{end - start}v1h-{end - start}z"
        for row, line in enumerate(matrix)
        for start, end in _runs(line)
    ]
    return Qr(len(matrix) + 2 * QUIET, "".join(runs))


def _runs(line: bytearray) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start: int | None = None
    for at, module in enumerate([*line, 0]):
        if module and start is None:
            start = at
        elif not module and start is not None:
            found.append((start, at))
            start = None
    return found
