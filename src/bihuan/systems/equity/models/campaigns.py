"""Coupons that work once, and campaigns behind a code that anybody may scan."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Customer, Unit, User

from .promotion import Offer, OfferSend


class Campaign(models.Model):
    """Scan a code → product details, or a small task or quiz → a reward."""

    scope_path = "unit__path"

    class Kind(models.TextChoices):
        DETAILS = "details", pgettext_lazy("campaign", "product details")
        TASK = "task", pgettext_lazy("campaign", "small task")
        QUIZ = "quiz", pgettext_lazy("campaign", "quiz")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    code = models.SlugField(_("code"), max_length=32, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    title_zh = models.CharField(_("title in Chinese"), max_length=80)
    title_en = models.CharField(_("title in English"), max_length=80, blank=True)
    text_zh = models.TextField(_("text in Chinese"), max_length=3000)
    text_en = models.TextField(_("text in English"), max_length=3000, blank=True)
    ask_zh = models.CharField(_("task or question in Chinese"), max_length=200, blank=True)
    ask_en = models.CharField(_("task or question in English"), max_length=200, blank=True)
    options = models.JSONField(_("answers"), default=list, blank=True)
    """`[{"zh", "en"}]`; the first is right, and they are shown in an order of their own."""
    reward = models.ForeignKey(
        Offer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reward")
    )
    rewards = models.PositiveIntegerField(
        _("rewards at most"), default=100, validators=[MinValueValidator(1)]
    )
    opens_on = models.DateField(_("first day"))
    closes_on = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-opens_on", "code"]

    def __str__(self) -> str:
        return self.title_zh


class CampaignVisit(models.Model):
    """Somebody looked at a campaign. No name, no address, no cookie: a random key of this one visit."""

    scope_path = "campaign__unit__path"

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="visits")
    key = models.CharField(max_length=32, unique=True)
    scanned = models.BooleanField(_("by the code"), default=False)
    at = models.DateTimeField(_("time"))
    clicked_at = models.DateTimeField(null=True, blank=True)
    wrong = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    dwell_s = models.FloatField(_("seconds on the page"), null=True, blank=True)

    class Meta:
        verbose_name = _("visit of a campaign")
        verbose_name_plural = _("visits of campaigns")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["campaign", "at"], name="equity_visit_day")]

    def __str__(self) -> str:
        return self.key


class Coupon(models.Model):
    """A code that works once. It is reckoned from the house's secret and `key`; only its digest is kept."""

    scope_path = "unit__path"

    class Source(models.TextChoices):
        MAIL = "mail", pgettext_lazy("coupon", "e-mail")
        NEAR = "near", pgettext_lazy("coupon", "near a shop")
        SCAN = "scan", pgettext_lazy("coupon", "scanned campaign")
        PRINT = "print", pgettext_lazy("coupon", "handed over")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    """Shops of this unit and below redeem it: the offer's own, whichever part of it sent the letter."""
    key = models.CharField(max_length=32, unique=True, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="coupons", verbose_name=_("offer"))
    source = models.CharField(_("came by"), max_length=8, choices=Source.choices)
    send = models.OneToOneField(
        OfferSend, models.PROTECT, null=True, blank=True, related_name="coupon", verbose_name=_("sending")
    )
    visit = models.OneToOneField(CampaignVisit, models.SET_NULL, null=True, blank=True, related_name="coupon")
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="coupons", verbose_name=_("campaign")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="coupons", verbose_name=_("customer")
    )
    issued_at = models.DateTimeField(_("issued at"))
    valid_to = models.DateField(_("valid to"))
    redeemed_at = models.DateTimeField(_("redeemed at"), null=True, blank=True)
    shop = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shop")
    )
    redeemed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("redeemed by")
    )
    scan_key = models.CharField(max_length=36, blank=True, editable=False)
    """The phone's own key of the scan that won: sent again, it is the same scan."""

    class Meta:
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        ordering = ["-issued_at", "-pk"]
        indexes = [models.Index(fields=["unit", "redeemed_at"], name="equity_coupon_redeemed")]

    def __str__(self) -> str:
        return f"{self.offer} #{self.pk}"


class CouponScan(models.Model):
    """Every try to redeem, the refused ones too."""

    scope_path = "shop__path"

    class Outcome(models.TextChoices):
        REDEEMED = "redeemed", pgettext_lazy("coupon", "redeemed")
        USED = "used", pgettext_lazy("coupon", "refused: used before")
        EXPIRED = "expired", pgettext_lazy("coupon", "refused: no longer valid")

    coupon = models.ForeignKey(Coupon, models.CASCADE, related_name="scans", verbose_name=_("coupon"))
    key = models.CharField(max_length=36)
    shop = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("shop"))
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("scanned by"))
    scanned_at = models.DateTimeField(_("scanned at"))
    received_at = models.DateTimeField(_("received"))
    offline = models.BooleanField(_("without network"), default=False)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)

    class Meta:
        verbose_name = _("scan of a coupon")
        verbose_name_plural = _("scans of coupons")
        ordering = ["-received_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["coupon", "key"], name="one_scan_a_key")]
        indexes = [models.Index(fields=["shop", "-received_at"], name="equity_scan_shop")]

    def __str__(self) -> str:
        return f"{self.coupon_id} {self.outcome}"
