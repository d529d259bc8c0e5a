"""One connection of a terminal: connect, say it, `socketshutdown`, wait for the server's FIN."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final

SHUTDOWN: Final = b"socketshutdown"
CONNECT_S: Final = 5.0
ANSWER_S: Final = 20.0
ROSTER_S: Final = 1.0
"""No answer within this is the answer that nothing is new."""
PAUSE_S: Final = 0.03


@dataclass(frozen=True, slots=True)
class Server:
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Said:
    """`took_s`: from the first packet to the FIN that acknowledges everything before it."""

    took_s: float
    roster: bytes = b""


async def say(server: Server, pieces: Sequence[bytes], *, ask: bool = False) -> Said:
    """Raises OSError (TimeoutError is one): then nothing is acknowledged."""
    began = perf_counter()
    async with asyncio.timeout(CONNECT_S):
        reader, writer = await asyncio.open_connection(server.host, server.port)
    try:
        async with asyncio.timeout(ANSWER_S):
            for number, piece in enumerate(pieces):
                if number:
                    await asyncio.sleep(PAUSE_S)
                writer.write(piece)
                await writer.drain()
            roster = await _roster(reader) if ask else b""
            asked_s = perf_counter() - began if ask else 0.0
            writer.write(SHUTDOWN)
            rest = await reader.read()
    finally:
        writer.close()
    return Said(perf_counter() - began - max(asked_s - ROSTER_S, 0.0), roster + rest)


async def _roster(reader: asyncio.StreamReader) -> bytes:
    """Up to the end line, or what came before the patience ended."""
    came = b""
    try:
        async with asyncio.timeout(ROSTER_S):
            while not _whole(came):
                piece = await reader.read(65536)
                if not piece:
                    break
                came += piece
    except TimeoutError:
        return came
    return came


def _whole(roster: bytes) -> bool:
    return roster.endswith(b"\r\n") and roster[:-2].rpartition(b"\r\n")[2].startswith(b"end,")
