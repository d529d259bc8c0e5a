"""A model run to ask for, and a measure to think through."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Unit, User
from bihuan.kernel.scope import visible

from ..models import ModelRun


class RunForm(forms.Form):
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none())
    model = forms.ChoiceField(label=_("Model"), choices=ModelRun.Model.choices)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = visible(user, Unit.objects.order_by("path"))
        self.initial.setdefault("unit", user.unit)


def points(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=-9, max_value=9, decimal_places=2, initial=0
    )


class MeasureForm(forms.Form):
    """By how many points of ten a measure moves each driver, and what it costs."""

    value = points(_("Value driver, points"))
    brand = points(_("Brand driver, points"))
    relation = points(_("Relationship driver, points"))
    cost = forms.DecimalField(
        label=_("Cost of the measure (yuan)"), min_value=1, max_value=10**12, decimal_places=2
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors and not any(found.get(name) for name in ("value", "brand", "relation")):
            raise forms.ValidationError(gettext("Say which driver the measure moves."))
        return found
