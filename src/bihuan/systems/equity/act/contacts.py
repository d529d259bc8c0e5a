"""Who keeps in touch with whom, and each contact as it was had."""

from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act import obligations
from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Customer, User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import Care, Contact, ContactWay, Purchase
from ..read.contacts import OBLIGATIONS, subject_key

NOON = time(12)
MOST = 4000
"""Characters of a note."""


def log_contact(
    *,
    user: User,
    customer: Customer,
    on: date,
    way: str,
    note: str,
    by: User | None = None,
    next_step: str = "",
    next_on: date | None = None,
    now: datetime | None = None,
) -> Contact:
    """Keep what was said, and count it for who owes this customer a contact.

    `by` had the contact, by default who logs it; for somebody else only who may edit logs one. Raises Refused
    for a customer outside the user's units, a day ahead, an empty note, a next step without its day or back.
    """
    now, who = now or timezone.now(), by or user
    _may_log(user, customer, who)
    if on > timezone.localdate(now):
        raise Refused(_("What has not happened yet cannot be recorded."))
    if way not in ContactWay.values:
        raise Refused(_("There is no such way of contact."))
    if not note.strip() or len(note) > MOST:
        raise Refused(_("Write in a few sentences what was said."))
    if next_on is not None and (not next_step or next_on < on):
        raise Refused(_("A day for the next step needs the step, and lies after the contact."))
    with transaction.atomic():
        row = Contact.objects.create(
            customer=customer,
            by=who,
            on=on,
            way=way,
            note=note.strip(),
            next_step=next_step,
            next_on=next_on,
            logged_at=now,
            logged_by=user,
        )
        record(
            verb="contact.logged",
            system="equity",
            actor=user,
            subject=f"customer:{customer.pk}",
            at=now,
            contact=row.pk,
            way=way,
        )
        care = Care.objects.filter(customer=customer, executive=who, ended_on=None).first()
        if care:
            obligations.fulfil(
                key=OBLIGATIONS[care.tier],
                subject=subject_key(care),
                at=min(timezone.make_aware(datetime.combine(on, NOON)), now),
                source=source_of(row),
                by=who,
                now=now,
            )
    return row


def _may_log(user: User, customer: Customer, who: User) -> None:
    if not may(user.role, "handle") or not covers(user, customer) or customer.erased_at is not None:
        raise Refused(_("This customer is not among yours."))
    if who != user and not (may(user.role, "edit") and covers(user, who)):
        raise Refused(_("Contacts of somebody else are logged by a manager of his unit."))


def withdraw_contact(*, row: Contact, user: User, now: datetime | None = None) -> None:
    """It was logged by mistake: it stays in the log, struck out, and counts no longer."""
    now = now or timezone.now()
    if not (user.pk in {row.by_id, row.logged_by_id} or may(user.role, "edit")):
        raise Refused(_("Only who logged a contact, or a manager, withdraws it."))
    if row.withdrawn_at is not None:
        raise Refused(_("This contact was withdrawn already."))
    with transaction.atomic():
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
        record(
            verb="contact.withdrawn",
            system="equity",
            actor=user,
            subject=f"customer:{row.customer_id}",
            at=now,
            contact=row.pk,
        )
        for care in Care.objects.filter(customer=row.customer, executive=row.by):
            for key in OBLIGATIONS.values():
                obligations.withdraw(
                    key=key, subject=subject_key(care), source=source_of(row), by=user, now=now
                )


def end_care(*, row: Care, user: User, on: date | None = None) -> None:
    """The executive no longer owes this customer a contact; what was logged stays."""
    if not may(user.role, "edit"):
        raise Refused(_("Only a manager changes who keeps in touch with whom."))
    if row.ended_on is not None:
        raise Refused(_("This has ended already."))
    with transaction.atomic():
        row.ended_on = on or timezone.localdate()
        row.save(update_fields=["ended_on"])
        record(verb="care.ended", system="equity", actor=user, subject=f"customer:{row.customer_id}")


def source_of(row: Contact) -> str:
    return f"contact:{row.pk}"


def forget_customer(customer: Customer) -> None:
    """Notes and pairs go, counts and sums stay; order lines lose the number by which they came."""
    Care.objects.filter(customer=customer).delete()
    Contact.objects.filter(customer=customer).update(note="—", next_step="", next_on=None)
    Purchase.objects.filter(customer=customer).update(number=f"erased-{customer.pk}")
