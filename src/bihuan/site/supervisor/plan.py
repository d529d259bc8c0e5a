"""Which processes `bihuan up` runs, and the ports that they need."""

import errno
import socket
import sys
from dataclasses import dataclass

from bihuan.environment import Environment


@dataclass(frozen=True)
class Program:
    name: str
    arguments: tuple[str, ...]
    colour: int
    """ANSI foreground colour of its prefix in the log."""
    first: bool = False
    """Starts at once; the others when pages answer: what is waited for has the cores for itself."""

    @property
    def argv(self) -> list[str]:
        return [sys.executable, "-m", "bihuan", *self.arguments]


@dataclass(frozen=True)
class Port:
    host: str
    number: int
    variable: str


PROGRAMS = (
    Program("gateway", ("gateway",), 36, first=True),
    Program("web", ("web",), 34, first=True),
    Program("live", ("live",), 35),
    Program("worker", ("worker",), 32),
)
TERMINALS = Program("terminals", ("simulate", "instruments"), 33)
"""The demo laboratory's terminals: real clients of the gateway, as in any laboratory."""


def programs(demo: bool) -> tuple[Program, ...]:
    return (*PROGRAMS, TERMINALS) if demo else PROGRAMS


def ports(environment: Environment) -> tuple[Port, ...]:
    return (
        Port(environment.host, environment.port, "BIHUAN_PORT"),
        Port(environment.gateway_host, environment.gateway_port, "BIHUAN_GATEWAY_PORT"),
        Port(environment.host, environment.live_port, "BIHUAN_LIVE_PORT"),
    )


def busy(port: Port) -> str:
    """One line that names the port and the cure; empty when the port is free."""
    family = socket.AF_INET6 if ":" in port.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((port.host, port.number))
        except OSError as error:
            return _cure(port, error)
    return ""


def _cure(port: Port, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port.number} on {port.host} is in use: stop the program that uses it "
            f"(ss -ltnp 'sport = :{port.number}') or choose another with {port.variable}={port.number + 1000}"
        )
    if error.errno == errno.EACCES:
        return f"port {port.number} needs more rights: choose one above 1023 with {port.variable}"
    return f"port {port.number} on {port.host}: {error.strerror}: check {port.variable} and the host"
