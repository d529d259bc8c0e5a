"""Tables: the bank, the questionnaires, the waves."""

from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Question, Questionnaire, QuestionnaireVersion, Reply, Sheet, Wave
from bihuan.kernel.models.surveys.bank import QuestionKind
from bihuan.kernel.rules.surveys.form import Words
from bihuan.web.components.marks import status_icon
from bihuan.web.components.words import STATUS
from bihuan.web.listing import Choice, Column, Dates, Facts, InUnit, Listing, Primary, Text, View
from bihuan.web.lists.cells import count_of, unit_code, unit_name
from bihuan.web.surveys.words import both

TABS = (
    ("surveys", pgettext_lazy("tab", "Waves")),
    ("questionnaires", pgettext_lazy("tab", "Questionnaires")),
    ("questions", pgettext_lazy("tab", "Question bank")),
)


def marked(key: str, text: str) -> SafeString:
    """The shape of a state word with a word of our own beside it."""
    return format_html(
        '<span class="bh-mark bh-tone-{}">{}<span>{}</span></span>', STATUS[key].tone, status_icon(key), text
    )


class Table(Listing):
    """A table between the tabs of the surveys."""

    template = "web/surveys/listing.html"

    def context(self) -> dict[str, Any]:
        tabs = [(reverse(name), label, name == self.url_name) for name, label in TABS]
        return {"tabs": tabs}

    def crumbs(self) -> list[dict[str, str]]:
        home = {"title": gettext("Surveys"), "url": reverse("surveys")}
        return (
            [{"title": gettext("Surveys")}]
            if self.url_name == "surveys"
            else [home, {"title": str(self.title)}]
        )


