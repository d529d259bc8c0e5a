"""What people fill in."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Person, Place, Region, Unit, User
from bihuan.web.forms.records import RecordForm

from .models import Area, EvaluatorDevice, Hall, Job, Staff

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


class DeviceForm(RecordForm):
    """An evaluator on the counters of a hall."""

    class Meta:
        model = EvaluatorDevice
        fields = ("name", "hall")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        field: Any = self.fields["hall"]
        field.queryset = field.queryset.filter(closed_on=None).select_related("place")
