"""The steps of bootstrap.py, in order."""

import argparse
import fcntl
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import assets
from tools.beside import UV, UV_HOME, beside, index_settings, lock_of
from tools.proc import PYTHON, ROOT, VENV, Failed, Words, run, say
from tools.stamp import Stamps, digest

STAMPS = Stamps(VENV / "stamps.json")
SOURCES = ("src", "edge/src")
COMMAND = VENV / "bin/bihuan"


@dataclass(frozen=True)
class Step:
    name: str
    value: Callable[[], str]
    outputs: tuple[Path, ...]
    make: Callable[[], None]

    def fresh(self) -> bool:
        return STAMPS.fresh(self.name, self.value(), self.outputs)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="tools/bootstrap.py", description=__doc__)
    parser.add_argument("--runtime", action="store_true", help="only what running needs, no test tools")
    parser.add_argument(
        "--no-assets", action="store_true", help="leave out the bundles of scripts and styles"
    )
    chosen = parser.parse_args(arguments)
    steps = plan(runtime=chosen.runtime, with_assets=not chosen.no_assets)
    try:
        if all(step.fresh() for step in steps):
            return 0
        with only_one():
            for step in steps:
                if not step.fresh():
                    step.make()
                    STAMPS.write(step.name, step.value())
    except (Failed, OSError) as error:
        say(f"bootstrap: {error}")
        return 1
    except KeyboardInterrupt:
        say("bootstrap: stopped; the next call goes on from here")
        return 130
    return 0


def plan(*, runtime: bool, with_assets: bool) -> list[Step]:
    lock = ROOT / ("requirements.lock" if runtime else "requirements-dev.lock")
    steps = [
        Step("environment", environment, (PYTHON,), make_environment),
        Step("uv", lambda: digest([lock_of("uv")]), (UV,), install_uv),
        Step("packages", lambda: digest([lock]), (), lambda: install_packages(lock)),
        Step("distributions", distributions, (COMMAND,), link_distributions),
    ]
    if with_assets:
        steps.append(Step("assets", assets_value, (), assets.main))
    return [*steps, Step("messages", messages_value, (), compile_messages)]


def environment() -> str:
    """Scripts in a .venv hold its absolute path, so that a moved checkout needs a new one."""
    return str(VENV)


def assets_value() -> str:
    return "" if assets.fresh() else "out of date"


def message_files() -> list[Path]:
    return sorted(ROOT.glob("src/bihuan/**/LC_MESSAGES/*.po"))


def messages_value() -> str:
    compiled = [str(path) for path in message_files() if path.with_suffix(".mo").exists()]
    return digest([*message_files(), *compiled])


def distributions() -> str:
    return digest([*SOURCES, script()])


@contextmanager
def only_one() -> Iterator[None]:
    """A second call waits for the first and then finds its stamps."""
    with (ROOT / ".venv.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("bootstrap: another call is at work, waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_environment() -> None:
    if adoptable():
        return
    say("Python environment …")
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        import ensurepip  # noqa: F401 — Debian keeps it in a package of its own
        import venv
    except ImportError as error:
        raise Failed("Python lacks its venv module: sudo apt install python3-venv") from error
    try:
        venv.create(VENV, symlinks=True, with_pip=True)
    except Exception as error:  # a half-made environment must never be taken for a whole one
        shutil.rmtree(VENV, ignore_errors=True)
        raise Failed(f"Python environment: {error}") from error


def adoptable() -> bool:
    """Whether a .venv is there that was made for this path by some Python 3.11 to 3.14, pip included."""
    parts = (VENV / "pyvenv.cfg", PYTHON, VENV / "bin/pip")
    if not (all(part.exists() for part in parts) and any(VENV.glob("lib/python3.1[1-4]"))):
        return False
    stored = STAMPS.read().get("environment")
    if stored:
        return stored == environment()
    first = (VENV / "bin/pip").read_bytes()[:1000].decode(errors="replace")
    return str(VENV) in first


def install_uv() -> None:
    say("uv …")
    pip: Words = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--upgrade",
    ]
    run("uv", [*pip, "--require-hashes", "--target", UV_HOME, "-r", lock_of("uv")], log=VENV / "uv.log")


def install_packages(lock: Path) -> None:
    say(f"packages of {lock.name} …")
    command: Words = [
        UV,
        "pip",
        "sync",
        "--quiet",
        "--compile-bytecode",
        "--require-hashes",
        "--python",
        PYTHON,
    ]
    run("packages", [*command, lock], env=index_settings(), log=VENV / "packages.log")


def link_distributions() -> None:
    """An editable install in two small files: one search path, one console script.

    The packages of a lock can be synced without removing them, and nothing needs building.
    """
    site = next(iter(sorted(VENV.glob("lib/python3.*/site-packages"))), None)
    if site is None:
        raise Failed("the environment has no site-packages: remove .venv and run this again")
    up = Path(*[".."] * len(site.relative_to(ROOT).parts))
    (site / "bihuan.pth").write_text("".join(f"{up / source}\n" for source in SOURCES), encoding="utf-8")
    COMMAND.write_text(script(), encoding="utf-8")
    COMMAND.chmod(0o755)


def script() -> str:
    """Starts as a shell script, because a #! line can hold neither blanks nor a long path."""
    quoted = str(PYTHON).replace("'", "'\"'\"'")
    return (
        "#!/bin/sh\n"
        f"'''exec' '{quoted}' \"$0\" \"$@\"\n"
        "' '''\n"
        "import sys\n\n"
        "from bihuan.cli import main\n\n"
        "sys.exit(main())\n"
    )


def compile_messages() -> None:
    """With Babel, which only tools need: an environment for running alone has it beside itself."""
    if not message_files():
        return
    there = any(VENV.glob("lib/python3.*/site-packages/babel"))
    env = {} if there else {"PYTHONPATH": str(beside("babel"))}
    run("messages", [PYTHON, ROOT / "tools/messages.py", "compile"], env=env, log=VENV / "messages.log")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
