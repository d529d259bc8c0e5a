"""The supervisor's loop."""

import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from types import FrameType

from bihuan.site.supervisor.child import Child
from bihuan.site.supervisor.plan import Program

LOOK_EVERY_S = 0.1
FIRST_ALONE_S = 10.0
"""Pages that do not answer by then must not keep the field and the clock from being served."""
STOP_WITHIN_S = 4.0
"""After this what still runs is killed: Ctrl-C must end everything within 5 s."""


def supervise(programs: Sequence[Program], logs: Path, ready: Callable[[], bool]) -> int:
    """Run everything until SIGINT or SIGTERM. `ready` is asked until it says yes, once a look.

    Programs that are not `first` begin after that, or after FIRST_ALONE_S.
    """
    stop = Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask_to_stop)
    children = [Child(program, logs) for program in programs]
    waiting, alone_until = True, time.monotonic() + FIRST_ALONE_S
    while not stop.is_set():
        everybody = not waiting or time.monotonic() > alone_until
        for child in children:
            if everybody or child.program.first:
                child.look()
        waiting = waiting and not ready()
        stop.wait(LOOK_EVERY_S)
    end(children)
    return 0


def end(children: Sequence[Child]) -> None:
    """Ask, wait, then insist."""
    for child in children:
        child.signal(signal.SIGTERM)
    until = time.monotonic() + STOP_WITHIN_S
    while any(child.alive for child in children) and time.monotonic() < until:
        time.sleep(0.02)
    for child in children:
        child.signal(signal.SIGKILL)
        child.reap()
