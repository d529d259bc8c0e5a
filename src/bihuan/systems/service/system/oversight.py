"""Numbers of the supervisors, spot checks, suggestions and alarms, dated and with their sentences."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from .standards import original, ours

OVERSIGHT = (
    original(
        "supervisor.share",
        _("share of the meter-reading areas with a supervisor"),
        1,
        "ratio",
        gettext_noop("chapter 8: 分公司负责在每个抄表区域聘请社区监督员"),
    ),
    ours(
        "supervisor.keep",
        _("keep name and phone of a former supervisor"),
        365,
        "days",
        gettext_noop("ours: as long as somebody may ask about a tip"),
    ),
    ours(
        "tip.answer",
        _("tell the supervisor what came of a tip"),
        2,
        "working days",
        gettext_noop("ours: the original asks for no answer; who hears of none stops telling"),
    ),
    original(
        "spot.monthly",
        _("spot check of second call-backs each month: yes (1) or no (0)"),
        1,
        "choice",
        gettext_noop("chapter 8: 服务专工每月不定期抽查客服中心故障报修再次回访的记录和录音"),
    ),
    ours(
        "spot.calls",
        _("second calls drawn for a spot check"),
        5,
        "count",
        gettext_noop("ours: the original gives no number; as recordings of an agent"),
    ),
    ours(
        "spot.days",
        _("listen to the calls of a spot check"),
        2,
        "working days",
        gettext_noop("ours: soon enough that nobody prepares, long enough to listen"),
    ),
    ours(
        "duplicate.days",
        _("same customer or place: may be the same matter within"),
        15,
        "days",
        gettext_noop("ours: longer than handling and call-back take"),
    ),
    ours(
        "duplicate.alike",
        _("words so alike that somebody should look"),
        "0.35",
        "ratio",
        gettext_noop("ours: in trials both true pairs and no false one lay above it"),
    ),
    ours(
        "duplicate.same",
        _("words so alike that, from the same customer, it is the same matter"),
        "0.6",
        "ratio",
        gettext_noop("ours: a person still decides"),
    ),
    ours(
        "rising.baseline",
        _("weeks that say how frequent a cause usually is"),
        12,
        "count",
        gettext_noop("ours: a quarter"),
    ),
    ours(
        "rising.least",
        _("cases of a cause in a week before it can be called rising"),
        3,
        "count",
        gettext_noop("ours: two may be chance wherever they come from"),
    ),
)
