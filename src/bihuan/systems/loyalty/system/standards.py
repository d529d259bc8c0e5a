"""Every number of the loyalty system, dated and with the sentence that it comes from."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.manifest import StandardSpec


def ours(key: str, title: StrOrPromise, value: int | str, measured_in: str, why: str) -> StandardSpec:
    return StandardSpec(
        key=f"loyalty.{key}",
        title=title,
        value=Decimal(value),
        measured_in=measured_in,
        origin="ours",
        source=why,
    )


STANDARDS = (
    ours(
        "quarantine",
        _("nobody is asked again within"),
        90,
        "days",
        gettext_noop(
            "ours: once a quarter; the original says large numbers of ratings, not large numbers each"
        ),
    ),
    ours(
        "contact",
        _("a detractor is called within"),
        48,
        "h",
        gettext_noop(
            "ours: the usual 48 hours of the field; date a version in working days to change the clock"
        ),
    ),
    ours(
        "resolve",
        _("what a detractor told is put right within"),
        10,
        "working days",
        gettext_noop("ours: the call comes first, the cure may need another department"),
    ),
    ours(
        "huddles",
        _("huddles of each unit of the loop a week"),
        1,
        "count",
        gettext_noop("ours: the original says frequent meetings with the front line without a number"),
    ),
    ours(
        "huddle.answer",
        _("a missed huddle is explained within"),
        2,
        "working days",
        gettext_noop("ours: before the next one"),
    ),
    ours(
        "alarm.answer",
        _("a sign that the programme fades is answered within"),
        5,
        "working days",
        gettext_noop("ours: one week of work"),
    ),
    ours(
        "settle",
        _("days after the start that are left out of the comparison"),
        30,
        "days",
        gettext_noop("ours: people learn the loop first; their answers are neither before nor after"),
    ),
    ours(
        "span",
        _("days before and after the start that are compared"),
        90,
        "days",
        gettext_noop("ours: a quarter on either side, the same length"),
    ),
    ours(
        "alarm.days",
        _("days in which rates of the programme are compared with as many before"),
        30,
        "days",
        gettext_noop("ours: a month tells a fall from a bad week"),
    ),
    ours(
        "alarm.least",
        _("fewest invitations or cases of which a falling rate is told"),
        30,
        "count",
        gettext_noop("ours: of fewer a rate falls by chance"),
    ),
    ours(
        "gaming.least",
        _("fewest answers of a unit that is looked at for made-up scores"),
        10,
        "count",
        gettext_noop("ours: below there is no score that anybody could make up"),
    ),
    ours(
        "gaming.burst",
        _("share of a unit's answers within five minutes that is a sign"),
        "0.3",
        "ratio",
        gettext_noop("ours: customers come one by one"),
    ),
    ours(
        "gaming.device",
        _("share of a unit's answers from one device that is a sign"),
        "0.2",
        "ratio",
        gettext_noop("ours: a family shares a phone, a branch does not"),
    ),
    ours(
        "gaming.streak",
        _("tens in a row that are a sign"),
        10,
        "count",
        gettext_noop("ours: with two promoters in three it happens once in sixty times"),
    ),
    ours(
        "report.quarter",
        _("hand in the report of the programme"),
        10,
        "day after the quarter",
        gettext_noop("ours: the original names no paper; ten days let the calls of the last week be counted"),
    ),
    ours(
        "discoveries",
        _("share of false findings among branches that are called different"),
        "0.05",
        "ratio",
        gettext_noop("ours: Benjamini and Hochberg; of 300 branches fifteen differ by chance"),
    ),
)
