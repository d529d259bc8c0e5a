"""Cohorts of customers under contract (sBG), or with chances to buy at fixed times (BG/BB)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Unit

MOST_PERIODS = 120
MOST_CHANCES = 60
MOST_MONTHS = 60


class Cohort(models.Model):
    """Customers who began together."""

    scope_path = "unit__path"

    class Kind(models.TextChoices):
        RENEWALS = "renewals", pgettext_lazy("cohort", "renewals (sBG)")
        CHANCES = "chances", pgettext_lazy("cohort", "chances to buy (BG/BB)")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    code = models.CharField(_("cohort"), max_length=60)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    counted_on = models.DateField(pgettext_lazy("cohort", "counted on"), null=True, blank=True)
    """The day of the last count: payments still to come are counted from here."""
    months = models.PositiveSmallIntegerField(
        _("months of a period"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MONTHS)],
    )
    payment = models.BigIntegerField(_("margin of a payment"), null=True, blank=True)
    """What one payment leaves, in minor units."""
    in_orders = models.BooleanField(_("payments are among the orders"), null=True, blank=True)
    """True: customer equity counts them already; None: nobody has said."""

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["unit", "code", "kind"], name="one_cohort_a_code")]

    def __str__(self) -> str:
        return self.code


class Renewal(models.Model):
    """How many of a cohort are left after `period` renewals; period 0 is its start."""

    scope_path = "cohort__unit__path"

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="renewals", verbose_name=_("cohort"))
    period = models.PositiveSmallIntegerField(
        pgettext_lazy("cohort", "period"), validators=[MaxValueValidator(MOST_PERIODS)]
    )
    retained = models.PositiveIntegerField(_("retained"))

    class Meta:
        verbose_name = _("renewals of a cohort")
        verbose_name_plural = _("renewals of cohorts")
        ordering = ["cohort", "period"]
        constraints = [models.UniqueConstraint(fields=["cohort", "period"], name="one_count_a_renewal")]

    def __str__(self) -> str:
        return f"{self.cohort_id} {self.period}"


class Occasion(models.Model):
    """So many customers bought at `x` of `chances` chances, the last time at chance `last` (0: never)."""

    scope_path = "cohort__unit__path"

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="occasions", verbose_name=_("cohort"))
    x = models.PositiveSmallIntegerField(_("purchases"))
    last = models.PositiveSmallIntegerField(_("last at chance"))
    chances = models.PositiveSmallIntegerField(
        _("chances"), validators=[MinValueValidator(1), MaxValueValidator(MOST_CHANCES)]
    )
    customers = models.PositiveIntegerField(_("customers"))

    class Meta:
        verbose_name = _("chances of a cohort")
        verbose_name_plural = _("chances of cohorts")
        ordering = ["cohort", "-x", "-last"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "x", "last", "chances"], name="one_row_a_history")
        ]

    def __str__(self) -> str:
        return f"{self.cohort_id} {self.x} {self.last} {self.chances}"