UNIT = Column(key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",), width=24)


class QuestionsListing(Table):
    model = Question
    title = _("Question bank")
    url_name = "questions"
    related = ("unit",)
    order = ("dimension", "key")
    columns = (
        Column(key="key", label=_("code"), sort=("key",), quiet=True),
        Column(
            key="text",
            label=_("question"),
            value=lambda row: row.text_zh or row.text_en,
            sort=("text_zh",),
            fluid=True,
            width=48,
        ),
        Column(key="text_en", label=_("question in English"), sort=("text_en",), hidden=True, width=48),
        Column(key="kind", label=_("kind of answer"), sort=("kind",)),
        Column(key="dimension", label=_("what it measures"), sort=("dimension",)),
        Column(key="weight", label=_("weight"), sort=("weight",), numeric=True),
        Column(key="version", label=_("version"), sort=("version",), numeric=True),
        Column(key="personal", label=_("asks for personal data"), sort=("personal",), hidden=True),
        UNIT,
    )
    filters = (
        Text(key="q", label=_("code or words"), over=("key", "text_zh", "text_en")),
        Choice(key="kind", label=_("kind of answer"), choices=QuestionKind.choices),
        Text(key="dimension", label=_("what it measures"), over=("dimension",)),
    )
    views = (
        View(key="used", label=pgettext_lazy("questions", "In use"), where=lambda user: Q(retired_at=None)),
        View(key="all", label=pgettext_lazy("questions", "Retired too")),
    )

    def base(self) -> QuerySet[Any]:
        return super().base().filter(newest=True)

    def row_url(self, row: Question) -> str:
        return reverse("question", args=[row.key])

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New question"), url=reverse("question-new"), kbd="c")


def _state(row: Any) -> SafeString:
    if row.newest_issued is None:
        return marked("in_progress", gettext("draft"))
    return marked("normal", gettext("issued"))


class QuestionnairesListing(Table):
    model = Questionnaire
    title = _("Questionnaires")
    url_name = "questionnaires"
    related = ("unit",)
    order = ("key",)
    columns = (
        Column(key="key", label=_("code"), sort=("key",), quiet=True),
        Column(
            key="title",
            label=_("title"),
            value=str,
            cell=lambda row: both(Words(row.title_zh or row.title_en)),
            sort=("title_zh",),
            fluid=True,
            width=40,
        ),
        Column(key="newest", label=_("newest version"), sort=("newest",), numeric=True),
        Column(
            key="state",
            label=_("state"),
            value=lambda row: gettext("draft") if row.newest_issued is None else gettext("issued"),
            cell=_state,
            sort=("newest_issued",),
        ),
        Column(key="newest_issued", label=_("issued"), sort=("newest_issued",), width=18),
        Column(key="waves", label=_("waves"), sort=("waves",), numeric=True),
        UNIT,
    )
    filters = (
        Text(key="q", label=_("code or title"), over=("key", "title_zh", "title_en")),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )

    def base(self) -> QuerySet[Any]:
        last = QuestionnaireVersion.objects.filter(questionnaire=OuterRef("pk")).order_by("-version")
        counted = {
            "newest": Subquery(last.values("version")[:1]),
            "newest_issued": Subquery(last.values("issued_at")[:1]),
            "waves": count_of(Wave.objects.all(), "version__questionnaire"),
        }
        rows: QuerySet[Any] = super().base().annotate(**counted)
        return rows

    def row_url(self, row: Questionnaire) -> str:
        return reverse("questionnaire", args=[row.key])

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New questionnaire"), url=reverse("questionnaire-new"), kbd="c")


def standing(row: Any) -> SafeString:
    """The three counts decide nothing alone: what is missing is said."""
    if row.closed_at:
        return marked("closed", gettext("closed"))
    if row.issued < row.wanted:
        short = row.wanted - row.issued
        return marked("warning", gettext("%(n)d still to issue") % {"n": short})
    return marked("normal", gettext("enough issued"))


class WavesListing(Table):
    model = Wave
    title = _("Surveys")
    url_name = "surveys"
    related = ("unit", "version", "version__questionnaire")
    order = ("-opens_at",)
    columns = (
        Column(key="title", label=_("title"), sort=("title",), fluid=True, width=40),
        Column(key="subject_name", label=_("about"), sort=("subject_name",), width=24),
        Column(key="period", label=pgettext_lazy("wave", "period"), sort=("period",)),
        UNIT,
        Column(
            key="state",
            label=_("state"),
            value=lambda row: "closed" if row.closed_at else "open",
            cell=standing,
            sort=("closed_at",),
        ),
        Column(key="closes_at", label=_("closes"), sort=("closes_at",), width=18),
        Column(key="wanted", label=_("wanted"), sort=("wanted",), numeric=True),
        Column(key="issued", label=pgettext_lazy("sheets", "issued"), sort=("issued",), numeric=True),
        Column(key="returned", label=_("returned"), sort=("returned",), numeric=True),
        Column(key="valid", label=_("valid"), sort=("valid",), numeric=True),
        Column(key="opens_at", label=_("opens"), sort=("opens_at",), hidden=True, width=18),
        Column(key="subject_key", label=_("key of the subject"), sort=("subject_key",), hidden=True),
    )
    filters = (
        Text(key="q", label=_("title or subject"), over=("title", "subject_name", "subject_key")),
        Text(key="period", label=pgettext_lazy("wave", "period"), over=("period",)),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
        Dates(key="opens", label=_("opens"), field="opens_at"),
    )
    views = (
        View(key="open", label=pgettext_lazy("waves", "Open"), where=lambda user: Q(closed_at=None)),
        View(key="all", label=pgettext_lazy("waves", "Closed too")),
    )

    def base(self) -> QuerySet[Any]:
        counted = {
            "issued": count_of(Sheet.objects.filter(withdrawn_at=None), "wave"),
            "returned": count_of(Reply.objects.all(), "wave"),
            "valid": count_of(Reply.objects.filter(valid=True), "wave"),
        }
        rows: QuerySet[Any] = super().base().annotate(**counted)
        return rows

    def row_url(self, row: Wave) -> str:
        return reverse("wave", args=[row.pk])

    def facts(self) -> Facts | None:
        rows = self.scope(self.base().filter(closed_at=None)).order_by()
        return Facts(
            number=rows.filter(issued__lt=F("wanted")).count(),
            words=gettext("open waves with too few issued"),
            tone="orange",
            more=(gettext("%(n)d waves open") % {"n": rows.count()},),
        )

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New wave"), url=reverse("wave-new"), kbd="c")
