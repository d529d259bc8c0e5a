from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Block(models.Model):
    """A sealed run of events: `digest` = SHA-256(previous digest, digests of its events)."""

    sealed_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("sealed block")
        verbose_name_plural = _("sealed blocks")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.digest[:12]


class Event(models.Model):
    """One change of state, appended and never edited: audit trail, clock source and bus.

    `payload` holds references and salted digests only, never a name or a card number, so
    that a person can be erased without breaking the chain. `actor` and `case` carry no
    constraint for the same reason: sample data can go, what was sealed about it stays.
    """

    at = models.DateTimeField(_("time"))
    verb = models.CharField(_("what"), max_length=48)
    system = models.CharField(_("system"), max_length=24, default="kernel")
    actor = models.ForeignKey(
        "kernel.User", models.DO_NOTHING, null=True, blank=True, db_constraint=False, verbose_name=_("who")
    )
    case = models.ForeignKey(
        "kernel.Case", models.DO_NOTHING, null=True, blank=True, db_constraint=False, related_name="events"
    )
    subject = models.CharField(_("subject"), max_length=80, blank=True)
    payload = models.JSONField(default=dict)
    block = models.ForeignKey(Block, models.PROTECT, null=True, blank=True, related_name="events")
    position = models.PositiveIntegerField(null=True, blank=True)
    """Place in the block: the order of sealing is the order of the chain."""

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["case", "id"]),
            models.Index(fields=["subject", "id"]),
            models.Index(fields=["id"], name="event_unsealed", condition=models.Q(block__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.verb}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("an event is never edited")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("an event is never deleted")
