"""What people fill in."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Customer, Person, Place, Region, Unit, User
from bihuan.kernel.scope import visible
from bihuan.web.forms.records import RecordForm

from .act import Share
from .models import Area, Complaint, ExternalIndex, Hall, Item, Job, Reading, Staff, Weight
from .read.indicators import feed_titles
from .system.kinds import ANSWERS

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class HallForm(RecordForm):
    """A hall and the place that it is."""

    code = forms.CharField(label=_("code"), max_length=32)
    name = forms.CharField(label=_("name"), max_length=80)
    unit = forms.ModelChoiceField(label=_("unit"), queryset=Unit.objects.order_by("path"))
    region = forms.ModelChoiceField(
        label=_("region"), queryset=Region.objects.order_by("path"), required=False
    )
    field_order = ("code", "name", "unit", "region", "level", "urban")

    class Meta:
        model = Hall
        fields = ("level", "urban", "open_all_year", "evaluator", "footfall", "closed_on")
        widgets = {"closed_on": DATE}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        if self.instance.pk:
            place = self.instance.place
            told = {"code": place.code, "name": place.name, "unit": place.unit, "region": place.region}
            self.initial.update(told)
            self.fields["code"].disabled = True

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        taken = Hall.objects.filter(place__code__iexact=code).exclude(pk=self.instance.pk)
        if taken.exists():
            raise forms.ValidationError(gettext("There is a hall with this code."))
        foreign = Place.objects.filter(code__iexact=code).exclude(unit__path__startswith=self.user.unit.path)
        if foreign.exists():
            raise forms.ValidationError(gettext("A place outside of your units has this code."))
        return code


class StaffForm(RecordForm):
    number = forms.CharField(label=_("staff number"), max_length=32)
    field_order = ("number", "team", "job", "hall", "left_on")

    class Meta:
        model = Staff
        fields = ("team", "job", "hall", "left_on")
        widgets = {"left_on": DATE}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.initial.pop("unit", None)
        if self.instance.pk:
            self.initial["number"] = self.instance.person.number
            self.fields["number"].disabled = True

    def clean_number(self) -> str:
        """Sets the person of a new row. Raises ValidationError for somebody unknown or in a team already."""
        number: str = self.cleaned_data["number"].strip()
        if self.instance.pk:
            return number
        rows = Person.objects.filter(erased_at=None, unit__path__startswith=self.user.unit.path)
        person = rows.filter(number__iexact=number).first()
        if person is None:
            raise forms.ValidationError(gettext("No person of your units has this staff number."))
        if Staff.objects.filter(person=person).exists():
            raise forms.ValidationError(gettext("This person is in a team already."))
        self.instance.person = person
        return number


class AreaForm(RecordForm):
    class Meta:
        model = Area
        fields = ("code", "name", "unit", "reader", "customers", "key_area", "closed_on")
        widgets = {"closed_on": DATE}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        field: Any = self.fields["reader"]
        field.queryset = field.queryset.filter(job=Job.READER, left_on=None).select_related("person")


class CallForm(forms.Form):
    """What came of a call-back."""

    answer = forms.ChoiceField(
        label=_("answer"),
        choices=[(key, words) for key, words, _means in ANSWERS],
        widget=forms.RadioSelect,
    )
    rating = forms.TypedChoiceField(
        label=_("rating, 1 to 5"),
        choices=[("", "—"), *((n, n) for n in range(1, 6))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    said = forms.CharField(
        label=_("what was said"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
    )
    recording = forms.FileField(label=_("recording"), required=False, help_text=_("WAV or MP3, up to 20 MB"))


class ComplaintForm(forms.Form):
    """A complaint as it came in; its clocks count from when it was made."""

    number = forms.CharField(label=_("number"), max_length=40, help_text=_("of the business system"))
    channel = forms.ChoiceField(label=_("channel"), choices=Complaint.Channel.choices)
    complained_at = forms.DateTimeField(
        label=_("complained"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    customer = forms.CharField(label=_("customer number"), max_length=32, required=False)
    unit = forms.ModelChoiceField(label=_("unit that must answer"), queryset=Unit.objects.none())
    place = forms.ModelChoiceField(label=_("place"), queryset=Place.objects.none(), required=False)
    text = forms.CharField(
        label=_("what the customer says"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000
    )
    serious = forms.BooleanField(label=_("serious: report at once"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        for name, rows in (
            ("unit", Unit.objects.order_by("path")),
            ("place", Place.objects.order_by("code")),
        ):
            field: Any = self.fields[name]
            field.queryset = visible(user, rows)

    def clean_customer(self) -> Customer | None:
        number = self.cleaned_data["customer"].strip()
        if not number:
            return None
        found = (
            visible(self.user, Customer.objects.filter(erased_at=None)).filter(number__iexact=number).first()
        )
        if found is None:
            raise forms.ValidationError(gettext("No customer of your units has this number."))
        return found


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
