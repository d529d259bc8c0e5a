"""Paper sheets: keyed by two people who do not see each other's work, differences settled by a third look."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.surveys.guards import need, need_open
from bihuan.kernel.act.surveys.take import Coming, Taken, take
from bihuan.kernel.models import Keying, Sheet, User
from bihuan.kernel.read.surveys.bank import form_of
from bihuan.kernel.read.surveys.sheets import numbered
from bihuan.kernel.rules.surveys.answers import Answers, clean, differences

SETTLED = 3


def key_sheet(
    *, sheet: Sheet, user: User, raw: Mapping[str, Any], begun_at: datetime, ended_at: datetime
) -> Taken | None:
    """One person's keying. The second one that agrees makes the reply; None while it waits.

    Raises Refused for a third keying, for the same person twice, and for a sheet that is answered already;
    BadAnswer for what the questionnaire does not offer.
    """
    need(user, "handle", sheet.wave.unit)
    if not begun_at <= ended_at <= timezone.now():
        raise Refused(_("The end lies before the beginning, or in the future."))
    with transaction.atomic():
        row = _locked(sheet)
        before = list(row.keyings.order_by("turn"))
        if any(each.user_id == user.pk for each in before):
            raise Refused(_("You have keyed this sheet. Another person keys it the second time."))
        if len(before) > 1:
            raise Refused(_("This sheet has been keyed twice. Its differences wait to be settled."))
        answers = clean(form_of(row.wave.version), raw)
        keyed = _keep(row, user, len(before) + 1, answers, begun_at, ended_at)
        if len(before) == 1 and not differing(before[0], keyed):
            return _reply(row, before[0], user)
    return None


def settle_sheet(
    *, sheet: Sheet, user: User, raw: Mapping[str, Any], begun_at: datetime, ended_at: datetime
) -> Taken:
    """What the paper says, read by somebody who keyed neither time. Raises Refused for one of the two."""
    need(user, "handle", sheet.wave.unit)
    if not begun_at <= ended_at <= timezone.now():
        raise Refused(_("The end lies before the beginning, or in the future."))
    with transaction.atomic():
        row = _locked(sheet)
        before = list(row.keyings.order_by("turn"))
        if len(before) < 2:
            raise Refused(_("This sheet has not been keyed twice."))
        if any(each.user_id == user.pk for each in before):
            raise Refused(_("You have keyed this sheet. Somebody else settles the differences."))
        answers = clean(form_of(row.wave.version), raw)
        return _reply(row, _keep(row, user, SETTLED, answers, begun_at, ended_at), user)


def differing(first: Keying, second: Keying) -> tuple[str, ...]:
    """What two people keyed differently: codes of questions, and `begun_at` or `ended_at`."""
    form = form_of(first.sheet.wave.version)
    times = tuple(name for name in ("begun_at", "ended_at") if getattr(first, name) != getattr(second, name))
    return times + differences(form, keyed_answers(first), keyed_answers(second))


def keyed_answers(row: Keying) -> Answers:
    return Answers(row.answers, row.texts, ())


def _locked(sheet: Sheet) -> Sheet:
    row = Sheet.objects.select_for_update(of=("self",)).select_related("wave__version__questionnaire")
    found = row.get(pk=sheet.pk)
    need_open(found.wave)
    if found.used_at is not None:
        raise Refused(_("This sheet is answered already."))
    if found.withdrawn_at is not None:
        raise Refused(_("This sheet was withdrawn."))
    return found


def _keep(
    row: Sheet, user: User, turn: int, answers: Answers, begun_at: datetime, ended_at: datetime
) -> Keying:
    keyed = Keying.objects.create(
        sheet=row,
        user=user,
        turn=turn,
        answers=answers.values,
        texts=answers.texts,
        begun_at=begun_at,
        ended_at=ended_at,
        keyed_at=timezone.now(),
    )
    record(verb="sheet.keyed", actor=user, subject=f"wave:{row.wave_id}", sheet=row.number, turn=turn)
    return keyed


def _reply(row: Sheet, keyed: Keying, user: User) -> Taken:
    found = numbered(row.wave_id, row.number)
    if found is None:
        raise LookupError(f"sheet {row.number} was locked a moment ago and is gone")
    coming = Coming(
        raw={**keyed.answers, **keyed.texts},
        key=f"keying-{keyed.pk}",
        channel="paper",
        opened_at=keyed.begun_at,
        took_s=(keyed.ended_at - keyed.begun_at).total_seconds(),
        ended_at=keyed.ended_at,
    )
    return take(found=found, coming=coming, user=user)
