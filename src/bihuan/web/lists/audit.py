"""The audit trail, and who has opened private evidence."""

import json
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Event, EvidenceAccess, User
from bihuan.kernel.registry import everything
from bihuan.web.components.figures import moment
from bihuan.web.listing import Choice, Column, Dates, Facts, Listing, Person, Text
from bihuan.web.listing.columns import shown
from bihuan.web.lists.cells import Options, person_cell
from bihuan.web.lists.chain import last_check
from bihuan.web.lists.verbs import verb_title


def system_choices(user: User | None) -> list[tuple[str, StrOrPromise]]:
    return [(system.name, system.title) for system in everything()]


def verb_cell(row: Event) -> SafeString:
    return format_html('<span title="{}">{}</span>', row.verb, verb_title(row.verb))


def payload_cell(row: Event) -> SafeString:
    return format_html('<code title="{0}">{0}</code>', payload_text(row)) if row.payload else shown(None)


def payload_text(row: Event) -> str:
    return json.dumps(row.payload, ensure_ascii=False, sort_keys=True) if row.payload else ""


def case_cell(row: Any) -> SafeString:
    case = row.case if row.case_id else None
    if case is None:
        return shown(None)
    return format_html('<a href="{}">{}</a>', reverse("case", args=[case.number]), case.number)


class AuditListing(Listing):
    """Events of cases in the user's units and of the people there; at the top of the tree, all."""

    model = Event
    title = _("Audit")
    url_name = "audit"
    verb = "audit"
    template = "web/lists/audit.html"
    related = ("actor", "case")
    order = ("-pk",)
    columns = (
        Column(key="id", label=_("event"), sort=("pk",), numeric=True, quiet=True),
        Column(key="at", label=_("time"), sort=("at",), width=20),
        Column(
            key="what",
            label=_("what"),
            value=lambda row: verb_title(row.verb),
            cell=verb_cell,
            sort=("verb",),
            width=24,
        ),
        Column(key="verb", label=_("verb"), sort=("verb",), width=20, hidden=True),
        Column(key="actor", label=_("who"), cell=lambda row: person_cell(row.actor), sort=("actor__name",)),
        Column(key="system", label=_("system"), sort=("system",)),
        Column(
            key="case",
            label=_("case"),
            value=lambda row: row.case.number if row.case_id and row.case else None,
            cell=case_cell,
            sort=("case__number",),
            width=16,
        ),
        Column(key="subject", label=_("subject"), sort=("subject",), width=20),
        Column(
            key="payload", label=_("details"), value=payload_text, cell=payload_cell, fluid=True, width=60
        ),
        Column(
            key="block",
            label=_("sealed in block"),
            value=lambda row: row.block_id,
            sort=("block_id",),
            numeric=True,
        ),
    )
    filters = (
        Text(key="q", label=_("what, subject or case"), over=("verb", "subject", "case__number")),
        Person(key="actor", label=_("who"), field="actor_id"),
        Choice(key="system", label=_("system"), choices=system_choices),
        Dates(key="at", label=_("time"), field="at"),
    )

    def scope(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.user is None or self.user.unit.parent_id is None:
            return rows
        path = self.user.unit.path
        return rows.filter(Q(case__unit__path__startswith=path) | Q(actor__unit__path__startswith=path))

    def facts(self) -> Facts | None:
        found = last_check()
        if found is None:
            return Facts(
                number=0, words=gettext("breaks found"), more=(gettext("the chain was not checked yet"),)
            )
        more = (
            gettext("%(blocks)d blocks, %(events)d sealed events, %(open)d not sealed yet")
            % {"blocks": found.blocks, "events": found.events, "open": found.unsealed},
            gettext("checked %(at)s") % {"at": moment(found.at)},
        )
        return Facts(number=int(bool(found.broken)), words=found.broken or gettext("breaks found"), more=more)


def granted_choices(user: User | None) -> Options:
    return [("True", gettext("opened")), ("False", gettext("refused"))]


class OpeningsListing(Listing):
    """Each try to look at a private photo, granted or not."""

    model = EvidenceAccess
    title = _("Openings of evidence")
    url_name = "openings"
    verb = "audit"
    related = ("user", "evidence", "evidence__case", "evidence__unit")
    order = ("-at",)
    columns = (
        Column(key="at", label=_("time"), sort=("at",), width=20),
        Column(key="user", label=_("who"), cell=lambda row: person_cell(row.user), sort=("user__name",)),
        Column(
            key="granted",
            label=_("result"),
            value=lambda row: gettext("opened") if row.granted else gettext("refused"),
            sort=("granted",),
        ),
        Column(
            key="evidence", label=_("evidence"), value=lambda row: str(row.evidence), fluid=True, width=30
        ),
        Column(
            key="case",
            label=_("case"),
            value=lambda row: row.evidence.case.number if row.evidence.case else None,
            cell=lambda row: case_cell(row.evidence),
            sort=("evidence__case__number",),
        ),
        Column(
            key="unit",
            label=_("unit"),
            value=lambda row: row.evidence.unit.name,
            sort=("evidence__unit__path",),
        ),
    )
    filters = (
        Text(key="q", label=_("case or file"), over=("evidence__name", "evidence__case__number")),
        Person(key="user", label=_("who"), field="user_id"),
        Choice(key="granted", label=_("result"), choices=granted_choices),
        Dates(key="at", label=_("time"), field="at"),
    )

    def scope(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return (
            rows if self.user is None else rows.filter(evidence__unit__path__startswith=self.user.unit.path)
        )
