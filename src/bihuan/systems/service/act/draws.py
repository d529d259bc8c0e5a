"""Committed draws: closed before anybody can know them, opened by all parties, never chosen.

What the parties themselves do is in `promises`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import Plain, record
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Unit, User
from bihuan.kernel.rules.commitment import nonce_digest, seed_of
from bihuan.kernel.rules.draw import FrameError
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import Draw, DrawKind, Party, Substitution
from ..read.draws import record_of
from ..rules.engines import ENGINES, Outcome, Row
from ..rules.record import committed
from .fieldwork import follow_swap, open_areas, open_halls
from .voice import begin_review

FOLLOWS: Mapping[str, Callable[..., object]] = {
    DrawKind.VOICE: begin_review,
    DrawKind.HALLS: open_halls,
    DrawKind.AREAS: open_areas,
}
"""What a kind of draw brings when it is opened, in the same transaction: `f(draw=…, user=…, at=…)`."""
SWAPPED: Mapping[str, Callable[..., None]] = {DrawKind.HALLS: follow_swap, DrawKind.AREAS: follow_swap}
"""What a substitution brings: `f(draw=…, gone=…, taken=…, user=…, at=…)`."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who shall hold a secret: the party's name, and the account from which it speaks."""

    name: str
    account: User


def call(
    *,
    kind: str,
    year: int,
    quarter: int,
    unit: Unit,
    user: User,
    frame: Sequence[Row],
    params: Row,
    parties: Sequence[Holder],
    at: datetime | None = None,
) -> Draw:
    """Close frame and rules and ask the parties for their digests; nothing is promised and no seed exists.

    Raises Refused for an empty or doubtful frame, for fewer than two people, and when the quarter has a draw.
    """
    now = at or timezone.now()
    if not may(user.role, "edit") or not unit.path.startswith(user.unit.path):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if len(parties) < 2:
        raise Refused(_("Two parties or more, each with an account of its own: nobody holds two secrets."))
    require_separate([each.account for each in parties])
    if not frame:
        raise Refused(_("There is nothing that could be drawn in this quarter."))
    version = ENGINES[kind].version
    try:
        committed(frame, params, version, [nonce_digest(f"frame of the draw {n}") for n in (1, 2)])
    except FrameError as error:
        raise Refused(_("The frame cannot be drawn from: %(why)s") % {"why": error}) from None
    if Draw.objects.filter(kind=kind, year=year, quarter=quarter, unit=unit, withdrawn_at=None).exists():
        raise Refused(_("This quarter has a draw already."))
    with transaction.atomic():
        draw = Draw.objects.create(
            kind=kind,
            year=year,
            quarter=quarter,
            unit=unit,
            frame=list(frame),
            params=dict(params),
            plan_version=version,
            called_at=now,
            called_by=user,
        )
        Party.objects.bulk_create(
            Party(draw=draw, place=place, name=each.name, account=each.account)
            for place, each in enumerate(parties, 1)
        )
        note("called", draw, user, now)
        ask(draw, "service.draw_promise", now)
    return draw


def withdraw(*, draw: Draw, user: User, reason: str, at: datetime | None = None) -> Draw:
    """Take a commitment back while nobody can know what it draws: a digest was mistyped, calls came late.

    Raises Refused once the draw is opened, and without a reason.
    """
    now = at or timezone.now()
    with transaction.atomic():
        row = managed(draw, user)
        if row.opened_at:
            raise Refused(_("It has been drawn: replace what cannot be used, one by one."))
        row.withdrawn_at, row.withdrawn_why = now, reason_of(reason)
        row.save(update_fields=["withdrawn_at", "withdrawn_why"])
        note("withdrawn", row, user, now)
    return row


def made(*, row: Draw, at: datetime) -> None:
    """All secrets are there: the seed exists, the draw is made and stays sealed.

    What follows is done in the name of who called the draw. Raises Refused when it cannot be: then the last
    secret is not taken either.
    """
    nonces = [party.nonce for party in row.parties.all()]
    row.seed, row.opened_at = seed_of(nonces), at
    outcome = _run(row, ())
    row.result = row.drawn = _plain(outcome)
    row.left_out = list(outcome.left_out)
    row.save()
    note("drawn", row, row.called_by, at, result=_digest(row.result))
    if follow := FOLLOWS.get(row.kind):
        follow(draw=row, user=row.called_by, at=at)


