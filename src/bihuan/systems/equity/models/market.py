"""What is known of the whole market: dated estimates and brand surveys. Own orders never imply it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Unit


class MarketEstimate(models.Model):
    """Sales or customer equity of all suppliers together, by a survey, panel or published report."""

    scope_path = "unit__path"

    class Kind(models.TextChoices):
        SURVEY = "survey", pgettext_lazy("market estimate", "survey")
        PANEL = "panel", pgettext_lazy("market estimate", "panel")
        REPORT = "report", pgettext_lazy("market estimate", "published report")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    on = models.DateField(_("as of"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    source = models.CharField(_("source"), max_length=200)
    n = models.PositiveIntegerField(_("sample size"), validators=[MinValueValidator(1)])
    sales = models.BigIntegerField(_("sales of the market a year"), null=True, blank=True)
    equity = models.BigIntegerField(_("customer equity of the market"), null=True, blank=True)
    equity_low = models.BigIntegerField(_("equity from"), null=True, blank=True)
    equity_high = models.BigIntegerField(_("equity to"), null=True, blank=True)

    class Meta:
        verbose_name = _("market estimate")
        verbose_name_plural = _("market estimates")
        ordering = ["-on"]
        constraints = [models.UniqueConstraint(fields=["unit", "on", "source"], name="one_estimate_a_source")]

    def __str__(self) -> str:
        return f"{self.source} {self.on}"


class BrandSurvey(models.Model):
    """Two questions: the brand bought last, the brand to be bought next."""

    scope_path = "unit__path"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    code = models.CharField(_("code"), max_length=32, unique=True)
    title = models.CharField(_("title"), max_length=120)
    on = models.DateField(_("asked on"))
    market = models.PositiveIntegerField(_("customers in the market"), validators=[MinValueValidator(1)])
    discount = models.DecimalField(
        _("discount from one purchase to the next"),
        max_digits=5,
        decimal_places=4,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )

    class Meta:
        verbose_name = _("brand survey")
        verbose_name_plural = _("brand surveys")
        ordering = ["-on"]

    def __str__(self) -> str:
        return self.title


class Brand(models.Model):
    """A brand of a survey with what a purchase brings its owner."""

    scope_path = "survey__unit__path"

    survey = models.ForeignKey(BrandSurvey, models.CASCADE, related_name="brands")
    name = models.CharField(_("brand"), max_length=60)
    margin = models.BigIntegerField(_("margin of a purchase"), default=0)
    """Minor units."""
    own = models.BooleanField(_("own brand"), default=False)

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ["-own", "name"]
        constraints = [models.UniqueConstraint(fields=["survey", "name"], name="one_brand_a_survey")]

    def __str__(self) -> str:
        return self.name


class BrandAnswer(models.Model):
    """What one respondent says of one brand, and which of them was bought last and will be next.

    Drivers 1 to 10: is it worth its price (value), do I like what it stands for (brand), am I tied to
    it (relationship); None: not asked.
    """

    scope_path = "survey__unit__path"

    survey = models.ForeignKey(BrandSurvey, models.CASCADE, related_name="answers")
    respondent = models.CharField(_("respondent"), max_length=40)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="answers", verbose_name=_("brand"))
    last = models.BooleanField(_("bought last"), default=False)
    next = models.BooleanField(_("will buy next"), default=False)
    considered = models.BooleanField(_("considered"), null=True, blank=True)
    """None: not asked."""
    for_value = models.PositiveSmallIntegerField(
        _("value driver"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    for_brand = models.PositiveSmallIntegerField(
        _("brand driver"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    for_relation = models.PositiveSmallIntegerField(
        _("relationship driver"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )

    class Meta:
        verbose_name = _("answer of a brand survey")
        verbose_name_plural = _("answers of a brand survey")
        ordering = ["respondent", "brand"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "respondent", "brand"], name="one_answer_a_brand")
        ]

    def __str__(self) -> str:
        return f"{self.respondent} {self.brand}"
