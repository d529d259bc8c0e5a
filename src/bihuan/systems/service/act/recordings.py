"""Recordings come in, are told more about, and are listened to."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain
from os import SEEK_END
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act import evidence as kept
from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.evidence import path_of, store_stream
from bihuan.kernel.models import Evidence, Person, Unit, User
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers, visible

from ..models import Job, Recording, Source, Staff
from ..rules.audio import HEAD, sniff
from ..rules.call_files import Told, merged
from ..rules.lengths import seconds

CODE = 16
"""Digits of the hash by which a recording is called."""
ONE_OPENING = timedelta(hours=1)
MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file on its way in: `chunks()` gives its content in pieces, and may be asked once."""

    name: str
    size: int
    chunks: Callable[[], Iterable[bytes]]


@dataclass
class Taken:
    """What came of each file."""

    new: list[Recording] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    """Names of files whose content is here already."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    """Name, and what to do."""

    @property
    def strangers(self) -> list[str]:
        """Numbers that no agent of the units has."""
        return sorted({row.agent_number for row in self.new if row.agent_id is None})

    @property
    def unfinished(self) -> int:
        """How many lack what a draw needs."""
        return sum(row.duration_s is None or row.started_at is None for row in self.new)


def take_recordings(
    *,
    files: Iterable[Incoming],
    table: Mapping[str, Told],
    unit: Unit,
    user: User | None,
    source: str = Source.FOLDER,
    at: datetime | None = None,
) -> Taken:
    """Keep each file that is a recording, once; the others are refused by name, and stop nobody.

    Who is no agent of the user's units (`user` None: of the house) is kept with the number that was told, in
    `unit`. Memory does not grow with the size of a file. Raises Refused without the right to import.
    """
    if user is not None and not may(user.role, "import"):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    now, result = at or timezone.now(), Taken()
    for file in files:
        try:
            row = _take(file, merged(file.name, table), unit, user, source, now)
        except Refused as refusal:
            result.refused.append((file.name, str(refusal.message)))
            continue
        if row is None:
            result.known.append(file.name)
        else:
            result.new.append(row)
    return result


def _take(
    file: Incoming, told: Told, unit: Unit, user: User | None, source: str, now: datetime
) -> Recording | None:
    """None when the content is here already. Raises Refused for what is no recording."""
    largest = int(value("service.voice.largest", now))
    if file.size > largest * MB:
        raise Refused(
            _("larger than %(n)d MB: split it into single calls, or date a new standard") % {"n": largest}
        )
    if file.size == 0:
        raise Refused(_("empty: the recorder wrote nothing; export it again"))
    head, chunks = _head(iter(file.chunks()))
    kind = sniff(head)
    if not kind:
        raise Refused(_("no recording that we know: use WAV, MP3, Ogg, Opus or M4A"))
    digest, size = store_stream(chunks)
    if Recording.objects.filter(sha256=digest).exists():
        return None
    agent = find_agent(told.agent, user)
    lasts = told.duration_s if told.duration_s is not None else seconds(head, _tail(digest), size)
    with transaction.atomic():
        row = Recording.objects.create(
            sha256=digest,
            code=digest[:CODE],
            evidence=kept.keep(
                sha256=digest,
                size=size,
                media_type=kind,
                unit=agent.team if agent else unit,
                at=now,
                name=file.name.rpartition("/")[2][:160],
                user=user,
                private=True,
                standard="service.voice.keep",
            ),
            agent=agent,
            agent_number=told.agent[:32],
            unit=agent.team if agent else unit,
            started_at=_aware(told.started_at),
            duration_s=None if lasts is None else Decimal(str(round(lasts, 1))),
            business=told.business[:40],
            transferred=told.transferred,
            complaint=told.complaint,
            low_rating=told.low_rating,
            source=source,
        )
        record(verb="recording.kept", actor=user, subject=row.code, system="service", at=now, sha256=digest)
    return row


def _tail(digest: str) -> bytes:
    """The last bytes of a file that is kept."""
    with path_of(digest).open("rb") as file:
        file.seek(0, SEEK_END)
        file.seek(max(file.tell() - HEAD, 0))
        return file.read()


def _head(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes, and all of them again."""
    first: list[bytes] = []
    while sum(map(len, first)) < HEAD and (chunk := next(chunks, b"")):
        first.append(chunk)
    return b"".join(first)[:HEAD], chain(first, chunks)


def _aware(at: datetime | None) -> datetime | None:
    return at if at is None or timezone.is_aware(at) else timezone.make_aware(at)


def find_agent(number: str, user: User | None) -> Staff | None:
    """The agent with this staff number, in the user's units."""
    if not number:
        return None
    rows = Staff.objects.filter(job=Job.AGENT, person__number__iexact=number)
    return (rows if user is None else visible(user, rows)).select_related("team").first()


def match_agent(*, row: Recording, user: User) -> Recording:
    """Look again for the agent whose number was told: staff may have come in later.

    Raises Refused when there still is none.
    """
    if not covers(user, row) or not may(user.role, "import"):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if row.agent_id is not None:
        return row
    agent = find_agent(row.agent_number, user)
    if agent is None:
        raise Refused(_("Nobody of your units is an agent with this number. Enter the agent under Staff."))
    return tell_more(row=row, user=user, agent=agent)


def tell_more(*, row: Recording, user: User, **told: object) -> Recording:
    """What was not known of a call, or known wrongly; its sound never changes.

    Raises Refused without the right.
    """
    if not covers(user, row) or not may(user.role, "import"):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    agent = told.get("agent", row.agent)
    with transaction.atomic():
        for name, given in told.items():
            setattr(row, name, given)
        if isinstance(agent, Staff):
            row.agent_number, row.unit = agent.person.number, agent.team
            row.evidence.unit = agent.team
            row.evidence.save(update_fields=["unit"])
        row.save()
        record(
            verb="recording.changed",
            actor=user,
            subject=row.code,
            system="service",
            fields=sorted(told),
        )
    return row


def listen(*, row: Recording, user: User, at: datetime | None = None) -> Path:
    """Where the sound lies, for who may open protected evidence; one opening an hour is put on record.

    Raises Refused (on record too) for everybody else.
    """
    return kept.admit(row=row.evidence, user=user, at=at, one_opening=ONE_OPENING)


def forget(person: Person) -> None:
    """An erased agent: recordings name the number no longer, and their sound goes with the next nightly run.

    Scores and the frames of draws stay: a frame holds staff numbers, which then belong to nobody, and cannot
    be changed without breaking its commitment.
    """
    mine = Recording.objects.filter(agent__person=person)
    Evidence.objects.filter(recording__in=mine, removed_at=None).update(keep_until=timezone.now())
    mine.update(agent_number=f"erased-{person.pk}")
