"""What a customer of a cohort pays, and how later payments are discounted."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _


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
