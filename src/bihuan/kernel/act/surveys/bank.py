"""Questions of the bank."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.surveys.guards import need
from bihuan.kernel.models import Question, Unit, User
from bihuan.kernel.rules.surveys.form import OPERATORS

FIELDS = (
    *("kind", "text_zh", "text_en", "options", "low_zh", "low_en", "high_zh", "high_en"),
    *("dimension", "weight", "personal"),
)


def keep_question(*, key: str, unit: Unit, user: User | None, fields: Mapping[str, Any]) -> Question:
    """A new question, or a new version of one: what is asked somewhere already keeps its words.

    `fields` are any of `FIELDS`; what is left out stays as the version before has it.
    """
    with transaction.atomic():
        before = Question.objects.select_for_update().filter(key=key, newest=True).first()
        need(user, "edit", before.unit if before else unit)
        values = {name: getattr(before, name) for name in FIELDS} if before else {}
        values |= {name: fields[name] for name in FIELDS if name in fields}
        check_fields(values)
        if before:
            before.newest = False
            before.save(update_fields=["newest"])
        row = Question.objects.create(
            key=key,
            version=before.version + 1 if before else 1,
            unit=before.unit if before else unit,
            created_at=timezone.now(),
            created_by=user,
            **values,
        )
        record(verb="question.kept", actor=user, subject=f"question:{row.key}", version=row.version)
    return row


def check_fields(values: Mapping[str, Any]) -> None:
    if values.get("kind") not in OPERATORS:
        raise Refused(_("Choose the kind of answer."))
    if not (values.get("text_zh") or values.get("text_en")):
        raise Refused(_("A question needs words in at least one language."))
    keys = [each["key"] for each in values.get("options") or ()]
    if values["kind"] in ("one_of", "several_of"):
        if len(keys) < 2 or len(set(keys)) < len(keys):
            raise Refused(_("Give at least two options, each with a code of its own."))
    elif keys:
        raise Refused(_("Only a choice among options has options."))
    weight = values.get("weight")
    if weight is not None and weight < 0:
        raise Refused(_("A weight cannot be negative."))


def retire_question(*, row: Question, user: User | None) -> None:
    """It is offered no longer; questionnaires that have it keep it."""
    need(user, "edit", row.unit)
    with transaction.atomic():
        row.retired_at = timezone.now()
        row.save(update_fields=["retired_at"])
        record(verb="question.retired", actor=user, subject=f"question:{row.key}")
