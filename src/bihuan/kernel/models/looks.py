"""Who has looked at which customer, or at lists of them, as sparingly as the question allows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models.access import User
from bihuan.kernel.models.people import Customer


class CustomerLook(models.Model):
    """Somebody read a customer's page on a day: one row a person, customer and day, however often.

    Neither the hour nor what was read is kept: it says how often managers use what is known of customers,
    and must not become a log of what a person does all day. `customer.looks.keep` says how long it stays.
    """

    scope_path = "customer__unit__path"

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("who"))
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("customer"))
    on = models.DateField(_("day"))

    class Meta:
        verbose_name = _("look at a customer")
        verbose_name_plural = _("looks at customers")
        ordering = ["-on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "customer", "on"], name="one_look_a_person_customer_day")
        ]
        indexes = [models.Index(fields=["on", "user"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.customer_id} {self.on}"


class CustomerListLook(models.Model):
    """Somebody read a list of what is known of customers on a day, or took it away as a file.

    One row a person, list and day, and one more for a file: neither filter nor rows nor hour.
    """

    scope_path = "user__unit__path"

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("who"))
    listing = models.CharField(_("list"), max_length=80)
    """Name of its page."""
    on = models.DateField(_("day"))
    exported = models.BooleanField(_("as a file"), default=False)

    class Meta:
        verbose_name = _("look at a list of customers")
        verbose_name_plural = _("looks at lists of customers")
        ordering = ["-on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "listing", "on", "exported"], name="one_look_a_person_list_day"
            )
        ]
        indexes = [models.Index(fields=["on", "user"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.listing} {self.on}"
