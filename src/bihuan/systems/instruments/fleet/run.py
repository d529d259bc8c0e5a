"""Plays a script: each act at its time, over real connections, until the time is over or it is stopped."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Final

from bihuan.systems.instruments.fleet.acts import Act
from bihuan.systems.instruments.fleet.terminal import Crew, Terminal

DRAIN_S: Final = 15.0
"""For the last answers, once the time is over."""


async def play(
    acts: Iterator[Act],
    terminals: Mapping[str, Terminal],
    crew: Crew,
    seconds: float | None,
    stop: asyncio.Event,
) -> None:
    """Raises what made a terminal fail, were it anything but the network."""
    workers = [asyncio.create_task(terminal.work()) for terminal in terminals.values()]
    for worker in workers:
        worker.add_done_callback(lambda _: stop.set())
    try:
        if await _hand_out(acts, terminals, crew, seconds, stop):
            await _drain(terminals, stop)
    finally:
        for worker in workers:
            worker.cancel()
        ends = await asyncio.gather(*workers, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end


async def _hand_out(
    acts: Iterator[Act],
    terminals: Mapping[str, Terminal],
    crew: Crew,
    seconds: float | None,
    stop: asyncio.Event,
) -> bool:
    """True when the script ended or its time did; False when it was stopped."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number, act in enumerate(acts):
        if seconds is not None and act.at_s > seconds:
            return await _until(stop, began + seconds / crew.pace)
        due = began + act.at_s / crew.pace
        if not await _until(stop, due, breathe=number % 50 == 0):
            return False
        terminals[act.device.code].take(act)
    return True


async def _until(stop: asyncio.Event, due: float, breathe: bool = False) -> bool:
    """Wait for the instant on the loop's clock; False when stopped before."""
    wait_s = due - asyncio.get_running_loop().time()
    if wait_s > 0:
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await stop.wait()
    elif breathe:
        await asyncio.sleep(0)
    return not stop.is_set()


async def _drain(terminals: Mapping[str, Terminal], stop: asyncio.Event) -> None:
    async def answers() -> None:
        for terminal in terminals.values():
            await terminal.queue.join()

    async def stopped() -> None:
        await stop.wait()

    waiting = [asyncio.create_task(answers()), asyncio.create_task(stopped())]
    await asyncio.wait(waiting, timeout=DRAIN_S, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
