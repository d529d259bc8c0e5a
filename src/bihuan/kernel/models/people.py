from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models.organisation import Unit


class Customer(models.Model):
    """A person or organisation that we serve: signals, cases and measures may name one."""

    scope_path = "unit__path"

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        ORGANISATION = "organisation", _("organisation")

    number = models.CharField(_("customer number"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.ORGANISATION)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"))
    segment = models.CharField(_("segment"), max_length=48, blank=True)
    """The house's own class of customers, such as a kind of card; empty: not known."""
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["number"]
        indexes = [models.Index(fields=["name"])]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Somebody who works with us or uses what we run: card holder, owner of cases, both."""

    scope_path = "unit__path"

    number = models.CharField(_("staff number"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="people")
    customer = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, verbose_name=_("customer"), related_name="people"
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    active = models.BooleanField(_("active"), default=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name


class Card(models.Model):
    """One physical card; `number` is its ten-digit decimal spelling, `spellings` the others."""

    scope_path = "person__unit__path"

    number = models.CharField(_("card number"), max_length=20, unique=True)
    spellings = models.JSONField(_("other spellings"), default=list, blank=True)
    person = models.ForeignKey(Person, models.CASCADE, verbose_name=_("person"), related_name="cards")
    blocked = models.BooleanField(_("blocked"), default=False)

    class Meta:
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number
