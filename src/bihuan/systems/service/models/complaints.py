"""What is known of a complaint beside its case. The customer's words are the case's first note."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Case


class Complaint(models.Model):
    """The number of the business system, and the way on which it came."""

    scope_path = "case__unit__path"

    class Channel(models.TextChoices):
        HOTLINE = "95598", pgettext_lazy("channel", "95598 hotline")
        HALL = "hall", pgettext_lazy("channel", "in a hall")
        CITY = "12345", pgettext_lazy("channel", "12345 city line")
        REGULATOR = "12398", pgettext_lazy("channel", "12398 regulator")
        OTHER = "other", pgettext_lazy("channel", "another way")

    case = models.OneToOneField(Case, models.PROTECT, related_name="complaint", verbose_name=_("case"))
    number = models.CharField(_("number"), max_length=40, unique=True)
    channel = models.CharField(_("channel"), max_length=16, choices=Channel.choices)

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.number
