"""The customer's journey: stages and touchpoints as the customer goes, whoever is behind them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Unit


class JourneyStage(models.Model):
    """What the customer is about to do: find out, open, use, ask for help, leave. The whole house's."""

    scope_path = ""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80)
    place = models.PositiveSmallIntegerField(_("place in the journey"))

    class Meta:
        verbose_name = _("stage of the journey")
        verbose_name_plural = _("stages of the journey")
        ordering = ["place", "code"]

    def __str__(self) -> str:
        return self.name


class Touchpoint(models.Model):
    """Where customer and house meet; `unit` is the department that answers for it."""

    scope_path = "unit__path"

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80)
    stage = models.ForeignKey(
        JourneyStage, models.PROTECT, related_name="touchpoints", verbose_name=_("stage")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("department in charge"), related_name="+")
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("touchpoint")
        verbose_name_plural = _("touchpoints")
        ordering = ["stage__place", "code"]

    def __str__(self) -> str:
        return self.name
