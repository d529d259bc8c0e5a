"""What a customer of a cohort pays, and how later payments are discounted."""

from datetime import date
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ..act.contracts import Terms
from ..models.contracts import MOST_MONTHS


class ContractForm(forms.Form):
    discount = forms.DecimalField(
        label=_("discount a period"),
        required=False,
        min_value=Decimal("0.0001"),
        max_value=5,
        decimal_places=4,
        help_text=_("0.1 is ten per cent; empty: the standard"),
    )
    payment = forms.DecimalField(
        label=_("margin of a payment (yuan)"), required=False, min_value=0, max_value=10**9, decimal_places=2
    )


class TermsForm(forms.Form):
    """What the payments of a cohort are, so that customer equity can count them."""

    counted_on = forms.DateField(
        label=pgettext_lazy("cohort", "counted on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("the day of the newest count"),
    )
    months = forms.IntegerField(
        label=_("months of a period"), required=False, min_value=1, max_value=MOST_MONTHS
    )
    payment = forms.DecimalField(
        label=_("margin of a payment (yuan)"),
        required=False,
        min_value=0,
        max_value=10**9,
        decimal_places=2,
        help_text=_("what one payment leaves when its cost is paid"),
    )
    in_orders = forms.NullBooleanField(
        label=_("payments are among the orders"),
        required=False,
        widget=forms.Select(choices=(("", "—"), ("true", _("yes")), ("false", _("no")))),
        help_text=_("yes: the model of purchases counts them already"),
    )

    def clean_counted_on(self) -> date | None:
        found: date | None = self.cleaned_data["counted_on"]
        if found and found > timezone.localdate():
            raise forms.ValidationError(gettext("This day has not come yet."))
        return found

    def terms(self) -> Terms:
        """Of a valid form."""
        given = self.cleaned_data
        payment = None if given["payment"] is None else round(given["payment"] * 100)
        return Terms(given["counted_on"], given["months"], payment, given["in_orders"])
