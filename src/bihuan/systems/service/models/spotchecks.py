"""The monthly look at records and recordings of second call-backs, on a day that nobody knows before."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Case, Unit, User

from .orders import Call


class SpotState(models.TextChoices):
    SEALED = "sealed", pgettext_lazy("spot check", "day not told yet")
    OPEN = "open", pgettext_lazy("spot check", "to be made")
    DONE = "done", pgettext_lazy("spot check", "made")
    MISSED = "missed", pgettext_lazy("spot check", "missed")
    WAIVED = "waived", pgettext_lazy("spot check", "nothing to check")


class SpotCheck(models.Model):
    """One month of one unit. The row is the timer, and holds no day: each working morning draws it again."""

    scope_path = "unit__path"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    month_on = models.DateField(_("month"))
    """Its first day."""
    seed = models.CharField(max_length=64, editable=False)
    """Shown to nobody before the day."""
    seed_digest = models.CharField(_("SHA-256 of the seed"), max_length=64, editable=False)
    looked_on = models.DateField(null=True, editable=False)
    state = models.CharField(_("state"), max_length=16, choices=SpotState.choices, default=SpotState.SEALED)
    drawn_on = models.DateField(_("day drawn"), null=True, blank=True)
    told_at = models.DateTimeField(_("told"), null=True, blank=True)
    frame = models.JSONField(default=list, editable=False)
    """Order numbers of the calls that could be drawn when the day was told."""
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    due_provisional = models.BooleanField(default=False)
    done_at = models.DateTimeField(_("made"), null=True, blank=True)
    case = models.ForeignKey(
        Case, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("case")
    )
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("spot check")
        verbose_name_plural = _("spot checks")
        ordering = ["-month_on", "unit__path"]
        constraints = [models.UniqueConstraint(fields=["unit", "month_on"], name="one_spot_check_a_month")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.month_on:%Y-%m}"


class SpotItem(models.Model):
    """One recorded second call of a spot check, and whether record and recording agree."""

    scope_path = "check_of__unit__path"

    class Result(models.TextChoices):
        AGREES = "agrees", pgettext_lazy("spot check", "agrees with the record")
        DIFFERS = "differs", pgettext_lazy("spot check", "differs from the record")
        MISSING = "missing", pgettext_lazy("spot check", "no recording")

    check_of = models.ForeignKey(SpotCheck, models.PROTECT, related_name="items")
    call = models.ForeignKey(Call, models.PROTECT, related_name="spot_items", verbose_name=_("call-back"))
    place = models.PositiveSmallIntegerField(_("place in the draw"))
    result = models.CharField(_("result"), max_length=16, choices=Result.choices, blank=True)
    note = models.TextField(_("what was heard"), blank=True)
    at = models.DateTimeField(_("listened"), null=True, blank=True)
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("listened to by")
    )
    case = models.ForeignKey(
        Case, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("case")
    )

    class Meta:
        verbose_name = _("call of a spot check")
        verbose_name_plural = _("calls of a spot check")
        ordering = ["check_of", "place"]
        constraints = [models.UniqueConstraint(fields=["check_of", "call"], name="one_call_a_spot_check")]

    def __str__(self) -> str:
        return f"{self.check_of_id} {self.place}"
