"""What is asked of halls and areas: the newest version that was issued, or the first one, ours."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from bihuan.kernel.act import surveys
from bihuan.kernel.models import Questionnaire, QuestionnaireVersion, Unit

from ..words import ASKED, QUESTIONNAIRES, SCALES

WORDS = ("intro", "thanks")


def questionnaire_for(kind: str, unit: Unit) -> QuestionnaireVersion:
    """What is asked of a `hall` or an `area` now. Without an issued version the first one is made: it belongs
    to the whole house, so that branches can be compared."""
    key = f"service-{kind}"
    found = QuestionnaireVersion.objects.filter(questionnaire__key=key).exclude(issued_at=None)
    return found.order_by("-version").first() or _first(kind, key, unit.ancestors.filter(parent=None)[0])


def _first(kind: str, key: str, top: Unit) -> QuestionnaireVersion:
    known = Questionnaire.objects.filter(key=key).first()
    if known:  # a draft that nobody has issued yet
        return surveys.issue_version(version=known.versions.order_by("version")[0], user=None)
    title, intro, thanks = (_both(words) for words in QUESTIONNAIRES[kind])
    draft = surveys.create_questionnaire(
        key=key,
        title_zh=title["zh"],
        title_en=title["en"],
        unit=top,
        user=None,
        words={
            f"{name}_{code}": text[code]
            for name, text in zip(WORDS, (intro, thanks), strict=True)
            for code in text
        },
    )
    asked = [
        surveys.Asked(key=code, fields=_fields(answer, dimension, words), required=required)
        for code, answer, dimension, words, required in ASKED[kind]
    ]
    surveys.add_items(version=draft, asked=asked, user=None)
    return surveys.issue_version(version=draft, user=None)


def _fields(answer: str, dimension: str, words: str) -> dict[str, str]:
    fields = {"kind": answer, "dimension": dimension}
    fields |= {f"text_{lang}": text for lang, text in _both(words).items()}
    if answer in SCALES:
        fields |= {f"{end}_{lang}": t for end, w in SCALES[answer].items() for lang, t in _both(w).items()}
    return fields


def _both(words: str) -> dict[str, str]:
    found = {}
    for code, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            found[code] = _(words)
    return found
