"""What is evaluated: halls of three levels, meter-reading areas, and the staff of teams."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Person, Place, Unit


class Hall(models.Model):
    """A business hall: what a place is for the evaluation. How often it is visited follows from it."""

    scope_path = "place__unit__path"

    place = models.OneToOneField(Place, models.PROTECT, related_name="hall", verbose_name=_("place"))
    level = models.PositiveSmallIntegerField(
        _("level"), validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    urban = models.BooleanField(_("urban"), default=False)
    open_all_year = models.BooleanField(_("open on days of rest too"), default=False)
    evaluator = models.BooleanField(_("has a satisfaction evaluator"), default=False)
    footfall = models.PositiveIntegerField(_("visitors a quarter"), default=0)
    """0: not known."""
    hours = models.CharField(
        _("opening hours"),
        max_length=240,
        blank=True,
        help_text=_(
            "such as Mon-Fri 8:30-11:30 13:30-17:00; Sat 9:00-12:00; PH closed (PH: public holidays)"
        ),
    )
    """As `rules.opening` writes them; empty: not known, the office hours of the house are taken."""
    closed_on = models.DateField(_("closed for good on"), null=True, blank=True)

    class Meta:
        verbose_name = _("hall")
        verbose_name_plural = _("halls")
        ordering = ["place__code"]
        indexes = [models.Index(fields=["level", "urban"])]

    def __str__(self) -> str:
        return self.place.name

    @property
    def code(self) -> str:
        return self.place.code


class HallDay(models.Model):
    """A day on which a hall keeps other hours than usual, or none: a repair, a holiday of its own."""

    scope_path = "hall__place__unit__path"

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="days", verbose_name=_("hall"))
    on = models.DateField(_("date"))
    hours = models.CharField(
        _("opening hours of the day"),
        max_length=80,
        blank=True,
        help_text=_("such as 9:00-12:00; empty: the hall is closed"),
    )
    note = models.CharField(_("reason"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("special day of a hall")
        verbose_name_plural = _("special days of halls")
        ordering = ["-on", "hall__place__code"]
        constraints = [models.UniqueConstraint(fields=["hall", "on"], name="one_special_day_a_hall")]
        indexes = [models.Index(fields=["on"])]

    def __str__(self) -> str:
        return f"{self.hall} {self.on}"


class Job(models.TextChoices):
    CLERK = "clerk", pgettext_lazy("job", "hall clerk")
    READER = "reader", pgettext_lazy("job", "meter reader")
    EXPANSION = "expansion", pgettext_lazy("job", "business expansion")
    AGENT = "agent", pgettext_lazy("job", "95598 agent")
    REPAIR = "repair", pgettext_lazy("job", "fault repair")


class Staff(models.Model):
    """Somebody who faces customers, in a team; who left stays, so that what was scored keeps its name."""

    scope_path = "team__path"

    person = models.OneToOneField(Person, models.PROTECT, related_name="service", verbose_name=_("person"))
    team = models.ForeignKey(Unit, models.PROTECT, related_name="staff_of_service", verbose_name=_("team"))
    job = models.CharField(_("job"), max_length=16, choices=Job.choices)
    hall = models.ForeignKey(
        Hall, models.SET_NULL, null=True, blank=True, related_name="clerks", verbose_name=_("hall")
    )
    left_on = models.DateField(_("left on"), null=True, blank=True)

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        ordering = ["person__number"]
        indexes = [models.Index(fields=["job", "left_on"])]

    def __str__(self) -> str:
        return self.person.name


class Area(models.Model):
    """A meter-reading area with its reader."""

    scope_path = "unit__path"

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="meter_areas", verbose_name=_("unit"))
    reader = models.ForeignKey(
        Staff, models.SET_NULL, null=True, blank=True, related_name="areas", verbose_name=_("meter reader")
    )
    customers = models.PositiveIntegerField(_("number of customers"), default=0)
    key_area = models.BooleanField(_("key area"), default=False)
    closed_on = models.DateField(_("given up on"), null=True, blank=True)

    class Meta:
        verbose_name = _("meter-reading area")
        verbose_name_plural = _("meter-reading areas")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
