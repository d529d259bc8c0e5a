"""Running other programs: quiet when they succeed, one clear line when they fail."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
Words = Sequence[str | Path]
PYTHON = VENV / "bin" / "python"

# Ordered: a full disk also breaks downloads, so it is looked for first.
CURES = (
    (
        r"no space left on device|ENOSPC|os error 28|disk quota exceeded",
        "the disk is full: free about 1 GB and run this again",
    ),
    (
        r"EACCES|permission denied|read-only file system|os error 13",
        "no permission to write here: check the owner of this folder",
    ),
    (
        r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|name resolution|dns error"
        r"|NewConnectionError|error sending request|failed to fetch|could not connect|tcp connect"
        r"|Network is unreachable|proxy|Read timed out|No matching distribution",
        "the package index cannot be reached: check the network, or the index set for pip or npm",
    ),
    (
        r"hash(es)? (mismatch|do not match|are required)|EINTEGRITY|THESE PACKAGES DO NOT MATCH",
        "a download does not match its pinned hash: try again, or use another package index",
    ),
)


class Failed(Exception):
    """A step that could not be done; its text is one line that says what to do."""


def cure(output: str) -> str:
    """The known remedy for what a program printed, else its last telling line."""
    for pattern, remedy in CURES:
        if re.search(pattern, output, re.IGNORECASE):
            return remedy
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"error|fail|cannot|missing", line, re.IGNORECASE)]
    return (telling or lines or ["no message"])[-1]


def run(what: str, command: Words, *, env: Mapping[str, str] | None = None, log: Path | None = None) -> str:
    """Output of the command, run at the repository root. Raises Failed; the full output is then in `log`."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise Failed(f"{what}: {cure(str(error))}") from error
    if done.returncode:
        where = keep(done.stdout, log)
        raise Failed(f"{what}: {cure(done.stdout)}{where}")
    return done.stdout


def keep(output: str, log: Path | None) -> str:
    if log is None:
        return ""
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(output, encoding="utf-8")
    except OSError:
        return ""
    return f" (all output: {log.relative_to(ROOT) if log.is_relative_to(ROOT) else log})"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def lines(path: Path) -> list[str]:
    """Entries of a list file: one a line, without blanks and # comments."""
    entries = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [entry for entry in entries if entry and not entry.startswith("#")]
