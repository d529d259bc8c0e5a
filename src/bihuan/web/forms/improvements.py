"""What each step of an improvement asks."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Cause, Improvement, Unit, User
from bihuan.kernel.rules.permissions import ROLES, may
from bihuan.kernel.scope import visible

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
AREA = forms.Textarea(attrs={"rows": 3})


def able() -> QuerySet[User]:
    """Who may own an improvement: anybody who handles cases, in whatever department."""
    roles = [role for role in ROLES if may(role, "handle")]
    return User.objects.filter(is_active=True, role__in=roles).select_related("unit").order_by("unit__path")


class PeopleField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def __init__(self, **more: Any) -> None:
        super().__init__(queryset=User.objects.none(), **more)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} · {obj.unit}"


class CauseField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def __init__(self, **more: Any) -> None:
        super().__init__(queryset=Cause.objects.filter(active=True), label=_("cause"), **more)

    def label_from_instance(self, obj: Any) -> str:
        return f"{'　' * (obj.path.count('/') - 2)}{obj}"


class StepForm(forms.Form):
    """Asked on the page of one item."""

    prefix = "step"

    def __init__(self, data: Any = None, *, item: Improvement, user: User) -> None:
        super().__init__(data, initial=self.first(item))
        self.user = user
        for field in self.fields.values():
            if isinstance(field, PeopleField):
                field.queryset = able()

    def first(self, item: Improvement) -> dict[str, Any]:
        return {}


class PlanForm(StepForm):
    title = forms.CharField(
        label=_("title"), max_length=120, required=False, help_text=_("empty: cause and unit name it")
    )
    problem = forms.CharField(
        label=_("problem"), widget=AREA, help_text=_("What goes wrong, how often, for whom.")
    )
    cause = CauseField()
    owner = PeopleField(label=_("owner"), help_text=_("may be of another department"))
    starts_on = forms.DateField(label=_("planned from"), widget=DATE)
    ends_on = forms.DateField(label=_("planned to"), widget=DATE)

    def first(self, item: Improvement) -> dict[str, Any]:
        names = ("title", "problem", "cause", "owner", "starts_on", "ends_on")
        return {name: getattr(item, name) for name in names}


class DayForm(StepForm):
    on = forms.DateField(label=_("day"), widget=DATE)

    def first(self, item: Improvement) -> dict[str, Any]:
        return {"on": timezone.localdate()}


class FinishForm(DayForm):
    text = forms.CharField(label=_("what was done"), widget=AREA)


class GoOnForm(StepForm):
    text = forms.CharField(label=_("what is done further"), widget=AREA)
    ends_on = forms.DateField(label=_("planned to"), widget=DATE)


class ReasonForm(StepForm):
    text = forms.CharField(label=_("reason"), widget=AREA)


class RemarkForm(StepForm):
    text = forms.CharField(label=_("remark"), widget=forms.Textarea(attrs={"rows": 2}))


class ConcludeForm(StepForm):
    text = forms.CharField(
        label=_("remark"),
        required=False,
        widget=AREA,
        help_text=_("the numbers decide; add what they leave out"),
    )


class RemedyForm(StepForm):
    text = forms.CharField(label=_("remedy"), max_length=400)
    owner = PeopleField(label=_("owner"), required=False, help_text=_("empty: the owner of the improvement"))
    due_on = forms.DateField(label=_("due"), required=False, widget=DATE)


class LinkForm(StepForm):
    number = forms.CharField(label=_("number of the case"), max_length=20)


class NewForm(forms.Form):
    """A proposal by hand; the rest is asked when it is planned."""

    unit = forms.ModelChoiceField(label=_("unit"), queryset=Unit.objects.none())
    title = forms.CharField(label=_("title"), max_length=120, required=False)
    cause = CauseField(required=False, help_text=_("a title or a cause is needed"))
    problem = forms.CharField(label=_("problem"), widget=AREA, required=False)

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, initial={"unit": user.unit})
        field: Any = self.fields["unit"]
        field.queryset = visible(user, Unit.objects.all())
