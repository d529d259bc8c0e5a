"""The strategy record: aim → measures → indicators → review. Its unit's director owns it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models.access import User
from bihuan.kernel.models.organisation import Unit


class Aim(models.Model):
    """What is to be reached, and when it is looked at again. The row is the timer of its review."""

    scope_path = "unit__path"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    title = models.CharField(_("aim"), max_length=160)
    reason = models.TextField(_("why"), blank=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("owner"))
    begun_on = models.DateField(_("since"))
    every_months = models.PositiveSmallIntegerField(
        _("months from one review to the next"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(24)],
    )
    review_on = models.DateField(_("next review"))
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("aim")
        verbose_name_plural = _("aims")
        ordering = ["review_on", "pk"]
        indexes = [models.Index(fields=["next_at"]), models.Index(fields=["unit", "review_on"])]

    def __str__(self) -> str:
        return self.title


class AimMeasure(models.Model):
    """What is done for an aim, by whom and until when."""

    scope_path = "aim__unit__path"

    aim = models.ForeignKey(Aim, models.CASCADE, related_name="measures")
    text = models.CharField(pgettext_lazy("aim", "measure"), max_length=200)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    done_on = models.DateField(pgettext_lazy("aim", "done"), null=True, blank=True)

    class Meta:
        verbose_name = _("measure of an aim")
        verbose_name_plural = _("measures of an aim")
        ordering = ["done_on", "due_on", "pk"]

    def __str__(self) -> str:
        return self.text


class AimIndicator(models.Model):
    """A number of one of the systems (`IndicatorSpec`) that shows whether the aim comes nearer.

    `target` is in the unit of the figure as it is written on pages; a share is a ratio 0 to 1.
    """

    scope_path = "aim__unit__path"

    aim = models.ForeignKey(Aim, models.CASCADE, related_name="indicators")
    key = models.CharField(pgettext_lazy("aim", "indicator"), max_length=48)
    target = models.FloatField(pgettext_lazy("aim", "target"), null=True, blank=True)
    start = models.JSONField(default=dict)
    """The figure on the day it was bound, frozen as it was."""
    bound_on = models.DateField(_("since"))

    class Meta:
        verbose_name = _("indicator of an aim")
        verbose_name_plural = _("indicators of an aim")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["aim", "key"], name="one_indicator_an_aim")]

    def __str__(self) -> str:
        return self.key


class Verdict(models.TextChoices):
    ON_TRACK = "on_track", pgettext_lazy("review of an aim", "on track")
    BEHIND = "behind", pgettext_lazy("review of an aim", "behind")
    REACHED = "reached", pgettext_lazy("review of an aim", "reached")
    DROPPED = "dropped", pgettext_lazy("review of an aim", "given up")


class AimReview(models.Model):
    """What was found on a day: a person's verdict beside the figures as they stood, frozen."""

    scope_path = "aim__unit__path"

    aim = models.ForeignKey(Aim, models.CASCADE, related_name="reviews")
    due_on = models.DateField(_("due"))
    at = models.DateTimeField(_("reviewed"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices)
    text = models.TextField(_("what was decided"))
    readings = models.JSONField(default=list)
    """The figures (`kernel.report.freeze`), each with `target` and `better`."""

    class Meta:
        verbose_name = _("review of an aim")
        verbose_name_plural = _("reviews of an aim")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.aim_id} {self.at:%F}"
