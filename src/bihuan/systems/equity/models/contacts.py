"""Regular contact of executives with customers: who owes whom, and what was said."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Customer, User


class Tier(models.TextChoices):
    """How often is a standard of each: `equity.contact.top` a month, `equity.contact.key` a quarter."""

    TOP = "top", pgettext_lazy("tier of a customer", "top customer")
    KEY = "key", pgettext_lazy("tier of a customer", "key customer")


class Care(models.Model):
    """An executive who keeps in touch with a key customer."""

    scope_path = "customer__unit__path"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="cares", verbose_name=_("customer"))
    executive = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("executive"))
    tier = models.CharField(_("tier"), max_length=8, choices=Tier.choices, default=Tier.KEY)
    since = models.DateField(_("since"))
    ended_on = models.DateField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("executive of a key customer")
        verbose_name_plural = _("executives of key customers")
        ordering = ["customer", "executive"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "executive"], name="one_care_an_executive_customer")
        ]
        indexes = [models.Index(fields=["executive", "ended_on"])]

    def __str__(self) -> str:
        return f"{self.customer} · {self.executive}"


class ContactWay(models.TextChoices):
    PHONE = "phone", pgettext_lazy("contact", "telephone")
    VISIT = "visit", pgettext_lazy("contact", "visit")
    MEETING = "meeting", pgettext_lazy("contact", "meeting")
    EVENT = "event", pgettext_lazy("contact", "event")


class Contact(models.Model):
    """One contact as it was logged. It is never rewritten: a mistake is withdrawn and logged again."""

    scope_path = "customer__unit__path"

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("customer"))
    by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("contact", "who")
    )
    on = models.DateField(_("day"))
    way = models.CharField(_("way"), max_length=8, choices=ContactWay.choices)
    note = models.TextField(pgettext_lazy("contact", "what was said"))
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    next_on = models.DateField(_("next step until"), null=True, blank=True)
    logged_at = models.DateTimeField(_("logged"))
    logged_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("logged by"))
    withdrawn_at = models.DateTimeField(pgettext_lazy("contact", "withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("contact with a customer")
        verbose_name_plural = _("contacts with customers")
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["customer", "-on"]), models.Index(fields=["by", "-on"])]

    def __str__(self) -> str:
        return f"{self.customer} {self.on}"
