"""Numbers, jobs and clocks of consent, offers, coupons and campaigns."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.kernel.manifest import JobSpec, ScheduleSpec, StandardSpec, SurveySpec

from .standards import ours

STANDARDS: tuple[StandardSpec, ...] = (
    ours(
        "offer.rest",
        _("days without a further offer by e-mail"),
        "30",
        "count",
        gettext_noop("ours: one offer a month; who gets more withdraws the consent"),
    ),
    ours(
        "offer.most",
        _("letters of one sending at most"),
        "20000",
        "count",
        gettext_noop("ours: what a mail server takes in an hour; a larger unit sends by its parts"),
    ),
    ours(
        "offer.tries",
        _("tries to send one letter"),
        "3",
        "count",
        gettext_noop("ours: a server that defers an address three times does not want it"),
    ),
    ours(
        "near.rest",
        _("days without a further coupon near a shop"),
        "7",
        "count",
        gettext_noop("ours: who passes a shop each day is not to be told each day"),
    ),
    ours(
        "coupon.late",
        _("hours that a shop's scan without network may be late"),
        "72",
        "count",
        gettext_noop("ours: a weekend; an older time of a phone is not believed"),
    ),
    ours(
        "campaign.least",
        _("fewest visits for the figures of a campaign"),
        "30",
        "count",
        gettext_noop("ours: below it a click-through rate is uncertain by more than fifteen points"),
    ),
    ours(
        "campaign.visits",
        _("visits of a campaign that are kept for one day at most"),
        "50000",
        "count",
        gettext_noop("ours: what machines call up must not fill the database"),
    ),
    ours(
        "campaign.keep",
        _("days that visits of campaigns are kept"),
        "400",
        "count",
        gettext_noop("ours: a year and the comparison with the month before"),
    ),
)
JOBS = (
    JobSpec(
        name="equity.offers",
        title=_("Sending of offers"),
        run="bihuan.systems.equity.act.offers:carry_out",
        describe="bihuan.systems.equity.act.offers:describe",
    ),
)
SCHEDULES = (
    ScheduleSpec(name="equity.offers", run="bihuan.systems.equity.act.offers:go_on", every_s=300),
    ScheduleSpec(name="equity.visits", run="bihuan.systems.equity.act.campaigns:tidy", daily_at="02:10"),
)
SURVEYS = SurveySpec(
    kinds=("brand-survey",),
    wave_panel="bihuan.systems.equity.panel:wave_panel",
    closing="bihuan.systems.equity.act.brandsurvey:closing",
)
TRANSFERS = (
    ("consents", "bihuan.systems.equity.lists.consents:ConsentsListing"),
    ("offers", "bihuan.systems.equity.lists.offers:OffersListing"),
    ("offer-rules", "bihuan.systems.equity.lists.offers:RulesListing"),
)
