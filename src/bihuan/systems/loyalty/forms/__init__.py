"""What people fill in."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Cause, Customer, Unit, User
from bihuan.kernel.scope import visible
from bihuan.web.forms.records import RecordForm

from ..models import Arm, ArmDraw, Borrowed, Channel, GrowthYear, JourneyStage, Programme, Step, Touchpoint
from ..read.huddles import attendees

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class ProgrammeForm(RecordForm):
    class Meta:
        model = Programme
        fields = ("code", "name", "unit", "leader", "starts_on", "note")
        widgets = {"starts_on": DATE, "note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        if self.instance.pk and self.instance.stage != Step.PREPARED:
            self.fields["starts_on"].disabled = self.fields["code"].disabled = True


class ArmForm(forms.Form):
    unit = forms.ModelChoiceField(label=_("unit"), queryset=Unit.objects.none())
    arm = forms.ChoiceField(label=_("arm"), choices=Arm.choices)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = programme.members.values("unit")
        rows = Unit.objects.filter(path__startswith=programme.unit.path).exclude(pk__in=taken)
        self.fields["unit"].queryset = rows.order_by("path")  # type: ignore[attr-defined]


class TouchpointForm(RecordForm):
    class Meta:
        model = Touchpoint
        fields = ("code", "name", "stage", "unit", "active")


class StageForm(RecordForm):
    class Meta:
        model = JourneyStage
        fields = ("code", "name", "place")


class GrowthForm(RecordForm):
    class Meta:
        model = GrowthYear
        fields = ("unit", "year", "base", "retained", "earned_new", "bought_new", "unknown_new", "source")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        for name in ("base", "retained", "earned_new", "bought_new", "unknown_new"):
            self.fields[name].min_value = 1 if name == "base" else 0  # type: ignore[attr-defined]
            self.fields[name].widget.attrs["min"] = 1 if name == "base" else 0

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name in ("base", "retained", "earned_new", "bought_new", "unknown_new"):
            if (given.get(name) or 0) < (1 if name == "base" else 0) and given.get(name) is not None:
                self.add_error(
                    name, forms.ValidationError(_("Revenue is not negative, and the base is above zero."))
                )
        return given


class BorrowedForm(RecordForm):
    class Meta:
        model = Borrowed
        fields = ("number", "programme", "lender", "kind", "what", "since_on", "until_on")
        widgets = {"since_on": DATE, "until_on": DATE}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["lender"].queryset = Unit.objects.order_by("path")  # type: ignore[attr-defined]


CODES = (Channel.EMAIL, Channel.LINK, Channel.QR)
"""Ways by which a code of ours reaches somebody."""


class InviteForm(forms.Form):
    programme = forms.ModelChoiceField(label=_("programme"), queryset=Programme.objects.none())
    unit = forms.ModelChoiceField(label=_("unit"), queryset=Unit.objects.none())
    channel = forms.ChoiceField(
        label=_("way"),
        choices=lambda: [(key, capfirst(str(dict(Channel.choices)[key]))) for key in CODES],
    )
    touchpoint = forms.ModelChoiceField(
        label=_("touchpoint"), queryset=Touchpoint.objects.filter(active=True), required=False
    )
    segment = forms.CharField(label=_("segment"), max_length=48, required=False)
    customers = forms.CharField(
        label=_("customer numbers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line, at most 500. Empty: codes without a name, to be handed over."),
    )
    count = forms.IntegerField(label=_("codes without a name"), min_value=1, max_value=500, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        mine = visible(user, Programme.objects.exclude(stage=Step.ENDED))
        above = Programme.objects.exclude(stage=Step.ENDED).filter(unit__in=user.unit.ancestors)
        self.fields["programme"].queryset = (mine | above).distinct()  # type: ignore[attr-defined]
        self.fields["unit"].queryset = visible(user, Unit.objects.order_by("path"))  # type: ignore[attr-defined]

    def clean_customers(self) -> list[Customer]:
        numbers = list(dict.fromkeys(self.cleaned_data["customers"].split()))
        if len(numbers) > 500:
            raise forms.ValidationError(_("At most 500 at once."))
        rows = visible(self.user, Customer.objects.filter(number__in=numbers, erased_at=None))
        found = {row.number: row for row in rows}
        unknown = [number for number in numbers if number not in found]
        if unknown:
            text = _("No such customer within your units: %(number)s") % {"number": ", ".join(unknown[:5])}
            raise forms.ValidationError(text)
        return [found[number] for number in numbers]


class HuddleForm(forms.Form):
    unit = forms.ModelChoiceField(label=_("unit"), queryset=Unit.objects.none())
    held_at = forms.DateTimeField(label=_("held"), widget=MOMENT)

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("path")
        self.fields["unit"].queryset = rows  # type: ignore[attr-defined]


class PresentForm(forms.Form):
    who = forms.ModelChoiceField(label=_("account"), queryset=User.objects.none())

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].queryset = attendees(unit)  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    """The team's own; with a cause it is handed on and becomes an improvement of the owner's department."""

    text = forms.CharField(label=_("what is done"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.ModelChoiceField(label=_("owner"), queryset=User.objects.none())
    due_on = forms.DateField(label=_("due"), widget=DATE)
    cause = forms.ModelChoiceField(
        label=_("hand on: cause"),
        queryset=Cause.objects.none(),
        required=False,
        help_text=_("With a cause it becomes an improvement that the owner's department carries out."),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(unit__path__startswith=programme.unit.path, is_active=True)
        self.fields["owner"].queryset = people.exclude(role="viewer").order_by("name")  # type: ignore[attr-defined]
        self.fields["cause"].queryset = Cause.objects.filter(active=True).order_by("path")  # type: ignore[attr-defined]


class DeclineForm(forms.Form):
    """By number, because whoever calls gives it."""

    number = forms.CharField(label=_("customer number"), max_length=32)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_number(self) -> Customer:
        rows = visible(self.user, Customer.objects.filter(erased_at=None))
        found = rows.filter(number=self.cleaned_data["number"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("no such customer in your units"))
        return found


class BouncesForm(forms.Form):
    box = forms.FileField(
        label=_("mailbox or letter"),
        help_text=_("An mbox file, or one notification as a file (.eml); at most 50 MB."),
    )

    def clean_box(self) -> Any:
        given = self.cleaned_data["box"]
        if given.size > 50_000_000:
            raise forms.ValidationError(_("At most 50 MB at once: split the mailbox."))
        return given


class CommitForm(forms.Form):
    """Which units chance may choose from, how many become the pilot, and two parties with their digests."""

    units = forms.ModelMultipleChoiceField(
        label=_("units"), queryset=Unit.objects.none(), widget=forms.SelectMultiple(attrs={"size": 12})
    )
    pilot = forms.IntegerField(label=_("units of the pilot"), min_value=1, max_value=1999)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Unit.objects.filter(path__startswith=programme.unit.path).exclude(pk=programme.unit_id)
        self.fields["units"].queryset = rows.order_by("path")  # type: ignore[attr-defined]
        for n in (1, 2):
            self.fields[f"party_{n}"] = forms.CharField(label=_("party %(n)d") % {"n": n}, max_length=40)
            short = {"spellcheck": "false", "autocomplete": "off", "data-digest": str(n)}
            self.fields[f"digest_{n}"] = forms.CharField(
                label=_("digest of its secret"), max_length=64, widget=forms.TextInput(attrs=short)
            )

    @property
    def parties(self) -> list[str]:
        return [self.cleaned_data[f"party_{n}"].strip() for n in (1, 2)]

    @property
    def digests(self) -> list[str]:
        return [self.cleaned_data[f"digest_{n}"] for n in (1, 2)]


class OpenForm(forms.Form):
    """The secrets of both parties."""

    def __init__(self, *args: Any, draw: ArmDraw, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "open-%s", **kwargs})
        for n, party in enumerate(draw.parties):
            self.fields[f"nonce_{n}"] = forms.CharField(
                label=_("secret of %(party)s") % {"party": party},
                strip=False,
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )

    @property
    def nonces(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]
