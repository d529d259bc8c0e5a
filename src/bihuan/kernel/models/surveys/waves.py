"""Waves: a questionnaire out in the field, the sheets issued, and what came back."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models.access import User
from bihuan.kernel.models.organisation import Unit
from bihuan.kernel.models.people import Customer, Person
from bihuan.kernel.models.surveys.bank import QuestionnaireVersion


class Wave(models.Model):
    """One version of a questionnaire, asked about one subject in one period."""

    scope_path = "unit__path"

    version = models.ForeignKey(QuestionnaireVersion, models.PROTECT, related_name="waves")
    title = models.CharField(_("title"), max_length=120)
    subject_kind = models.CharField(_("kind of subject"), max_length=24)
    """`hall`, `area`, `customer` … : a word of the system that asks."""
    subject_key = models.CharField(_("key of the subject"), max_length=48)
    subject_name = models.CharField(_("about"), max_length=120)
    period = models.CharField(pgettext_lazy("wave", "period"), max_length=16, blank=True)
    """`2026Q4`, `2026-11`: as the system that asks names it."""
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="waves")
    wanted = models.PositiveIntegerField(_("wanted"), default=20)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    created_at = models.DateTimeField(_("made on"))
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("wave")
        verbose_name_plural = _("waves")
        ordering = ["-opens_at", "-pk"]
        indexes = [models.Index(fields=["subject_kind", "subject_key", "period"])]

    def __str__(self) -> str:
        return self.title


class Sheet(models.Model):
    """One questionnaire that was issued, on a phone or on paper, with a code that works once."""

    scope_path = "wave__unit__path"

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="sheets")
    number = models.PositiveIntegerField(_("number"))
    digest = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001
    """Keyed digest of the code, which is kept nowhere; null when retention has removed it."""
    run = models.CharField(max_length=32, db_index=True, editable=False)
    """Which act of issuing it came from: a page that is sent twice issues nothing twice."""
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    interviewer = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="sheets", verbose_name=_("interviewer")
    )
    customer = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="sheets", verbose_name=_("customer")
    )
    expires_at = models.DateTimeField(_("valid until"))
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    used_at = models.DateTimeField(_("answered"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("sheet")
        verbose_name_plural = _("sheets")
        ordering = ["wave", "number"]
        constraints = [models.UniqueConstraint(fields=["wave", "number"], name="one_number_a_sheet")]

    def __str__(self) -> str:
        return f"{self.number}"


class Channel(models.TextChoices):
    PHONE = "phone", pgettext_lazy("channel", "phone")
    PAPER = "paper", pgettext_lazy("channel", "paper")
    FILE = "file", pgettext_lazy("channel", "file")
    API = "api", pgettext_lazy("channel", "API")


class Reply(models.Model):
    """What came back on one sheet. Scores and choices stay; free text is a `Verbatim` and goes sooner."""

    scope_path = "wave__unit__path"

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="replies")
    sheet = models.OneToOneField(Sheet, models.PROTECT, related_name="reply")
    key = models.CharField(max_length=36)
    """Made by the sender: the same reply sent again is the same reply."""
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    language = models.CharField(_("language"), max_length=16, blank=True)
    answers = models.JSONField(default=dict)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    """When our server handed out the page, or the beginning that is noted on the paper."""
    answered_at = models.DateTimeField(_("answered"))
    received_at = models.DateTimeField(_("received"))
    took_s = models.PositiveIntegerField(_("seconds to answer"), null=True, blank=True)
    """As the phone measured it."""
    device = models.CharField(max_length=32, blank=True)
    """Keyed digest of a random number that the phone keeps, different in every wave."""
    valid = models.BooleanField(_("valid"))
    reasons = models.JSONField(_("why not valid"), default=list, blank=True)

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["wave", "pk"]
        indexes = [models.Index(fields=["wave", "valid"])]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.sheet_id}"


class Verbatim(models.Model):
    """Free text of a reply, removed by a dated standard."""

    scope_path = "reply__wave__unit__path"

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="verbatims")
    code = models.CharField(_("question"), max_length=32)
    text = models.TextField(_("text"))
    personal = models.BooleanField(default=False)
    at = models.DateTimeField(_("time"), db_index=True)

    class Meta:
        verbose_name = _("verbatim")
        verbose_name_plural = _("verbatims")
        ordering = ["-at", "pk"]

    def __str__(self) -> str:
        return f"{self.reply_id} {self.code}"


class Keying(models.Model):
    """A paper sheet as one person keyed it. The second person does not see the first keying."""

    scope_path = "sheet__wave__unit__path"

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="keyings")
    user = models.ForeignKey(User, models.PROTECT, verbose_name=_("keyed by"), related_name="+")
    turn = models.PositiveSmallIntegerField(_("keying"))
    """1 and 2; 3 is the look that settled their differences."""
    answers = models.JSONField(default=dict)
    texts = models.JSONField(default=dict)
    begun_at = models.DateTimeField(_("begun"))
    ended_at = models.DateTimeField(_("ended"))
    """As noted on the paper."""
    keyed_at = models.DateTimeField(_("keyed"))

    class Meta:
        verbose_name = _("keying")
        verbose_name_plural = _("keyings")
        ordering = ["sheet", "turn"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "turn"], name="one_keying_a_turn"),
            models.UniqueConstraint(fields=["sheet", "user"], name="one_keying_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.turn}"
