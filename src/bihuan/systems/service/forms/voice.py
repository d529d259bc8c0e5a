"""What people fill in about recordings, scores and review meetings."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Unit, User
from bihuan.kernel.scope import visible
from bihuan.web.forms.records import RecordForm

from ..act.recordings import find_agent
from ..models import Recording, Review, ReviewMeeting, ScorecardItem
from ..read.voice import due_calls

DOES_NOT_APPLY = "none"

if TYPE_CHECKING:
    RecordingModelForm = forms.ModelForm[Recording]
else:
    RecordingModelForm = forms.ModelForm


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class UploadForm(forms.Form):
    """The files themselves are read from the request: a form would take only the last one."""

    sounds = forms.FileField(
        label=_("recordings"),
        required=False,
        widget=ManyFiles(attrs={"multiple": True, "accept": ".wav,.mp3,.ogg,.opus,.m4a,.csv,audio/*"}),
        help_text=_(
            "Several at once. Named 8012_20260105-093015_billing.wav, they bring agent, start and business; "
            "a CSV file among them (file, agent, started_at, business, duration_s, transferred, complaint, "
            "low_rating) tells the rest."
        ),
    )
    unit = forms.ModelChoiceField(
        label=_("unit of calls whose agent is unknown"), queryset=Unit.objects.order_by("path")
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, initial={"unit": user.unit_id})
        field: Any = self.fields["unit"]
        field.queryset = visible(user, field.queryset)


class RecordingForm(RecordingModelForm):
    """What is known of a call; the agent by staff number."""

    number = forms.CharField(label=_("staff number of the agent"), max_length=32, required=False)
    field_order = ("number", "started_at", "duration_s")

    class Meta:
        model = Recording
        fields = ("started_at", "duration_s", "business", "transferred", "complaint", "low_rating")
        widgets = {
            "started_at": forms.DateTimeInput(
                attrs={"type": "datetime-local", "step": 1}, format="%Y-%m-%dT%H:%M:%S"
            )
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.initial["number"] = self.instance.agent_number

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"].strip()
        self.agent = find_agent(number, self.user)
        if number and self.agent is None:
            raise forms.ValidationError(gettext("Nobody of your units is an agent with this number."))
        return number

    def told(self) -> dict[str, Any]:
        """The changed fields for `act.tell_more`."""
        found = {name: self.cleaned_data[name] for name in self.changed_data if name != "number"}
        if self.agent is not None and self.agent.pk != self.instance.agent_id:
            found["agent"] = self.agent
        return found


class ScoreForm(forms.Form):
    """One field an item of the card: its points, all to none, or that it does not apply."""

    def __init__(self, data: Any = None, *, items: Sequence[ScorecardItem]) -> None:
        super().__init__(data)
        self.items = list(items)
        for item in self.items:
            self.fields[f"item-{item.pk}"] = forms.ChoiceField(
                label=item.text,
                choices=self.choices(item),
                widget=forms.RadioSelect if item.veto else forms.Select,
            )
        self.fields["note"] = forms.CharField(
            label=_("note"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
        )

    @staticmethod
    def choices(item: ScorecardItem) -> list[tuple[str, str]]:
        if item.veto:
            return [(str(item.points), gettext("kept")), ("0", gettext("broken: the score is 0"))]
        steps = [(str(n), str(n)) for n in range(item.points, -1, -1)]
        return [("", "—"), *steps, (DOES_NOT_APPLY, gettext("does not apply"))]

    def rows(self) -> list[tuple[ScorecardItem, forms.BoundField, bool]]:
        """Item, field, and whether a new section begins."""
        found, section = [], None
        for item in self.items:
            found.append((item, self[f"item-{item.pk}"], item.section != section))
            section = item.section
        return found

    def marks(self) -> dict[int, float | None]:
        given = {item.pk: self.cleaned_data[f"item-{item.pk}"] for item in self.items}
        return {key: None if mark == DOES_NOT_APPLY else float(mark) for key, mark in given.items()}


class MeetingForm(RecordForm):
    """A meeting on a quarter's review; the calls that may be ticked are those that were drawn."""

    class Meta:
        model = ReviewMeeting
        fields = ("held_on", "unit", "review", "place", "chair", "attendees", "heard", "minutes")
        widgets = {
            "held_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "attendees": forms.Textarea(attrs={"rows": 4}),
            "minutes": forms.Textarea(attrs={"rows": 10}),
            "heard": forms.SelectMultiple(attrs={"size": 8}),
        }

    def __init__(self, *args: Any, user: User, review: Review | None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        field: Any = self.fields["heard"]
        field.queryset = drawn_recordings(review) if review else field.queryset.none()
        field.label_from_instance = call_words
        field.help_text = gettext("several with Ctrl; calls of the review that is chosen above")


def drawn_recordings(review: Review) -> QuerySet[Recording]:
    codes = [each.code for each in due_calls(review)]
    rows = Recording.objects.filter(code__in=codes).select_related("agent__person")
    return rows.order_by("agent__person__number", "started_at")


def call_words(row: Recording) -> str:
    """Agent, day and business of a call, for lists to choose from."""
    from django.utils.timezone import localtime

    when = f"{localtime(row.started_at):%m-%d %H:%M}" if row.started_at else ""
    who = row.agent.person.name if row.agent else row.agent_number
    return " ".join(filter(None, (who, when, row.business, row.code[:8])))


class FindingForm(forms.Form):
    text = forms.CharField(
        label=_("what was found"), min_length=4, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
    team = forms.ModelChoiceField(label=_("team"), queryset=Unit.objects.order_by("path"))
    recording = forms.ModelChoiceField(
        label=_("recording"), queryset=Recording.objects.none(), required=False
    )
    serious = forms.BooleanField(label=_("serious: reported to the deputy manager at once"), required=False)

    def __init__(self, data: Any = None, *, user: User, meeting: ReviewMeeting) -> None:
        super().__init__(data, auto_id="finding-%s")
        team: Any = self.fields["team"]
        team.queryset = visible(user, team.queryset)
        recording: Any = self.fields["recording"]
        recording.queryset = meeting.heard.select_related("agent__person")
        recording.label_from_instance = call_words
        agents = {row.agent.team_id for row in recording.queryset if row.agent}
        self.initial["team"] = agents.pop() if len(agents) == 1 else meeting.unit_id
