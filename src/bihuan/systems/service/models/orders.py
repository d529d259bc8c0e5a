"""Connections and fault repairs as the business system knows them, and the call-backs that follow."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Case, Customer, Evidence, TaskState, Unit, User

from .halls import Staff


class Order(models.Model):
    """One connection or one fault repair, as the business system tells it."""

    scope_path = "unit__path"

    class Kind(models.TextChoices):
        EXPANSION = "expansion", pgettext_lazy("order", "connection")
        FAULT = "fault", pgettext_lazy("order", "fault repair")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=40, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="orders", verbose_name=_("team"))
    customer = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="orders", verbose_name=_("customer")
    )
    opened_at = models.DateTimeField(_("opened"))

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["kind", "opened_at"])]

    def __str__(self) -> str:
        return self.number


class Stage(models.TextChoices):
    """What a call-back follows: five stages of a connection, two calls after a repair."""

    ACCEPTANCE = "acceptance", pgettext_lazy("stage of a connection", "Acceptance")
    SURVEY = "survey", pgettext_lazy("stage of a connection", "Site survey")
    INTERIM = "interim", pgettext_lazy("stage of a connection", "Interim inspection")
    COMPLETION = "completion", pgettext_lazy("stage of a connection", "Completion check")
    CONNECTION = "connection", pgettext_lazy("stage of a connection", "Meter and connection")
    FAULT_1 = "fault_1", pgettext_lazy("call-back", "First call after the repair")
    FAULT_2 = "fault_2", pgettext_lazy("call-back", "Recorded second call")


class Call(models.Model):
    """A call-back that is due: who calls is never who did the work. The row is the timer."""

    scope_path = "order__unit__path"

    order = models.ForeignKey(Order, models.PROTECT, related_name="calls", verbose_name=_("order"))
    stage = models.CharField(_("after"), max_length=16, choices=Stage.choices)
    worker = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("work done by")
    )
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    ended_at = models.DateTimeField(_("work ended"))
    due_at = models.DateTimeField(_("due"))
    due_provisional = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=16, choices=TaskState.choices, default=TaskState.OPEN)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    answer = models.CharField(_("answer"), max_length=16, blank=True)
    rating = models.PositiveSmallIntegerField(
        _("rating, 1 to 5"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    said = models.TextField(_("what was said"), blank=True)
    done_at = models.DateTimeField(_("called"), null=True, blank=True)
    done_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("called by")
    )
    recording = models.ForeignKey(
        Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recording")
    )
    case = models.ForeignKey(
        Case, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("case")
    )

    class Meta:
        verbose_name = _("call-back")
        verbose_name_plural = _("call-backs")
        ordering = ["due_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["order", "stage"], name="one_call_a_stage")]
        indexes = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["stage", "ended_at"]),
            models.Index(fields=["owner", "state"]),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.stage}"


class Ring(models.Model):
    """One try to reach the customer of a call-back."""

    scope_path = "call__order__unit__path"

    call = models.ForeignKey(Call, models.CASCADE, related_name="rings")
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("try")
        verbose_name_plural = _("tries")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.call_id} {self.at:%F %H:%M}"
