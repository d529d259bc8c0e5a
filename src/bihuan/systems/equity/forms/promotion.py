"""Consents, offers, their rules, campaigns, coupons to hand over, a brand survey to ask."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Unit, User
from bihuan.kernel.scope import visible
from bihuan.web.forms.records import RecordForm

from ..models import Campaign, Consent, Offer, OfferRule
from ..rules.promotion import holds_identity

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
INSTANT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
MOST_OPTIONS = 6


def instant(label: Any, help_text: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(label=label, widget=INSTANT, required=False, help_text=help_text)


class ConsentForm(forms.Form):
    """A consent that a customer gave."""

    purpose = Consent._meta.get_field("purpose").formfield()
    way = Consent._meta.get_field("way").formfield()
    recipient = forms.CharField(
        label=_("recipient"),
        max_length=80,
        required=False,
        help_text=_("empty: ourselves; else the name of the third party"),
    )
    evidence = forms.CharField(
        label=_("evidence"),
        max_length=200,
        help_text=_(
            "a signed form, a recording, a click with its time; never a number of an identity document"
        ),
    )
    given_at = instant(_("given at"), _("empty: now"))


class WithdrawForm(forms.Form):
    how = forms.CharField(
        label=_("how it was withdrawn"),
        max_length=200,
        help_text=_("by telephone, in the shop, in writing …"),
    )
    at = instant(_("withdrawn at"), _("empty: now"))


def _clean_text(form: Any, names: tuple[str, ...]) -> None:
    for name in names:
        if holds_identity(str(form.cleaned_data.get(name) or "")):
            form.add_error(
                name, gettext("Leave the number of the identity document out: promotion has no use for it.")
            )


class OfferForm(RecordForm):
    class Meta:
        model = Offer
        fields = (
            "code",
            "unit",
            "title_zh",
            "title_en",
            "text_zh",
            "text_en",
            "partner",
            "coupon_days",
        )
        widgets = {"text_zh": forms.Textarea(attrs={"rows": 4}), "text_en": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "partner": _("who besides us gets to know of the customer: only with a consent to that"),
            "coupon_days": _("empty: no coupon goes with it"),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["code"].disabled = bool(self.instance.pk)

    def clean(self) -> dict[str, Any] | None:
        given = super().clean()
        _clean_text(self, ("text_zh", "text_en"))
        return given


class RuleForm(RecordForm):
    class Meta:
        model = OfferRule
        fields = (
            "unit",
            "position",
            "offer",
            "kind",
            "segment",
            "tenth_from",
            "tenth_to",
            "alive_from",
            "alive_to",
            "category",
            "valid_from",
            "valid_to",
        )
        widgets = {"valid_from": DAY, "valid_to": DAY}
        help_texts = {
            "position": _("the first rule that fits a customer counts"),
            "kind": _("empty: persons and organisations"),
            "segment": _("as it stands on the customer's record; empty: any"),
            "tenth_from": _("1: the tenth that would be worth most if it were surely there"),
            "category": _("of the last purchase; empty: any"),
            "valid_to": _("empty: until further notice"),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        if not self.instance.pk:
            self.initial.setdefault("valid_from", timezone.localdate())

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or {}
        pairs = (("tenth_from", "tenth_to"), ("alive_from", "alive_to"), ("valid_from", "valid_to"))
        for low, high in pairs:
            if given.get(low) is not None and given.get(high) is not None and given[low] > given[high]:
                self.add_error(high, gettext("Smaller than where it begins."))
        return given


class CampaignForm(RecordForm):
    options = forms.CharField(
        label=_("answers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("of a quiz, one a line: Chinese | English; the first line is the right answer"),
    )

    class Meta:
        model = Campaign
        fields = (
            "code",
            "unit",
            "kind",
            "title_zh",
            "title_en",
            "text_zh",
            "text_en",
            "ask_zh",
            "ask_en",
            "options",
            "reward",
            "rewards",
            "opens_on",
            "closes_on",
        )
        widgets = {
            "text_zh": forms.Textarea(attrs={"rows": 5}),
            "text_en": forms.Textarea(attrs={"rows": 5}),
            "opens_on": DAY,
            "closes_on": DAY,
        }
        help_texts = {
            "code": _("part of the address behind the QR code; it cannot be changed later"),
            "ask_zh": _("what to do, or what is asked"),
            "reward": _("an offer with a coupon; empty: none"),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        reward: Any = self.fields["reward"]
        reward.queryset = reward.queryset.exclude(coupon_days=None)
        self.fields["code"].disabled = bool(self.instance.pk)
        if self.instance.pk:
            lines = [f"{each['zh']} | {each['en']}".rstrip(" |") for each in self.instance.options]
            self.initial["options"] = "\n".join(lines)
        else:
            today = timezone.localdate()
            self.initial["opens_on"] = today
            self.initial["closes_on"] = today + timedelta(days=30)

    def clean_options(self) -> list[dict[str, str]]:
        lines = [line.strip() for line in str(self.cleaned_data["options"]).splitlines() if line.strip()]
        if len(lines) > MOST_OPTIONS:
            raise ValidationError(gettext("Give at most %(n)d answers.") % {"n": MOST_OPTIONS})
        found = []
        for line in lines:
            zh, _bar, en = (part.strip()[:80] for part in line.partition("|"))
            found.append({"zh": zh or en, "en": en or zh})
        return found

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or {}
        kind = given.get("kind")
        if kind == Campaign.Kind.QUIZ and len(given.get("options") or ()) < 2:
            self.add_error("options", gettext("A quiz needs at least two answers."))
        if kind in (Campaign.Kind.QUIZ, Campaign.Kind.TASK) and not given.get("ask_zh"):
            self.add_error("ask_zh", gettext("Say what to do, or what is asked."))
        if given.get("opens_on") and given.get("closes_on") and given["opens_on"] > given["closes_on"]:
            self.add_error("closes_on", gettext("It would end before it begins."))
        _clean_text(self, ("text_zh", "text_en"))
        return given


class UnitsForm(forms.Form):
    """Offers the units and offers that the user may see."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                field.queryset = visible(user, field.queryset)


class SendForm(UnitsForm):
    unit = forms.ModelChoiceField(label=_("customers of"), queryset=Unit.objects.order_by("path"))


class CouponsForm(UnitsForm):
    offer = forms.ModelChoiceField(label=_("offer"), queryset=Offer.objects.exclude(coupon_days=None))
    unit = forms.ModelChoiceField(
        label=_("shops of"), queryset=Unit.objects.order_by("path"), help_text=_("these redeem them")
    )
    count = forms.IntegerField(label=_("how many"), min_value=1, max_value=200, initial=20)


class AskForm(forms.Form):
    """When a brand survey is asked, and how much."""

    opens_on = forms.DateField(label=_("first day"), widget=DAY)
    closes_on = forms.DateField(label=_("last day"), widget=DAY)
    wanted = forms.IntegerField(label=_("replies wanted"), min_value=1, max_value=100_000, initial=200)
    drivers = forms.BooleanField(
        label=_("also ask what drives the choice: three questions for each brand that was considered"),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("opens_on"), given.get("closes_on")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("closes_on", gettext("It would end before it begins."))
        return given
