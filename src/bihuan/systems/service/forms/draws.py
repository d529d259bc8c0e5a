"""What people fill in about committed draws and scorecards."""

from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Unit, User
from bihuan.kernel.scope import visible

from ..act import Holder
from ..models import CardSubject, Draw, DrawKind, Scorecard
from ..read.voice import quarter_before

PARTIES = 3
"""Rows of the form; from the third on they may stay empty."""
LEAST = 2
SHORT = {"maxlength": 64, "spellcheck": "false", "autocomplete": "off"}


class CallForm(forms.Form):
    """A quarter, a unit, and the parties, each with the account from which it speaks."""

    kind = forms.ChoiceField(label=_("what is drawn"), choices=DrawKind.choices)
    unit = forms.ModelChoiceField(label=_("unit"), queryset=Unit.objects.order_by("path"))
    year = forms.IntegerField(label=_("year"), min_value=2000, max_value=2100)
    quarter = forms.TypedChoiceField(
        label=_("quarter"),
        coerce=int,
        choices=[(n, f"Q{n}") for n in (1, 2, 3, 4)],
        help_text=_(
            "Calls: of a quarter that has ended. Halls and areas: of the quarter in which they are asked."
        ),
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        year, quarter = quarter_before(timezone.localdate())
        super().__init__(data, initial={"unit": user.unit_id, "year": year, "quarter": quarter})
        unit: Any = self.fields["unit"]
        unit.queryset = visible(user, unit.queryset)
        for n in range(1, PARTIES + 1):
            self.fields[f"party_{n}"] = forms.CharField(
                label=gettext("party %(n)d") % {"n": n}, max_length=40, required=n <= LEAST
            )
            self.fields[f"account_{n}"] = AccountField(
                user=user, label=gettext("speaks from the account"), required=n <= LEAST
            )

    @property
    def parties(self) -> list[Holder]:
        rows = [
            (self.cleaned_data[f"party_{n}"].strip(), self.cleaned_data[f"account_{n}"])
            for n in range(1, PARTIES + 1)
        ]
        return [Holder(name or account.unit.name[:40], account) for name, account in rows if account]


class AccountField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An active account of the user's units, by name, user name and unit."""

    def __init__(self, *, user: User, **more: Any) -> None:
        rows = User.objects.filter(is_active=True).select_related("unit").order_by("unit__path", "name")
        super().__init__(queryset=visible(user, rows), **more)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.username}) · {obj.unit.name}"


class PromiseForm(forms.Form):
    """The digest of a party's secret."""

    digest = forms.CharField(
        label=_("digest of your secret"),
        max_length=64,
        widget=forms.TextInput(attrs={**SHORT, "data-digest": "1"}),
    )


class BringForm(forms.Form):
    """A party's secret."""

    nonce = forms.CharField(
        label=_("your secret"),
        max_length=200,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class HandOverForm(forms.Form):
    """Another account for a party that has not brought its secret."""

    place = forms.TypedChoiceField(label=_("party"), coerce=int)
    reason = forms.CharField(label=_("reason"), min_length=4, max_length=400)

    def __init__(self, data: Any = None, *, user: User, draw: Draw) -> None:
        super().__init__(data, auto_id="hand-over-%s")
        place: Any = self.fields["place"]
        place.choices = [(party.place, party.name) for party in draw.parties.all() if not party.brought_at]
        self.fields["to"] = AccountField(user=user, label=gettext("speaks from the account"))
        self.order_fields(["place", "to", "reason"])


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("reason"), min_length=4, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )


class SubjectForm(forms.Form):
    subject = forms.ChoiceField(label=_("for"), choices=CardSubject.choices)


class CardForm(forms.Form):
    title = forms.CharField(label=_("title"), max_length=80)


class ItemForm(forms.Form):
    section = forms.CharField(label=_("section"), max_length=40, required=False)
    text = forms.CharField(label=_("what is judged"), max_length=200, required=False)
    points = forms.IntegerField(
        label=pgettext_lazy("scorecard", "points"), min_value=1, max_value=100, initial=10, required=False
    )
    veto = forms.BooleanField(label=_("veto"), required=False)

    def clean_points(self) -> int:
        """Fields are cleaned in order: an item that is left out needs no points."""
        points: int | None = self.cleaned_data["points"]
        if points is None and self.cleaned_data.get("text"):
            raise forms.ValidationError(gettext("An item needs at least one point."))
        return points or 1


def item_forms(card: Scorecard, data: Any = None) -> "BaseFormSet[ItemForm]":
    """The items as they are, and three empty rows; an item without text is dropped."""
    make = forms.formset_factory(ItemForm, extra=3, can_order=True, can_delete=True, max_num=100)
    rows = list(card.items.values("section", "text", "points", "veto"))
    return make(data, initial=rows, prefix="items")


class InForceForm(forms.Form):
    on = forms.DateField(
        label=_("valid from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"on": timezone.localdate()})
