"""What people fill in about items, weights, entered figures and third-party indices."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import User
from bihuan.kernel.scope import visible
from bihuan.web.forms.records import RecordForm

from ..act import Share
from ..models import ExternalIndex, Item, Reading, Weight
from ..read.indicators import feed_titles
from .records import DATE


class ItemForm(RecordForm):
    class Meta:
        model = Item
        fields = ("key", "name", "position")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["key"].disabled = bool(self.instance.pk)


class ReadingForm(RecordForm):
    """Figures of halls come as a list; here a hall's unit is the hall's own."""

    class Meta:
        model = Reading
        fields = ("item", "unit", "hall", "quarter", "value", "n", "sd", "source")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        halls: Any = self.fields["hall"]
        halls.queryset = halls.queryset.select_related("place")

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or {}
        hall, unit = given.get("hall"), given.get("unit")
        if hall and unit and hall.place.unit_id != unit.pk:
            self.add_error("hall", gettext("This hall belongs to %(name)s.") % {"name": hall.place.unit})
        return given


class IndexForm(RecordForm):
    class Meta:
        model = ExternalIndex
        fields = ("provider", "subject", "year", "unit", "value", "rank", "n", "sd", "low", "high", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or {}
        low, high, value = given.get("low"), given.get("high"), given.get("value")
        if (low is None) != (high is None):
            self.add_error("low" if low is None else "high", gettext("An interval has two ends."))
        elif low is not None and value is not None and not low <= value <= high:
            self.add_error("value", gettext("The index does not lie in its interval."))
        return given


class SchemeForm(forms.Form):
    """A weight and a feed of every item; whether they make a scheme is for the act to say."""

    valid_from = forms.DateField(label=_("valid from"), widget=DATE)
    note = forms.CharField(
        label=_("why it changes"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None, *, weights: Iterable[Weight]) -> None:
        super().__init__(data, initial={"valid_from": timezone.localdate()})
        self.weights = list(weights)
        feeds = [("", gettext("no method defined")), *feed_titles().items()]
        for row in self.weights:
            name = str(row.item)
            self.fields[f"weight_{row.item.key}"] = forms.DecimalField(
                label=gettext("weight of %(name)s") % {"name": name},
                min_value=0,
                max_value=1,
                max_digits=5,
                decimal_places=4,
                initial=row.weight.normalize() + Decimal(0),
            )
            self.fields[f"feed_{row.item.key}"] = forms.ChoiceField(
                label=gettext("what feeds %(name)s") % {"name": name},
                choices=feeds,
                initial=row.feed,
                required=False,
            )

    def rows(self) -> list[dict[str, Any]]:
        """The fields item by item."""
        return [
            {
                "item": row.item,
                "weight": self[f"weight_{row.item.key}"],
                "feed": self[f"feed_{row.item.key}"],
            }
            for row in self.weights
        ]

    def common(self) -> list[forms.BoundField]:
        return [self["valid_from"], self["note"]]

    def shares(self) -> dict[str, Share]:
        given = self.cleaned_data
        keys = [row.item.key for row in self.weights]
        return {key: Share(given[f"weight_{key}"], given[f"feed_{key}"]) for key in keys}


class SampleForm(forms.Form):
    """Which two indices, and what the reader takes their samples to be."""

    first = forms.ModelChoiceField(label=_("first index"), queryset=ExternalIndex.objects.none())
    n1 = forms.IntegerField(label=_("its sample size"), min_value=2, required=False)
    sd1 = forms.FloatField(label=_("its standard deviation"), min_value=0, max_value=100, required=False)
    second = forms.ModelChoiceField(label=_("second index"), queryset=ExternalIndex.objects.none())
    n2 = forms.IntegerField(label=_("its sample size"), min_value=2, required=False)
    sd2 = forms.FloatField(label=_("its standard deviation"), min_value=0, max_value=100, required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        for name in ("first", "second"):
            field: Any = self.fields[name]
            field.queryset = visible(user, ExternalIndex.objects.all())
