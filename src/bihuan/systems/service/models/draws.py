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
    """One quarter's draw of a unit: called, committed by all parties, opened with their secrets, published.

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
    commitment = models.CharField(_("commitment"), max_length=64, blank=True)
    """Empty until the last party has given its digest."""
    seed = models.CharField(max_length=64, blank=True)
    """Shown only after publication, as are the secrets of the parties."""
    result = models.JSONField(default=list)
    """Pairs of label and units as first drawn."""
    drawn = models.JSONField(default=list)
    """The same after all substitutions: what is worked with."""
    left_out = models.JSONField(default=list)
    """Whom the draw could not serve: agents that are not evaluated."""
    called_at = models.DateTimeField(pgettext_lazy("draw", "called"))
    """The frame is closed from here on; what the parties promise comes after it."""
    called_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("draw", "called by")
    )
    committed_at = models.DateTimeField(_("committed"), null=True, blank=True)
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


class Party(models.Model):
    """Who holds one secret of a draw: first its digest, from the party's own account, later the secret.

    No account holds two, so that nobody alone can know a seed before everybody is bound to the frame.
    """

    scope_path = "draw__unit__path"

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="parties")
    place = models.PositiveSmallIntegerField()
    """1, 2, …: the order of digests in the commitment and of secrets in the seed."""
    name = models.CharField(_("party"), max_length=40)
    account = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("account")
    )
    """None: a draw from before parties had accounts, whose digests one person entered."""
    digest = models.CharField(_("digest of its secret"), max_length=64, blank=True)
    promised_at = models.DateTimeField(_("promised"), null=True, blank=True)
    nonce = models.CharField(_("secret"), max_length=200, blank=True)
    brought_at = models.DateTimeField(_("secret brought"), null=True, blank=True)

    class Meta:
        verbose_name = _("party of a draw")
        verbose_name_plural = _("parties of draws")
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "place"], name="one_party_a_place"),
            models.UniqueConstraint(fields=["draw", "account"], name="one_secret_an_account"),
        ]

    def __str__(self) -> str:
        return self.name


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
