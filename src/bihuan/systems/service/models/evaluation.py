"""What is evaluated and how it is weighed, figures that come from outside, and indices of third parties."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Unit, User

from ..system.items import TITLES
from .halls import Hall

POINTS = (MinValueValidator(0), MaxValueValidator(100))


class Item(models.Model):
    """An evaluation item. The table is open: a house adds its own."""

    scope_path = ""

    key = models.SlugField(_("key"), max_length=24, unique=True)
    name = models.CharField(
        _("name"),
        max_length=60,
        blank=True,
        help_text=_("empty: the built-in name, in the reader's language"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=50)

    class Meta:
        verbose_name = _("evaluation item")
        verbose_name_plural = _("evaluation items")
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.name or str(TITLES.get(self.key, self.key))


class Scheme(models.Model):
    """A dated version of weights and of what feeds each item; a quarter is judged by that of its last day."""

    scope_path = ""

    version = models.PositiveIntegerField(_("version"), unique=True)
    valid_from = models.DateField(_("valid from"))
    note = models.CharField(_("why it changes"), max_length=200)
    changed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("changed by")
    )

    class Meta:
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"v{self.version}"


class Weight(models.Model):
    """One item of one scheme. Without `feed` nobody has said what measures it."""

    scope_path = ""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="weights", verbose_name=_("scheme"))
    item = models.ForeignKey(Item, models.PROTECT, related_name="weights", verbose_name=_("evaluation item"))
    weight = models.DecimalField(_("weight"), max_digits=5, decimal_places=4)
    feed = models.CharField(_("fed by"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("weight")
        verbose_name_plural = _("weights")
        ordering = ["item__position", "item__key"]
        constraints = [models.UniqueConstraint(fields=["scheme", "item"], name="one_weight_an_item")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.weight}"


class Reading(models.Model):
    """A figure of an item that was entered or imported, of a unit or of one of its halls."""

    scope_path = "unit__path"

    item = models.ForeignKey(Item, models.PROTECT, related_name="readings", verbose_name=_("evaluation item"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="readings", verbose_name=_("unit"))
    hall = models.ForeignKey(
        Hall, models.PROTECT, null=True, blank=True, related_name="readings", verbose_name=_("hall")
    )
    quarter = models.CharField(
        _("quarter"), max_length=7, validators=[RegexValidator(r"^2\d{3}-Q[1-4]$")], help_text="2026-Q3"
    )
    value = models.DecimalField(_("points, 0 to 100"), max_digits=7, decimal_places=4, validators=POINTS)
    n = models.PositiveIntegerField(
        _("sample size"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    sd = models.DecimalField(
        _("standard deviation"), max_digits=7, decimal_places=4, null=True, blank=True, validators=POINTS
    )
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("entered figure")
        verbose_name_plural = _("entered figures")
        ordering = ["-quarter", "item__position", "unit__path", "hall__place__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "unit", "quarter"], condition=models.Q(hall=None), name="one_reading_a_unit"
            ),
            models.UniqueConstraint(fields=["item", "hall", "quarter"], name="one_reading_a_hall"),
        ]
        indexes = [models.Index(fields=["quarter", "item"])]

    def __str__(self) -> str:
        return f"{self.item} {self.quarter}"


class ExternalIndex(models.Model):
    """A satisfaction index that a third party has published, with what it tells of its sample."""

    scope_path = "unit__path"

    provider = models.CharField(_("provider"), max_length=80)
    subject = models.CharField(_("of whom"), max_length=80)
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(1990), MaxValueValidator(2100)]
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("kept by"))
    value = models.DecimalField(_("index"), max_digits=7, decimal_places=4, validators=POINTS)
    rank = models.PositiveSmallIntegerField(_("published rank"), null=True, blank=True)
    n = models.PositiveIntegerField(
        _("sample size"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    sd = models.DecimalField(
        _("standard deviation"), max_digits=7, decimal_places=4, null=True, blank=True, validators=POINTS
    )
    low = models.DecimalField(
        _("interval from"), max_digits=7, decimal_places=4, null=True, blank=True, validators=POINTS
    )
    high = models.DecimalField(
        _("interval to"), max_digits=7, decimal_places=4, null=True, blank=True, validators=POINTS
    )
    note = models.CharField(_("what the source says"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("third-party index")
        verbose_name_plural = _("third-party indices")
        ordering = ["-year", "-value", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject", "year"], name="one_index_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.year}"
