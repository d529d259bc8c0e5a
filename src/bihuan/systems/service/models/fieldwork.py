"""Questionnaires in the field: which hall or session is asked when, who would not answer, what was found."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Case, Reply, Unit, User, Wave

from .draws import Draw
from .halls import Area, Hall, Staff


class Fieldwork(models.Model):
    """One drawn hall of a quarter, or one session of a meter reader in an area, with its wave.

    A hall or area that fell away after the draw stays as a row: what came in its place is another one.
    """

    scope_path = "wave__unit__path"

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="fieldwork", verbose_name=_("draw"))
    wave = models.OneToOneField(Wave, models.PROTECT, related_name="fieldwork", verbose_name=_("wave"))
    label = models.CharField(max_length=120)
    """Part of the draw: which halls, which arm."""
    drawn = models.CharField(_("as drawn"), max_length=80)
    """Unit of the draw: `H3-04`; `M01#2` is the second session in an area."""
    hall = models.ForeignKey(
        Hall, models.PROTECT, null=True, blank=True, related_name="fieldwork", verbose_name=_("hall")
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("area")
    )
    reader = models.ForeignKey(
        Staff, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("meter reader")
    )
    held_on = models.DateField(_("day of the session"), null=True, blank=True)
    moved_why = models.CharField(_("why on another day"), max_length=200, blank=True)
    every = models.PositiveIntegerField(_("ask every so many-eth customer"), null=True, blank=True)
    expected = models.DecimalField(
        _("customers expected"), max_digits=9, decimal_places=1, null=True, blank=True
    )
    """In all windows; empty where the visitors of the hall are not known."""
    census = models.BooleanField(_("census"), default=False)
    """Even asking everybody brings too few."""
    gone_at = models.DateTimeField(_("fell away"), null=True, blank=True)

    class Meta:
        verbose_name = _("hall or session asked")
        verbose_name_plural = _("halls and sessions asked")
        ordering = ["draw", "held_on", "drawn"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "drawn"], name="one_fieldwork_a_unit"),
            models.CheckConstraint(
                condition=models.Q(hall=None, area__isnull=False) | models.Q(hall__isnull=False, area=None),
                name="a_hall_or_an_area",
            ),
        ]

    def __str__(self) -> str:
        return str(self.wave.subject_name)


class AskingWindow(models.Model):
    """A time that nobody chose, in which every m-th customer of a hall is asked from the `first` on."""

    scope_path = "fieldwork__wave__unit__path"

    fieldwork = models.ForeignKey(Fieldwork, models.CASCADE, related_name="windows")
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    first = models.PositiveIntegerField(_("first customer"))
    added = models.BooleanField(_("added"), default=False)
    """Because customers were too few."""

    class Meta:
        verbose_name = _("window")
        verbose_name_plural = _("windows")
        ordering = ["begins_at"]
        constraints = [
            models.UniqueConstraint(fields=["fieldwork", "begins_at"], name="one_window_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.begins_at:%Y-%m-%d %H:%M}"


class Refusal(models.Model):
    """Customers who were asked and would not answer: no name, only how many."""

    scope_path = "fieldwork__wave__unit__path"

    fieldwork = models.ForeignKey(Fieldwork, models.CASCADE, related_name="refusals")
    count = models.PositiveSmallIntegerField(_("refused"), validators=[MinValueValidator(1)])
    why = models.CharField(_("what they said"), max_length=120, blank=True)
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("noted by"))

    class Meta:
        verbose_name = _("refusal")
        verbose_name_plural = _("refusals")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.fieldwork_id} {self.count}"


class SurveyFinding(models.Model):
    """What somebody reads in a reply: a case when the batch is closed, at once if serious."""

    scope_path = "reply__wave__unit__path"

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="findings", verbose_name=_("reply"))
    code = models.CharField(_("question"), max_length=32, blank=True)
    team = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("team"))
    text = models.CharField(_("what was found"), max_length=400)
    serious = models.BooleanField(_("serious"), default=False)
    noted_at = models.DateTimeField(_("noted"))
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("noted by"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    case = models.ForeignKey(
        Case,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="survey_findings",
        verbose_name=_("case"),
    )

    class Meta:
        verbose_name = _("finding of a survey")
        verbose_name_plural = _("findings of surveys")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class BackCheck(models.TextChoices):
    CONFIRMED = "confirmed", pgettext_lazy("back-check", "the customer was asked")
    DENIED = "denied", pgettext_lazy("back-check", "the customer was not asked")
    UNREACHED = "unreached", pgettext_lazy("back-check", "nobody could be reached")


class Verdict(models.TextChoices):
    KEPT = "kept", pgettext_lazy("sheet", "kept")
    EXCLUDED = "excluded", pgettext_lazy("sheet", "excluded")


class SheetCheck(models.Model):
    """A suspicious questionnaire: what the back-check brought, and what a person decided."""

    scope_path = "reply__wave__unit__path"

    reply = models.OneToOneField(Reply, models.PROTECT, related_name="check_made", verbose_name=_("reply"))
    signs = models.JSONField(default=list)
    """Rules that had flagged it then."""
    called_at = models.DateTimeField(_("back-check"), null=True, blank=True)
    called_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    result = models.CharField(
        _("result of the back-check"), max_length=16, choices=BackCheck.choices, blank=True
    )
    verdict = models.CharField(_("decision"), max_length=16, choices=Verdict.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("check of a sheet")
        verbose_name_plural = _("checks of sheets")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.reply_id} {self.verdict}"
