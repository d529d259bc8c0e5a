"""What is judged and how much it weighs: versioned, so that a score names the card that it was given by."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import User


class CardSubject(models.TextChoices):
    CALLS = "calls", pgettext_lazy("scorecard", "95598 calls")
    VISITS = "visits", pgettext_lazy("scorecard", "visits of halls")
    VIDEO = "video", pgettext_lazy("scorecard", "video checks of halls")
    HALLS = "halls", pgettext_lazy("scorecard", "scored inspections of halls")
    CENTRE = "centre", pgettext_lazy("scorecard", "inspections of the customer-service centre")


class Scorecard(models.Model):
    """A version in force is never changed: a new one is drafted from it. A card holds for the whole house."""

    scope_path = ""

    subject = models.CharField(_("for"), max_length=16, choices=CardSubject.choices)
    version = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=80)
    made_at = models.DateTimeField(pgettext_lazy("scorecard", "made"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    """Empty: a draft."""

    class Meta:
        verbose_name = _("scorecard")
        verbose_name_plural = _("scorecards")
        ordering = ["subject", "-version"]
        constraints = [models.UniqueConstraint(fields=["subject", "version"], name="one_card_a_version")]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    @property
    def draft(self) -> bool:
        return self.valid_from is None


class ScorecardItem(models.Model):
    scope_path = ""

    card = models.ForeignKey(Scorecard, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(pgettext_lazy("order", "place"))
    section = models.CharField(_("section"), max_length=40, blank=True)
    text = models.CharField(_("what is judged"), max_length=200)
    points = models.PositiveSmallIntegerField(
        pgettext_lazy("scorecard", "points"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    veto = models.BooleanField(_("veto"), default=False)
    """Failing it makes the whole score 0."""

    class Meta:
        verbose_name = _("item of a scorecard")
        verbose_name_plural = _("items of scorecards")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text
