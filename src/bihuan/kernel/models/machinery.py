"""Rows that the processes keep for each other: positions, timers, beats, changes to push."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Schedule(models.Model):
    """A recurring duty of the worker: the row is the timer."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    next_at = models.DateTimeField(_("next"), db_index=True)
    last_at = models.DateTimeField(_("last"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class IntakePosition(models.Model):
    """Up to where a gateway's intake log has been applied; moves in the effects' transaction."""

    gateway = models.CharField(max_length=64, unique=True)
    seq = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True, blank=True)
    """Receipt time of the last applied row."""

    class Meta:
        verbose_name = _("intake position")
        verbose_name_plural = _("intake positions")

    def __str__(self) -> str:
        return f"{self.gateway} {self.seq}"


class Quarantine(models.Model):
    """A row of the intake log that could not be applied: passed, kept, shown."""

    gateway = models.CharField(max_length=64)
    seq = models.BigIntegerField()
    at = models.DateTimeField(_("time"))
    error = models.CharField(_("error"), max_length=400)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("quarantined message")
        verbose_name_plural = _("quarantined messages")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["gateway", "seq"], name="one_quarantine_a_row")]

    def __str__(self) -> str:
        return f"{self.gateway} {self.seq}"


class LiveChange(models.Model):
    """The last change of one live element; `rev` grows in commit order, the table does not."""

    topic = models.CharField(max_length=48)
    key = models.CharField(max_length=80)
    rev = models.BigIntegerField(db_index=True)

    class Meta:
        verbose_name = _("live change")
        verbose_name_plural = _("live changes")
        constraints = [models.UniqueConstraint(fields=["topic", "key"], name="one_change_a_key")]

    def __str__(self) -> str:
        return f"{self.topic} {self.key} {self.rev}"


class ProcessBeat(models.Model):
    """A process says that it lives, and what it is doing."""

    name = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("time"))
    started_at = models.DateTimeField(_("started"))
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FieldTerminal(models.Model):
    """What the gateway must know of one registered terminal, ready to send.

    The gateway keeps these rows in memory and reads those with a higher `rev` once a second;
    the system that owns the terminal writes them. `rev` is a `LiveChange`-like counter.
    """

    terminal = models.CharField(max_length=32, unique=True)
    """Identifier, casefolded."""
    rev = models.BigIntegerField(db_index=True)
    addresses = models.JSONField(default=list)
    """Networks in CIDR form; empty: any."""
    encoding = models.CharField(max_length=16, default="utf-8")
    roster = models.TextField(default="", blank=True)
    """Ready to send but for encoding, its `end` line included."""
    roster_version = models.PositiveIntegerField(default=0)
    roster_delivered = models.PositiveIntegerField(default=0)
    removed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("field terminal")
        verbose_name_plural = _("field terminals")

    def __str__(self) -> str:
        return self.terminal
