"""What customers bought, what it brings, and what it costs to win and to serve them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Customer, Unit


class Problem(models.TextChoices):
    """Why a row of a file does not count (or, for `twin`, why somebody should look)."""

    CUSTOMER = "customer", pgettext_lazy("problem of an order", "unknown customer")
    FUTURE = "future", pgettext_lazy("problem of an order", "day in the future")
    REFERENCE = "reference", pgettext_lazy("problem of an order", "negative without a known order")
    ZERO = "zero", pgettext_lazy("problem of an order", "amount of zero")
    RATE = "rate", pgettext_lazy("problem of an order", "no exchange rate")
    TWIN = "twin", pgettext_lazy("problem of an order", "possible duplicate")


class Purchase(models.Model):
    """A line of an order as it was delivered to us; a refund is a negative line that names its order.

    `problem`, `day` and `value` are judged, never entered: whatever is not counted says why.
    """

    scope_path = "unit__path"

    order = models.CharField(_("order number"), max_length=40)
    line = models.PositiveIntegerField(_("line"), default=1)
    number = models.CharField(_("customer number"), max_length=32)
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, related_name="purchases", verbose_name=_("customer")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    """The customer's own; of an unknown one, the unit of who brought the row."""
    on = models.DateField(_("day"))
    amount = models.BigIntegerField(_("amount"))
    """Minor units of `currency`; below 0 for a refund."""
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    category = models.CharField(_("product category"), max_length=60, blank=True)
    refund_of = models.CharField(_("refund of order"), max_length=40, blank=True)
    day = models.IntegerField(default=0, editable=False)
    """Days since 1970 of the purchase; of a refund, that of the order it takes back."""
    value = models.BigIntegerField(_("value"), default=0, editable=False)
    """Minor units of the house's currency."""
    problem = models.CharField(
        _("problem"), max_length=12, choices=Problem.choices, blank=True, default="", db_index=True
    )

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["-on", "order", "line"]
        constraints = [models.UniqueConstraint(fields=["order", "line"], name="one_row_an_order_line")]
        indexes = [
            models.Index(fields=["customer", "day", "value"]),
            models.Index(fields=["on"]),
            models.Index(fields=["number"]),
        ]

    def __str__(self) -> str:
        return f"{self.order}/{self.line}"


class Rate(models.Model):
    """What one unit of a foreign currency is worth from a day on."""

    scope_path = ""

    currency = models.CharField(_("currency"), max_length=3)
    valid_from = models.DateField(_("valid from"))
    rate = models.DecimalField(_("rate"), max_digits=16, decimal_places=8, validators=[MinValueValidator(0)])
    source = models.CharField(_("source"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["currency", "-valid_from"]
        constraints = [models.UniqueConstraint(fields=["currency", "valid_from"], name="one_rate_a_day")]

    def __str__(self) -> str:
        return f"{self.currency} {self.valid_from}"


class Margin(models.Model):
    """Contribution of a product category before what customers cost: the old number."""

    scope_path = "unit__path"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    category = models.CharField(_("product category"), max_length=60)
    valid_from = models.DateField(_("valid from"))
    ratio = models.DecimalField(
        _("margin"),
        max_digits=6,
        decimal_places=4,
        validators=[MinValueValidator(-1), MaxValueValidator(1)],
    )
    source = models.CharField(_("source"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("product margin")
        verbose_name_plural = _("product margins")
        ordering = ["category", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "category", "valid_from"], name="one_margin_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.valid_from}"


class Cost(models.Model):
    """What a customer cost in a period, to win or to serve."""

    scope_path = "customer__unit__path"

    class Kind(models.TextChoices):
        SERVE = "serve", pgettext_lazy("cost", "to serve")
        ACQUIRE = "acquire", pgettext_lazy("cost", "to acquire")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="costs", verbose_name=_("customer"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("to"))
    amount = models.BigIntegerField(_("amount"))
    """Minor units of the house's currency."""
    source = models.CharField(_("source"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("cost of a customer")
        verbose_name_plural = _("costs of customers")
        ordering = ["-first_on", "customer"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind", "first_on", "last_on"], name="one_cost_a_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.first_on}"
