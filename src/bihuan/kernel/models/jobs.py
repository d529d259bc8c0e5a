from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class JobState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("job", "waiting")
    RUNNING = "running", pgettext_lazy("job", "running")
    DONE = "done", pgettext_lazy("job", "done")
    FAILED = "failed", pgettext_lazy("job", "failed")


LIVE = (JobState.WAITING, JobState.RUNNING)


class Job(models.Model):
    """Work that takes longer than a page may: whose it is, how far it is, and the file that came of it.

    The queue itself is Django's tasks; `task` names the entry that carries this job out now. `attempts` is
    also the fence: what an earlier attempt brings after another one has begun is refused.
    """

    scope_path = "unit__path"

    name = models.CharField(_("kind"), max_length=48)
    """Key of a `JobSpec`."""
    key = models.CharField(max_length=120, blank=True)
    """Of two live jobs with the same key there is only one; empty: any number."""
    params = models.JSONField(default=dict)
    language = models.CharField(max_length=16, blank=True)
    user = models.ForeignKey("kernel.User", models.CASCADE, null=True, blank=True, related_name="jobs")
    unit = models.ForeignKey("kernel.Unit", models.CASCADE, null=True, blank=True)
    """The user's unit when it was asked for: who no longer covers it does not get the file."""
    verb = models.CharField(max_length=24, default="see")
    state = models.CharField(_("state"), max_length=8, choices=JobState.choices, default=JobState.WAITING)
    task = models.UUIDField(null=True, blank=True)
    worker = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(null=True, blank=True, db_index=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(_("asked for"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    file = models.CharField(max_length=80, blank=True)
    """Name in the exports folder; empty when there is none (any more)."""
    file_name = models.CharField(_("file"), max_length=120, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    keep_until = models.DateTimeField(_("kept until"), null=True, blank=True, db_index=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(state__in=["waiting", "running"]) & ~Q(key=""),
                name="one_live_job",
            )
        ]
        indexes = [models.Index(fields=["user", "state"]), models.Index(fields=["task"])]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"
