"""Committed draws: published before anybody can know them, opened by all parties, never chosen."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import Plain, record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Unit, User
from bihuan.kernel.rules.commitment import nonce_digest, seed_of
from bihuan.kernel.rules.draw import FrameError
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import Draw, DrawKind, Substitution
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
HEX = frozenset("0123456789abcdef")


def commit(
    *,
    kind: str,
    year: int,
    quarter: int,
    unit: Unit,
    user: User,
    frame: Sequence[Row],
    params: Row,
    parties: Sequence[str],
    digests: Sequence[str],
    at: datetime | None = None,
) -> Draw:
    """Close frame and rules before the seed exists; the commitment is there for everybody at once.

    `digests` are SHA-256 of the nonces that the parties keep to themselves, in the order of `parties`.
    Raises Refused for an empty or doubtful frame, for digests that are none, and when the quarter has a draw.
    """
    now = at or timezone.now()
    if not may(user.role, "edit") or not unit.path.startswith(user.unit.path):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    given = [digest.strip().lower() for digest in digests]
    if len(given) < 2 or len(set(given)) < len(given) or len(given) != len(parties):
        raise Refused(_("Two parties or more, each with a digest of its own."))
    if any(len(digest) != 64 or not HEX.issuperset(digest) for digest in given):
        raise Refused(_("A digest has 64 digits 0–9 and a–f: the SHA-256 of the party's secret."))
    if not frame:
        raise Refused(_("There is nothing that could be drawn in this quarter."))
    version = ENGINES[kind].version
    try:
        published = committed(frame, params, version, given)
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
            parties=list(parties),
            nonce_digests=given,
            commitment=published,
            committed_at=now,
            committed_by=user,
        )
        _record("committed", draw, user, now, commitment=published)
    return draw


def withdraw(*, draw: Draw, user: User, reason: str, at: datetime | None = None) -> Draw:
    """Take a commitment back while nobody can know what it draws: a digest was mistyped, calls came late.

    Raises Refused once the draw is opened, and without a reason.
    """
    now = at or timezone.now()
    with transaction.atomic():
        row = _locked(draw, user)
        if row.opened_at:
            raise Refused(_("It has been drawn: replace what cannot be used, one by one."))
        row.withdrawn_at, row.withdrawn_why = now, _reason(reason)
        row.save(update_fields=["withdrawn_at", "withdrawn_why"])
        _record("withdrawn", row, user, now)
    return row


def open_draw(*, draw: Draw, user: User, nonces: Sequence[str], at: datetime | None = None) -> Draw:
    """All parties bring their secrets: the seed exists, the draw is made and stays sealed.

    Raises Refused for a secret that is not the one whose digest was published, naming its party.
    """
    now = at or timezone.now()
    with transaction.atomic():
        row = _locked(draw, user)
        if row.opened_at:
            raise Refused(_("This draw has been made already. Reload the page."))
        _require_promised(row, nonces)
        row.nonces, row.seed, row.opened_at = list(nonces), seed_of(nonces), now
        outcome = _run(row, ())
        row.result = row.drawn = _plain(outcome)
        row.left_out = list(outcome.left_out)
        row.save()
        _record("drawn", row, user, now, result=_digest(row.result))
        if follow := FOLLOWS.get(row.kind):
            follow(draw=row, user=user, at=now)
    return row


def publish(*, draw: Draw, user: User, at: datetime | None = None) -> Draw:
    """The field work is done: seed and secrets are shown, anybody can draw again."""
    now = at or timezone.now()
    with transaction.atomic():
        row = _locked(draw, user)
        if not row.opened_at or row.published_at:
            raise Refused(_("Only a draw that has been made and not yet published can be published."))
        row.published_at = now
        row.save(update_fields=["published_at"])
        _record("published", row, user, now, seed=row.seed)
    return row


def substitute(*, draw: Draw, user: User, gone: str, reason: str, at: datetime | None = None) -> Substitution:
    """The next ticket in the place of a unit that cannot be used; the account signs it.

    Raises Refused for a unit that is not in the draw, and without a reason.
    """
    now = at or timezone.now()
    with transaction.atomic():
        row = _locked(draw, user)
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
            reason=_reason(reason),
            signed_by=user,
            at=now,
        )
        row.drawn = _plain(outcome)
        row.save(update_fields=["drawn"])
        _record("substituted", row, user, now, gone=gone, taken=swap.taken)
        if follow := SWAPPED.get(row.kind):
            follow(draw=row, gone=gone, taken=swap.taken, user=user, at=now)
    return done


def _locked(draw: Draw, user: User) -> Draw:
    row = Draw.objects.select_for_update(of=("self",)).select_related("unit").get(pk=draw.pk)
    if not covers(user, row) or not may(user.role, "edit"):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if row.withdrawn_at:
        raise Refused(_("This commitment was withdrawn."))
    return row


def _require_promised(row: Draw, nonces: Sequence[str]) -> None:
    if len(nonces) != len(row.nonce_digests):
        raise Refused(_("Each party must bring its secret."))
    for party, nonce, digest in zip(row.parties, nonces, row.nonce_digests, strict=True):
        try:
            found = nonce_digest(nonce)
        except ValueError:
            found = ""
        if found != digest:
            raise Refused(_("This is not the secret that %(party)s promised.") % {"party": party})


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


def _reason(reason: str) -> str:
    if len(reason.strip()) < 4:
        raise Refused(_("Give a reason: it stands beside the draw for good."))
    return reason.strip()[:400]


def _record(verb: str, row: Draw, user: User, at: datetime, **payload: Plain) -> None:
    subject = f"draw:{row.pk}"
    record(verb=f"draw.{verb}", actor=user, case=None, subject=subject, system="service", at=at, **payload)
