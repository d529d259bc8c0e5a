"""What is asked, in both languages, and how results are put into words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from django.utils.translation import gettext, gettext_lazy, gettext_noop, pgettext_lazy

from bihuan.kernel.rules.measures.nps import Change

from .rules.pilot import Basis, Verdict

QUESTIONNAIRE = "loyalty"
ASKED, UNASKED = "loyalty", "loyalty-unasked"
"""Kinds of subject of waves: who was invited, and who spoke up unasked."""
SCORE, WHY, CAME, NEW, AGE, PHONE = (
    "loyalty-recommend",
    "loyalty-why",
    "loyalty-came",
    "loyalty-new",
    "loyalty-age",
    "loyalty-phone",
)
DRIVERS = ("loyalty-manner", "loyalty-waiting", "loyalty-clear", "loyalty-fees", "loyalty-digital")
TITLE = (
    gettext_noop("How likely are you to recommend us?"),
    gettext_noop("Two minutes. A person who may change something reads every answer."),
    gettext_noop("Thank you. Who is not content hears from us, if we know how."),
)
QUESTIONS = (
    (SCORE, "scale_0_10", gettext_noop("How likely are you to recommend us to a friend or colleague?"), True),
    (WHY, "text", gettext_noop("What is the main reason for your answer?"), False),
    ("loyalty-manner", "scale_1_5", gettext_noop("How you were treated"), False),
    ("loyalty-waiting", "scale_1_5", gettext_noop("How long you waited"), False),
    ("loyalty-clear", "scale_1_5", gettext_noop("How clear the rules were"), False),
    ("loyalty-fees", "scale_1_5", gettext_noop("Fees and interest"), False),
    ("loyalty-digital", "scale_1_5", gettext_noop("App and website"), False),
    (NEW, "yes_no", gettext_noop("Have you become our customer within the last twelve months?"), False),
    (CAME, "one_of", gettext_noop("Why did you come to us?"), False),
    (AGE, "one_of", gettext_noop("How old are you?"), False),
    (PHONE, "text", gettext_noop("May somebody call you about it? Your telephone"), False),
)
ENDS = (
    ("scale_0_10", gettext_noop("not at all likely"), gettext_noop("extremely likely")),
    ("scale_1_5", gettext_noop("very bad"), gettext_noop("very good")),
)
OPTIONS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        CAME: (
            ("recommended", gettext_noop("somebody recommended it")),
            ("earlier", gettext_noop("good experience earlier")),
            ("advertised", gettext_noop("advertising")),
            ("offer", gettext_noop("an offer or a price")),
            ("near", gettext_noop("it is near")),
            ("sent", gettext_noop("through an employer or school")),
        ),
        AGE: (
            ("under18", gettext_noop("under 18")),
            ("18-24", gettext_noop("18 to 24")),
            ("25-34", gettext_noop("25 to 34")),
            ("35-49", gettext_noop("35 to 49")),
            ("50+", gettext_noop("50 and above")),
        ),
    }
)
AGES = tuple(key for key, _text in OPTIONS[AGE])
YOUNG = ("under18", "18-24")
"""Under 25, of whom the original says that they are more than half of the population."""


AGE_WORDS = {key: gettext_lazy(text) for key, text in OPTIONS[AGE]}


def ages() -> dict[str, str]:
    """Age bands in the reader's language, in their order."""
    return {key: str(text) for key, text in AGE_WORDS.items()}


VERDICTS = MappingProxyType(
    {
        Verdict.WORKED: pgettext_lazy("pilot", "The pilot worked"),
        Verdict.WORSE: pgettext_lazy("pilot", "The pilot made it worse"),
        Verdict.NOT_SHOWN: pgettext_lazy("pilot", "It is not shown that the pilot worked"),
        Verdict.TOO_LITTLE: pgettext_lazy("pilot", "There are too few answers to say anything"),
        Verdict.UNSURE: pgettext_lazy(
            "pilot", "The answers differ beyond chance; whether the pilot did it cannot be said"
        ),
        Verdict.DRIFTED: pgettext_lazy("pilot", "No fair comparison: the arms went apart before the start"),
    }
)
BASES = MappingProxyType(
    {
        Basis.UNITS: pgettext_lazy("pilot", "spread between units, before and after held together"),
        Basis.ANSWERS: pgettext_lazy("pilot", "chance in the answers alone; an arm has fewer than 3 units"),
    }
)
SIGNS = MappingProxyType(
    {
        "one_device": pgettext_lazy("sign of gaming", "many answers from one device (share)"),
        "burst": pgettext_lazy("sign of gaming", "many answers within five minutes (share)"),
        "fast": pgettext_lazy("sign of gaming", "answered in less than a third of the usual time (share)"),
        "streak": pgettext_lazy("sign of gaming", "tens in a row"),
        "selective": pgettext_lazy("sign of gaming", "who was invited is not like the customers (p)"),
    }
)


class _Grouped(Protocol):
    @property
    def group(self) -> int: ...


GROUPS = (
    (1, pgettext_lazy("group", "promoter")),
    (0, pgettext_lazy("group", "passive")),
    (-1, pgettext_lazy("group", "detractor")),
)


def group_words(row: _Grouped) -> str:
    return str(dict(GROUPS)[row.group])


def p_words(p: float) -> str:
    """`.19`, `< .001`: two places, three where two would say nothing."""
    if p < 0.001:
        return "< .001"
    return f"= {p:.2f}".replace("0.", ".", 1) if p >= 0.01 else f"= {p:.3f}".replace("0.", ".", 1)


def change_words(change: Change) -> str:
    """In the reader's language: “not significant, p = .19”."""
    words = gettext("significant, p %(p)s") if change.detected else gettext("not significant, p %(p)s")
    return words % {"p": p_words(change.test.p)}
