from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models.tree import Tree


class Unit(Tree):
    """An organisation and its parts: who may see which rows follows this tree."""

    scope_path = "path"

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["path"]


class Region(Tree):
    """An area of the world, independent of who is responsible for it: the whole house sees it."""

    scope_path = ""

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["path"]


class Place(models.Model):
    """A site: laboratory room, hall, access point."""

    scope_path = "unit__path"

    name = models.CharField(_("name"), max_length=80)
    code = models.CharField(_("code"), max_length=32, unique=True)
    floor = models.CharField(_("floor"), max_length=16, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="places")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"), null=True, blank=True)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code
