"""The papers that the branch hands in, under the titles of the original."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.manifest import ReportSpec, SectionSpec

READ = "bihuan.systems.service.read.papers"
CHECKS = "bihuan.systems.service.read.checks_paper"
FIELD = "bihuan.systems.service.read.field_paper"
RANKED = "bihuan.systems.service.read.ranking_paper"
REPORTS = (
    ReportSpec(
        key="service.fault_month",
        title=_("95598 fault repairs, monthly summary of the second call-backs"),
        kind="month",
        day="service.fault.summary",
        units=f"{READ}:branches",
        sections=(
            SectionSpec(key="first", title=_("Call-back by telephone"), read=f"{READ}:first_calls"),
            SectionSpec(key="second", title=_("Recorded second call-back"), read=f"{READ}:second_calls"),
            SectionSpec(key="teams", title=_("Teams"), read=f"{READ}:teams"),
        ),
    ),
    ReportSpec(
        key="service.month",
        title=_("Customer service, supervision report"),
        kind="month",
        day="service.report.month",
        units=f"{READ}:branches",
        sections=(
            SectionSpec(key="duties", title=_("Checks and visits owed"), read=f"{CHECKS}:owed"),
            SectionSpec(key="halls", title=_("Halls"), read=f"{CHECKS}:halls"),
            SectionSpec(key="findings", title=_("Findings"), read=f"{READ}:findings"),
            SectionSpec(key="complaints", title=_("Complaints"), read=f"{READ}:complaints"),
            SectionSpec(key="stages", title=_("Stages of connections"), read=f"{READ}:stages"),
        ),
    ),
    ReportSpec(
        key="service.quarter",
        title=_("Customer service, evaluation report"),
        kind="quarter",
        day="service.report.quarter",
        units=f"{READ}:branches",
        sections=(
            SectionSpec(key="index", title=_("Satisfaction index"), read=f"{RANKED}:index"),
            SectionSpec(key="duties", title=_("Checks and visits owed"), read=f"{CHECKS}:owed"),
            SectionSpec(key="halls", title=_("Halls"), read=f"{CHECKS}:halls"),
            SectionSpec(key="asked", title=_("Questionnaires in halls"), read=f"{FIELD}:halls"),
            SectionSpec(key="areas", title=_("Sessions in meter-reading areas"), read=f"{FIELD}:sessions"),
            SectionSpec(key="findings", title=_("Findings"), read=f"{READ}:findings"),
            SectionSpec(key="complaints", title=_("Complaints"), read=f"{READ}:complaints"),
            SectionSpec(key="stages", title=_("Stages of connections"), read=f"{READ}:stages"),
            SectionSpec(key="first", title=_("Call-back by telephone"), read=f"{READ}:first_calls"),
            SectionSpec(key="second", title=_("Recorded second call-back"), read=f"{READ}:second_calls"),
            SectionSpec(key="teams", title=_("Teams"), read=f"{READ}:teams"),
        ),
    ),
    ReportSpec(
        key="service.ranking",
        title=_("Power supply service, ranking of the quarter"),
        kind="quarter",
        day="service.report.quarter",
        units=f"{RANKED}:comparing",
        sections=(
            SectionSpec(key="index", title=_("Satisfaction index"), read=f"{RANKED}:index"),
            SectionSpec(key="rankings", title=_("Ranking"), read=f"{RANKED}:rankings"),
        ),
    ),
)
