"""Why things go wrong: one tree for the whole house, edited by its users."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models.tree import Tree


class Cause(Tree):
    """A cause that a case may be coded with; its words suggest it, a person decides."""

    scope_path = ""

    keywords = models.TextField(_("keywords"), blank=True)
    """One word or phrase a line; a text that holds one suggests this cause."""
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        ordering = ["path"]
