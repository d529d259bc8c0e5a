"""A gateway that only listens, in the test's own loop, and reads as the real one does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from zoneinfo import ZoneInfo

from bihuan.systems.instruments.fleet.link import Server
from bihuan_edge.messages import Kind, Message
from bihuan_edge.wire import Connection

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass
class Listener:
    roster: bytes = b""
    port: int = 0
    came: list[Message] = field(default_factory=list)
    closed_early: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = Connection()
        wire.tick(monotonic())
        while not wire.closed and (data := await reader.read(65536)):
            messages = wire.receive(data, monotonic())
            self.came += messages
            if self.roster and any(message.kind is Kind.REQUEST for message in messages):
                writer.write(self.roster)
        self.closed_early += not wire.closed
        writer.close()

    @property
    def server(self) -> Server:
        return Server("127.0.0.1", self.port)

    def heard(self, *kinds: Kind) -> list[Message]:
        return [message for message in self.came if message.kind in kinds]


@asynccontextmanager
async def listening(roster: bytes = b"", port: int = 0) -> AsyncIterator[Listener]:
    listener = Listener(roster)
    server = await asyncio.start_server(listener.serve, "127.0.0.1", port)
    listener.port = server.sockets[0].getsockname()[1]
    try:
        yield listener
    finally:
        server.close()
        await server.wait_closed()
