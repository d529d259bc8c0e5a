"""Five years of cases with their duties, events, texts, files and the sealed chain, in the order of time.

Events of all cases are written in the order in which they happened, as a living house writes them: the rows
of one case lie on as many pages of the disk as it has events.
"""

import heapq
import json
import sqlite3
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from random import Random
from typing import Any

from bench.branch_people import People
from bench.branch_rows import Rows
from bench.branch_times import DAY, Limits, sealed, spread, stored, working_hours

KINDS = {
    "video_finding": 25,
    "call_finding": 22,
    "visit_finding": 15,
    "survey_finding": 10,
    "duty_missed": 10,
    "complaint": 8,
    "voice_finding": 5,
    "tip": 5,
}
TEAM = {"video_finding": "YY", "visit_finding": "YY", "survey_finding": "YY", "duty_missed": "YY"}
CROWD = {"call_finding": "QX", "complaint": "", "voice_finding": "KF", "tip": "CB"}
SAID = "已现场核实并处理，向客户作了说明"
KEEP = 180 * DAY
Happening = tuple[int, str, int | None, dict[str, Any], str]
"""When, verb, actor, payload, text."""


@dataclass
class Story:
    """One case while its events are written."""

    key: int
    number: str
    kind: str
    subject: str
    name: str
    unit: int
    owner: int
    opened: int
    place: int | None = None
    customer: int | None = None
    severity: int = 2
    state: str = "opened"
    due: int | None = None
    due_from: int | None = None
    resolved: int | None = None
    closed: int | None = None
    verifier: int | None = None
    verdict: str = ""
    cause: int | None = None
    reason: str = ""
    reopened: int = 0
    left: int = 0
    happenings: list[Happening] = field(default_factory=list)


