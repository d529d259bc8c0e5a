from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models.access import User
from bihuan.kernel.models.causes import Cause
from bihuan.kernel.models.organisation import Place, Unit
from bihuan.kernel.models.people import Customer
from bihuan.kernel.models.standards import Standard


class Severity(models.IntegerChoices):
    """Higher is worse, so that "worst first" is one descending sort."""

    NOTE = 1, pgettext_lazy("severity", "Note")
    MINOR = 2, pgettext_lazy("severity", "Minor")
    SERIOUS = 3, pgettext_lazy("severity", "Serious")
    CRITICAL = 4, pgettext_lazy("severity", "Critical")


class CaseState(models.TextChoices):
    OPENED = "opened", pgettext_lazy("stage", "Opened")
    NOTIFIED = "notified", pgettext_lazy("stage", "Notified")
    ACCEPTED = "accepted", pgettext_lazy("stage", "Accepted")
    IN_PROGRESS = "in_progress", pgettext_lazy("stage", "In progress")
    WAITING = "waiting", pgettext_lazy("stage", "Waiting")
    RESOLVED = "resolved", pgettext_lazy("stage", "Resolved")
    VERIFYING = "verifying", pgettext_lazy("stage", "Verifying")
    CLOSED = "closed", pgettext_lazy("stage", "Closed")
    REOPENED = "reopened", pgettext_lazy("stage", "Reopened")
    REJECTED = "rejected", pgettext_lazy("stage", "Rejected")
    DUPLICATE = "duplicate", pgettext_lazy("stage", "Duplicate")
    MERGED = "merged", pgettext_lazy("stage", "Merged")
    VOID = "void", pgettext_lazy("stage", "Void")


CASE_OF_UNIT, CASE_BY_END = "case_of_unit", "case_by_end"
CASE_OF_UNIT_HOLDS = [
    *("unit", "opened_at", "id", "state", "kind", "severity", "system", "owner", "customer"),
    *("due_at", "resolved_at", "closed_at", "reopened", "signals", "number", "subject", "subject_name"),
]
"""Nearly all that a list of cases filters and orders by: what a unit's reader asks is answered from the index
alone, whatever he asks. One wide index instead of one for each filter and order below a unit."""


