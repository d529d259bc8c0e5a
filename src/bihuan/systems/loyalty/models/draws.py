"""Arms that chance chose: which units could be drawn was published before the seed existed."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import User

from .programmes import Programme


class ArmDraw(models.Model):
    """The draw of a programme's arms: committed to, opened with the secrets of both parties, done.

    Nothing is sealed after it is opened: the arms are known at once, and so may be the seed.
    """

    scope_path = "programme__unit__path"

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="draws", verbose_name=_("programme")
    )
    frame = models.JSONField(_("frame"), default=list)
    """Rows of `id` (code of the unit) and `stratum` (code of the unit above it)."""
    params = models.JSONField(_("rules of the draw"), default=dict)
    plan_version = models.CharField(max_length=16)
    parties = models.JSONField(_("parties"), default=list)
    nonce_digests = models.JSONField(default=list)
    commitment = models.CharField(_("commitment"), max_length=64)
    nonces = models.JSONField(default=list)
    seed = models.CharField(max_length=64, blank=True)
    pilot = models.JSONField(default=list)
    comparison = models.JSONField(default=list)
    committed_at = models.DateTimeField(_("committed"))
    committed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("committed by"))
    opened_at = models.DateTimeField(_("drawn"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(pgettext_lazy("draw", "withdrawn"), null=True, blank=True)
    withdrawn_why = models.CharField(_("reason"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("draw of the arms")
        verbose_name_plural = _("draws of the arms")
        ordering = ["-committed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme"], condition=models.Q(withdrawn_at=None), name="one_draw_of_the_arms"
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme} · {self.committed_at:%Y-%m-%d}"
