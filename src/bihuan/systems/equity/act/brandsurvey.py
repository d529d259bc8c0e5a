"""The brand survey as a questionnaire of the kernel: made from the survey's brands, its answers taken in."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from bihuan.kernel.act import surveys
from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.surveys.waves import Subject
from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import QuestionnaireVersion, Reply, User, Wave
from bihuan.kernel.rules.surveys.form import Condition

from ..models import Brand, BrandAnswer, BrandRespondent, BrandSurvey, Income, Why
from ..words import ASKED, ENDS_OF_FEELING

KIND = "brand-survey"
FEELINGS = ("good", "special", "apart")
DRIVERS = ("value", "brand", "relation")
MOST_BRANDS = 12


def ask(
    *,
    survey: BrandSurvey,
    opens_at: datetime,
    closes_at: datetime,
    wanted: int,
    drivers: bool,
    user: User,
) -> Wave:
    """A questionnaire of the survey's brands, issued, and a wave of it; codes are then issued on the wave's
    page. Raises Refused for fewer than two brands."""
    brands = list(survey.brands.order_by("pk")[: MOST_BRANDS + 1])
    if not 2 <= len(brands) <= MOST_BRANDS:
        raise Refused(_("A questionnaire needs 2 to %(n)d brands: import them first.") % {"n": MOST_BRANDS})
    with transaction.atomic():
        version = _version(survey, brands, drivers, user)
        return surveys.open_wave(
            version=version,
            subject=Subject(KIND, str(survey.pk), survey.title),
            unit=survey.unit,
            opens_at=opens_at,
            closes_at=closes_at,
            wanted=wanted,
            user=user,
            title=survey.title,
        )


def _version(survey: BrandSurvey, brands: list[Brand], drivers: bool, user: User) -> QuestionnaireVersion:
    """A questionnaire of its own for each wave: brands may have been added, drivers left out."""
    stem = (
        f"brand-{survey.pk}-{Wave.objects.filter(subject_kind=KIND, subject_key=str(survey.pk)).count() + 1}"
    )
    title = _both(ASKED["title"])
    draft = surveys.create_questionnaire(
        key=stem,
        title_zh=f"{title['zh']} {survey.title}"[:120],
        title_en=f"{title['en']} {survey.title}"[:120],
        unit=survey.unit,
        user=user,
        words={f"intro_{code}": text for code, text in _both(ASKED["intro"]).items()},
    )
    surveys.add_items(version=draft, asked=list(_asked(stem, brands, drivers)), user=user)
    return surveys.issue_version(version=draft, user=user)


def _asked(stem: str, brands: list[Brand], drivers: bool) -> Iterator[surveys.Asked]:
    named = [{"key": str(brand.pk), "zh": brand.name, "en": brand.name} for brand in brands]
    yield _one(stem, "considered", "several_of", required=True, options=named)
    yield _one(stem, "last", "one_of", required=True, options=named)
    yield _one(stem, "next", "one_of", required=True, options=named)
    yield _one(stem, "why", "one_of", options=_options(Why))
    for code in FEELINGS:
        yield _one(stem, code, "scale_1_10")
    for brand in brands if drivers else ():
        condition = Condition(f"{stem}-considered", "includes", str(brand.pk))
        for driver in DRIVERS:
            about = {"name": brand.name}
            yield _one(stem, f"{driver}-{brand.pk}", "scale_1_10", show_if=condition, about=about)
    yield _one(stem, "income", "one_of", options=_options(Income))


def _one(
    stem: str,
    code: str,
    kind: str,
    *,
    required: bool = False,
    options: list[dict[str, str]] | None = None,
    show_if: Condition | None = None,
    about: Mapping[str, str] | None = None,
) -> surveys.Asked:
    words = _both(ASKED[code.split("-")[0]], about)
    fields: dict[str, Any] = {"kind": kind, "options": options or []}
    fields |= {f"text_{lang}": text for lang, text in words.items()}
    if kind == "scale_1_10":
        for name, end in zip(("low", "high"), ENDS_OF_FEELING, strict=True):
            fields |= {f"{name}_{lang}": text for lang, text in _both(end).items()}
    return surveys.Asked(key=f"{stem}-{code}", fields=fields, required=required, show_if=show_if)


def _both(words: StrOrPromise, about: Mapping[str, str] | None = None) -> dict[str, str]:
    found = {}
    for code, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            text = str(words)
            found[code] = text % about if about else text
    return found


def _options(choices: Any) -> list[dict[str, str]]:
    return [{"key": member.value, **_both(member.label)} for member in choices]


def closing(*, wave: Wave, user: User | None, at: datetime) -> None:
    """In the transaction that closes the wave: its valid replies become answers of the survey."""
    survey = BrandSurvey.objects.filter(pk=_key(wave)).first()
    if survey is None:
        raise Refused(_("The brand survey of this wave is gone."))
    rows = list(Reply.objects.filter(wave=wave, valid=True).select_related("sheet"))
    brands = {str(brand.pk): brand for brand in survey.brands.all()}
    with transaction.atomic():
        for reply in rows:
            _take(survey, brands, reply)
        record(
            verb="brand_survey.fed", actor=user, subject=f"wave:{wave.pk}", system="equity", count=len(rows)
        )


def _key(wave: Wave) -> int:
    return int(wave.subject_key) if wave.subject_key.isdigit() else 0


def _take(survey: BrandSurvey, brands: Mapping[str, Brand], reply: Reply) -> None:
    """Codes of questions end in what they ask: `brand-7-1-last`, `brand-7-1-value-12`."""
    said = {code.split("-", 3)[3]: given for code, given in reply.answers.items() if code.count("-") > 2}
    who = f"W{reply.wave_id}-{reply.sheet.number}"
    considered = [key for key in said.get("considered", ()) if key in brands]
    BrandRespondent.objects.update_or_create(
        survey=survey,
        respondent=who,
        defaults={
            "considered": len(considered) or None,
            "why": said.get("why", "") if said.get("last") != said.get("next") else "",
            "income": said.get("income", ""),
            **{name: said.get(name) for name in FEELINGS},
        },
    )
    for key, brand in brands.items():
        BrandAnswer.objects.update_or_create(
            survey=survey,
            respondent=who,
            brand=brand,
            defaults={
                "last": said.get("last") == key,
                "next": said.get("next") == key,
                "considered": key in considered,
                **{f"for_{name}": said.get(f"{name}-{key}") for name in DRIVERS},
            },
        )
