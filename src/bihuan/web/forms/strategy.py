"""What is asked for the strategy record."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Aim, Unit, User, Verdict
from bihuan.kernel.registry import indicator_specs
from bihuan.kernel.scope import visible
from bihuan.web.forms.improvements import AREA, DATE, PeopleField, able

QUARTER = timedelta(days=91)


class AimForm(forms.Form):
    unit = forms.ModelChoiceField(label=_("unit"), queryset=Unit.objects.none())
    title = forms.CharField(
        label=_("aim"), max_length=160, help_text=_("What is to be reached, in a sentence.")
    )
    reason = forms.CharField(label=_("why"), widget=AREA, required=False)
    review_on = forms.DateField(label=_("first review"), widget=DATE)
    every_months = forms.IntegerField(
        label=_("months from one review to the next"), min_value=1, max_value=24, initial=3
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        first = timezone.localdate() + QUARTER
        super().__init__(data, initial={"unit": user.unit, "review_on": first})
        field: Any = self.fields["unit"]
        field.queryset = visible(user, Unit.objects.order_by("path"))


class StepForm(forms.Form):
    """Asked on the page of one aim."""

    def __init__(self, data: Any = None, *, aim: Aim, user: User) -> None:
        super().__init__(data)
        self.aim = aim
        for field in self.fields.values():
            if isinstance(field, PeopleField):
                field.queryset = able()


class MeasureForm(StepForm):
    text = forms.CharField(label=pgettext_lazy("aim", "measure"), max_length=200)
    owner = PeopleField(label=_("owner"), required=False)
    due_on = forms.DateField(label=_("due"), widget=DATE, required=False)


class BindForm(StepForm):
    key = forms.ChoiceField(label=pgettext_lazy("aim", "indicator"))
    target = forms.FloatField(
        label=pgettext_lazy("aim", "target"),
        required=False,
        help_text=_("in the unit of the figure; a share as a ratio, 0.9 for 90 %"),
    )

    def __init__(self, data: Any = None, *, aim: Aim, user: User) -> None:
        super().__init__(data, aim=aim, user=user)
        field: Any = self.fields["key"]
        field.choices = [
            (key, f"{capfirst(str(system.title))} · {spec.title}")
            for key, (system, spec) in indicator_specs().items()
        ]


class ReviewForm(StepForm):
    verdict = forms.ChoiceField(label=_("verdict"), choices=Verdict.choices)
    text = forms.CharField(
        label=_("what was decided"),
        widget=AREA,
        help_text=_("The figures as they stand now are kept beside it and never change."),
    )
    next_on = forms.DateField(
        label=_("next review"),
        widget=DATE,
        required=False,
        help_text=_("empty: as many months later as the aim says"),
    )
