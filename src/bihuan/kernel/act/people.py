"""People and customers: what may be forgotten, and how."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from bihuan.kernel.act.events import digest, record
from bihuan.kernel.act.notices import forget
from bihuan.kernel.act.surveys.forget import forget_customer
from bihuan.kernel.models import Customer, CustomerLook, Person, User
from bihuan.kernel.registry import collect


def changed(people: Collection[int]) -> None:
    """Tell every system that names, cards or activity of these persons (keys) have changed.

    In the caller's transaction, after the change: by forms, imports and erasure.
    """
    for _system, follow in collect(lambda system: system.people_changed):
        follow(people)


def erase_person(*, person: Person, actor: User | None) -> None:
    """Forget a person: name, contact, cards, and what each system keeps; the events stay sealed.

    Counts and durations remain, without whom they belong to.
    """
    with transaction.atomic():
        record(verb="person.erased", actor=actor, subject=f"person:{person.pk}", number=digest(person.number))
        for _system, erase in collect(lambda system: system.erase):
            erase(person)
        forget(person=person)
        person.cards.all().delete()
        person.name = "—"
        person.number = f"erased-{person.pk}"
        person.email = person.phone = ""
        person.customer = None
        person.active = False
        person.erased_at = timezone.now()
        person.save()
        changed([person.pk])


def erase_customer(*, customer: Customer, actor: User | None) -> None:
    with transaction.atomic():
        record(verb="customer.erased", actor=actor, subject=f"customer:{customer.pk}")
        forget_customer(customer)
        CustomerLook.objects.filter(customer=customer).delete()
        for _system, erase in collect(lambda system: system.erase_customer):
            erase(customer)
        customer.name = "—"
        customer.number = f"erased-{customer.pk}"
        customer.email = customer.phone = customer.segment = ""
        customer.erased_at = timezone.now()
        customer.save()
