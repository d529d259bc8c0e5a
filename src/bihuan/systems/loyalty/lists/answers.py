"""Answers, and the files they come from; invitations beside them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Case, Customer, Unit, User, Verbatim
from bihuan.web.listing import Action, Choice, Column, Dates, Exact, Facts, InUnit, Primary, Text, View
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, instant, one_of, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values
from bihuan.web.lists.cells import customer_cell

from ..act import receive, take_back_treatment, treat
from ..act.answers import Told
from ..models import Answer, Channel, Invitation, Programme, Touchpoint, Treatment
from ..read.huddles import redacted
from ..words import WHY, group_words
from .cells import Table, keys, looked_up, whole

PROMOTERS, PASSIVES, DETRACTORS = Q(score__gte=9), Q(score__in=(7, 8)), Q(score__lte=6)


class AnswersTransfer(Transfer):
    """Answers come in once: a number that is known already changes nothing."""

    kind = "answers"
    model = Answer
    key = "key"
    fields = (
        Field(key="key", label=_("number of the answer"), parse=text(48), required=True, aliases=("编号",)),
        Field(key="programme", label=_("programme"), required=True, help=_("code"), aliases=("项目",)),
        Field(key="unit", label=_("unit"), required=True, help=_("code"), aliases=("单位", "网点")),
        Field(key="score", label=_("score"), parse=whole(10), required=True, aliases=("评分", "推荐分")),
        Field(
            key="answered_at",
            label=pgettext_lazy("ledger", "answered"),
            required=True,
            aliases=("时间", "答复时间"),
        ),
        Field(
            key="channel",
            label=_("way"),
            parse=one_of(Channel.choices),
            help=_("social and other: nobody asked, never in a score"),
        ),
        Field(key="customer", label=_("customer number"), aliases=("客户编号",)),
        Field(key="touchpoint", label=_("touchpoint"), help=_("code"), aliases=("触点",)),
        Field(key="segment", label=_("segment"), parse=text(48), aliases=("客群",)),
        Field(key="text", label=_("reason in words"), parse=text(4000), aliases=("原因",)),
    )
    reads = {field.key: "" for field in fields if field.key != "key"}

    def start(self) -> None:
        self.programmes = keys(self.user, Programme.objects.all(), "code") or keys(
            None, _above(self.user), "code"
        )
        self.units = keys(self.user, Unit.objects.all(), "code")
        self.customers = keys(self.user, Customer.objects.filter(erased_at=None), "number")
        self.touchpoints = keys(None, Touchpoint.objects.all(), "code")

    def parse_programme(self, raw: Any) -> int:
        return looked_up(self.programmes, raw, gettext("no such programme in your units"))

    def parse_unit(self, raw: Any) -> int:
        return looked_up(self.units, raw, gettext("no such unit in your units"))

    def parse_customer(self, raw: Any) -> int | None:
        return (
            looked_up(self.customers, raw, gettext("no such customer in your units"))
            if as_text(raw)
            else None
        )

    def parse_touchpoint(self, raw: Any) -> int | None:
        return looked_up(self.touchpoints, raw, gettext("no such touchpoint")) if as_text(raw) else None

    def parse_answered_at(self, raw: Any) -> Any:
        found = instant(raw)
        if found > timezone.now():
            raise Wrong(gettext("An answer cannot come from the future."))
        return found

    def blank(self, field: Field) -> Any:
        return {"channel": Channel.FILE.value, "segment": "", "text": ""}.get(field.key)

    def differs(self, stored: Stored, row: Values) -> bool:
        return False

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        if not new:
            return
        programmes = Programme.objects.select_related("unit").in_bulk({row["programme"] for row in rows})
        units = Unit.objects.in_bulk({row["unit"] for row in rows})
        people = Customer.objects.in_bulk({row["customer"] for row in rows if row.get("customer")})
        points = Touchpoint.objects.in_bulk({row["touchpoint"] for row in rows if row.get("touchpoint")})
        for pk, programme in programmes.items():
            told = [
                Told(
                    key=row["key"],
                    score=row["score"],
                    unit=units[row["unit"]],
                    answered_at=row["answered_at"],
                    channel=row.get("channel") or Channel.FILE,
                    customer=people.get(row.get("customer") or 0),
                    touchpoint=points.get(row.get("touchpoint") or 0),
                    segment=row.get("segment") or "",
                    text=row.get("text") or "",
                )
                for row in rows
                if row["programme"] == pk
            ]
            receive(programme=programme, told=told, user=None)


def _above(user: User | None) -> QuerySet[Programme]:
    """A branch brings answers to the programme of the house above it."""
    return Programme.objects.filter(unit__in=user.unit.ancestors) if user else Programme.objects.none()


class TreatForm(forms.Form):
    treatment = forms.ChoiceField(label=_("what was done"), choices=Treatment.choices)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["treatment"].choices = [(key, capfirst(str(words))) for key, words in Treatment.choices]  # type: ignore[attr-defined]


class AnswersListing(Table):
    """One table of two sources: what customers gave, and what they complained about."""

    model = Answer
    title = _("Answers")
    url_name = "loyalty:answers"
    related = ("unit", "customer", "touchpoint", "case", "programme", "reply", "treated_by")
    transfer = AnswersTransfer
    order = ("-answered_at", "-pk")
    columns = (
        Column(key="score", label=_("score"), sort=("score",), numeric=True, width=6),
        Column(key="group", label=pgettext_lazy("of an answer", "group"), value=group_words),
        Column(
            key="text",
            label=_("words, numbers removed"),
            value=lambda row: redacted(row.said or ""),
            fluid=True,
            width=60,
        ),
        Column(
            key="unit",
            label=_("unit"),
            value=lambda row: row.unit.name,
            export=lambda row: row.unit.code,
            sort=("unit__path",),
            width=20,
        ),
        Column(
            key="touchpoint",
            label=_("touchpoint"),
            value=lambda row: str(row.touchpoint or ""),
            export=lambda row: row.touchpoint.code if row.touchpoint else "",
            sort=("touchpoint__code",),
        ),
        Column(
            key="customer",
            label=_("customer"),
            value=lambda row: row.customer.number if row.customer else "",
            cell=lambda row: customer_cell(row.customer, row.customer.number if row.customer else ""),
            sort=("customer__number",),
        ),
        Column(
            key="complaints",
            label=_("complaints of the customer"),
            value=lambda row: row.complaints,
            sort=("complaints",),
            numeric=True,
        ),
        Column(
            key="case",
            label=_("case"),
            value=lambda row: row.case.number if row.case else "",
            sort=("case__number",),
            quiet=True,
        ),
        Column(key="treatment", label=_("what was done"), sort=("treatment",)),
        Column(key="channel", label=_("way"), sort=("channel",), quiet=True),
        Column(key="segment", label=_("segment"), sort=("segment",), hidden=True),
        Column(key="key", label=_("number of the answer"), sort=("key",), hidden=True),
        Column(
            key="programme",
            label=_("programme"),
            value=lambda row: row.programme.name,
            export=lambda row: row.programme.code,
            sort=("programme__code",),
            hidden=True,
        ),
        Column(
            key="counts",
            label=_("counts"),
            value=lambda row: row.reply.valid and not row.unsolicited,
            hidden=True,
        ),
        Column(key="answered_at", label=pgettext_lazy("ledger", "answered"), sort=("answered_at",), width=20),
    )
    filters = (
        Text(
            key="q",
            label=_("customer, unit or case"),
            over=("customer__number", "customer__name", "unit__name", "case__number"),
        ),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
        Choice(key="channel", label=_("way"), choices=Channel.choices),
        Dates(key="answered", label=pgettext_lazy("ledger", "answered"), field="answered_at"),
        Exact(key="touchpoint", label=_("touchpoint"), field="touchpoint__code"),
        Exact(key="customer", label=_("customer number"), field="customer__number"),
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

    def row_url(self, row: Answer) -> str:
        return reverse("loyalty:answer", args=[row.pk])

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


class InvitationsListing(Table):
    model = Invitation
    title = _("Invitations")
    url_name = "loyalty:invitations"
    related = ("programme", "customer", "unit", "touchpoint", "sheet")
    order = ("-invited_at", "-pk")
    columns = (
        Column(
            key="programme",
            label=_("programme"),
            value=lambda row: row.programme.name,
            sort=("programme__code",),
        ),
        Column(
            key="unit",
            label=_("unit"),
            value=lambda row: row.unit.name,
            sort=("unit__path",),
            fluid=True,
            width=24,
        ),
        Column(
            key="customer",
            label=_("customer"),
            value=lambda row: row.customer.number if row.customer else "",
            cell=lambda row: customer_cell(row.customer, row.customer.number if row.customer else ""),
            sort=("customer__number",),
        ),
        Column(key="channel", label=_("way"), sort=("channel",)),
        Column(key="segment", label=_("segment"), sort=("segment",)),
        Column(key="invited_at", label=pgettext_lazy("ledger", "invited"), sort=("invited_at",), width=20),
        Column(
            key="delivered_at", label=pgettext_lazy("ledger", "delivered"), sort=("delivered_at",), width=20
        ),
        Column(
            key="opened_at",
            label=pgettext_lazy("ledger", "opened"),
            value=lambda row: row.sheet.opened_at if row.sheet else None,
            sort=("sheet__opened_at",),
            width=20,
        ),
        Column(
            key="used_at",
            label=pgettext_lazy("ledger", "answered"),
            value=lambda row: row.sheet.used_at if row.sheet else None,
            sort=("sheet__used_at",),
            width=20,
        ),
        Column(
            key="failed",
            label=pgettext_lazy("ledger", "could not be delivered"),
            sort=("failed",),
            quiet=True,
        ),
    )
    filters = (
        Text(key="q", label=_("customer or unit"), over=("customer__number", "unit__name")),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
        Choice(key="channel", label=_("way"), choices=Channel.choices),
        Dates(key="invited", label=pgettext_lazy("ledger", "invited"), field="invited_at"),
    )
    views = (
        View(
            key="waiting",
            label=pgettext_lazy("view", "To be sent"),
            where=lambda user: Q(next_at__isnull=False),
        ),
        View(key="failed", label=pgettext_lazy("view", "Not delivered"), where=lambda user: ~Q(failed="")),
        View(key="all", label=pgettext_lazy("view", "All"), counted=False),
    )

    def primary(self) -> Primary | None:
        return (
            Primary(label=gettext("Invite"), url=reverse("loyalty:invite"), kbd="c")
            if self.may("handle")
            else None
        )
