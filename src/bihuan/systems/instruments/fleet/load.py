"""A steady stream of messages from many terminals, for measuring."""

from collections.abc import Iterator
from itertools import count

from bihuan.systems.instruments.fleet.acts import Act, Deed, Fault
from bihuan.systems.instruments.fleet.chance import chance
from bihuan.systems.instruments.fleet.laboratory import Laboratory
from bihuan.systems.instruments.fleet.script import draw

ROUND = (Deed.OPEN, Deed.BEAT, Deed.CLOSE, Deed.BEAT)


def load(
    laboratory: Laboratory, rate: float, seconds: float | None, seed: int, faults: frozenset[str]
) -> Iterator[Act]:
    """`rate` messages a second, terminal after terminal; at the end who lost swipes uploads its journal."""
    dice = chance("load", seed)
    devices = laboratory.devices
    lost: set[str] = set()
    for number in count():
        at = number / rate
        if seconds is not None and at >= seconds:
            break
        device, turn = devices[number % len(devices)], number // len(devices)
        deed = ROUND[turn % len(ROUND)] if device.cards and device.manner != "beats" else Deed.BEAT
        if deed is Deed.BEAT:
            yield Act(at, device, deed)
            continue
        card = device.cards[turn // len(ROUND) % len(device.cards)]
        fault = draw(dice, faults)
        if fault is Fault.LOST:
            lost.add(device.code)
        yield Act(at, device, deed, card, fault)
    for device in devices:
        if device.code in lost:
            yield Act(seconds or 0.0, device, Deed.JOURNAL)