class Past:
    """Writes `cases` cases opened between `first` and `now` (local days since 1970)."""

    def __init__(self, database: sqlite3.Connection, people: People, limits: Limits, random: Random) -> None:
        from bihuan.kernel.models import Block, Case, Event, Evidence, Note, Notice, Task
        from bihuan.kernel.registry import case_kinds
        from bihuan.systems.service.models import Complaint

        self.people, self.limits, self.random = people, limits, random
        self.kinds = {key: case_kinds()[key][1] for key in KINDS}
        names = "number system kind subject subject_name episode unit place customer severity state owner"
        more = "verifier standard limit limit_in opened_at due_at due_from resolved_at closed_at verdict"
        self.cases = Rows(database, Case, *f"{names} {more} cause reason reopened".split())
        self.events = Rows(
            database,
            Event,
            "at",
            "verb",
            "system",
            "actor",
            "case",
            "subject",
            "payload",
            "block",
            "position",
        )
        duty = "case kind owner state opened_at opens_at due_at counted_from limit limit_in done_at outcome"
        self.tasks = Rows(database, Task, *duty.split())
        self.notes = Rows(database, Note, "case", "event", "text")
        self.files = Rows(
            database,
            Evidence,
            *("sha256", "size", "media_type", "name", "unit", "case", "added_by", "added_at"),
            *("keep_until", "removed_at"),
        )
        self.notices = Rows(database, Notice, "user", "at", "key", "case", "read_at")
        self.complaints = Rows(database, Complaint, "case", "number", "channel")
        self.blocks = Rows(database, Block, "sealed_at", "count", "previous", "digest")
        self.heap: list[tuple[int, int, Story, Happening]] = []
        self.ticket = 0
        self.digests: list[str] = []
        self.previous, self.block = "0" * 64, self.blocks.key()
        self.now = 0

    def write(self, cases: int, first: int, now: int) -> None:
        self.now = now
        days = now // DAY - first + 1
        made = 0
        for day in range(first, now // DAY + 1):
            upto = cases * (day - first + 1) // days
            moments = sorted(working_hours(self.random, day) for _ in range(upto - made))
            made = upto
            for number, at in enumerate((at for at in moments if at < now), 1):
                self.pass_until(at)
                self.open(at, number)
        self.pass_until(now)
        self.seal()
        for table in (self.cases, self.events, self.tasks, self.notes, self.files, self.notices):
            table.flush()
        self.complaints.flush()
        self.blocks.flush()

    def pass_until(self, at: int) -> None:
        while self.heap and self.heap[0][0] <= at:
            when, _ticket, story, happening = heapq.heappop(self.heap)
            self.happen(story, when, happening)

    def open(self, at: int, number: int) -> None:
        kind = self.random.choices(list(KINDS), list(KINDS.values()))[0]
        story = self._story(kind, at, number)
        from bench.branch_life import live

        live(self, story)
        past = [each for each in story.happenings if each[0] <= self.now]
        story.left = len(past)
        for each in past:
            self.ticket += 1
            heapq.heappush(self.heap, (each[0], self.ticket, story, each))

    def _story(self, kind: str, at: int, number: int) -> Story:
        key, random, people = self.cases.key(), self.random, self.people
        day = stored(at + 8 * 3600)
        assert day
        made = Story(key, f"C-{day[2:4]}{day[5:7]}{day[8:10]}-{number:02d}", kind, "", "", 0, 0, at)
        if kind in TEAM:
            made.place, made.unit, made.subject, made.name = random.choice(people.halls)
        else:
            code = CROWD[kind] or random.choice(("QX", "YK", "CB", "YY"))
            made.unit = random.choice(people.teams[code])
            made.customer, made.name = random.choice(people.customers)
            made.subject = f"{'TS' if kind == 'complaint' else 'GZ'}{key:08d}"
        made.owner = random.choice(people.owners[made.unit])
        made.severity = 3 if random.random() < 0.05 else self.kinds[kind].severity
        return made

    def happen(self, story: Story, at: int, happening: Happening) -> None:
        _at, verb, actor, payload, said = happening
        key, body = self.events.key(), json.dumps(payload)
        fields = [key, sealed(at), verb, "service", actor, story.key, story.subject, payload]
        canonical = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        place = len(self.digests)
        self.digests.append(sha256(canonical.encode()).hexdigest())
        when = stored(at)
        self.events.add(key, when, verb, "service", actor, story.key, story.subject, body, self.block, place)
        if said:
            self.notes.add(self.notes.key(), story.key, key, said)
        if verb == "case.notify" and story.due_from is None:
            story.due_from = key
        if len(self.digests) == 2000:
            self.seal(at)
        story.left -= 1
        if not story.left:
            self.file(story)

    def file(self, story: Story) -> None:
        """Its last event is written: now the case itself is what it is."""
        kind = self.kinds[story.kind]
        limit = self.limits.rows[kind.limit]
        complaint = story.kind == "complaint"
        self.cases.add(
            story.key,
            story.number,
            "service",
            story.kind,
            story.subject,
            story.name,
            f"{story.number}",
            story.unit,
            story.place,
            story.customer,
            story.severity,
            story.state,
            story.owner,
            story.verifier,
            self.limits.rows[kind.standard].pk if kind.standard else None,
            float(limit.value),
            limit.measured_in,
            stored(story.opened),
            stored(story.due),
            story.due_from,
            stored(story.resolved),
            stored(story.closed),
            story.verdict,
            story.cause,
            story.reason,
            story.reopened,
        )
        if complaint:
            self.complaints.add(self.complaints.key(), story.key, story.subject, "95598")

    def seal(self, at: int | None = None) -> None:
        """A block is full, or time has come to its end."""
        if self.digests:
            chain = sha256(self.previous.encode())
            for digest in self.digests:
                chain.update(digest.encode())
            digest = chain.hexdigest()
            self.blocks.add(self.block, stored(at or self.now), len(self.digests), self.previous, digest)
            self.previous, self.block = digest, self.blocks.key()
            self.digests = []

    def spread(self, **median: float) -> int:
        return spread(self.random, timedelta(**median))