def publish(*, draw: Draw, user: User, at: datetime | None = None) -> Draw:
    """The field work is done: seed and secrets are shown, anybody can draw again."""
    now = at or timezone.now()
    with transaction.atomic():
        row = managed(draw, user)
        if not row.opened_at or row.published_at:
            raise Refused(_("Only a draw that has been made and not yet published can be published."))
        row.published_at = now
        row.save(update_fields=["published_at"])
        note("published", row, user, now, seed=row.seed)
    return row


def substitute(*, draw: Draw, user: User, gone: str, reason: str, at: datetime | None = None) -> Substitution:
    """The next ticket in the place of a unit that cannot be used; the account signs it.

    Raises Refused for a unit that is not in the draw, and without a reason.
    """
    now = at or timezone.now()
    with transaction.atomic():
        row = managed(draw, user)
        if not row.opened_at:
            raise Refused(_("Nothing has been drawn yet."))
        before = list(row.substitutions.values_list("gone", flat=True))
        try:
            outcome = _run(row, [*before, gone])
        except FrameError:
            raise Refused(_("%(unit)s is not in the draw.") % {"unit": gone}) from None
        swap = outcome.swaps[-1]
        done = Substitution.objects.create(
            draw=row,
            gone=gone,
            taken=swap.taken,
            label=swap.label,
            reason=reason_of(reason),
            signed_by=user,
            at=now,
        )
        row.drawn = _plain(outcome)
        row.save(update_fields=["drawn"])
        note("substituted", row, user, now, gone=gone, taken=swap.taken)
        if follow := SWAPPED.get(row.kind):
            follow(draw=row, gone=gone, taken=swap.taken, user=user, at=now)
    return done


def locked(draw: Draw) -> Draw:
    """The draw, held until the end of the transaction. Raises Refused for one that was withdrawn."""
    rows = Draw.objects.select_for_update(of=("self",)).select_related("unit", "called_by")
    row = rows.get(pk=draw.pk)
    if row.withdrawn_at:
        raise Refused(_("This commitment was withdrawn."))
    return row


def managed(draw: Draw, user: User) -> Draw:
    """The same, for a manager of its unit. Raises Refused for anybody else."""
    if not covers(user, draw) or not may(user.role, "edit"):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    return locked(draw)


def require_separate(accounts: Sequence[User]) -> None:
    """Raises Refused for one account that stands twice, and for one that is switched off."""
    if len({account.pk for account in accounts}) < len(accounts):
        raise Refused(_("Two parties or more, each with an account of its own: nobody holds two secrets."))
    if not all(account.is_active for account in accounts):
        raise Refused(_("One of these accounts is switched off. Choose another one."))


def ask(draw: Draw, key: str, at: datetime) -> None:
    """Tell each party that has not done it what is wanted of it."""
    for party in draw.parties.select_related("account"):
        if party.account:
            tell(
                user=party.account, key=key, at=at, period=draw.period, unit_name=draw.unit.name, row=draw.pk
            )


def _run(row: Draw, gone: Sequence[str]) -> Outcome:
    """Raises Refused for a frame from which nothing can be drawn, FrameError for a stranger in `gone`."""
    try:
        return record_of(row).run(gone)
    except FrameError as error:
        if error.fault == "stranger":
            raise
        raise Refused(_("The frame cannot be drawn from: %(why)s") % {"why": error}) from None


def _plain(outcome: Outcome) -> list[list[object]]:
    return [[part.label, list(part.drawn)] for part in outcome.parts]


def _digest(result: list[list[object]]) -> str:
    return sha256(repr(result).encode()).hexdigest()


def reason_of(reason: str) -> str:
    if len(reason.strip()) < 4:
        raise Refused(_("Give a reason: it stands beside the draw for good."))
    return reason.strip()[:400]


def note(verb: str, row: Draw, user: User, at: datetime, **payload: Plain) -> None:
    subject = f"draw:{row.pk}"
    record(verb=f"draw.{verb}", actor=user, case=None, subject=subject, system="service", at=at, **payload)
