"""Revenue of two years by where it came from, as the books give it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Unit


class GrowthYear(models.Model):
    """Whole units of the house's currency. `unknown_new`: of new customers whom nobody asked why."""

    scope_path = "unit__path"

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    base = models.BigIntegerField(_("revenue of the year before"))
    retained = models.BigIntegerField(_("revenue of those who were customers then"))
    earned_new = models.BigIntegerField(_("revenue of new customers who were earned"))
    bought_new = models.BigIntegerField(_("revenue of new customers who were bought"))
    unknown_new = models.BigIntegerField(_("revenue of new customers, reason not known"), default=0)
    source = models.CharField(_("source"), max_length=120)

    class Meta:
        verbose_name = _("year of earned growth")
        verbose_name_plural = _("years of earned growth")
        ordering = ["-year", "unit__path"]
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="one_growth_a_unit_and_year")]

    def __str__(self) -> str:
        return f"{self.unit} {self.year}"
