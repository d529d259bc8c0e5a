"""Draws that are committed to before anybody can know them: calls of agents, halls and areas of a quarter."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Unit, User


class DrawKind(models.TextChoices):
    """Keys of `rules.engines.ENGINES`."""

    VOICE = "voice", pgettext_lazy("draw", "recordings of the 95598 agents")
    HALLS = "halls", pgettext_lazy("draw", "halls of the quarterly survey")
    AREAS = "areas", pgettext_lazy("draw", "sessions in meter-reading areas")


class Draw(models.Model):
    """One quarter's draw of a unit: committed, opened with the nonces of all parties, published.

    Nothing of a committed draw is ever changed but by an act that leaves a row or an instant.
    """

    scope_path = "unit__path"

    kind = models.CharField(_("what is drawn"), max_length=16, choices=DrawKind.choices)
    year = models.PositiveSmallIntegerField(_("year"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="draws", verbose_name=_("unit"))
    frame = models.JSONField(_("frame"), default=list)
    params = models.JSONField(_("rules of the draw"), default=dict)
    plan_version = models.CharField(max_length=16)
    parties = models.JSONField(_("parties"), default=list)
    nonce_digests = models.JSONField(default=list)
    commitment = models.CharField(_("commitment"), max_length=64)
    nonces = models.JSONField(default=list)
    """Shown only after publication, as is the seed."""
    seed = models.CharField(max_length=64, blank=True)
    result = models.JSONField(default=list)
    """Pairs of label and units as first drawn."""
    drawn = models.JSONField(default=list)
    """The same after all substitutions: what is worked with."""
    left_out = models.JSONField(default=list)
    """Whom the draw could not serve: agents that are not evaluated."""
    committed_at = models.DateTimeField(_("committed"))
    committed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("committed by"))
    opened_at = models.DateTimeField(_("drawn"), null=True, blank=True)
    published_at = models.DateTimeField(pgettext_lazy("draw", "published"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(pgettext_lazy("draw", "withdrawn"), null=True, blank=True)
    withdrawn_why = models.CharField(_("reason"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        ordering = ["-year", "-quarter", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "year", "quarter", "unit"],
                condition=models.Q(withdrawn_at=None),
                name="one_draw_a_quarter",
            )
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.get_kind_display()}"

    @property
    def period(self) -> str:
        return f"{self.year}Q{self.quarter}"

    @property
    def sealed(self) -> bool:
        return self.published_at is None


class Substitution(models.Model):
    """A unit that could not be used after the draw: the next ticket came in its place, signed."""

    scope_path = "draw__unit__path"

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="substitutions")
    gone = models.CharField(_("gone"), max_length=80)
    taken = models.CharField(_("in its place"), max_length=80, blank=True)
    label = models.CharField(max_length=120)
    reason = models.CharField(_("reason"), max_length=400)
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("signed by"))
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("substitution")
        verbose_name_plural = _("substitutions")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["draw", "gone"], name="one_substitute_a_unit")]

    def __str__(self) -> str:
        return f"{self.gone} → {self.taken}"
