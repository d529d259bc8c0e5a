"""A hall with its place and opening hours, and its single days."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Place, Region, Unit, User
from bihuan.web.forms.records import RecordForm

from ..models import Hall, HallDay
from ..read.opening import week_words
from ..rules.opening import HoursError, read_day, read_week, week_text
from ..words import hours_fault
from .records import DATE


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
        fields = ("level", "urban", "hours", "open_all_year", "evaluator", "footfall", "closed_on")
        widgets = {"closed_on": DATE}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        if self.instance.pk:
            place = self.instance.place
            told = {"code": place.code, "name": place.name, "unit": place.unit, "region": place.region}
            self.initial.update(told, hours=week_words(self.instance))
            self.fields["code"].disabled = True

    def clean_hours(self) -> str:
        return kept(self.cleaned_data["hours"], lambda text: week_text(read_week(text)) if text else "")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        taken = Hall.objects.filter(place__code__iexact=code).exclude(pk=self.instance.pk)
        if taken.exists():
            raise forms.ValidationError(gettext("There is a hall with this code."))
        foreign = Place.objects.filter(code__iexact=code).exclude(unit__path__startswith=self.user.unit.path)
        if foreign.exists():
            raise forms.ValidationError(gettext("A place outside of your units has this code."))
        return code


class HallDayForm(RecordForm):
    class Meta:
        model = HallDay
        fields = ("hall", "on", "hours", "note")
        widgets = {"on": DATE}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        field: Any = self.fields["hall"]
        field.queryset = field.queryset.filter(closed_on=None).select_related("place")

    def clean_hours(self) -> str:
        return kept(self.cleaned_data["hours"], read_day)


def kept(text: str, read: Callable[[str], str]) -> str:
    """Hours as they are stored. Raises ValidationError that names the piece that cannot be read."""
    try:
        return read(text.strip())
    except HoursError as fault:
        raise forms.ValidationError(hours_fault(fault.part)) from None
