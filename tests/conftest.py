"""One whole house with the demo laboratory, shared by the tests that play its users."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from bench.house import House, house
from tests.line import Line
from tests.look import FLAGS


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


def made_once(name: str, *arguments: str) -> Path:
    """A data folder after `bihuan init`, made by the first worker that asks, for all of them to copy."""
    base = Path(os.environ["BIHUAN_HOME"])
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            fresh = place.with_suffix(".new")
            init = [sys.executable, "-m", "bihuan", "init", *arguments]
            env = {**os.environ, "BIHUAN_HOME": str(fresh), "BIHUAN_DATABASE_URL": ""}
            subprocess.run(init, env=env, check=True, stdout=subprocess.DEVNULL)
            fresh.rename(place)
    return place


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    place = shutil.copytree(made_once("demo", "--demo"), tmp_path_factory.mktemp("demo") / "home")
    with house(demo=True, home=place, BIHUAN_DATABASE_URL="") as found:
        yield found


@pytest.fixture(scope="session")
def token(home: House) -> str:
    return str(command(home, "token", "create", "check", "--scope", "read", "--scope", "cases")["token"])


@pytest.fixture(scope="session")
def prepared() -> Path:
    return made_once("prepared")


@pytest.fixture
def fresh_home(prepared: Path, tmp_path: Path) -> Path:
    """A copy that this test may do with as it likes."""
    return shutil.copytree(prepared, tmp_path / "home")


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def known() -> set[str]:
    """The kinds of texts and targets that have been looked at."""
    return set()


@pytest.fixture
def line(home: House) -> Iterator[Line]:
    found = Line(home.port)
    yield found
    found.close()
