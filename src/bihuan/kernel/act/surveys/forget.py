"""What is needed no longer, and what somebody wants forgotten. Scores and choices stay, without a name."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from bihuan.kernel.act.events import record
from bihuan.kernel.act.surveys.guards import need
from bihuan.kernel.models import (
    Customer,
    Keying,
    Question,
    Questionnaire,
    QuestionnaireVersion,
    Reply,
    Sheet,
    Unit,
    User,
    Verbatim,
    Wave,
)
from bihuan.kernel.read.standards import value

BATCH = 2000


def expire(*, now: datetime) -> int:
    """Every night: free text and devices after `survey.texts`, codes some days after they stopped working.

    Returns how many texts and codes went.
    """
    before = now - timedelta(days=int(value("survey.texts", now)))
    worn = now - timedelta(days=int(value("survey.codes", now)))
    texts = codes = 0
    while count := _texts(before):
        texts += count
    while count := _codes(worn):
        codes += count
    with transaction.atomic():
        Keying.objects.filter(keyed_at__lt=before).exclude(texts={}).update(texts={})
        Reply.objects.filter(received_at__lt=before).exclude(device="").update(device="")
        if texts or codes:
            record(verb="surveys.expired", at=now, texts=texts, codes=codes)
    return texts + codes


def _texts(before: datetime) -> int:
    keys = list(Verbatim.objects.filter(at__lt=before).values_list("pk", flat=True)[:BATCH])
    return Verbatim.objects.filter(pk__in=keys).delete()[0]


def _codes(worn: datetime) -> int:
    dead = Q(expires_at__lt=worn) | Q(used_at__lt=worn) | Q(withdrawn_at__lt=worn)
    keys = list(Sheet.objects.filter(dead).exclude(digest=None).values_list("pk", flat=True)[:BATCH])
    return Sheet.objects.filter(pk__in=keys).update(digest=None)


def erase_reply(*, reply: Reply, user: User | None) -> None:
    """Forget who answered and what they wrote; the scores remain in the figures."""
    need(user, "erase", reply.wave.unit)
    with transaction.atomic():
        record(verb="reply.erased", actor=user, subject=f"wave:{reply.wave_id}", sheet=reply.sheet.number)
        _forget(Reply.objects.filter(pk=reply.pk))


def forget_customer(customer: Customer) -> None:
    """In the transaction that erases the customer."""
    _forget(Reply.objects.filter(sheet__customer=customer))
    Sheet.objects.filter(customer=customer).update(customer=None)


def _forget(replies: "QuerySet[Reply]") -> None:
    keys = list(replies.values_list("pk", "sheet_id"))
    sheets = [sheet for _reply, sheet in keys]
    found = [reply for reply, _sheet in keys]
    Verbatim.objects.filter(reply_id__in=found).delete()
    Keying.objects.filter(sheet_id__in=sheets).update(texts={})
    Reply.objects.filter(pk__in=found).update(device="", language="")
    Sheet.objects.filter(pk__in=sheets).update(customer=None)


def clear_unit(unit: Unit) -> None:
    """Sample data: the waves of a unit and below go, and what was built there unless others use it.

    What somebody else uses moves to the top unit, so that the unit can go.
    """
    path = unit.path
    Verbatim.objects.filter(reply__wave__unit__path__startswith=path).delete()
    Keying.objects.filter(sheet__wave__unit__path__startswith=path).delete()
    Reply.objects.filter(wave__unit__path__startswith=path).delete()
    Sheet.objects.filter(wave__unit__path__startswith=path).delete()
    Wave.objects.filter(unit__path__startswith=path).delete()
    sheets = Questionnaire.objects.filter(unit__path__startswith=path)
    unused = list(sheets.exclude(versions__waves__isnull=False).values_list("pk", flat=True))
    QuestionnaireVersion.objects.filter(questionnaire_id__in=unused).delete()
    Questionnaire.objects.filter(pk__in=unused).delete()
    top = unit.ancestors.filter(parent=None).first() or unit
    sheets.update(unit=top)
    questions = Question.objects.filter(unit__path__startswith=path)
    questions.filter(items=None).delete()
    questions.update(unit=top)
