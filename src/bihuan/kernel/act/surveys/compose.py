"""Many questions of a questionnaire at once, as a system asks its own: few statements however many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import Plain, record_all
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.surveys.bank import FIELDS, check_fields
from bihuan.kernel.act.surveys.build import fault_words, stored_condition
from bihuan.kernel.act.surveys.guards import need, need_draft
from bihuan.kernel.models import Question, QuestionnaireItem, QuestionnaireVersion, User
from bihuan.kernel.read.surveys.bank import draft_form
from bihuan.kernel.rules.surveys.form import Condition, faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question in its place; `fields` are what the bank keeps of it where it does not know the code yet."""

    key: str
    fields: Mapping[str, Any]
    required: bool = True
    show_if: Condition | None = None


def add_items(*, version: QuestionnaireVersion, asked: Sequence[Asked], user: User | None) -> None:
    """Put questions at the end, in this order; one that the bank has is asked in its newest words.

    Raises Refused for a question that is asked already, for fields that make none, and for a condition
    that does not fit.
    """
    sheet = version.questionnaire
    need(user, "edit", sheet.unit)
    need_draft(version)
    keys = [each.key for each in asked]
    with transaction.atomic():
        if len(set(keys)) < len(keys) or version.items.filter(question__key__in=keys).exists():
            raise Refused(_("The questionnaire asks this already."))
        bank = {row.key: row for row in Question.objects.filter(key__in=keys, newest=True)}
        fresh = [_question(each, version, user) for each in asked if each.key not in bank]
        bank |= {row.key: row for row in Question.objects.bulk_create(fresh)}
        last = version.items.aggregate(top=Max("position"))["top"] or 0
        QuestionnaireItem.objects.bulk_create(
            QuestionnaireItem(
                version=version,
                position=last + place,
                question=bank[each.key],
                required=each.required,
                show_if=stored_condition(each.show_if),
            )
            for place, each in enumerate(asked, 1)
        )
        wrong = [fault for code, fault in faults(draft_form(version)) if code in keys]
        if wrong:
            raise Refused(fault_words(wrong[0]))
        about, number = f"questionnaire:{sheet.key}", version.version
        kept: list[tuple[str, str, dict[str, Plain]]] = [
            ("question.kept", f"question:{row.key}", {"version": row.version}) for row in fresh
        ]
        for each in asked:
            told: dict[str, Plain] = {"version": number, "question": each.key}
            kept.append(("questionnaire.added", about, told))
            if not each.required or each.show_if:
                kept.append(("questionnaire.set", about, told))
        record_all(kept, actor=user)


def _question(asked: Asked, version: QuestionnaireVersion, user: User | None) -> Question:
    values = {name: asked.fields[name] for name in FIELDS if name in asked.fields}
    check_fields(values)
    unit = version.questionnaire.unit
    return Question(key=asked.key, version=1, unit=unit, created_at=timezone.now(), created_by=user, **values)
