"""Answers, and the files they come from."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Case, User, Verbatim
from bihuan.web.listing import Action, Choice, Column, Dates, Exact, Facts, Text, View
from bihuan.web.listing.transfer.fields import Field, Wrong, instant, one_of, text
from bihuan.web.listing.transfer.transfer import Stored, Values

from ..act import Told as ToldAnswer
from ..act import receive, take_back_treatment, treat
from ..models import Answer, Channel, Treatment
from ..read.huddles import redacted
from ..words import GROUPS, WHY, ages, group_words
from .cells import (
    ANSWERED,
    CUSTOMER,
    PROGRAMME,
    SEGMENT,
    TOUCHPOINT,
    UNIT,
    WAY,
    OrUnknown,
    Table,
    Told,
    column,
    customer_column,
    in_unit,
    of_programme,
    programme_column,
    touchpoint_column,
    unit_column,
    whole,
)

PROMOTERS, PASSIVES, DETRACTORS = Q(score__gte=9), Q(score__in=(7, 8)), Q(score__lte=6)
BY_GROUP = {"1": PROMOTERS, "0": PASSIVES, "-1": DETRACTORS}
COUNTS = Q(unsolicited=False, reply__valid=True)


class AnswersTransfer(Told):
    """Answers come in once: a number that is known already changes nothing."""

    kind = "answers"
    model = Answer
    key = "key"
    fields = (
        Field(key="key", label=_("number of the answer"), parse=text(48), required=True, aliases=("编号",)),
        PROGRAMME,
        UNIT,
        Field(key="score", label=_("score"), parse=whole(10), required=True, aliases=("评分", "推荐分")),
        Field(key="answered_at", label=ANSWERED, required=True, aliases=("时间", "答复时间")),
        Field(
            key="channel",
            label=_("way"),
            parse=one_of(Channel.choices),
            help=_("social and other: nobody asked, never in a score"),
        ),
        Field(
            key="asked_key",
            label=_("number of the invitation"),
            parse=text(48),
            help=_("of the other system; with its invitations brought too, its rate of response is known"),
            aliases=("邀请编号",),
        ),
        CUSTOMER,
        TOUCHPOINT,
        SEGMENT,
        Field(key="text", label=_("reason in words"), parse=text(4000), aliases=("原因",)),
    )
    reads = {field.key: "" for field in fields if field.key not in ("key", "programme")}

    def start(self) -> None:
        super().start()
        self.naming: dict[tuple[int, str], tuple[int, str]] = {}

    def parse_answered_at(self, raw: Any) -> Any:
        found = instant(raw)
        if found > timezone.now():
            raise Wrong(gettext("An answer cannot come from the future."))
        return found

    def blank(self, field: Field) -> Any:
        return {"channel": Channel.FILE.value}.get(
            field.key, "" if field.key in ("segment", "text", "asked_key") else None
        )

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        """One answer for an invitation, within the file; against what is there, `finish` looks."""
        asked = row.get("asked_key")
        if asked:
            own = (row["#"], row["key"])
            earlier = self.naming.setdefault((row["programme"], asked), own)
            if earlier[1] != row["key"]:
                yield "asked_key", gettext("the same as in row %(n)d") % {"n": earlier[0]}

    def finish(self) -> Iterator[tuple[int, str, str, str]]:
        wanted = list(self.naming)
        for at in range(0, len(wanted), 500):
            chunk = wanted[at : at + 500]
            rows = Answer.objects.filter(
                programme__in={programme for programme, _key in chunk}, asked_key__in={k for _p, k in chunk}
            )
            for programme, asked, key in rows.values_list("programme_id", "asked_key", "key"):
                number, own = self.naming.get((programme, asked), (0, key))
                if own != key:
                    why = gettext("Invitation %(key)s has been answered already.") % {"key": asked}
                    yield number, "asked_key", asked, why

    def differs(self, stored: Stored, row: Values) -> bool:
        return False

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        if not new:
            return
        found = self.related(rows)
        for programme, own in self.by_programme(rows):
            told = [
                ToldAnswer(
                    key=row["key"],
                    score=row["score"],
                    unit=found["unit"][row["unit"]],
                    answered_at=row["answered_at"],
                    channel=row.get("channel") or Channel.FILE,
                    asked_key=row.get("asked_key") or "",
                    customer=found["customer"].get(row.get("customer") or 0),
                    touchpoint=found["touchpoint"].get(row.get("touchpoint") or 0),
                    segment=row.get("segment") or "",
                    text=row.get("text") or "",
                )
                for row in own
            ]
            receive(programme=programme, told=told, user=None)


class TreatForm(forms.Form):
    treatment = forms.ChoiceField(label=_("what was done"), choices=Treatment.choices)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["treatment"].choices = [(key, capfirst(str(words))) for key, words in Treatment.choices]  # type: ignore[attr-defined]


class AnswersListing(Table):
    """One table of two sources: what customers gave, and what they complained about."""

    model = Answer
    title = _("Answers")
    of_customers = True
    url_name = "loyalty:answers"
    page = ("loyalty:answer", "pk")
    related = ("unit", "customer", "touchpoint", "case", "programme", "reply", "treated_by")
    transfer = AnswersTransfer
    order = ("-answered_at", "-pk")
    columns = (
        column("score", _("score"), numeric=True, width=6),
        Column(key="group", label=pgettext_lazy("of an answer", "group"), value=group_words),
        Column(
            key="text",
            label=_("words, numbers removed"),
            value=lambda row: redacted(row.said or ""),
            fluid=True,
            width=60,
        ),
        unit_column(),
        touchpoint_column(),
        customer_column(),
        column("complaints", _("complaints of the customer"), value=lambda row: row.complaints, numeric=True),
        Column(
            key="case",
            label=_("case"),
            value=lambda row: row.case.number if row.case else "",
            sort=("case__number",),
            quiet=True,
        ),
        column("treatment", _("what was done")),
        column("channel", _("way"), quiet=True),
        column("segment", _("segment"), hidden=True),
        column("age", _("age band"), value=lambda row: str(ages().get(row.age, row.age)), hidden=True),
        column("key", _("number of the answer"), hidden=True),
        column("asked_key", _("number of the invitation"), hidden=True),
        programme_column(hidden=True),
        Column(
            key="counts",
            label=_("counts"),
            value=lambda row: row.reply.valid and not row.unsolicited,
            hidden=True,
        ),
        column("answered_at", ANSWERED, width=20),
    )
    filters = (
        Text(
            key="q",
            label=_("customer, unit or case"),
            over=("customer__number", "customer__name", "unit__name", "case__number"),
        ),
        in_unit(),
        of_programme(),
        WAY,
        Choice(
            key="group",
            label=pgettext_lazy("of an answer", "group"),
            choices=GROUPS,
            where=lambda key: BY_GROUP.get(key, Q()),
        ),
        Dates(key="answered", label=ANSWERED, field="answered_at"),
        Exact(key="touchpoint", label=_("touchpoint"), field="touchpoint__code"),
        Exact(key="customer", label=_("customer number"), field="customer__number"),
        OrUnknown(key="segment", label=_("segment"), field="segment"),
        OrUnknown(key="age", label=_("age band"), field="age", name=lambda key: ages().get(key, key)),
    )
    views = (
        View(key="detractors", label=pgettext_lazy("view", "Detractors"), where=lambda user: DETRACTORS),
        View(
            key="passives",
            label=pgettext_lazy("view", "Passives to ask"),
            where=lambda user: PASSIVES & Q(treated_at=None),
        ),
        View(
            key="promoters",
            label=pgettext_lazy("view", "Promoters to thank"),
            where=lambda user: PROMOTERS & Q(treated_at=None),
        ),
        View(
            key="unasked", label=pgettext_lazy("view", "Nobody asked"), where=lambda user: Q(unsolicited=True)
        ),
        View(key="counting", label=pgettext_lazy("view", "In the score"), where=lambda user: COUNTS),
        View(key="all", label=pgettext_lazy("view", "All")),
    )
    actions = (
        Action(
            key="treat",
            label=pgettext_lazy("act", "Asked or thanked"),
            run=treat,
            verb="handle",
            icon="check",
            form=TreatForm,
            undo=take_back_treatment,
            before=lambda row: row.treatment,
        ),
    )

    def base(self) -> QuerySet[Any]:
        said = Verbatim.objects.filter(reply=OuterRef("reply"), code=WHY).values("text")[:1]
        cases = Case.objects.filter(customer=OuterRef("customer"), kind="complaint").order_by()
        count = cases.values("customer").annotate(n=Count("pk")).values("n")
        rows: QuerySet[Any] = (
            super().base().annotate(said=Subquery(said), complaints=Coalesce(Subquery(count), 0))
        )
        return rows

    def facts(self) -> Facts | None:
        rows: QuerySet[Any] = self.scope(
            Answer.objects.filter(DETRACTORS, case=None, unsolicited=False).order_by()
        )
        return Facts(
            number=rows.count(),
            words=gettext("detractors without a case"),
            tone="text",
            more=(gettext("anonymous, outside of the loop, or before it began"),),
        )
