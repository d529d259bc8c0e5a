"""What executives owe key customers: a contact so often, a missed one is a case."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from bihuan.kernel.manifest import CaseKind, ObligationSpec, StandardSpec

STANDARDS = (
    StandardSpec(
        key="equity.contact.top",
        title=_("contacts of an executive with a top customer a month"),
        value=Decimal(1),
        measured_in="count",
        origin="ours",
        source=gettext_noop("ours: chapter 1 has executives meet customers regularly and names no number"),
    ),
    StandardSpec(
        key="equity.contact.key",
        title=_("contacts of an executive with a key customer a quarter"),
        value=Decimal(1),
        measured_in="count",
        origin="ours",
        source=gettext_noop("ours: chapter 1 has executives meet customers regularly and names no number"),
    ),
    StandardSpec(
        key="equity.contact.days",
        title=_("make up for a missed contact with a key customer"),
        value=Decimal(5),
        measured_in="working days",
        origin="ours",
        source=gettext_noop("ours: a week"),
    ),
)
OBLIGATIONS = (
    ObligationSpec(
        key="equity.contact_top",
        title=_("contact with a top customer"),
        standard="equity.contact.top",
        period="month",
        subjects="bihuan.systems.equity.read.contacts:top",
        missed="contact_missed",
    ),
    ObligationSpec(
        key="equity.contact_key",
        title=_("contact with a key customer"),
        standard="equity.contact.key",
        period="quarter",
        subjects="bihuan.systems.equity.read.contacts:key",
        missed="contact_missed",
    ),
)
CASE_KINDS = (
    CaseKind(
        key="contact_missed",
        title=_("no contact of the executive in the period"),
        severity=1,
        limit="equity.contact.days",
        advice=_("Get in touch with the customer, log the contact on its page, then resolve this case."),
        verdicts=(
            ("made_up", pgettext_lazy("verdict", "Contact made up for")),
            ("not_logged", pgettext_lazy("verdict", "There was a contact, it was not logged")),
            ("unwanted", pgettext_lazy("verdict", "The customer does not want it")),
        ),
    ),
)
