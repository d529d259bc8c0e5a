from django.db import models
from django.utils.translation import gettext_lazy as _


class Standard(models.Model):
    """One dated version of a limit, quota or deadline; a judgement names the version it used."""

    class Origin(models.TextChoices):
        ORIGINAL = "original", _("original")
        OURS = "ours", _("ours")

    key = models.CharField(_("key"), max_length=80)
    version = models.PositiveIntegerField(_("version"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4)
    measured_in = models.CharField(_("measured in"), max_length=24)
    valid_from = models.DateField(_("valid from"))
    origin = models.CharField(_("origin"), max_length=16, choices=Origin.choices)
    source = models.CharField(_("source"), max_length=200)
    note = models.CharField(_("note"), max_length=200, blank=True)
    changed_by = models.ForeignKey("kernel.User", models.PROTECT, null=True, blank=True)

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")
        ordering = ["key", "-version"]
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="one_version_a_standard")]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"
