"""Community supervisors of meter-reading areas, and what they tell."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Case, User

from .halls import Area


class Supervisor(models.Model):
    """Somebody who lives in an area and watches how its meters are read. Name and phone are personal data."""

    scope_path = "area__unit__path"

    number = models.CharField(_("register number"), max_length=32, unique=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="supervisors", verbose_name=_("area"))
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    phone = models.CharField(_("phone"), max_length=32)
    since_on = models.DateField(_("supervisor since"))
    until_on = models.DateField(_("supervisor until"), null=True, blank=True)
    consent = models.CharField(_("consent"), max_length=200)
    """When and how they agreed that name and phone are kept and passed to the service centre."""
    filed_at = models.DateTimeField(_("filed with the service centre"), null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("community supervisor")
        verbose_name_plural = _("community supervisors")
        ordering = ["area__code", "number"]
        indexes = [models.Index(fields=["until_on"])]

    def __str__(self) -> str:
        return self.name


class Tip(models.Model):
    """What a supervisor told: its words are the first note of its case. The row is the timer."""

    scope_path = "case__unit__path"

    number = models.CharField(_("number"), max_length=40, unique=True)
    case = models.OneToOneField(Case, models.PROTECT, related_name="tip", verbose_name=_("case"))
    supervisor = models.ForeignKey(
        Supervisor, models.PROTECT, related_name="tips", verbose_name=_("supervisor")
    )
    ended_at = models.DateTimeField(_("looked into"), null=True, blank=True)
    """When its case ended: from then on the supervisor is to be told."""
    due_at = models.DateTimeField(_("tell by"), null=True, blank=True)
    told_at = models.DateTimeField(_("told"), null=True, blank=True)
    told_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("told by")
    )
    answer = models.TextField(_("what the supervisor was told"), blank=True)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("tip")
        verbose_name_plural = _("tips")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["told_at", "ended_at"])]

    def __str__(self) -> str:
        return self.number
