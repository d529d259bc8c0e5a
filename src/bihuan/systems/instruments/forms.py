"""What people fill in: an instrument, a maintenance, a permit, a photo's alarm."""

from datetime import timedelta
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Person, Place, Unit, User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.components.figures import moment

from .models import Alarm, Instrument, Photo
from .read.period import Period

NEAR = timedelta(days=1)
"""A photo's alarm is looked for this far around it."""

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Instrument]
else:
    ModelForm = forms.ModelForm


class InstrumentForm(ModelForm):
    """Everything but the identifier; relations offer what the user may see."""

    addresses = forms.CharField(
        label=_("allowed addresses"),
        required=False,
        help_text=_("networks such as 10.1.2.0/24, separated by blanks; empty: every address"),
    )
    encoding = forms.ChoiceField(
        label=_("roster encoding"), choices=[("utf-8", "UTF-8"), ("gb18030", "GB18030")]
    )

    class Meta:
        model = Instrument
        fields = (
            *("name", "place", "unit", "owner", "rest_minutes", "service_hours", "service_days"),
            *("maintenance", "silence_s", "overlong_h", "card_format", "encoding", "addresses"),
        )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = [role for role in ("owner", "manager", "director") if may(role, "handle")]
        self._offer("place", visible(user, Place.objects.order_by("code")))
        self._offer("unit", visible(user, Unit.objects.order_by("path")))
        self._offer("owner", visible(user, User.objects.filter(is_active=True, role__in=able)))
        self.fields["owner"].help_text = gettext("nobody: the unit's case owner with the fewest cases")
        if self.instance.pk:
            self.initial["addresses"] = " ".join(self.instance.addresses)

    def _offer(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    def clean_addresses(self) -> list[str]:
        text = str(self.cleaned_data["addresses"]).replace(",", " ")
        try:
            return [str(ip_network(part, strict=False)) for part in text.split()]
        except ValueError:
            raise forms.ValidationError(gettext("Write networks such as 10.1.2.0/24.")) from None


class NewInstrumentForm(InstrumentForm):
    """The identifier is checked where it is written, so that import and form agree."""

    code = forms.CharField(
        label=_("instrument ID"),
        max_length=32,
        help_text=_("as the terminal sends it; it cannot be changed later"),
    )
    field_order = ("code", "name", "unit", "place")


class ServiceForm(forms.Form):
    note = forms.CharField(
        label=_("Work done"), min_length=4, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )


class PermitForm(forms.Form):
    """By staff number: names are not unique."""

    number = forms.CharField(label=_("staff number"), max_length=32)
    trained_on = forms.DateField(
        label=_("trained on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.user = user

    def clean_number(self) -> Person:
        people = visible(self.user, Person.objects.filter(erased_at=None))
        found = people.filter(number=self.cleaned_data["number"].strip()).first()
        if found is None:
            raise forms.ValidationError(gettext("No person of your units has this staff number."))
        return found


class AlarmField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    def label_from_instance(self, obj: Any) -> str:
        return f"{moment(obj.began_at)} – {moment(obj.ended_at)}"


class AttachForm(forms.Form):
    """Alarms of the same instrument within a day of the photo."""

    alarm = AlarmField(label=_("alarm"), queryset=Alarm.objects.none())

    def __init__(self, data: Any = None, *, photo: Photo) -> None:
        super().__init__(data, auto_id=f"attach-{photo.pk}-%s")
        around = (photo.received_at - NEAR, photo.received_at + NEAR)
        field = self.fields["alarm"]
        if isinstance(field, forms.ModelChoiceField):
            rows = Alarm.objects.filter(instrument=photo.instrument_id, began_at__range=around)
            field.queryset = rows.order_by("began_at")


class PhotoFilter(forms.Form):
    """Which photos: the fields of the address."""

    instrument = forms.CharField(label=_("instrument ID"), required=False, max_length=32)
    first = forms.DateField(label=_("from"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("to"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    tray = forms.BooleanField(label=_("without an alarm only"), required=False)


class PeriodForm(forms.Form):
    """The two dates of the time picker."""

    def __init__(self, period: Period) -> None:
        super().__init__()
        for name, label, value in (("from", _("from"), period.first), ("to", _("to"), period.last)):
            picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
            self.fields[name] = forms.DateField(label=label, initial=value, widget=picker)
