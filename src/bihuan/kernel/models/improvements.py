"""Improvements: a problem that many cases share, what is done about its cause, and whether that helped."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models.access import User
from bihuan.kernel.models.cases import Case
from bihuan.kernel.models.causes import Cause
from bihuan.kernel.models.organisation import Unit


class ImprovementState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("improvement", "proposed")
    PLANNED = "planned", pgettext_lazy("improvement", "planned")
    RUNNING = "running", pgettext_lazy("improvement", "running")
    DONE = "done", pgettext_lazy("improvement", "done")
    TESTED = "tested", pgettext_lazy("improvement", "effect tested")
    DROPPED = "dropped", pgettext_lazy("improvement", "dropped")


class Outcome(models.TextChoices):
    WORKED = "worked", pgettext_lazy("effect", "worked")
    NO_EFFECT = "no_effect", pgettext_lazy("effect", "no detectable effect")
    WORSE = "worse", pgettext_lazy("effect", "worse")
    TOO_LITTLE = "too_little", pgettext_lazy("effect", "not enough data")


class Improvement(models.Model):
    """One item of the plan. Its owner may be of another department than the unit that has the problem."""

    scope_path = "unit__path"

    number = models.CharField(_("number"), max_length=20, unique=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    """Empty: cause and unit name it."""
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"))
    cause = models.ForeignKey(
        Cause, models.PROTECT, null=True, blank=True, related_name="improvements", verbose_name=_("cause")
    )
    problem = models.TextField(_("problem"), blank=True)
    state = models.CharField(
        _("state"), max_length=16, choices=ImprovementState.choices, default=ImprovementState.PROPOSED
    )
    outcome = models.CharField(_("effect"), max_length=16, choices=Outcome.choices, blank=True)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="improvements", verbose_name=_("owner")
    )
    verifier = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verifier")
    )
    clustered = models.BooleanField(_("found by the system"), default=False)
    follows = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="followers")
    """An earlier one of the same cause and unit that is done: the cases came back."""
    proposed_at = models.DateTimeField(_("proposed"))
    starts_on = models.DateField(_("planned from"), null=True, blank=True)
    ends_on = models.DateField(_("planned to"), null=True, blank=True)
    started_on = models.DateField(_("begun"), null=True, blank=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    """When the next step of this state is due: to be planned, begun, ended or concluded."""
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("improvement")
        verbose_name_plural = _("improvements")
        ordering = ["-proposed_at"]
        indexes = [
            models.Index(fields=["next_at"]),
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["cause", "state"]),
            models.Index(fields=["owner", "state"]),
        ]

    def __str__(self) -> str:
        return self.number


class RemedyState(models.TextChoices):
    OPEN = "open", pgettext_lazy("remedy", "open")
    DONE = "done", pgettext_lazy("remedy", "done")
    DROPPED = "dropped", pgettext_lazy("remedy", "dropped")


class Remedy(models.Model):
    """One thing that is done about the cause, with its own owner and date."""

    scope_path = "improvement__unit__path"

    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="remedies")
    text = models.CharField(_("remedy"), max_length=400)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="remedies", verbose_name=_("owner")
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=RemedyState.choices, default=RemedyState.OPEN)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    next_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("remedy")
        verbose_name_plural = _("remedies")
        ordering = ["pk"]
        indexes = [models.Index(fields=["next_at"])]

    def __str__(self) -> str:
        return self.text[:40]


class ImprovementCase(models.Model):
    """A case that shows the problem."""

    scope_path = "improvement__unit__path"

    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="links")
    case = models.ForeignKey(Case, models.PROTECT, related_name="improvements")
    added_at = models.DateTimeField(_("linked"))
    added_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("linked case")
        verbose_name_plural = _("linked cases")
        ordering = ["-case__opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["improvement", "case"], name="one_case_an_improvement")
        ]

    def __str__(self) -> str:
        return f"{self.improvement_id} {self.case_id}"


class EffectTest(models.Model):
    """What was counted before and after the remedies, and what may be said of it; never edited."""

    scope_path = "improvement__unit__path"

    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="tests")
    at = models.DateTimeField(_("time"))
    before_from = models.DateField()
    before_to = models.DateField()
    after_from = models.DateField()
    after_to = models.DateField()
    days_before = models.PositiveIntegerField(_("days before"))
    days_after = models.PositiveIntegerField(_("days after"))
    before = models.PositiveIntegerField(_("cases before"))
    after = models.PositiveIntegerField(_("cases after"))
    uncoded_before = models.PositiveIntegerField(default=0)
    uncoded_after = models.PositiveIntegerField(default=0)
    """Cases of the unit without a cause yet: any of them may belong here."""
    ratio = models.FloatField(_("rate ratio"), null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    """None: no upper end."""
    p = models.FloatField(null=True)
    verdict = models.CharField(_("effect"), max_length=16, choices=Outcome.choices)

    class Meta:
        verbose_name = _("effect test")
        verbose_name_plural = _("effect tests")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.improvement_id} {self.verdict}"


class Remark(models.Model):
    """What somebody wrote on an improvement: kept apart from its event so that it can be erased."""

    scope_path = "improvement__unit__path"

    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="remarks")
    event = models.OneToOneField("kernel.Event", models.PROTECT, related_name="remark")
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")

    def __str__(self) -> str:
        return self.text[:40]
