"""Replies as field control looks at them: who asked, when, how long, which answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bihuan.kernel.models import Reply, Wave
from bihuan.kernel.read.surveys.bank import form_of


@dataclass(frozen=True, slots=True)
class Filled:
    """One returned sheet, valid or not."""

    reply: int
    number: int
    wave: int
    subject_kind: str
    subject_key: str
    interviewer: int | None
    """Key of the person; None where nobody asked, as by an e-mailed link."""
    channel: str
    begun_at: datetime
    ended_at: datetime
    measured: bool
    """Whether somebody measured the beginning: our server, or the paper's note. Else it equals the end."""
    answers: tuple[int | None, ...]
    """To the questions that are numbers, in their order; None where nothing was answered."""
    device: str
    """The same text for replies of one wave that came from the same phone; empty where not known."""


def filled(found: Iterable[Wave]) -> list[Filled]:
    """Every reply of the waves in order of receipt, in one query and one a version."""
    rows = {wave.pk: wave for wave in found}
    codes = {
        wave.pk: [item.code for item in form_of(wave.version).items if item.scale] for wave in rows.values()
    }
    replies = Reply.objects.filter(wave_id__in=rows).select_related("sheet").order_by("received_at", "pk")
    return [_filled(reply, rows[reply.wave_id], codes[reply.wave_id]) for reply in replies]


def _filled(reply: Reply, wave: Wave, codes: list[str]) -> Filled:
    given = [reply.answers.get(code) for code in codes]
    begun = reply.opened_at if reply.opened_at and reply.opened_at <= reply.answered_at else None
    return Filled(
        reply=reply.pk,
        number=reply.sheet.number,
        wave=wave.pk,
        subject_kind=wave.subject_kind,
        subject_key=wave.subject_key,
        interviewer=reply.sheet.interviewer_id,
        channel=reply.channel,
        begun_at=begun or reply.answered_at,
        ended_at=reply.answered_at,
        measured=begun is not None,
        answers=tuple(answer if isinstance(answer, int) else None for answer in given),
        device=reply.device,
    )
