"""Model runs: what was fitted on which data, and what it says of each customer."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Customer, Unit, User


class ModelRun(models.Model):
    """One fit of a unit's customers. `parameters`, `holdout` and `counts` are data as rules give them."""

    scope_path = "unit__path"

    class Model(models.TextChoices):
        BG = "bg-nbd", "BG/NBD"
        MBG = "mbg-nbd", "MBG/NBD"
        PARETO = "pareto-nbd", "Pareto/NBD"

    class State(models.TextChoices):
        FITTED = "fitted", pgettext_lazy("model run", "fitted")
        UNFIT = "unfit", pgettext_lazy("model run", "cannot be fitted")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    end_on = models.DateField(_("observed until"))
    model = models.CharField(_("model"), max_length=12, choices=Model.choices, default=Model.BG)
    state = models.CharField(_("state"), max_length=8, choices=State.choices)
    message = models.CharField(_("what it says"), max_length=300, blank=True)
    months = models.PositiveSmallIntegerField(_("horizon in months"), default=12)
    rate = models.DecimalField(_("discount a month"), max_digits=6, decimal_places=4, default=0)
    margin = models.FloatField(_("margin"), null=True)
    """Sales-weighted product margin of the last twelve months; None: unknown, value is in sales."""
    customers = models.PositiveIntegerField(_("customers"), default=0)
    repeaters = models.PositiveIntegerField(_("bought again"), default=0)
    excluded = models.PositiveIntegerField(_("left out"), default=0)
    parameters = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    holdout = models.JSONField(default=dict)
    sales = models.BigIntegerField(_("sales of twelve months"), default=0)
    equity = models.BigIntegerField(_("customer equity"), null=True)
    equity_low = models.BigIntegerField(null=True)
    equity_high = models.BigIntegerField(null=True)
    draws = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("model run")
        verbose_name_plural = _("model runs")
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["unit", "-made_at"])]

    def __str__(self) -> str:
        return f"{self.get_model_display()} {self.end_on}"


class Score(models.Model):
    """A customer as a run saw it. Money in minor units of the house's currency."""

    scope_path = "customer__unit__path"

    # the unique key finds a customer's, the index by value a run's: two more would cost half of the writing
    run = models.ForeignKey(ModelRun, models.CASCADE, related_name="scores", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="scores", db_index=False)
    x = models.PositiveIntegerField(_("purchases after the first"))
    last_on = models.DateField(_("last purchase"))
    age_days = models.PositiveIntegerField(_("days known"))
    category = models.CharField(_("last category"), max_length=60, blank=True)
    sales = models.BigIntegerField(_("sales of twelve months"), default=0)
    cost = models.BigIntegerField(_("cost of twelve months"), null=True)
    """None: no cost of this customer is known."""
    profit = models.BigIntegerField(_("contribution of twelve months"), null=True)
    """Sales × margin − cost; None where the margin is not known."""
    alive = models.FloatField(_("P(alive)"))
    expected = models.FloatField(_("purchases expected"))
    each = models.FloatField(_("value of one purchase"))
    clv = models.BigIntegerField(_("lifetime value"))
    lost = models.BigIntegerField(_("value at risk"), default=0)
    """What the customer would be worth if it were surely there, less what it is worth."""
    tenth = models.PositiveSmallIntegerField(_("tenth by value"), default=10)
    """1: among the tenth that would be worth most if it were surely there."""
    by_value = models.PositiveIntegerField(_("rank by value"), default=0)
    by_profit = models.PositiveIntegerField(_("rank by contribution"), null=True)

    class Meta:
        verbose_name = _("customer value")
        verbose_name_plural = _("customer values")
        ordering = ["by_value"]
        constraints = [models.UniqueConstraint(fields=["customer", "run"], name="one_score_a_customer")]
        indexes = [
            models.Index(fields=["run", "by_value"]),
            models.Index(fields=["run", "alive"], name="valuable_likely_gone", condition=models.Q(tenth=1)),
        ]

    def __str__(self) -> str:
        return str(self.customer)


class Exclusion(models.Model):
    """A customer that a run left out, and why."""

    scope_path = "customer__unit__path"

    class Reason(models.TextChoices):
        RETURNED = "returned", pgettext_lazy("left out", "everything was returned")
        VALUE = "value", pgettext_lazy("left out", "repeat purchases are not above zero")

    run = models.ForeignKey(ModelRun, models.CASCADE, related_name="exclusions")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)

    class Meta:
        verbose_name = _("customer left out")
        verbose_name_plural = _("customers left out")
        ordering = ["customer"]

    def __str__(self) -> str:
        return f"{self.customer} {self.reason}"
