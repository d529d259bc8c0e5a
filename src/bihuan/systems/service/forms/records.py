"""What people fill in."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Customer, Person, Place, Unit, User
from bihuan.kernel.scope import visible
from bihuan.web.forms.records import RecordForm

from ..act.plans import first_look
from ..models import (
    Area,
    Complaint,
    EvaluatorDevice,
    Job,
    PlanItem,
    SpotItem,
    Staff,
    Supervisor,
    Training,
)
from ..system.kinds import ANSWERS

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
FILED = {"area", "name", "phone", "until_on"}
"""What the service centre was told: when it changes, it must be told again."""


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
    complained_at = forms.DateTimeField(label=_("complained"), widget=MOMENT)
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


class SupervisorForm(RecordForm):
    class Meta:
        model = Supervisor
        fields = ("number", "area", "name", "phone", "since_on", "until_on", "consent")
        widgets = {"since_on": DATE, "until_on": DATE}
        help_texts = {
            "consent": _("when and how they agreed that name and phone are kept and passed on"),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.initial.pop("unit", None)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("since_on") and given.get("until_on") and given["until_on"] < given["since_on"]:
            raise forms.ValidationError(gettext("The end lies before the beginning."))
        if FILED & set(self.changed_data):
            self.instance.filed_at = None
        return given


class TipForm(forms.Form):
    """A tip as the supervisor told it."""

    number = forms.CharField(label=_("number"), max_length=40, help_text=_("of the register of tips"))
    supervisor = forms.ModelChoiceField(label=_("supervisor"), queryset=Supervisor.objects.none())
    tipped_at = forms.DateTimeField(label=_("told on"), widget=MOMENT)
    text = forms.CharField(
        label=_("what the supervisor says"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000
    )
    serious = forms.BooleanField(label=_("serious: report at once"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Supervisor.objects.filter(erased_at=None).select_related("area")
        field: Any = self.fields["supervisor"]
        field.queryset = visible(user, rows)
        field.label_from_instance = lambda row: f"{row.area} · {row.name}"


class AnswerForm(forms.Form):
    """What the supervisor was told."""

    answer = forms.CharField(
        label=_("what the supervisor was told"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )


class HeardForm(forms.Form):
    """Whether the record of a second call agrees with its recording."""

    result = forms.ChoiceField(
        label=_("record and recording"), choices=SpotItem.Result.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("what was heard"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
        help_text=_("required where they differ or the recording is missing"),
    )


class PlanItemForm(RecordForm):
    class Meta:
        model = PlanItem
        fields = ("code", "unit", "year", "kind", "title", "due_on", "owner", "done_on", "result")
        widgets = {"due_on": DATE, "done_on": DATE}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("due_on"):
            self.instance.next_at = first_look(given["due_on"], given.get("done_on"))
        return given


class DoneForm(forms.Form):
    """What came of items of the plan."""

    result = forms.CharField(
        label=_("what came of it"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class TrainingForm(RecordForm):
    class Meta:
        model = Training
        fields = ("code", "unit", "held_on", "topic", "cause", "hours")
        widgets = {"held_on": DATE}


class AttendForm(forms.Form):
    """Who took part, and with what score."""

    number = forms.CharField(label=_("staff number"), max_length=32)
    score = forms.DecimalField(
        label=_("score, 0 to 100"), min_value=0, max_value=100, decimal_places=1, required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.staff: Staff | None = None

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"].strip()
        rows = visible(self.user, Staff.objects.filter(left_on=None))
        self.staff = rows.filter(person__number__iexact=number).first()
        if self.staff is None:
            raise forms.ValidationError(gettext("Nobody of your teams has this number."))
        return number


class DeviceForm(RecordForm):
    """An evaluator on the counters of a hall."""

    class Meta:
        model = EvaluatorDevice
        fields = ("name", "hall")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        field: Any = self.fields["hall"]
        field.queryset = field.queryset.filter(closed_on=None).select_related("place")
