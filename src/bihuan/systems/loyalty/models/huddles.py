"""Huddles with the front line: agenda, who came, what was decided; and who listened to customers' words."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Case, Improvement, Unit, User

from .programmes import Programme
from .survey import Answer


class Huddle(models.Model):
    """A short meeting of a unit about what its customers said since the last one."""

    scope_path = "unit__path"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="huddles")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="huddles")
    held_at = models.DateTimeField(_("held"))
    led_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("led by"))
    since = models.DateTimeField(_("about answers since"), null=True, blank=True)
    closed_at = models.DateTimeField(_("minutes closed"), null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("huddle")
        verbose_name_plural = _("huddles")
        ordering = ["-held_at", "-pk"]
        indexes = [models.Index(fields=["unit", "held_at"])]

    def __str__(self) -> str:
        return f"{self.unit} {self.held_at:%Y-%m-%d}"


class Attendance(models.Model):
    scope_path = "huddle__unit__path"

    huddle = models.ForeignKey(Huddle, models.CASCADE, related_name="attendances")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("account"))
    present = models.BooleanField(_("present"), default=True)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["user__name"]
        constraints = [models.UniqueConstraint(fields=["huddle", "user"], name="one_attendance_a_huddle")]

    def __str__(self) -> str:
        return f"{self.huddle_id} {self.user_id}"


class Decision(models.Model):
    """What was decided: something the team does, or an improvement that another department owns."""

    scope_path = "huddle__unit__path"

    huddle = models.ForeignKey(Huddle, models.CASCADE, related_name="decisions")
    answer = models.ForeignKey(
        Answer, models.SET_NULL, null=True, blank=True, related_name="decisions", verbose_name=_("answer")
    )
    text = models.CharField(_("what is done"), max_length=400)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    improvement = models.ForeignKey(
        Improvement, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("improvement")
    )
    case = models.ForeignKey(
        Case, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("case")
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.text[:40]


class Hearing(models.Model):
    """How many answers somebody has read or listened to on a day."""

    scope_path = "user__unit__path"

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("account"))
    on = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("answers heard"), default=0)

    class Meta:
        verbose_name = _("hearing")
        verbose_name_plural = _("hearings")
        ordering = ["-on"]
        constraints = [models.UniqueConstraint(fields=["user", "on"], name="one_hearing_a_day")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.on}"


class Borrowed(models.Model):
    """What a programme borrowed from another department: people, time, a system, money."""

    scope_path = "programme__unit__path"

    class Kind(models.TextChoices):
        PEOPLE = "people", pgettext_lazy("resource", "people")
        SYSTEM = "system", pgettext_lazy("resource", "system or data")
        MONEY = "money", pgettext_lazy("resource", "money")
        ROOM = "room", pgettext_lazy("resource", "room or channel")

    number = models.CharField(_("number"), max_length=32, unique=True)
    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="borrowed", verbose_name=_("programme")
    )
    lender = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("lent by"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    what = models.CharField(_("what"), max_length=120)
    since_on = models.DateField(_("since"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("borrowed resource")
        verbose_name_plural = _("borrowed resources")
        ordering = ["-since_on", "number"]

    def __str__(self) -> str:
        return self.what
