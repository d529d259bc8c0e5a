from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """A day that differs from Monday–Friday; the highest layer that names a date wins."""

    class Kind(models.TextChoices):
        WORK = "work", _("working day")
        REST = "rest", _("rest day")

    class Layer(models.TextChoices):
        OVERRIDE = "override", _("own rule")
        GAZETTED = "gazetted", _("official notice")
        PROVISIONAL = "provisional", _("provisional")

    calendar = models.CharField(_("calendar"), max_length=32, default="CN")
    on = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    layer = models.CharField(_("layer"), max_length=16, choices=Layer.choices, default=Layer.OVERRIDE)
    name = models.CharField(_("occasion"), max_length=64, blank=True)
    source = models.CharField(_("source"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "on", "layer"], name="one_day_a_layer"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.kind}"
