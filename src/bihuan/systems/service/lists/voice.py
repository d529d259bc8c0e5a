"""Recordings, scores and review meetings as tables."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.web.listing import Choice, Column, Dates, Facts, Flag, InUnit, Primary, Text, View
from bihuan.web.listing.actions import Action

from ..act import match_agent
from ..models import CallScore, Recording, ReviewMeeting, Source
from .cells import Table

STRANGER = Q(agent=None)
UNFINISHED = Q(duration_s=None) | Q(started_at=None)
MARKED = Q(complaint=True) | Q(low_rating=True)


class RecordingsListing(Table):
    model = Recording
    title = _("Recordings of the 95598 hotline")
    url_name = "service:recordings"
    nothing = _("Upload recordings, or import a folder: from them each agent's calls are drawn.")
    related = ("agent", "agent__person", "unit", "evidence")
    order = ("-started_at",)
    actions = (
        Action(
            key="match", label=_("Look for the agent again"), run=match_agent, verb="import", icon="users"
        ),
    )
    columns = (
        Column(key="code", label=_("number"), sort=("code",), quiet=True, width=18),
        Column(
            key="agent",
            label=_("agent"),
            value=lambda row: row.agent.person.name if row.agent else None,
            sort=("agent__person__name",),
            fluid=True,
            width=16,
        ),
        Column(key="agent_number", label=_("staff number"), sort=("agent_number",), quiet=True),
        Column(key="unit", label=_("team"), value=lambda row: row.unit.name, sort=("unit__path",), width=20),
        Column(key="started_at", label=_("start of the call"), sort=("started_at",), width=20),
        Column(key="business", label=_("kind of business"), sort=("business",)),
        Column(key="duration_s", label=_("duration in seconds"), sort=("duration_s",), numeric=True),
        Column(key="transferred", label=_("handed on"), sort=("transferred",)),
        Column(key="complaint", label=_("complaint"), sort=("complaint",)),
        Column(key="low_rating", label=_("low rating"), sort=("low_rating",)),
        Column(
            key="media_type",
            label=_("type"),
            value=lambda row: row.evidence.media_type,
            sort=("evidence__media_type",),
            hidden=True,
        ),
        Column(key="source", label=_("source"), sort=("source",), hidden=True),
        Column(
            key="keep_until",
            label=_("kept until"),
            value=lambda row: row.evidence.keep_until,
            sort=("evidence__keep_until",),
            hidden=True,
            width=20,
        ),
    )
    filters = (
        Text(
            key="q",
            label=_("number, agent or business"),
            over=("code", "agent__person__name", "agent_number", "business"),
        ),
        InUnit(key="unit", label=_("team"), field="unit__path"),
        Dates(key="started", label=_("start of the call"), field="started_at"),
        Choice(key="source", label=_("source"), choices=Source.choices),
        Flag(key="transferred", label=_("handed on only"), where=lambda: Q(transferred=True)),
    )
    views = (
        View(
            key="here",
            label=pgettext_lazy("view", "Can be heard"),
            where=lambda user: Q(evidence__removed_at=None),
        ),
        View(key="strangers", label=pgettext_lazy("view", "Agent unknown"), where=lambda user: STRANGER),
        View(
            key="unfinished",
            label=pgettext_lazy("view", "Length or start unknown"),
            where=lambda user: UNFINISHED,
        ),
        View(
            key="marked",
            label=pgettext_lazy("view", "Complaint or low rating, not random"),
            where=lambda user: MARKED,
        ),
        View(key="all", label=pgettext_lazy("view", "Removed too")),
    )

    def row_url(self, row: Recording) -> str:
        return reverse("service:recording", args=[row.pk])

    def primary(self) -> Primary | None:
        if not self.may("import"):
            return None
        return Primary(label=gettext("Upload"), url=reverse("service:recording-new"), icon="upload", kbd="c")

    def facts(self) -> Facts | None:
        rows: QuerySet[Any] = self.scope(Recording.objects.order_by())
        unfinished = gettext("%(n)d without length or start, which cannot be drawn") % {
            "n": rows.filter(UNFINISHED).count()
        }
        return Facts(
            number=rows.filter(STRANGER).count(),
            words=gettext("with an unknown agent"),
            tone="yellow",
            more=(unfinished,),
        )


class ScoresListing(Table):
    """Blind: scores of others are there once a call has all of its scores."""

    model = CallScore
    title = _("Scores of calls")
    url_name = "service:scores"
    nothing = _("Scores stand here when a drawn call has all of them.")
    related = ("review__draw", "recording__agent__person", "recording__unit", "scorer")
    order = ("-at",)
    columns = (
        Column(
            key="period",
            label=_("quarter"),
            value=lambda row: row.review.draw.period,
            sort=("review__draw__year", "review__draw__quarter"),
        ),
        Column(
            key="recording",
            label=_("recording"),
            value=lambda row: row.recording.code,
            sort=("recording__code",),
            quiet=True,
            width=18,
        ),
        Column(
            key="agent",
            label=_("agent"),
            value=lambda row: (
                row.recording.agent.person.name if row.recording.agent else row.recording.agent_number
            ),
            sort=("recording__agent__person__name",),
            fluid=True,
            width=16,
        ),
        Column(key="scorer", label=_("scorer"), value=lambda row: str(row.scorer), sort=("scorer__name",)),
        Column(key="round", label=_("round"), sort=("round",), numeric=True),
        Column(key="total", label=_("score"), sort=("total",), numeric=True),
        Column(key="vetoed", label=_("veto"), sort=("vetoed",)),
        Column(key="note", label=_("note"), sort=("note",), width=40),
        Column(key="at", label=_("scored"), sort=("at",), width=20),
    )
    filters = (
        Text(
            key="q",
            label=_("recording, agent or note"),
            over=("recording__code", "recording__agent__person__name", "recording__agent_number", "note"),
        ),
        InUnit(key="unit", label=_("team"), field="recording__unit__path"),
        Dates(key="at", label=_("scored"), field="at"),
        Flag(key="veto", label=_("veto only"), where=lambda: Q(vetoed=True)),
    )
    views = (
        View(key="mine", label=pgettext_lazy("view", "Mine"), where=lambda user: Q(scorer=user)),
        View(key="all", label=pgettext_lazy("view", "Everybody's")),
    )

    def scope(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        found = super().scope(rows)
        return (
            found.filter(shown=True)
            if self.user is None
            else found.filter(Q(shown=True) | Q(scorer=self.user))
        )

    def row_url(self, row: CallScore) -> str:
        return reverse("service:recording", args=[row.recording_id])


class MeetingsListing(Table):
    model = ReviewMeeting
    title = _("Review meetings")
    url_name = "service:meetings"
    nothing = _("A review meeting is planned once a quarter; its minutes become cases.")
    related = ("unit", "review__draw", "reported_to")
    order = ("-held_on",)
    columns = (
        Column(key="held_on", label=pgettext_lazy("meeting", "held on"), sort=("held_on",)),
        Column(
            key="period",
            label=_("quarter"),
            value=lambda row: row.review.draw.period if row.review else None,
            sort=("review__draw__year", "review__draw__quarter"),
        ),
        Column(
            key="unit",
            label=_("unit"),
            value=lambda row: row.unit.name,
            sort=("unit__path",),
            fluid=True,
            width=24,
        ),
        Column(key="chair", label=_("chair"), sort=("chair",)),
        Column(key="n_heard", label=_("calls listened to"), sort=("n_heard",), numeric=True),
        Column(key="n_findings", label=_("findings"), sort=("n_findings",), numeric=True),
        Column(key="reported_at", label=_("reported"), sort=("reported_at",), width=20),
        Column(
            key="reported_to",
            label=_("reported to"),
            value=lambda row: str(row.reported_to or ""),
            sort=("reported_to__name",),
            hidden=True,
        ),
    )
    filters = (
        Text(key="q", label=_("chair, attendees or minutes"), over=("chair", "attendees", "minutes")),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
        Dates(key="held", label=pgettext_lazy("meeting", "held on"), field="held_on", instants=False),
    )
    views = (
        View(
            key="open",
            label=pgettext_lazy("view", "Not reported yet"),
            where=lambda user: Q(reported_at=None),
        ),
        View(key="all", label=pgettext_lazy("view", "All")),
    )

    def base(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().base()
        found: QuerySet[Any] = rows.annotate(
            n_heard=Count("heard", distinct=True), n_findings=Count("findings", distinct=True)
        )
        return found

    def row_url(self, row: ReviewMeeting) -> str:
        return reverse("service:meeting", args=[row.pk])

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New meeting"), url=reverse("service:meeting-new"), kbd="c")
