"""Every number of customer equity, dated and with the sentence that it comes from."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.manifest import StandardSpec


def ours(key: str, title: StrOrPromise, value: str, measured_in: str, why: str) -> StandardSpec:
    return StandardSpec(
        key=f"equity.{key}",
        title=title,
        value=Decimal(value),
        measured_in=measured_in,
        origin="ours",
        source=why,
    )


STANDARDS = (
    ours(
        "horizon",
        _("months of a lifetime value"),
        "12",
        "count",
        gettext_noop("ours: chapter 1 asks for customer lifetime value and names no horizon"),
    ),
    ours(
        "rate",
        _("discount of lifetime values a month"),
        "0.01",
        "ratio",
        gettext_noop("ours: about 12 % a year, the middle of what Gupta and Lehmann use"),
    ),
    ours(
        "alive",
        _("P(alive) below which a customer is likely gone"),
        "0.5",
        "ratio",
        gettext_noop("ours: more likely gone than not"),
    ),
    ours(
        "risk.days",
        _("talk to a valuable customer who is about to leave"),
        "5",
        "working days",
        gettext_noop("ours: a week"),
    ),
    ours(
        "risk.cases",
        _("cases of value at risk that are open at once at most, the largest loss first"),
        "50",
        "count",
        gettext_noop("ours: more than that nobody calls in a week; the next opens when one is done"),
    ),
    ours(
        "repeaters",
        _("fewest customers who bought again for a model run"),
        "30",
        "count",
        gettext_noop("ours: four parameters from fewer are guesses"),
    ),
    ours(
        "holdout",
        _("weeks held back for the test of the model"),
        "26",
        "count",
        gettext_noop("ours: half a year, at most half of what is there"),
    ),
    ours(
        "draws",
        _("repetitions for the interval of customer equity"),
        "200",
        "count",
        gettext_noop("ours: the ends of a 95 % interval move by less than a tenth of its width"),
    ),
    ours(
        "keep",
        _("model runs whose values by customer are kept"),
        "13",
        "count",
        gettext_noop("ours: a year of monthly runs and the one before"),
    ),
    ours(
        "every",
        _("days from one model run to the next"),
        "30",
        "count",
        gettext_noop("ours: values move slowly; anybody who may edit can run sooner"),
    ),
    ours(
        "survey.least",
        _("fewest respondents for an equity share"),
        "100",
        "count",
        gettext_noop("ours: below it the interval of a share is wider than twenty points"),
    ),
    ours(
        "survey.months",
        _("months after which a market estimate is too old for the board"),
        "24",
        "count",
        gettext_noop("ours: brands considered and bought change within two years"),
    ),
    ours(
        "contract.discount",
        _("discount of payments of a contract a period"),
        "0.10",
        "ratio",
        gettext_noop("ours: ten per cent a year, as Fader and Hardie (2010) value a contractual base"),
    ),
    ours(
        "contract.fresh",
        _("months after which the count of a cohort is too old for customer equity"),
        "12",
        "count",
        gettext_noop("ours: within a year the next renewal of most contracts has been"),
    ),
    ours(
        "upload.mb",
        _("largest Parquet file that a page takes, in MB"),
        "512",
        "count",
        gettext_noop("ours: about a hundred million lines; larger files go by the command"),
    ),
    ours(
        "segment.least",
        _("fewest customers for the mean of a segment"),
        "10",
        "count",
        gettext_noop("ours: a mean of fewer is withheld"),
    ),
)
