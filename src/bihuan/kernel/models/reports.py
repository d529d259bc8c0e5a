from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReportState(models.TextChoices):
    DUE = "due", pgettext_lazy("report", "due")
    ASSEMBLED = "assembled", pgettext_lazy("report", "assembled")
    PUBLISHED = "published", pgettext_lazy("report", "published")


class Report(models.Model):
    """One paper that a unit owes for one period; what it says stands in its versions."""

    scope_path = "unit__path"

    key = models.CharField(_("report"), max_length=64)
    """Of a `ReportSpec`."""
    unit = models.ForeignKey("kernel.Unit", models.PROTECT, verbose_name=_("unit"))
    kind = models.CharField(max_length=8)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=12, choices=ReportState.choices, default=ReportState.DUE)
    opens_at = models.DateTimeField(_("assembled from"))
    due_at = models.DateTimeField(_("due"))
    due_provisional = models.BooleanField(default=False)
    standard = models.ForeignKey("kernel.Standard", models.PROTECT, null=True, blank=True)
    """The version of the standard that names the day."""
    told_at = models.DateTimeField(null=True, blank=True)
    """When its people were told that it is late."""
    owed = models.BooleanField(default=True)
    """False for a period before the house was there: made because somebody asked, never late."""
    next_at = models.DateTimeField(null=True, blank=True)
    """When the clock loop looks at this row again."""

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-last_on", "key", "unit"]
        constraints = [
            models.UniqueConstraint(fields=["key", "unit", "first_on"], name="one_report_a_period")
        ]
        indexes = [models.Index(fields=["next_at"]), models.Index(fields=["unit", "last_on"])]

    def __str__(self) -> str:
        return f"{self.key} {self.unit_id} {self.first_on}"


class ReportVersion(models.Model):
    """A frozen snapshot: made once, never edited; `sha256` is that of `content`."""

    scope_path = "report__unit__path"

    report = models.ForeignKey(Report, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    changes = models.JSONField(default=list)
    """Which numbers differ from the version before: {at, label, before, after}."""
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )

    class Meta:
        verbose_name = _("version of a report")
        verbose_name_plural = _("versions of reports")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="one_version_a_number")]

    def __str__(self) -> str:
        return f"{self.report_id} v{self.number}"


class Publication(models.Model):
    """One version given out: in the house by its state, outside by a link that nobody can guess."""

    scope_path = "version__report__unit__path"

    version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="publications")
    token = models.CharField(max_length=64, unique=True)
    published_at = models.DateTimeField(_("published"))
    published_by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("until"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey("kernel.User", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.version_id} {self.published_at:%F}"
