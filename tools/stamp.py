"""Hash stamps: a step runs only when something that it reads has changed or what it makes is gone."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path


def digest(inputs: Iterable[Path | str]) -> str:
    """SHA-256 over texts and the contents of files, a missing file being a value of its own."""
    total = hashlib.sha256()
    for item in inputs:
        content = item.encode() if isinstance(item, str) else _content(item)
        total.update(len(content).to_bytes(8, "big") + content)
    return total.hexdigest()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return b"\0missing"


class Stamps:
    """One small JSON file of step → digest, rewritten whole so that a kill leaves the old or the new one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, str]:
        try:
            stored = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stored if isinstance(stored, dict) else {}

    def fresh(self, step: str, value: str, outputs: Iterable[Path] = ()) -> bool:
        return self.read().get(step) == value and all(path.exists() for path in outputs)

    def write(self, step: str, value: str) -> None:
        stored = {**self.read(), step: value}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_name(self.path.name + ".new")
        new.write_text(json.dumps(stored, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        new.replace(self.path)
