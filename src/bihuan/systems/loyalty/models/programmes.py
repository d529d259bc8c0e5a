"""Programmes: where the loop runs since when, against whom it is compared, and of whom there are how many."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Unit, User


class Step(models.TextChoices):
    PREPARED = "prepared", pgettext_lazy("programme", "measuring before the start")
    PILOT = "pilot", pgettext_lazy("programme", "pilot")
    ROLL_OUT = "roll_out", pgettext_lazy("programme", "rolled out")
    ENDED = "ended", pgettext_lazy("programme", "ended")


class Programme(models.Model):
    """One Net Promoter programme. Its questionnaires belong to `unit`; the loop runs in its pilot units."""

    scope_path = "unit__path"

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="programmes")
    leader = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("leader")
    )
    stage = models.CharField(_("stage"), max_length=12, choices=Step.choices, default=Step.PREPARED)
    starts_on = models.DateField(_("loop starts on"))
    rolled_out_on = models.DateField(_("rolled out on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    paused_at = models.DateTimeField(_("asking is paused since"), null=True, blank=True, editable=False)
    """Nobody is asked meanwhile; who has a code may answer, and detractors are called."""

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Arm(models.TextChoices):
    PILOT = "pilot", pgettext_lazy("arm", "pilot")
    COMPARISON = "comparison", pgettext_lazy("arm", "comparison")


class Member(models.Model):
    """A unit, with all below it, that takes part in the pilot or is compared with it."""

    scope_path = "programme__unit__path"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="members")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="+")
    arm = models.CharField(_("arm"), max_length=12, choices=Arm.choices)

    class Meta:
        verbose_name = _("unit of a programme")
        verbose_name_plural = _("units of programmes")
        ordering = ["programme", "arm", "unit__path"]
        constraints = [models.UniqueConstraint(fields=["programme", "unit"], name="one_arm_a_unit")]

    def __str__(self) -> str:
        return f"{self.unit} · {self.get_arm_display()}"


class Frame(models.Model):
    """How many customers there are of a class: what answers are weighted to and invitations compared with."""

    scope_path = "programme__unit__path"

    class Dimension(models.TextChoices):
        SEGMENT = "segment", pgettext_lazy("dimension", "segment")
        UNIT = "unit", pgettext_lazy("dimension", "unit")
        AGE = "age", pgettext_lazy("dimension", "age band")

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="frames")
    dimension = models.CharField(_("dimension"), max_length=12, choices=Dimension.choices)
    key = models.CharField(_("class"), max_length=48)
    size = models.PositiveIntegerField(_("customers"))

    class Meta:
        verbose_name = _("class of customers")
        verbose_name_plural = _("classes of customers")
        ordering = ["programme", "dimension", "key"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "dimension", "key"], name="one_size_a_class")
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.size}"
