from django.db import models
from django.utils.translation import gettext_lazy as _


class Evidence(models.Model):
    """A file named by its hash; `private` ones are opened one at a time, each opening logged."""

    scope_path = "unit__path"

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField(_("size in bytes"))
    media_type = models.CharField(_("type"), max_length=64)
    name = models.CharField(_("name"), max_length=160, blank=True)
    unit = models.ForeignKey("kernel.Unit", models.PROTECT)
    case = models.ForeignKey("kernel.Case", models.PROTECT, null=True, blank=True, related_name="evidence")
    added_by = models.ForeignKey("kernel.User", models.PROTECT, null=True, blank=True)
    added_at = models.DateTimeField(_("received"))
    private = models.BooleanField(default=False)
    keep_until = models.DateTimeField(_("kept until"), null=True, blank=True, db_index=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-added_at"]

    def __str__(self) -> str:
        return self.name or self.sha256[:12]


class EvidenceAccess(models.Model):
    """Somebody opened, or tried to open, a private piece of evidence."""

    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="accesses")
    user = models.ForeignKey("kernel.User", models.PROTECT, verbose_name=_("who"))
    at = models.DateTimeField(_("time"))
    granted = models.BooleanField(_("granted"))

    class Meta:
        verbose_name = _("opening")
        verbose_name_plural = _("openings")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%F %T}"
