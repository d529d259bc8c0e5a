"""The arms of a pilot by chance: committed to by two parties, opened by both, and nobody chose."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import pairwise

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

from ..models import Arm, ArmDraw, Member, Programme, Step
from ..read.draws import frame_of, label_of
from ..rules.arms import VERSION, assign, promised

HEX = frozenset("0123456789abcdef")
MOST = 2000


def commit_arms(
    *,
    programme: Programme,
    user: User,
    units: Sequence[Unit],
    pilot: int,
    parties: Sequence[str],
    digests: Sequence[str],
    at: datetime | None = None,
) -> ArmDraw:
    """Close the list of units and the number of the pilot before the seed exists. Raises Refused once the
    loop runs, for units that overlap, for no room for two arms, and for digests that are none."""
    now = at or timezone.now()
    _may(user, programme)
    given = [digest.strip().lower() for digest in digests]
    if len(given) != 2 or given[0] == given[1] or len(parties) != 2:
        raise Refused(_("Two parties, each with a digest of its own."))
    if any(len(digest) != 64 or not HEX.issuperset(digest) for digest in given):
        raise Refused(_("A digest has 64 digits 0–9 and a–f: the SHA-256 of the party's secret."))
    with transaction.atomic():
        row = Programme.objects.select_for_update(of=("self",)).select_related("unit").get(pk=programme.pk)
        _check_units(row, units, pilot)
        frame, params = frame_of(units), {"programme": row.code, "pilot": pilot}
        try:
            published = promised(frame, params, given).digest
        except FrameError as error:
            raise Refused(_("The frame cannot be drawn from: %(why)s") % {"why": error}) from None
        made = ArmDraw.objects.create(
            programme=row,
            frame=frame,
            params=params,
            plan_version=VERSION,
            parties=list(parties),
            nonce_digests=given,
            commitment=published,
            committed_at=now,
            committed_by=user,
        )
        _told("arms_committed", made, user, now, commitment=published, units=len(frame), pilot=pilot)
    return made


def _check_units(programme: Programme, units: Sequence[Unit], pilot: int) -> None:
    if programme.stage != Step.PREPARED:
        raise Refused(_("The loop has started: its arms are what they are."))
    if programme.draws.filter(withdrawn_at=None).exists():
        raise Refused(_("This programme has a draw already."))
    if programme.members.exists():
        raise Refused(_("Units have been put into arms by hand: chance cannot choose any more."))
    if not 2 <= len(units) <= MOST or not 1 <= pilot < len(units):
        raise Refused(_("Both arms need a unit: choose fewer for the pilot than there are."))
    if _unfit(programme, units):
        raise Refused(_("Choose units of the programme of which none lies within another."))


def _unfit(programme: Programme, units: Sequence[Unit]) -> bool:
    paths = sorted(unit.path for unit in units)
    inside = any(after.startswith(before) for before, after in pairwise(paths))
    return inside or any(not path.startswith(programme.unit.path) for path in paths)


def open_arms(*, draw: ArmDraw, user: User, nonces: Sequence[str], at: datetime | None = None) -> ArmDraw:
    """Both parties bring their secrets: the arms are drawn and the units join them at once. Raises Refused
    for a secret that is not the one whose digest was published, naming its party."""
    now = at or timezone.now()
    with transaction.atomic():
        row = _locked(draw, user)
        _check_secrets(row, nonces)
        row.nonces, row.seed, row.opened_at = list(nonces), seed_of(nonces), now
        found = assign(row.seed, label_of(row), row.frame, int(row.params["pilot"]))
        arms = asdict(found)
        row.pilot, row.comparison = list(arms["pilot"]), list(arms["comparison"])
        row.save()
        _join(row)
        _told("arms_drawn", row, user, now, seed=row.seed, pilot=row.pilot)
    return row


def _join(row: ArmDraw) -> None:
    """All at once, as they were drawn. Raises Refused where a unit has gone or moved since the commitment."""
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=[line["id"] for line in row.frame])}
    if len(units) < len(row.frame) or _unfit(row.programme, list(units.values())):
        raise Refused(_("Units have changed since the commitment: withdraw it and commit anew."))
    if row.programme.members.exists():
        raise Refused(_("Units have been put into arms by hand: chance cannot choose any more."))
    Member.objects.bulk_create(
        Member(programme=row.programme, unit=units[code], arm=arm)
        for arm, codes in ((Arm.PILOT, row.pilot), (Arm.COMPARISON, row.comparison))
        for code in codes
    )


def withdraw_arms(*, draw: ArmDraw, user: User, reason: str, at: datetime | None = None) -> ArmDraw:
    """While nobody can know what it draws. Raises Refused once it is opened, and without a reason."""
    now = at or timezone.now()
    with transaction.atomic():
        row = _locked(draw, user)
        if len(reason.strip()) < 4:
            raise Refused(_("Give a reason: it stands beside the draw for good."))
        row.withdrawn_at, row.withdrawn_why = now, reason.strip()[:400]
        row.save(update_fields=["withdrawn_at", "withdrawn_why"])
        _told("arms_withdrawn", row, user, now)
    return row


def _locked(draw: ArmDraw, user: User) -> ArmDraw:
    rows = ArmDraw.objects.select_for_update(of=("self",)).select_related("programme__unit")
    row = rows.get(pk=draw.pk)
    _may(user, row.programme)
    if row.opened_at or row.withdrawn_at:
        raise Refused(_("The page is out of date: reload it."))
    if row.programme.stage != Step.PREPARED:
        raise Refused(_("The loop has started: its arms are what they are."))
    return row


def _check_secrets(row: ArmDraw, nonces: Sequence[str]) -> None:
    if len(nonces) != len(row.nonce_digests):
        raise Refused(_("Each party must bring its secret."))
    for party, nonce, digest in zip(row.parties, nonces, row.nonce_digests, strict=True):
        try:
            found = nonce_digest(nonce)
        except ValueError:
            found = ""
        if found != digest:
            raise Refused(_("This is not the secret that %(party)s promised.") % {"party": party})


def _may(user: User, programme: Programme) -> None:
    if not may(user.role, "edit") or not covers(user, programme):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))


def _told(verb: str, row: ArmDraw, user: User, at: datetime, **payload: Plain) -> None:
    subject = f"programme:{row.programme.code}"
    record(verb=f"loyalty.{verb}", actor=user, case=None, subject=subject, system="loyalty", at=at, **payload)
