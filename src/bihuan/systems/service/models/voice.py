"""Recordings of the hotline, the scores of those that were drawn, and the meetings that review them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Case, Evidence, Unit, User

from .draws import Draw
from .halls import Staff
from .scorecards import Scorecard


class Source(models.TextChoices):
    UPLOAD = "upload", pgettext_lazy("recording", "uploaded")
    FOLDER = "folder", pgettext_lazy("recording", "from a folder")


class Recording(models.Model):
    """One call; its sound is a private piece of evidence, each opening logged, removed after its date."""

    scope_path = "unit__path"

    sha256 = models.CharField(max_length=64, unique=True)
    code = models.CharField(_("number"), max_length=16, unique=True)
    """First digits of the hash: what a draw calls it."""
    evidence = models.OneToOneField(Evidence, models.PROTECT, related_name="recording")
    agent = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="recordings", verbose_name=_("agent")
    )
    agent_number = models.CharField(_("agent as told"), max_length=32, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="recordings", verbose_name=_("unit"))
    started_at = models.DateTimeField(_("start of the call"), null=True, blank=True)
    duration_s = models.DecimalField(
        _("duration in seconds"), max_digits=8, decimal_places=1, null=True, blank=True
    )
    business = models.CharField(_("kind of business"), max_length=40, blank=True)
    transferred = models.BooleanField(_("handed on"), default=False)
    complaint = models.BooleanField(_("complaint"), default=False)
    low_rating = models.BooleanField(_("low rating"), default=False)
    source = models.CharField(_("source"), max_length=16, choices=Source.choices)

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(fields=["started_at"]),
            models.Index(fields=["agent", "started_at"]),
            models.Index(fields=["agent_number"]),
        ]

    def __str__(self) -> str:
        return self.code


class Review(models.Model):
    """The scoring of one quarter's draw; each further round scores again what the scorers scored apart."""

    scope_path = "draw__unit__path"

    draw = models.OneToOneField(Draw, models.PROTECT, related_name="review", verbose_name=_("draw"))
    card = models.ForeignKey(Scorecard, models.PROTECT, related_name="reviews", verbose_name=_("scorecard"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    begun_at = models.DateTimeField(_("begun"))
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("case")
    )
    """The last one about scorers who do not agree."""

    class Meta:
        verbose_name = _("review of recordings")
        verbose_name_plural = _("reviews of recordings")
        ordering = ["-draw__year", "-draw__quarter"]

    def __str__(self) -> str:
        return self.draw.period


class CallScore(models.Model):
    """What one person thought of one call, without having seen what others thought of it."""

    scope_path = "review__draw__unit__path"

    review = models.ForeignKey(Review, models.PROTECT, related_name="scores")
    recording = models.ForeignKey(
        Recording, models.PROTECT, related_name="scores", verbose_name=_("recording")
    )
    scorer = models.ForeignKey(User, models.PROTECT, related_name="call_scores", verbose_name=_("scorer"))
    round = models.PositiveSmallIntegerField(_("round"))
    marks = models.JSONField(default=dict)
    """Key of the item → points, null where it does not apply."""
    total = models.DecimalField(_("score"), max_digits=5, decimal_places=2)
    vetoed = models.BooleanField(_("veto"), default=False)
    note = models.CharField(_("note"), max_length=400, blank=True)
    at = models.DateTimeField(_("scored"))
    shown = models.BooleanField(default=False)
    """Others may see it: everybody who was to score this call has done so."""

    class Meta:
        verbose_name = _("score of a call")
        verbose_name_plural = _("scores of calls")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "recording", "scorer", "round"], name="one_score_a_scorer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.recording} {self.total}"


class ReviewMeeting(models.Model):
    """The quarterly meeting: who came, what was heard, what was said. Closed when it is reported."""

    scope_path = "unit__path"

    review = models.ForeignKey(
        Review, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("review")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    held_on = models.DateField(pgettext_lazy("meeting", "held on"))
    place = models.CharField(_("place"), max_length=80, blank=True)
    chair = models.CharField(_("chair"), max_length=40)
    attendees = models.TextField(pgettext_lazy("meeting", "attendees"), help_text=_("one a line"))
    minutes = models.TextField(pgettext_lazy("meeting", "minutes"), blank=True)
    heard = models.ManyToManyField(
        Recording, blank=True, related_name="meetings", verbose_name=_("calls listened to")
    )
    reported_at = models.DateTimeField(_("reported"), null=True, blank=True)
    reported_to = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reported to")
    )

    class Meta:
        verbose_name = _("review meeting")
        verbose_name_plural = _("review meetings")
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.held_on}"


class ReviewFinding(models.Model):
    """A problem that the meeting found: a case of the team that it names, from the moment of the report."""

    scope_path = "meeting__unit__path"

    meeting = models.ForeignKey(ReviewMeeting, models.CASCADE, related_name="findings")
    recording = models.ForeignKey(
        Recording, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name=_("recording")
    )
    team = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("team"))
    text = models.CharField(_("what was found"), max_length=400)
    serious = models.BooleanField(_("serious"), default=False)
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("case")
    )

    class Meta:
        verbose_name = _("finding of a review meeting")
        verbose_name_plural = _("findings of review meetings")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text
