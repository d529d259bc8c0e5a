"""Who was asked, and what they gave. Words stay with the kernel's reply, which forgets them by a standard."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Case, Customer, Reply, Sheet, Unit, User, Wave

from .journey import Touchpoint
from .programmes import Programme


class Channel(models.TextChoices):
    EMAIL = "email", pgettext_lazy("way", "e-mail")
    LINK = "link", pgettext_lazy("way", "link")
    QR = "qr", pgettext_lazy("way", "QR code")
    FILE = "file", pgettext_lazy("way", "file")
    API = "api", pgettext_lazy("way", "API")
    SOCIAL = "social", pgettext_lazy("way", "social media")
    OTHER = "other", pgettext_lazy("way", "of their own accord")


UNSOLICITED = (Channel.SOCIAL, Channel.OTHER)
"""Nobody asked: who speaks up unasked is no sample, so these are never in a score."""


class Invitation(models.Model):
    """One customer asked once. By e-mail the row is the timer; the code is made when it is sent."""

    scope_path = "unit__path"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="invitations")
    customer = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("customer")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="+")
    touchpoint = models.ForeignKey(
        Touchpoint, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("touchpoint")
    )
    channel = models.CharField(_("way"), max_length=8, choices=Channel.choices)
    segment = models.CharField(_("segment"), max_length=48, blank=True)
    sheet = models.OneToOneField(
        Sheet, models.SET_NULL, null=True, blank=True, related_name="invitation", verbose_name=_("sheet")
    )
    invited_at = models.DateTimeField(pgettext_lazy("ledger", "invited"), db_index=True)
    delivered_at = models.DateTimeField(pgettext_lazy("ledger", "delivered"), null=True, blank=True)
    """Handed over to the mail server, or the code to the customer: further than that nobody knows."""
    failed = models.CharField(pgettext_lazy("ledger", "could not be delivered"), max_length=80, blank=True)
    key = models.CharField(_("number of the invitation"), max_length=48, blank=True)
    """Of another system that asked; empty for what was asked here."""
    opened_at = models.DateTimeField(pgettext_lazy("ledger", "opened"), null=True, blank=True)
    """As the other system tells it; of codes of ours the sheet knows."""
    message_id = models.CharField(max_length=120, blank=True)
    """Of the letter that left, without angle brackets: what a bounce names."""
    bounced_at = models.DateTimeField(pgettext_lazy("ledger", "came back"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-invited_at", "-pk"]
        indexes = [
            models.Index(fields=["customer", "invited_at"]),
            models.Index(fields=["unit", "invited_at"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "key"], condition=~models.Q(key=""), name="one_invitation_a_key"
            ),
            models.UniqueConstraint(
                fields=["message_id"], condition=~models.Q(message_id=""), name="one_invitation_a_letter"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.pk}"


class Declined(models.Model):
    """A customer who wants no more questions: nobody asks until it is taken back."""

    scope_path = "customer__unit__path"

    class How(models.TextChoices):
        LETTER = "letter", pgettext_lazy("declined", "by the link of a letter")
        TOLD = "told", pgettext_lazy("declined", "told us")
        FILE = "file", pgettext_lazy("declined", "from a file")

    customer = models.OneToOneField(
        Customer, models.CASCADE, related_name="+", verbose_name=_("customer"), primary_key=True
    )
    at = models.DateTimeField(_("since"))
    how = models.CharField(pgettext_lazy("declined", "how"), max_length=8, choices=How.choices)
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )

    class Meta:
        verbose_name = _("customer who is not asked")
        verbose_name_plural = _("customers who are not asked")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.customer_id}"


class Reason(models.TextChoices):
    RECOMMENDED = "recommended", pgettext_lazy("came", "somebody recommended it")
    EARLIER = "earlier", pgettext_lazy("came", "good experience earlier")
    ADVERTISED = "advertised", pgettext_lazy("came", "advertising")
    OFFER = "offer", pgettext_lazy("came", "an offer or a price")
    NEAR = "near", pgettext_lazy("came", "it is near")
    SENT = "sent", pgettext_lazy("came", "through an employer or school")


class Treatment(models.TextChoices):
    ASKED = "asked", pgettext_lazy("treatment", "asked what would make it a ten")
    IMPROVED = "improved", pgettext_lazy("treatment", "asked, and something was changed")
    THANKED = "thanked", pgettext_lazy("treatment", "thanked")
    REFERRED = "referred", pgettext_lazy("treatment", "thanked, and recommends us")
    NOT_REACHED = "not_reached", pgettext_lazy("treatment", "could not be reached")


class Answer(models.Model):
    """One answer to the 0–10 question. Whether it counts is the kernel's judgement of its reply."""

    scope_path = "unit__path"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="answers")
    reply = models.OneToOneField(Reply, models.CASCADE, related_name="loyalty")
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="+")
    key = models.CharField(_("key"), max_length=48, blank=True)
    """The sender's own number; empty for what came on a code."""
    asked_key = models.CharField(_("number of the invitation"), max_length=48, blank=True)
    """Which invitation of the other system it answers; that may become known later."""
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="+")
    customer = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="loyalty", verbose_name=_("customer")
    )
    touchpoint = models.ForeignKey(
        Touchpoint,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name=_("touchpoint"),
    )
    channel = models.CharField(_("way"), max_length=8, choices=Channel.choices)
    unsolicited = models.BooleanField(_("nobody asked"), default=False)
    segment = models.CharField(_("segment"), max_length=48, blank=True)
    age = models.CharField(_("age band"), max_length=16, blank=True)
    score = models.PositiveSmallIntegerField(_("score"))
    came = models.CharField(_("why they came"), max_length=16, choices=Reason.choices, blank=True)
    new_customer = models.BooleanField(_("new customer"), null=True)
    answered_at = models.DateTimeField(pgettext_lazy("ledger", "answered"))
    case = models.ForeignKey(
        Case, models.SET_NULL, null=True, blank=True, related_name="loyalty", verbose_name=_("case")
    )
    treatment = models.CharField(_("what was done"), max_length=12, choices=Treatment.choices, blank=True)
    treated_at = models.DateTimeField(_("done on"), null=True, blank=True)
    treated_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["-answered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "key"], condition=~models.Q(key=""), name="one_answer_a_key"
            )
        ]
        indexes = [
            models.Index(fields=["programme", "answered_at"]),
            models.Index(fields=["unit", "answered_at"]),
            models.Index(fields=["customer", "answered_at"]),
            models.Index(fields=["answered_at"]),
            models.Index(
                fields=["programme", "asked_key"], condition=~models.Q(asked_key=""), name="answer_of_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score}"

    @property
    def group(self) -> int:
        """1 promotes, 0 is passive, −1 detracts."""
        return 1 if self.score >= 9 else 0 if self.score >= 7 else -1
