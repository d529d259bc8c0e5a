"""What is asked: the newest version of `loyalty` that was issued, or the first one, ours."""

from typing import Any

from django.utils.translation import gettext, override

from bihuan.kernel.act import surveys
from bihuan.kernel.models import Questionnaire, QuestionnaireVersion, Unit
from bihuan.kernel.rules.surveys.form import Condition

from ..words import CAME, ENDS, NEW, OPTIONS, PHONE, QUESTIONNAIRE, QUESTIONS, SCORE, TITLE

SHOWN_IF = {PHONE: Condition(SCORE, "at_most", 6), CAME: Condition(NEW, "is", 1)}


def questionnaire_for(unit: Unit) -> QuestionnaireVersion:
    """Belongs to the whole house, so that programmes can be compared."""
    versions = QuestionnaireVersion.objects.filter(questionnaire__key=QUESTIONNAIRE)
    found = versions.exclude(issued_at=None).order_by("-version").first()
    return found or _first(unit.ancestors.filter(parent=None)[0])


def _first(top: Unit) -> QuestionnaireVersion:
    known = Questionnaire.objects.filter(key=QUESTIONNAIRE).first()
    if known:  # a draft that nobody has issued yet
        return surveys.issue_version(version=known.versions.order_by("version")[0], user=None)
    title, intro, thanks = (_both(words) for words in TITLE)
    draft = surveys.create_questionnaire(
        key=QUESTIONNAIRE,
        title_zh=title["zh"],
        title_en=title["en"],
        unit=top,
        user=None,
        words={
            f"{name}_{code}": text
            for name, both in (("intro", intro), ("thanks", thanks))
            for code, text in both.items()
        },
    )
    asked = [
        surveys.Asked(
            key=code, fields=_fields(code, kind, words), required=required, show_if=SHOWN_IF.get(code)
        )
        for code, kind, words, required in QUESTIONS
    ]
    surveys.add_items(version=draft, asked=asked, user=None)
    return surveys.issue_version(version=draft, user=None)


def _fields(code: str, kind: str, words: str) -> dict[str, Any]:
    fields: dict[str, Any] = {"kind": kind, "personal": code == PHONE}
    fields |= {f"text_{lang}": text for lang, text in _both(words).items()}
    for scale, low, high in ENDS:
        if kind == scale:
            fields |= {f"low_{lang}": text for lang, text in _both(low).items()}
            fields |= {f"high_{lang}": text for lang, text in _both(high).items()}
    if code in OPTIONS:
        fields["options"] = [{"key": key, **_both(text)} for key, text in OPTIONS[code]]
    return fields


def _both(words: str) -> dict[str, str]:
    found = {}
    for code, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            found[code] = gettext(words)
    return found
