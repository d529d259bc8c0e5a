"""Trees as materialised paths: a subtree is one indexed prefix query on both databases."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tree(models.Model):
    """`path` is `/1/5/`: the keys from the root down to this node, itself included."""

    name = models.CharField(_("name"), max_length=80)
    code = models.CharField(_("code"), max_length=32, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=255, db_index=True, editable=False, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is None:
            super().save(*args, **kwargs)
            kwargs = {"using": kwargs.get("using")}
        old, self.path = self.path, f"{self.parent.path if self.parent else '/'}{self.pk}/"
        super().save(**{key: value for key, value in kwargs.items() if value is not None})
        if old and old != self.path:
            for child in type(self)._default_manager.filter(parent__pk=self.pk):
                child.save()

    @property
    def ancestors(self) -> models.QuerySet[Self]:
        keys = [int(key) for key in self.path.strip("/").split("/") if key]
        return type(self)._default_manager.filter(pk__in=keys)
