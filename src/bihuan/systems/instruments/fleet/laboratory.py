"""Who stands in the laboratory: terminals, and the cards that people hold before them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bihuan.systems.instruments.fleet.chance import chance

DEMO: Final = Path(__file__).parent.parent / "data" / "demo.json"
"""Also what the sample organisation is loaded from."""
PLAYS, AWAY, BEATS = "plays", "away", "beats"
"""Manners: used by people; the same, but often without network; heartbeats and nothing else."""


@dataclass(frozen=True, slots=True)
class Device:
    """One terminal, as far as it must know itself."""

    code: str
    manner: str = PLAYS
    use_minutes: float = 30.0
    """A usual use, in the past that the journal tells of."""
    rest_minutes: float = 0.0
    card_format: str = ""
    """`hex`: the reader spells cards in eight hexadecimal digits."""
    skew_s: float = 0.0
    """The terminal's clock minus the true time."""
    cards: tuple[str, ...] = ()
    """Registered cards that may use this instrument."""
    others: tuple[str, ...] = ()
    """Registered cards that may not."""

    def spelled(self, card: str) -> str:
        return f"{int(card):08X}" if self.card_format == "hex" else card


@dataclass(frozen=True, slots=True)
class Laboratory:
    devices: tuple[Device, ...]
    unknown_cards: tuple[str, ...]

    def first(self, count: int) -> "Laboratory":
        return Laboratory(self.devices[:count], self.unknown_cards)


def read(path: Path = DEMO) -> dict[str, Any]:
    """The sample data as it is written down."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def demo(path: Path = DEMO) -> Laboratory:
    """The demo laboratory, with a terminal that nobody has registered."""
    data = read(path)
    devices = [_device(row, data["people"]) for row in data["instruments"]]
    strangers = [Device(code, BEATS) for code in data["strangers"]]
    return Laboratory((*devices, *strangers), tuple(data["unknown_cards"]))


def _device(row: dict[str, Any], people: Sequence[dict[str, Any]]) -> Device:
    allowed = [person["card"] for person in people if row["code"] in person["instruments"]]
    return Device(
        code=row["code"],
        manner=row["manner"],
        use_minutes=row["use_minutes"],
        rest_minutes=row["rest_minutes"],
        card_format=row.get("card_format", ""),
        skew_s=row.get("skew_s", 0.0),
        cards=tuple(allowed),
        others=tuple(person["card"] for person in people if person["card"] not in allowed),
    )


def generated(count: int, seed: int = 1) -> Laboratory:
    """`count` terminals SIM00001, SIM00002 … with two cards each: for load, not for looking at."""
    cards = [f"{9_000_000 + number:010d}" for number in range(2 * count)]
    chance("cards", seed).shuffle(cards)
    devices = [
        Device(f"SIM{number + 1:05d}", cards=(cards[2 * number], cards[2 * number + 1]))
        for number in range(count)
    ]
    return Laboratory(tuple(devices), ())
