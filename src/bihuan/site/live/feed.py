"""What changed since the last look, rendered once a language and scope."""

import json
import time
from collections.abc import Iterable

from django.db import connection
from django.utils import translation

from bihuan.kernel.live import LiveRow
from bihuan.kernel.manifest import LiveTopic
from bihuan.kernel.models import LiveChange, Notice, User
from bihuan.kernel.read.cases import overdue_in
from bihuan.kernel.registry import load, systems
from bihuan.site.live.viewer import Viewer

STALE_EVERY_S = 5.0
MOST_KEYS = 1000
"""Changes of one look; what is over is read at the next."""

Frame = bytes


def frame(event: str, data: object) -> Frame:
    return f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


class Feed:
    """Reads in one thread; `look` returns the frames for each viewer."""

    def __init__(self) -> None:
        self.rev = LiveChange.objects.order_by("-rev").values_list("rev", flat=True).first() or 0
        self.topics = {topic.topic: topic for system in systems() for topic in system.live}
        self.next_stale = 0.0
        self.version = -1

    def look(self, viewers: Iterable[Viewer]) -> list[tuple[Viewer, list[Frame]]]:
        present = list(viewers)
        changes = self._changes()
        if not present:
            return []
        self._add_stale(changes, present)
        out: dict[Viewer, list[Frame]] = {viewer: [] for viewer in present}
        for topic, keys in changes.items():
            self._topic(topic, sorted(keys), out)
        return [(viewer, frames) for viewer, frames in out.items() if frames]

    def _changes(self) -> dict[str, set[str]]:
        if not self._moved():
            return {}
        rows = list(
            LiveChange.objects.filter(rev__gt=self.rev)
            .order_by("rev")
            .values_list("topic", "key", "rev")[:MOST_KEYS]
        )
        found: dict[str, set[str]] = {}
        for topic, key, rev in rows:
            found.setdefault(topic, set()).add(key)
            self.rev = rev
        return found

    def _moved(self) -> bool:
        """SQLite tells cheaply whether another connection has written; PostgreSQL is simply asked."""
        if connection.vendor != "sqlite":
            return True
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            version = int(cursor.fetchone()[0])
        if version == self.version:
            return False
        self.version = version
        return True

    def _add_stale(self, changes: dict[str, set[str]], present: list[Viewer]) -> None:
        """Add what changed only because time passed."""
        if time.monotonic() < self.next_stale:
            return
        self.next_stale = time.monotonic() + STALE_EVERY_S
        watched = {topic for viewer in present for topic in viewer.topics}
        for name in watched & self.topics.keys():
            topic = self.topics[name]
            if topic.stale and (keys := load(topic.stale)()):
                changes.setdefault(name, set()).update(keys)

    def _topic(self, name: str, keys: list[str], out: dict[Viewer, list[Frame]]) -> None:
        if name == "kernel.cases":
            self._titles(out)
        elif name == "kernel.bell":
            self._bells(set(keys), out)
        elif name in self.topics:
            self._rows(self.topics[name], keys, out)

    def _rows(self, topic: LiveTopic, keys: list[str], out: dict[Viewer, list[Frame]]) -> None:
        watching = [viewer for viewer in out if topic.topic in viewer.topics]
        counted: dict[str, Frame] = {}
        for language in {viewer.language for viewer in watching}:
            with translation.override(language):
                rows: list[LiveRow] = load(topic.render)(keys)
            frames = [(row.unit_path, frame("row", {"id": row.id, "html": row.html})) for row in rows]
            for viewer in watching:
                if viewer.language == language:
                    out[viewer] += [data for path, data in frames if path.startswith(viewer.unit_path)]
        for viewer in watching:
            if topic.counts:
                if viewer.unit_path not in counted:
                    counted[viewer.unit_path] = frame("counts", load(topic.counts)(viewer.unit_path))
                out[viewer].append(counted[viewer.unit_path])

    def _titles(self, out: dict[Viewer, list[Frame]]) -> None:
        known: dict[str, Frame] = {}
        for viewer in out:
            if viewer.unit_path not in known:
                known[viewer.unit_path] = frame("title", {"overdue": overdue_in(viewer.unit_path)})
            out[viewer].append(known[viewer.unit_path])

    def _bells(self, users: set[str], out: dict[Viewer, list[Frame]]) -> None:
        for viewer in out:
            if str(viewer.user) in users:
                unread = Notice.objects.filter(user_id=viewer.user, read_at=None).count()
                out[viewer].append(frame("counts", {"bell": unread}))


def still_active(user: int) -> bool:
    return User.objects.filter(pk=user, is_active=True).exists()