class Case(models.Model):
    """A breach that somebody owns. `(kind, subject, episode)` opens once, however often told."""

    scope_path = "unit__path"

    number = models.CharField(_("number"), max_length=20, unique=True)
    system = models.CharField(_("system"), max_length=24)
    kind = models.CharField(_("kind"), max_length=48)
    subject = models.CharField(_("subject"), max_length=80)
    subject_name = models.CharField(_("subject"), max_length=120, blank=True)
    detail = models.CharField(max_length=80, blank=True)
    """What joins a signal to this open case beside kind and subject, as a salted digest."""
    episode = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"))
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, verbose_name=_("place"))
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, verbose_name=_("customer"))
    severity = models.SmallIntegerField(_("severity"), choices=Severity.choices, default=Severity.MINOR)
    state = models.CharField(_("stage"), max_length=16, choices=CaseState.choices, default=CaseState.OPENED)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("owner")
    )
    verifier = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verifier")
    )
    standard = models.ForeignKey(Standard, models.PROTECT, null=True, blank=True)
    """The version of the standard that was broken."""
    limit = models.DecimalField(_("limit"), max_digits=8, decimal_places=2)
    limit_in = models.CharField(_("limit measured in"), max_length=24, default="working days")
    opened_at = models.DateTimeField(_("opened"))
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    due_provisional = models.BooleanField(default=False)
    due_from = models.ForeignKey("kernel.Event", models.PROTECT, null=True, blank=True, related_name="+")
    """The event that the stored deadline, a cache, was computed from."""
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    verdict = models.CharField(_("verdict"), max_length=24, blank=True)
    cause = models.ForeignKey(
        Cause, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("cause")
    )
    reason = models.CharField(_("reason for waiting"), max_length=24, blank=True)
    reopened = models.PositiveSmallIntegerField(_("reopened"), default=0)
    signals = models.PositiveIntegerField(_("signals"), default=1)
    next_at = models.DateTimeField(null=True, blank=True)
    """When the clock loop looks at this row again."""

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-severity", "due_at"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject", "episode"], name="one_case_an_episode")
        ]
        indexes = [
            models.Index(
                fields=["state", "due_at", "unit", "system", "opened_at", "reopened"], name="case_by_state"
            ),
            models.Index(fields=["next_at"]),
            models.Index(fields=["kind", "subject", "state"]),
            models.Index(fields=["owner", "state"]),
            models.Index(fields=["unit", "state"]),
            models.Index(fields=["opened_at", "closed_at", "state", "unit", "signals"]),
            models.Index(fields=["resolved_at", "opened_at", "unit"]),
            models.Index(
                fields=["closed_at", "resolved_at", "due_at", "state", "unit", "opened_at"], name=CASE_BY_END
            ),
            models.Index(fields=["due_at"]),
            models.Index(fields=["cause", "opened_at"]),
            models.Index(fields=["state", "opened_at"]),
            models.Index(fields=["owner", "opened_at"]),
            models.Index(fields=CASE_OF_UNIT_HOLDS, name=CASE_OF_UNIT),
            models.Index(fields=["customer", "opened_at"]),
            models.Index(fields=["kind", "opened_at"]),
            models.Index(fields=["system", "opened_at"]),
            models.Index(fields=["kind", "state"]),
            models.Index(fields=["system", "state"]),
            models.Index(fields=["severity", "state"]),
            models.Index(fields=["severity", "opened_at"]),
            models.Index(fields=["subject", "opened_at"]),
            models.Index(fields=["subject_name", "subject", "opened_at"]),
            models.Index(fields=["signals", "opened_at"]),
            models.Index(
                fields=["opened_at", "unit", "reopened", "id"],
                name="case_sent_back",
                condition=models.Q(reopened__gt=0),
            ),
            models.Index(
                fields=["opened_at", "closed_at", "resolved_at", "due_at", "state", "unit"],
                name="case_late",
                condition=models.Q(resolved_at=None) | models.Q(resolved_at__gt=models.F("due_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class TaskState(models.TextChoices):
    OPEN = "open", pgettext_lazy("task", "open")
    DONE = "done", pgettext_lazy("task", "done")
    CANCELLED = "cancelled", pgettext_lazy("task", "cancelled")


class Task(models.Model):
    """One duty inside a case, with its own owner, clock and outcome.

    Kinds are these four and those that the case's kind declares.
    """

    NOTIFY, ACCEPT, FIX, VERIFY = "notify", "accept", "fix", "verify"
    scope_path = "case__unit__path"

    case = models.ForeignKey(Case, models.PROTECT, related_name="tasks")
    kind = models.CharField(_("kind"), max_length=24)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, verbose_name=_("owner"))
    state = models.CharField(_("state"), max_length=16, choices=TaskState.choices, default=TaskState.OPEN)
    opened_at = models.DateTimeField(_("opened"))
    opens_at = models.DateTimeField(_("not before"), null=True, blank=True)
    """Beginning of the window in which it may be done."""
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    due_provisional = models.BooleanField(default=False)
    counted_from = models.DateTimeField(_("counted from"), null=True, blank=True)
    limit = models.DecimalField(_("limit"), max_digits=8, decimal_places=2, null=True, blank=True)
    limit_in = models.CharField(_("limit measured in"), max_length=24, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=24, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["owner", "state", "due_at"]),
            models.Index(fields=["kind", "state", "due_at"]),
            models.Index(fields=["kind", "counted_from"]),
            models.Index(fields=["next_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Attempt(models.Model):
    """One try to reach somebody: three on three days, at two times of day, before "unreachable"."""

    scope_path = "task__case__unit__path"

    task = models.ForeignKey(Task, models.PROTECT, related_name="attempts")
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    reached = models.BooleanField(_("reached"), default=False)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.task_id} {self.at:%F %H:%M}"


class CaseLink(models.Model):
    """How one case relates to another; `case` is the younger, or the one that gave way."""

    scope_path = "case__unit__path"

    class Kind(models.TextChoices):
        DUPLICATE = "duplicate", pgettext_lazy("link", "is a duplicate of")
        MERGED = "merged", pgettext_lazy("link", "was merged into")
        CAUSED = "caused", pgettext_lazy("link", "was caused by")
        FOLLOWS = "follows", pgettext_lazy("link", "follows")

    case = models.ForeignKey(Case, models.PROTECT, related_name="links")
    other = models.ForeignKey(Case, models.PROTECT, related_name="linked", verbose_name=_("other case"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["case", "other", "kind"], name="one_link_a_kind")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.other_id}"


class Note(models.Model):
    """What somebody wrote on a case: kept apart from its event so that it can be erased."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    event = models.OneToOneField("kernel.Event", models.PROTECT, related_name="note")
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self) -> str:
        return self.text[:40]
