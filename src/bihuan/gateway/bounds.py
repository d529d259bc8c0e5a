"""How much strangers and bad days may cost. The bounds of the protocol itself are `wire.Limits`."""

from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.environment import PREFIX, Variables
from bihuan.inputs import BadInput


@dataclass(frozen=True, slots=True)
class Bounds:
    connections_an_address: int = 64
    connections: int = 20_000
    body_bytes: int = 256 << 20
    """Pictures and journals being received or waiting for the disk, all connections together."""
    waiting_rows: int = 20_000
    """While more rows wait for their commit, connections that bring more are not read."""
    waiting_bytes: int = 32 << 20
    unregistered: int = 1_000
    """Distinct identifiers that no instrument has."""
    unregistered_rows_a_minute: int = 60
    rejected_rows_a_minute: int = 300
    rejected_rows_a_minute_and_address: int = 30
    log_lines_a_minute: int = 60

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Bounds":
        """Raises BadInput."""
        name, default = "GATEWAY_CONNECTIONS", cls().connections_an_address
        text = Variables(environ).text(name, str(default))
        if not (text.isascii() and text.isdigit() and int(text) > 0):
            raise BadInput(f"{PREFIX}{name}: {text!r} is not a number of connections")
        return cls(connections_an_address=int(text))
