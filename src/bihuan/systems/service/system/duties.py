"""What is owed of halls again and again: video checks, site visits, scored inspections."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.manifest import ObligationSpec

SUBJECTS = "bihuan.systems.service.read.duties"
VISITS_ALL_YEAR = "service.visit.all_year"


def visits(key: str, title: StrOrPromise, standard: str, period: str) -> ObligationSpec:
    return ObligationSpec(
        key=f"service.{key}",
        title=title,
        standard=f"service.visit.{standard}",
        period=period,
        subjects=f"{SUBJECTS}:{key}",
        missed="duty_missed",
        all_year=VISITS_ALL_YEAR,
    )


OBLIGATIONS = (
    ObligationSpec(
        key="service.video",
        title=_("video check of a hall"),
        standard="service.video.per_day",
        period="day",
        subjects=f"{SUBJECTS}:video",
        missed="duty_missed",
        all_year="service.video.all_year",
    ),
    visits("visit_1", _("visit of a hall of level 1"), "level_1", "week"),
    visits("visit_2", _("visit of a hall of level 2"), "level_2", "week"),
    visits("visit_urban", _("visit of an urban hall of level 3"), "level_3_urban", "week"),
    visits("visit_other", _("visit of another hall"), "other", "month"),
    ObligationSpec(
        key="service.inspection",
        title=_("scored inspection of a hall"),
        standard="service.inspection.times",
        period="quarter",
        subjects=f"{SUBJECTS}:inspection",
        missed="duty_missed",
        prorated=False,
    ),
    ObligationSpec(
        key="service.centre",
        title=_("scored inspection of the customer-service centre"),
        standard="service.inspection.centre",
        period="quarter",
        subjects=f"{SUBJECTS}:centre",
        missed="duty_missed",
        prorated=False,
    ),
)
