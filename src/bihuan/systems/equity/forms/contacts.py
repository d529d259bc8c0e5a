"""A contact to log."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Customer, User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible

from ..act.contacts import MOST
from ..models import ContactWay

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ContactForm(forms.Form):
    customer = forms.CharField(label=_("customer number"), max_length=32)
    on = forms.DateField(label=_("day"), widget=DATE)
    way = forms.ChoiceField(label=_("way"), choices=ContactWay.choices)
    note = forms.CharField(
        label=pgettext_lazy("contact", "what was said"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=MOST,
    )
    next_step = forms.CharField(label=_("next step"), max_length=200, required=False)
    next_on = forms.DateField(label=_("next step until"), widget=DATE, required=False)
    by = forms.CharField(
        label=_("had by"),
        max_length=64,
        required=False,
        help_text=_("user name, where you log it for somebody else; empty: yourself"),
    )

    def __init__(self, *args: Any, user: User, customer: Customer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.initial.setdefault("on", timezone.localdate())
        self.initial.setdefault("customer", customer.number if customer else "")
        if not may(user.role, "edit"):
            del self.fields["by"]

    def clean_customer(self) -> Customer:
        rows = visible(self.user, Customer.objects.filter(erased_at=None).select_related("unit"))
        found = rows.filter(number=self.cleaned_data["customer"].strip()).first()
        if found is None:
            raise forms.ValidationError(gettext("There is no customer of this number in your units."))
        return found

    def clean_by(self) -> User | None:
        name = self.cleaned_data["by"].strip()
        if not name:
            return None
        rows = visible(self.user, User.objects.filter(is_active=True).select_related("unit"))
        found = rows.filter(username__iexact=name).first()
        if found is None:
            raise forms.ValidationError(gettext("No active account of your units has this user name."))
        return found
