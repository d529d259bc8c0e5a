"""Who must be told or must act: posts and the ladder of escalation, both edited as data."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models.access import User
from bihuan.kernel.models.organisation import Unit


class Post(models.Model):
    """Somebody holds a post (deputy manager, head of an office …) for a unit and what lies below it."""

    scope_path = "unit__path"

    key = models.CharField(_("post"), max_length=48)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="posts")
    user = models.ForeignKey(User, models.PROTECT, verbose_name=_("holder"), related_name="posts")

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["unit__path", "key"]
        constraints = [models.UniqueConstraint(fields=["key", "unit"], name="one_holder_a_post")]

    def __str__(self) -> str:
        return f"{self.key} {self.unit_id}"


class Rung(models.Model):
    """One step of the ladder: when so much of a limit has passed, or so long after it, somebody is told."""

    scope_path = ""

    system = models.CharField(_("system"), max_length=24, blank=True)
    """Empty: every system that has no ladder of its own."""
    used = models.DecimalField(
        _("share of the limit used"),
        max_digits=3,
        decimal_places=2,
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    days_late = models.PositiveSmallIntegerField(_("working days overdue"), default=0)
    tells = models.CharField(_("who is told"), max_length=48)
    """`owner`, `superior`, `manager`, `director` or the key of a post."""
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("step of escalation")
        verbose_name_plural = _("steps of escalation")
        ordering = ["system", "days_late", "used", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["system", "used", "days_late", "tells"], name="one_rung_a_step")
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.used} +{self.days_late} {self.tells}"
