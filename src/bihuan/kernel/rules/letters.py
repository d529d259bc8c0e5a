"""Many notices in one message: by case, each thing once, with the count of all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Item:
    notice: int
    """Key of the notice; a higher one is newer."""
    case: int | None
    what: str
    """Kind of notice with its parameters: equal texts say the same."""
    serious: bool = False


@dataclass(slots=True)
class Group:
    """What there is to say about one case, or one thing without a case."""

    case: int | None
    serious: bool = False
    newest: int = 0
    lines: dict[str, tuple[int, int]] = field(default_factory=dict)
    """What → its newest notice and how often it was told."""

    def add(self, item: Item) -> None:
        newest, times = self.lines.get(item.what, (0, 0))
        self.lines[item.what] = max(newest, item.notice), times + 1
        self.serious |= item.serious
        self.newest = max(self.newest, item.notice)

    @property
    def told(self) -> list[tuple[int, int]]:
        """Notices and counts, the newest first."""
        return sorted(self.lines.values(), reverse=True)


def grouped(items: Iterable[Item]) -> list[Group]:
    """Serious groups first, then the newest first."""
    groups: dict[tuple[int | None, str], Group] = {}
    for item in items:
        key = (item.case, "" if item.case else item.what)
        groups.setdefault(key, Group(item.case)).add(item)
    return sorted(groups.values(), key=lambda group: (not group.serious, -group.newest))


def fitted(head: str, blocks: Sequence[str], more: Callable[[int], str], tail: str, most_bytes: int) -> str:
    """Head, as many whole blocks as fit, how many were left out, and the tail."""
    room = most_bytes - _size(head) - _size(tail) - _size(more(len(blocks))) - 6
    kept: list[str] = []
    for block in blocks:
        room -= _size(block) + 1
        if room < 0:
            break
        kept.append(block)
    left = len(blocks) - len(kept)
    parts = [head, "\n".join([*kept, *([more(left)] if left else [])]), tail]
    return "\n\n".join(part for part in parts if part)


def _size(text: str) -> int:
    return len(text.encode())


def cut(text: str, most_bytes: int) -> str:
    """At most so many bytes of UTF-8, no character halved."""
    raw = text.encode()
    return text if len(raw) <= most_bytes else raw[: most_bytes - 3].decode(errors="ignore") + "…"
