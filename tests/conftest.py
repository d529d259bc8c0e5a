"""One whole house with the demo laboratory, shared by the tests that play its users."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from bench.house import House, house


def command(home: House, *arguments: str) -> dict[str, Any]:
    """What a command of this house answers with --json."""
    done = subprocess.run(
        [sys.executable, "-m", "bihuan", *arguments, "--json"],
        env={**os.environ, "BIHUAN_HOME": str(home.home), "BIHUAN_DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="session")
def home() -> Iterator[House]:
    with house(demo=True, BIHUAN_DATABASE_URL="") as found:
        yield found


@pytest.fixture(scope="session")
def token(home: House) -> str:
    return str(command(home, "token", "create", "check", "--scope", "read", "--scope", "cases")["token"])
