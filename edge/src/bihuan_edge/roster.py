"""The answer to `request`: who may use this instrument, in the form that the terminal reads."""

from collections.abc import Iterable
from typing import Final

LINE: Final = "{card},{name}"


def encode(
    entries: Iterable[tuple[str, str]], version: int, encoding: str = "utf-8", line: str = LINE
) -> bytes:
    """Return one line a (card, name), then `end,<version>`, each ended by CR LF.

    The end line lets a terminal tell a whole answer from one that was cut off. A name that the
    terminal's encoding does not know keeps its other characters.
    """
    rows = [line.format(card=card, name=name) for card, name in entries]
    return "".join(f"{row}\r\n" for row in [*rows, f"end,{version}"]).encode(encoding, "replace")
