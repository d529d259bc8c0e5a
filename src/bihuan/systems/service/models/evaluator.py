"""Satisfaction evaluators on the counters of a hall, and what customers pressed on them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .halls import Hall

BEST = 5
"""Scores are 1 to 5, five being very content."""


class EvaluatorDevice(models.Model):
    """A device with a token of its own, which can hand in ratings and nothing else."""

    scope_path = "hall__place__unit__path"

    name = models.CharField(_("device"), max_length=48, unique=True)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="evaluators", verbose_name=_("hall"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    """SHA-256 of the token, which is shown once."""
    registered_at = models.DateTimeField(_("registered"))
    heard_at = models.DateTimeField(_("last heard"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("evaluator")
        verbose_name_plural = _("evaluators")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class EvaluatorRating(models.Model):
    """One press, as it arrived. Which presses belong together is judged when they are read."""

    scope_path = "hall__place__unit__path"

    device = models.ForeignKey(
        EvaluatorDevice, models.PROTECT, related_name="ratings", verbose_name=_("device")
    )
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="ratings", verbose_name=_("hall"))
    """Where the device stood when the press arrived."""
    key = models.CharField(_("number of the press"), max_length=64)
    """The device's own: told again, it is the same press."""
    counter = models.CharField(_("counter"), max_length=16, blank=True)
    transaction = models.CharField(_("transaction"), max_length=48, blank=True)
    at = models.DateTimeField(_("time"))
    score = models.PositiveSmallIntegerField(
        _("score"), validators=[MinValueValidator(1), MaxValueValidator(BEST)]
    )
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["device", "key"], name="one_rating_a_press")]
        indexes = [models.Index(fields=["hall", "at"])]

    def __str__(self) -> str:
        return f"{self.device_id} {self.key}"
