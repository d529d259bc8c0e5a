"""What people fill in about questionnaires in the field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Unit, User
from bihuan.kernel.scope import visible

from ..models import BackCheck, Verdict


class FindingForm(forms.Form):
    """What a reply shows that must be put right, and by which team."""

    text = forms.CharField(
        label=_("what was found"), min_length=4, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
    team = forms.ModelChoiceField(label=_("team"), queryset=Unit.objects.order_by("path"))
    serious = forms.BooleanField(
        label=_("serious"),
        required=False,
        help_text=_("The team and the deputy manager for marketing hear of it at once."),
    )

    def __init__(self, data: Any = None, *, user: User, unit: Unit, key: object = "") -> None:
        super().__init__(data, initial={"team": unit}, auto_id=f"finding{key}-%s")
        team: Any = self.fields["team"]
        team.queryset = visible(user, team.queryset)


class RefusalForm(forms.Form):
    count = forms.IntegerField(label=_("refused"), min_value=1, max_value=500, initial=1)
    why = forms.CharField(label=_("what they said"), max_length=120, required=False)


class MoveForm(forms.Form):
    on = forms.DateField(
        label=_("another day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=_("reason"), min_length=4, max_length=200)


class CheckForm(forms.Form):
    """The back-check, the decision, or both in one go."""

    result = forms.ChoiceField(
        label=_("back-check"),
        required=False,
        choices=[("", pgettext_lazy("back-check", "not made")), *BackCheck.choices],
    )
    verdict = forms.ChoiceField(
        label=_("decision"),
        required=False,
        choices=[("", pgettext_lazy("sheet", "not decided yet")), *Verdict.choices],
    )
    reason = forms.CharField(label=_("reason"), max_length=400, required=False)

    def __init__(self, data: Any = None, *, key: object = "", initial: Any = None) -> None:
        super().__init__(data, auto_id=f"check{key}-%s", initial=initial)
