"""A Parquet file of order lines."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Unit, User
from bihuan.kernel.scope import visible


class ParquetForm(forms.Form):
    file = forms.FileField(label=_("Parquet file"), widget=forms.FileInput(attrs={"accept": ".parquet"}))
    unit = forms.ModelChoiceField(
        label=_("Unit"),
        queryset=Unit.objects.none(),
        help_text=_("of lines whose customer is not known yet; all others belong to their customer's unit"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = visible(user, Unit.objects.order_by("path"))
        self.initial.setdefault("unit", user.unit)
