"""Recurring duties: one row for each obligation, subject and period; the row is the timer."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models.access import User
from bihuan.kernel.models.cases import Case
from bihuan.kernel.models.organisation import Place, Unit
from bihuan.kernel.models.people import Customer
from bihuan.kernel.models.standards import Standard


class ObligationState(models.TextChoices):
    DUE = "due", pgettext_lazy("obligation", "due")
    DONE = "done", pgettext_lazy("obligation", "done")
    MISSED = "missed", pgettext_lazy("obligation", "missed")
    WAIVED = "waived", pgettext_lazy("obligation", "waived")
    CANCELLED = "cancelled", pgettext_lazy("obligation", "cancelled")


class Obligation(models.Model):
    """“This hall, this week, once”. What it is called and asks is the manifest's (`ObligationSpec`)."""

    scope_path = "unit__path"

    class Reason(models.TextChoices):
        CALENDAR = "calendar", pgettext_lazy("obligation", "no working day in the period")
        NONE = "none", pgettext_lazy("obligation", "the standard asks for none")
        BEGUN = "begun", pgettext_lazy("obligation", "began when most of the period had passed")
        GONE = "gone", pgettext_lazy("obligation", "no longer concerned")

    key = models.CharField(_("obligation"), max_length=48)
    subject = models.CharField(_("subject"), max_length=80)
    subject_name = models.CharField(_("subject"), max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"))
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, verbose_name=_("place"))
    customer = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("customer")
    )
    """Whom it concerns, where it is about one; the case of a missed period names it too."""
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    begins_on = models.DateField(_("period from"))
    ends_on = models.DateField(_("period to"))
    needed = models.PositiveSmallIntegerField(_("needed"))
    done = models.PositiveSmallIntegerField(_("done"), default=0)
    state = models.CharField(
        _("state"), max_length=16, choices=ObligationState.choices, default=ObligationState.DUE
    )
    reason = models.CharField(_("reason"), max_length=16, choices=Reason.choices, blank=True)
    late = models.BooleanField(_("late"), default=False)
    """Done within its period, after it was due."""
    due_at = models.DateTimeField(_("due"))
    due_provisional = models.BooleanField(default=False)
    standard = models.ForeignKey(Standard, models.PROTECT, verbose_name=_("standard"))
    """The version that holds in this period."""
    case = models.ForeignKey(
        Case, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("case")
    )
    """Opened because it was missed."""
    next_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "subject", "begins_on"], name="one_obligation_a_period")
        ]
        indexes = [
            models.Index(fields=["next_at"]),
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["key", "begins_on"]),
            models.Index(fields=["owner", "state", "due_at"]),
            models.Index(fields=["unit", "state"]),
        ]

    def __str__(self) -> str:
        return f"{self.subject_name} {self.begins_on}"


class Fulfilment(models.Model):
    """One visit, check or questionnaire that counts; `source` is told once."""

    scope_path = "obligation__unit__path"

    obligation = models.ForeignKey(Obligation, models.CASCADE, related_name="fulfilments")
    at = models.DateTimeField(_("time"))
    recorded_at = models.DateTimeField(_("recorded"))
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    source = models.CharField(_("record"), max_length=80)

    class Meta:
        verbose_name = _("fulfilment")
        verbose_name_plural = _("fulfilments")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["obligation", "source"], name="one_fulfilment_a_record")
        ]

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.source}"


class ObligationRun(models.Model):
    """Since when an obligation holds in this house, and up to which day its rows have been made."""

    key = models.CharField(max_length=48, unique=True)
    since = models.DateField()
    upto = models.DateField()

    class Meta:
        verbose_name = _("run of an obligation")
        verbose_name_plural = _("runs of obligations")
        ordering = ["key"]

    def __str__(self) -> str:
        return f"{self.key} {self.upto}"
