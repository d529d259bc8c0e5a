"""What one respondent of a brand survey says beyond single brands."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .market import BrandSurvey


class Why(models.TextChoices):
    """Why the next brand is another one."""

    PRICE = "price", pgettext_lazy("why changed", "a better price")
    QUALITY = "quality", pgettext_lazy("why changed", "better quality")
    SERVICE = "service", pgettext_lazy("why changed", "bad service")
    ADVISED = "advised", pgettext_lazy("why changed", "somebody recommended it")
    OFFER = "offer", pgettext_lazy("why changed", "an offer")
    NEW = "new", pgettext_lazy("why changed", "to try something new")
    OTHER = "other", pgettext_lazy("why changed", "another reason")


class Income(models.TextChoices):
    LOW = "low", pgettext_lazy("income", "below 5,000 yuan a month")
    MIDDLE = "middle", pgettext_lazy("income", "5,000 to 10,000 yuan a month")
    UPPER = "upper", pgettext_lazy("income", "10,000 to 20,000 yuan a month")
    HIGH = "high", pgettext_lazy("income", "above 20,000 yuan a month")


class BrandRespondent(models.Model):
    """`good`, `special`, `apart`: how much the brand bought last feels good, is special, sets me apart."""

    scope_path = "survey__unit__path"

    survey = models.ForeignKey(BrandSurvey, models.CASCADE, related_name="respondents")
    respondent = models.CharField(_("respondent"), max_length=40)
    considered = models.PositiveSmallIntegerField(_("brands considered"), null=True)
    why = models.CharField(_("why changed"), max_length=8, choices=Why.choices, blank=True)
    good = models.PositiveSmallIntegerField(null=True)
    special = models.PositiveSmallIntegerField(null=True)
    apart = models.PositiveSmallIntegerField(null=True)
    income = models.CharField(_("income band"), max_length=8, choices=Income.choices, blank=True)

    class Meta:
        verbose_name = _("respondent of a brand survey")
        verbose_name_plural = _("respondents of a brand survey")
        ordering = ["respondent"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "respondent"], name="one_respondent_a_survey")
        ]

    def __str__(self) -> str:
        return self.respondent
