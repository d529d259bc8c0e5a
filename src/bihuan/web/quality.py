"""What each system says of itself: the items of its QUALITY.toml, in the reader's language."""

import tomllib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bihuan.web.components.figures import in_chinese

Item = str | dict[str, str]
Groups = dict[str, dict[str, Item]]
"""A file of quality as read: heading, key, and one word or a table."""


@dataclass(frozen=True, slots=True)
class Quality:
    """One item of a system's QUALITY.toml, with the heading that it stands under."""

    group: str
    what: str
    state: str
    reason: str


def quality_of(room: str) -> list[Quality]:
    """Lines of the room's own account of itself, in the reader's language; none where it keeps none."""
    spec = find_spec(room)
    if spec is None or spec.origin is None:
        return []
    home = Path(spec.origin).parent
    words = _groups(home / "QUALITY.zh-hans.toml") if in_chinese() else {}
    groups = _groups(home / "QUALITY.toml")
    return [_line(group, key, item, words) for group, items in groups.items() for key, item in items.items()]


def _groups(path: Path) -> Groups:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _line(group: str, key: str, item: Item, words: Groups) -> Quality:
    """An item is `"done"`, or a table with state and reason; what `words` lack stays in English."""
    found, said = _table(item, "state"), _table(words.get(group, {}).get(key, ""), "title")
    heading = _table(words.get("headings", {}).get(group, ""), "title")
    return Quality(
        heading.get("title") or spaced(group),
        said.get("title") or spaced(key),
        found.get("state", "todo"),
        said.get("reason") or found.get("reason", ""),
    )


def _table(item: Item, name: str) -> dict[str, str]:
    return {name: item} if isinstance(item, str) else item


def spaced(key: str) -> str:
    return key.replace("_", " ").replace("-", " ")
