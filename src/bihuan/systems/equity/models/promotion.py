"""Consents, what is offered to whom, what was sent. Nothing here can hold an identity document."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Customer, Unit, User

from .runs import ModelRun


class Purpose(models.TextChoices):
    OFFERS = "offers", pgettext_lazy("consent", "personal offers")
    LOCATION = "location", pgettext_lazy("consent", "use of the location near a shop")
    RESEARCH = "research", pgettext_lazy("consent", "surveys")


class Way(models.TextChoices):
    EMAIL = "email", pgettext_lazy("way", "e-mail")
    APP = "app", pgettext_lazy("way", "app")
    SMS = "sms", pgettext_lazy("way", "text message")
    PHONE = "phone", pgettext_lazy("way", "telephone")
    POST = "post", pgettext_lazy("way", "letter")


class Consent(models.Model):
    """One giving and, at most once, its withdrawal. Who agrees again gives a new row: the history stays."""

    scope_path = "customer__unit__path"

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="consents", verbose_name=_("customer")
    )
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices)
    way = models.CharField(pgettext_lazy("consent", "channel"), max_length=8, choices=Way.choices)
    recipient = models.CharField(_("recipient"), max_length=80, blank=True)
    """Empty: ourselves; else the third party who may know of the customer."""
    evidence = models.CharField(_("evidence"), max_length=200)
    given_at = models.DateTimeField(_("given at"))
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawal = models.CharField(_("how it was withdrawn"), max_length=200, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("withdrawal taken by")
    )

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "purpose", "way", "recipient"],
                condition=Q(withdrawn_at=None),
                name="one_standing_consent",
            ),
            models.UniqueConstraint(
                fields=["customer", "purpose", "way", "recipient", "given_at"], name="one_giving_an_instant"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="withdrawn_after_given",
            ),
        ]
        indexes = [models.Index(fields=["purpose", "way", "customer"], name="equity_consent_purpose")]

    def __str__(self) -> str:
        return f"{self.customer} · {self.get_purpose_display()}"


class Offer(models.Model):
    """What is offered, in both languages."""

    scope_path = "unit__path"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    code = models.SlugField(_("code"), max_length=32, unique=True)
    title_zh = models.CharField(_("title in Chinese"), max_length=80)
    title_en = models.CharField(_("title in English"), max_length=80, blank=True)
    text_zh = models.TextField(_("text in Chinese"), max_length=1000)
    text_en = models.TextField(_("text in English"), max_length=1000, blank=True)
    partner = models.CharField(_("third party"), max_length=80, blank=True)
    """Who besides us gets to know of the customer by it: needs a consent of its own."""
    coupon_days = models.PositiveSmallIntegerField(
        _("days that its coupon is valid"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
    )
    """None: no coupon goes with it."""

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title_zh

    def said(self, name: str, language: str) -> str:
        """`title` or `text` in a language; where one is missing the other is shown."""
        zh, en = getattr(self, f"{name}_zh"), getattr(self, f"{name}_en")
        return str((en or zh) if language.startswith("en") else (zh or en))


class OfferRule(models.Model):
    """Who gets which offer from a day on: segment × value × P(alive) × last category. The first that fits.

    A segment is a unit, persons or organisations, and the house's own class of customers.
    """

    scope_path = "unit__path"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("customers of"))
    position = models.PositiveSmallIntegerField(pgettext_lazy("offer rule", "order"), default=10)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    kind = models.CharField(_("kind of customer"), max_length=16, choices=Customer.Kind.choices, blank=True)
    """Empty: persons and organisations."""
    segment = models.CharField(_("segment"), max_length=48, blank=True)
    """Empty: any."""
    tenth_from = models.PositiveSmallIntegerField(
        _("tenth by value, from"), default=1, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    tenth_to = models.PositiveSmallIntegerField(
        _("tenth by value, to"), default=10, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    alive_from = models.DecimalField(
        _("P(alive), from"),
        max_digits=4,
        decimal_places=3,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    alive_to = models.DecimalField(
        _("P(alive), to"),
        max_digits=4,
        decimal_places=3,
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    category = models.CharField(_("last category"), max_length=60, blank=True)
    """Empty: any."""
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="rules", verbose_name=_("offer"))

    class Meta:
        verbose_name = _("offer rule")
        verbose_name_plural = _("offer rules")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.position} · {self.offer}"


class OfferRound(models.Model):
    """One sending of offers by e-mail: whom the rules of a day chose, and how many were left out why."""

    scope_path = "unit__path"

    class State(models.TextChoices):
        SENDING = "sending", pgettext_lazy("sending", "under way")
        STOPPED = "stopped", pgettext_lazy("sending", "stopped")
        DONE = "done", pgettext_lazy("sending", "done")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    run = models.ForeignKey(ModelRun, models.SET_NULL, null=True, related_name="+", verbose_name=_("run"))
    planned = models.PositiveIntegerField(_("chosen"), default=0)
    left_out: Any = models.JSONField(default=dict)
    """Reason → how many customers were left out for it when the round was made."""
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.SENDING)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("sending")
        verbose_name_plural = _("sendings")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.unit} #{self.pk}"


class SendState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("offer", "waiting")
    CLAIMED = "claimed", pgettext_lazy("offer", "being sent")
    SENT = "sent", pgettext_lazy("offer", "sent")
    DROPPED = "dropped", pgettext_lazy("offer", "not sent")
    FAILED = "failed", pgettext_lazy("offer", "failed")


class OfferSend(models.Model):
    """The ledger: one offer to one customer, with the consent it rests on."""

    scope_path = "customer__unit__path"

    class Reason(models.TextChoices):
        WITHDRAWN = "withdrawn", pgettext_lazy("offer", "consent withdrawn")
        STOPPED = "stopped", pgettext_lazy("offer", "the sending was stopped")
        ADDRESS = "address", pgettext_lazy("offer", "no e-mail address")
        REFUSED = "refused", pgettext_lazy("offer", "the mail server refused the address")
        SERVER = "server", pgettext_lazy("offer", "the mail server did not take it")

    round = models.ForeignKey(
        OfferRound, models.PROTECT, null=True, blank=True, related_name="sends", verbose_name=_("sending")
    )
    """None: brought by the app near a shop."""
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="offers", verbose_name=_("customer"))
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="sends", verbose_name=_("offer"))
    rule = models.ForeignKey(OfferRule, models.PROTECT, related_name="sends", verbose_name=_("offer rule"))
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="sends", verbose_name=_("consent"))
    way = models.CharField(pgettext_lazy("consent", "channel"), max_length=8, choices=Way.choices)
    state = models.CharField(_("state"), max_length=8, choices=SendState.choices, default=SendState.WAITING)
    reason = models.CharField(_("why not"), max_length=12, choices=Reason.choices, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(pgettext_lazy("offer", "sent at"), null=True, blank=True)
    opened_at = models.DateTimeField(_("link first opened"), null=True, blank=True)
    shop = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("near the shop")
    )
    """Where the customer was: only with a consent to the use of the location."""

    class Meta:
        verbose_name = _("offer to a customer")
        verbose_name_plural = _("offers to customers")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["round", "customer"], name="one_offer_a_sending")]
        indexes = [
            models.Index(fields=["customer", "way", "sent_at"], name="equity_offer_rest"),
            models.Index(
                fields=["round", "id"],
                condition=Q(state__in=("waiting", "claimed")),
                name="equity_offer_unsent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.offer}"
