"""What a unit plans for a year, the trainings that it held, and causes that become more frequent."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Cause, Unit, User

from .halls import Staff


class PlanItem(models.Model):
    """One survey, evaluation, self-check or training of a unit's plan for a year. The row is the timer."""

    scope_path = "unit__path"

    class Kind(models.TextChoices):
        SURVEY = "survey", pgettext_lazy("plan", "survey")
        EVALUATION = "evaluation", pgettext_lazy("plan", "evaluation")
        SELF_CHECK = "self_check", pgettext_lazy("plan", "self-check")
        TRAINING = "training", pgettext_lazy("plan", "training")
        APPRAISAL = "appraisal", pgettext_lazy("plan", "appraisal")

    code = models.CharField(_("code"), max_length=32, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    title = models.CharField(_("what is planned"), max_length=120)
    due_on = models.DateField(_("planned for"))
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    done_on = models.DateField(_("done on"), null=True, blank=True)
    result = models.TextField(_("what came of it"), blank=True)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("item of the plan")
        verbose_name_plural = _("items of the plan")
        ordering = ["due_on", "code"]
        indexes = [models.Index(fields=["year", "due_on"])]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Training(models.Model):
    """A training that was held, for a cause of what went wrong where it has one."""

    scope_path = "unit__path"

    code = models.CharField(_("code"), max_length=32, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    held_on = models.DateField(_("held on"))
    topic = models.CharField(_("topic"), max_length=120)
    cause = models.ForeignKey(
        Cause, models.PROTECT, null=True, blank=True, related_name="trainings", verbose_name=_("cause")
    )
    hours = models.DecimalField(
        pgettext_lazy("training", "hours"), max_digits=5, decimal_places=1, validators=[MinValueValidator(0)]
    )

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        ordering = ["-held_on", "code"]
        indexes = [models.Index(fields=["cause", "held_on"])]

    def __str__(self) -> str:
        return f"{self.code} {self.topic}"


class Attendance(models.Model):
    """Who took part in a training, and the score of the appraisal after it."""

    scope_path = "training__unit__path"

    training = models.ForeignKey(
        Training, models.CASCADE, related_name="attendances", verbose_name=_("training")
    )
    staff = models.ForeignKey(
        Staff, models.PROTECT, related_name="trainings", verbose_name=_("member of staff")
    )
    score = models.DecimalField(
        _("score, 0 to 100"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["-training__held_on", "training__code", "staff__person__number"]
        constraints = [
            models.UniqueConstraint(fields=["training", "staff"], name="one_attendance_a_training")
        ]

    def __str__(self) -> str:
        return f"{self.training_id} {self.staff_id}"


class CauseAlarm(models.Model):
    """A cause that became more frequent in a unit, in the week that begins on `week_on`."""

    scope_path = "unit__path"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    cause = models.ForeignKey(Cause, models.PROTECT, related_name="alarms", verbose_name=_("cause"))
    week_on = models.DateField(_("week from"))
    cases = models.PositiveIntegerField(_("cases in the week"))
    expected = models.FloatField(_("usual a week"))
    p = models.FloatField(_("chance of so many"))
    jumped = models.BooleanField(_("jumped"))
    rising = models.BooleanField(_("rising for weeks"))

    class Meta:
        verbose_name = _("rising cause")
        verbose_name_plural = _("rising causes")
        ordering = ["-week_on", "p"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "cause", "week_on"], name="one_cause_alarm_a_week")
        ]

    def __str__(self) -> str:
        return f"{self.cause_id} {self.week_on}"
