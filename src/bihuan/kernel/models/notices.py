from django.db import models
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """Something that somebody must be told: shown in the page, and delivered by the channels he has.

    The text is a key and its parameters, so that each reader sees it in his own language.
    """

    user = models.ForeignKey("kernel.User", models.CASCADE, related_name="notices")
    at = models.DateTimeField(_("time"))
    key = models.CharField(max_length=48)
    params = models.JSONField(default=dict)
    about = models.CharField(max_length=32, default="", blank=True)
    """Without a case: a digest of the parameters, for two things of one kind may happen at one instant."""
    case = models.ForeignKey("kernel.Case", models.CASCADE, null=True, blank=True)
    serious = models.BooleanField(default=False)
    """Serious notices do not wait for working hours."""
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key", "case", "at"], name="one_notice_an_event"),
            models.UniqueConstraint(
                fields=["user", "key", "at", "about"],
                condition=models.Q(case__isnull=True),
                name="one_notice_a_matter",
            ),
        ]
        indexes = [models.Index(fields=["user", "read_at"]), models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.key} → {self.user_id}"
