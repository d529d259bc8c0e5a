"""kill -9 at any moment: what was acknowledged is there, once."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bihuan.gateway.tests.running import Terminal, eventually
from bihuan.kernel.intake.log import IntakeLog

ROOT = Path(__file__).parents[4]
COMMAND = "import bihuan.site.commands.gateway as it, argparse as a; raise SystemExit(it.run(a.Namespace()))"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(home: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    env = {
        **os.environ,
        "BIHUAN_HOME": str(home),
        "BIHUAN_DATABASE_URL": "",
        "BIHUAN_GATEWAY_PORT": str(port),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "edge" / "src")]),
    }
    running = subprocess.Popen([sys.executable, "-c", COMMAND], env=env, stderr=subprocess.PIPE, text=True)
    try:
        eventually(lambda: answers(port) or running.poll() is not None)
        yield running
    finally:
        running.kill()
        running.wait()
        if running.stderr is not None:
            running.stderr.close()


def answers(port: int) -> bool:
    try:
        Terminal(port).socket.close()
    except OSError:
        return False
    return True


def swipe_until_it_ends(port: int, first: int, acknowledged: list[str]) -> None:
    number = first
    while True:
        number += 1
        card = f"{number:010}"
        try:
            with Terminal(port) as terminal:
                terminal.send(f"DNA01,{card}opensocketshutdown".encode())
                if terminal.rest() == b"":
                    acknowledged.append(card)
        except OSError:
            return


@pytest.mark.slow
def test_killed_gateway_has_lost_nothing_acknowledged_and_repeats_nothing(tmp_path: Path) -> None:
    acknowledged: list[list[str]] = [[] for _ in range(8)]
    for turn in range(2):
        port = free_port()
        with process(tmp_path, port) as running:
            terminals = [
                threading.Thread(
                    target=swipe_until_it_ends, args=(port, turn * 10**8 + index * 10**6, acknowledged[index])
                )
                for index in range(8)
            ]
            for terminal in terminals:
                terminal.start()
            time.sleep(0.25)
            running.kill()
            for terminal in terminals:
                terminal.join()
    log = IntakeLog(tmp_path)
    stored = [row.text for row in log.rows_after("gateway", 0, 1_000_000)]
    log.close()
    promised = {card for cards in acknowledged for card in cards}
    assert len(promised) > 20
    assert promised <= set(stored)
    assert len(stored) == len(set(stored))


def test_terminated_gateway_stores_what_it_has_and_exits_cleanly(tmp_path: Path) -> None:
    port = free_port()
    with process(tmp_path, port) as running, Terminal(port) as terminal:
        terminal.send(b"DNA01,0008075634open")
        time.sleep(0.05)
        running.send_signal(signal.SIGTERM)
        assert running.wait(3) == 0
        assert terminal.rest() == b""
    log = IntakeLog(tmp_path)
    assert len(log.rows_after("gateway", 0, 10)) == 1
    log.close()


def test_busy_port_is_named_with_the_cure(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with process(tmp_path, port) as running:
            assert running.wait(5) == 1
            assert running.stderr is not None
            [line] = running.stderr.read().splitlines()
    assert str(port) in line
    assert "BIHUAN_GATEWAY_PORT" in line


def test_gateway_starts_without_django_and_the_web() -> None:
    code = (
        "import sys, bihuan.gateway.server, bihuan.kernel.intake.sqlite;"
        "print([name for name in ('django', 'pydantic', 'granian', 'psycopg') if name in sys.modules])"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "edge" / "src")])}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
