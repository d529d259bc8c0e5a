"""Video checks, site visits and scored inspections: what was seen, scored and found, never edited."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Case, Evidence, Unit, User

from .halls import Hall
from .scorecards import Scorecard, ScorecardItem


class InspectionKind(models.TextChoices):
    VIDEO = "video", pgettext_lazy("inspection", "video check")
    VISIT = "visit", pgettext_lazy("inspection", "site visit")
    SCORED = "scored", pgettext_lazy("inspection", "scored inspection")


class Inspection(models.Model):
    """One look at a hall, or at a team that has none. Corrected only by a further one that names it."""

    scope_path = "unit__path"

    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=InspectionKind.choices)
    hall = models.ForeignKey(
        Hall, models.PROTECT, null=True, blank=True, related_name="inspections", verbose_name=_("hall")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("team"))
    """The team that answers for what is found, as it was then."""
    card = models.ForeignKey(
        Scorecard, models.PROTECT, related_name="inspections", verbose_name=_("scorecard")
    )
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(
        User, models.PROTECT, related_name="inspections", verbose_name=pgettext_lazy("inspection", "by")
    )
    recorded_at = models.DateTimeField(_("recorded"))
    marks = models.JSONField(default=dict)
    """Key of the item → points, null where it does not apply."""
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2)
    vetoed = models.BooleanField(_("veto"), default=False)
    found = models.TextField(_("findings"), blank=True)
    """The findings as a file holds them, so that the log can be searched."""
    note = models.CharField(_("note"), max_length=400, blank=True)
    outside = models.BooleanField(_("outside opening hours"), default=False)
    """As the hours were known when it was signed; of a hall without known hours never."""
    corrects = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="correction",
        verbose_name=pgettext_lazy("inspection", "corrects"),
    )
    voided_at = models.DateTimeField(pgettext_lazy("inspection", "void since"), null=True, blank=True)
    voided_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("inspection", "signed by"),
    )
    voided_why = models.CharField(_("reason"), max_length=400, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("record", "check or visit")
        verbose_name_plural = pgettext_lazy("record", "checks and visits")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["kind", "at"]),
            models.Index(fields=["hall", "kind", "at"]),
            models.Index(fields=["at"]),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def valid(self) -> bool:
        return self.voided_at is None

    @property
    def subject(self) -> str:
        """Key of what was looked at, in obligations and cases."""
        return self.hall.code if self.hall else self.unit.code

    @property
    def subject_name(self) -> str:
        return str(self.hall) if self.hall else self.unit.name


class InspectionRemark(models.Model):
    """What was written about one item; a finding is a case from the moment of the record."""

    scope_path = "inspection__unit__path"

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="remarks")
    item = models.ForeignKey(ScorecardItem, models.PROTECT, related_name="+", verbose_name=_("item"))
    text = models.CharField(_("what was seen"), max_length=400)
    finding = models.BooleanField(_("finding"), default=False)
    serious = models.BooleanField(_("serious"), default=False)
    case = models.ForeignKey(
        Case,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="inspection_remarks",
        verbose_name=_("case"),
    )

    class Meta:
        verbose_name = _("remark of a check or visit")
        verbose_name_plural = _("remarks of checks and visits")
        ordering = ["item__position", "pk"]
        constraints = [models.UniqueConstraint(fields=["inspection", "item"], name="one_remark_an_item")]

    def __str__(self) -> str:
        return self.text


class InspectionPhoto(models.Model):
    """A picture of one item: protected evidence, each opening on record."""

    scope_path = "inspection__unit__path"

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="photos")
    item = models.ForeignKey(ScorecardItem, models.PROTECT, related_name="+", verbose_name=_("item"))
    evidence = models.OneToOneField(Evidence, models.PROTECT, related_name="inspection_photo")

    class Meta:
        verbose_name = _("photo of a check or visit")
        verbose_name_plural = _("photos of checks and visits")
        ordering = ["item__position", "pk"]

    def __str__(self) -> str:
        return str(self.evidence)
