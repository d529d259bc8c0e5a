"""Building a questionnaire: a draft of ordered questions, issued once, copied to be changed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.surveys.guards import need, need_draft
from bihuan.kernel.models import Question, Questionnaire, QuestionnaireItem, QuestionnaireVersion, Unit, User
from bihuan.kernel.read.surveys.bank import draft_form
from bihuan.kernel.rules.surveys.form import Condition, Form, faults, written

WORDS = ("intro_zh", "intro_en", "privacy_zh", "privacy_en", "thanks_zh", "thanks_en")


def create_questionnaire(
    *,
    key: str,
    title_zh: str,
    title_en: str,
    unit: Unit,
    user: User | None,
    words: Mapping[str, str] | None = None,
) -> QuestionnaireVersion:
    """A questionnaire with its first draft."""
    need(user, "edit", unit)
    with transaction.atomic():
        if Questionnaire.objects.filter(key=key).exists():
            raise Refused(_("There is a questionnaire with this code."))
        row = Questionnaire.objects.create(key=key, title_zh=title_zh, title_en=title_en, unit=unit)
        draft = QuestionnaireVersion.objects.create(questionnaire=row, version=1, **(words or {}))
        record(verb="questionnaire.created", actor=user, subject=f"questionnaire:{key}")
    return draft


def rename(*, version: QuestionnaireVersion, user: User | None, words: Mapping[str, str]) -> None:
    """The texts around the questions; the title belongs to all versions, issued ones keep theirs."""
    sheet = version.questionnaire
    need(user, "edit", sheet.unit)
    need_draft(version)
    with transaction.atomic():
        for name in ("title_zh", "title_en"):
            setattr(sheet, name, words.get(name, getattr(sheet, name)))
        for name in WORDS:
            setattr(version, name, words.get(name, getattr(version, name)))
        sheet.save()
        version.save(update_fields=list(WORDS))
        _note(version, user, "worded")


def add_item(*, version: QuestionnaireVersion, question: Question, user: User | None) -> QuestionnaireItem:
    """Put a question at the end. Raises Refused when it is asked already, in any version."""
    need(user, "edit", version.questionnaire.unit)
    need_draft(version)
    with transaction.atomic():
        if version.items.filter(question__key=question.key).exists():
            raise Refused(_("The questionnaire asks this already."))
        last = version.items.aggregate(top=Max("position"))["top"] or 0
        row = QuestionnaireItem.objects.create(version=version, question=question, position=last + 1)
        _note(version, user, "added", question=question.key)
    return row


def remove_item(*, item: QuestionnaireItem, user: User | None) -> None:
    version = item.version
    need(user, "edit", version.questionnaire.unit)
    need_draft(version)
    with transaction.atomic():
        key = item.question.key
        item.delete()
        for other in version.items.exclude(show_if=None):
            if (other.show_if or {}).get("code") == key:
                other.show_if = None
                other.save(update_fields=["show_if"])
        _note(version, user, "removed", question=key)


def move_item(*, item: QuestionnaireItem, to: int, user: User | None) -> None:
    """Put a question at place `to`, the first being 1; the others make room."""
    version = item.version
    need(user, "edit", version.questionnaire.unit)
    need_draft(version)
    with transaction.atomic():
        rows = [row for row in version.items.order_by("position", "pk") if row.pk != item.pk]
        rows.insert(max(to - 1, 0), item)
        for place, row in enumerate(rows, 1):
            row.position = place
        QuestionnaireItem.objects.bulk_update(rows, ["position"])
        _note(version, user, "moved", question=item.question.key, to=to)


def set_item(
    *,
    item: QuestionnaireItem,
    required: bool,
    show_if: Condition | None,
    user: User | None,
    newest: bool = False,
) -> None:
    """Whether it must be answered and when it is shown; `newest` takes the bank's newest words."""
    version = item.version
    need(user, "edit", version.questionnaire.unit)
    need_draft(version)
    with transaction.atomic():
        item.required = required
        item.show_if = stored_condition(show_if)
        if newest:
            item.question = Question.objects.get(key=item.question.key, newest=True)
        item.save()
        wrong = [fault for code, fault in faults(draft_form(version)) if code == item.question.key]
        if wrong:
            raise Refused(fault_words(wrong[0]))
        _note(version, user, "set", question=item.question.key)


def issue_version(*, version: QuestionnaireVersion, user: User | None) -> QuestionnaireVersion:
    """Freeze the draft. Raises Refused, saying which question is wrong."""
    need(user, "edit", version.questionnaire.unit)
    with transaction.atomic():
        row = QuestionnaireVersion.objects.select_for_update().get(pk=version.pk)
        need_draft(row)
        form = draft_form(row)
        for code, fault in faults(form):
            raise Refused(f"{code}: {fault_words(fault)}" if code else fault_words(fault))
        row.definition = written(form)
        row.digest = digest_of(form)
        row.issued_at = timezone.now()
        row.issued_by = user
        row.save()
        _note(row, user, "issued", digest=row.digest)
    return row


def digest_of(form: Form) -> str:
    """SHA-256 of the canonical definition: two versions with the same words have the same."""
    text = json.dumps(written(form), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def copy_version(*, version: QuestionnaireVersion, user: User | None) -> QuestionnaireVersion:
    """A new draft with the same questions. Raises Refused while another draft is open."""
    sheet = version.questionnaire
    need(user, "edit", sheet.unit)
    with transaction.atomic():
        if sheet.versions.filter(issued_at=None).exists():
            raise Refused(_("There is a draft already. Issue it first."))
        top = sheet.versions.aggregate(top=Max("version"))["top"] or 0
        draft = QuestionnaireVersion.objects.create(
            questionnaire=sheet, version=top + 1, **{name: getattr(version, name) for name in WORDS}
        )
        QuestionnaireItem.objects.bulk_create(
            QuestionnaireItem(
                version=draft,
                position=row.position,
                question_id=row.question_id,
                required=row.required,
                show_if=row.show_if,
            )
            for row in version.items.order_by("position", "pk")
        )
        _note(draft, user, "copied", source=version.version)
    return draft


def stored_condition(condition: Condition | None) -> dict[str, Any] | None:
    if condition is None:
        return None
    return {"code": condition.code, "operator": condition.operator, "value": condition.value}


def fault_words(fault: str) -> str:
    """What stands in the way of issuing, as a sentence."""
    return {
        "empty": _("The questionnaire has no question."),
        "twice": _("A question is asked twice."),
        "no_words": _("A question has no words."),
        "no_options": _("A choice needs at least two options."),
        "later": _("Its condition must name a question before it."),
        "operator": _("Its condition does not fit the kind of that answer."),
        "value": _("Its condition names an answer that cannot be given."),
    }[fault]


def _note(version: QuestionnaireVersion, user: User | None, verb: str, **payload: Any) -> None:
    record(
        verb=f"questionnaire.{verb}",
        actor=user,
        subject=f"questionnaire:{version.questionnaire.key}",
        version=version.version,
        **payload,
    )
