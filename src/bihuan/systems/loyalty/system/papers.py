"""The paper that a programme hands in."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.manifest import ReportSpec, SectionSpec

SAID = "bihuan.systems.loyalty.read.paper"
ASKED = "bihuan.systems.loyalty.read.asked_paper"
DONE = "bihuan.systems.loyalty.read.loop_paper"
REPORTS = (
    ReportSpec(
        key="loyalty.quarter",
        title=_("Net Promoter System, report of the quarter"),
        kind="quarter",
        day="loyalty.report.quarter",
        units=f"{SAID}:reporting",
        sections=(
            SectionSpec(key="score", title=_("Net promoter score"), read=f"{SAID}:score"),
            SectionSpec(key="response", title=_("Who was asked and who answered"), read=f"{ASKED}:response"),
            SectionSpec(key="classes", title=_("Age and segment"), read=f"{SAID}:classes"),
            SectionSpec(key="units", title=_("Branches"), read=f"{SAID}:units"),
            SectionSpec(key="drivers", title=_("Drivers"), read=f"{SAID}:drivers"),
            SectionSpec(key="journey", title=_("Customer journey"), read=f"{DONE}:journey"),
            SectionSpec(key="loop", title=_("Loop and huddles"), read=f"{DONE}:loop"),
            SectionSpec(key="pilot", title=_("Did the pilot work?"), read=f"{DONE}:pilot"),
            SectionSpec(key="growth", title=_("Earned growth"), read=f"{DONE}:growth"),
        ),
    ),
)
