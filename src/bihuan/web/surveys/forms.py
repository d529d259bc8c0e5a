"""What people fill in: questions, questionnaires, waves, how many to issue."""

import secrets
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Person, Question, QuestionnaireVersion, Unit, User
from bihuan.kernel.models.surveys.bank import QuestionKind
from bihuan.kernel.rules.surveys.form import OPERATORS, Condition, Form
from bihuan.kernel.scope import visible
from bihuan.web.surveys.shown import OPERATOR_WORDS

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
INSTANT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
LAST = time(23, 59, 59)


class UnitForm(forms.Form):
    """Offers the units that the user may see."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                field.queryset = visible(user, field.queryset)


class QuestionForm(UnitForm):
    key = forms.SlugField(label=_("code"), max_length=32, help_text=_("letters, digits and dashes"))
    kind = forms.ChoiceField(label=_("kind of answer"), choices=QuestionKind.choices)
    text_zh = forms.CharField(label=_("question in Chinese"), max_length=300, required=False)
    text_en = forms.CharField(label=_("question in English"), max_length=300, required=False)
    options = forms.CharField(
        label=_("options"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("for choices, one a line: code | Chinese | English"),
    )
    low_zh = forms.CharField(label=_("lowest answer in Chinese"), max_length=24, required=False)
    low_en = forms.CharField(label=_("lowest answer in English"), max_length=24, required=False)
    high_zh = forms.CharField(label=_("highest answer in Chinese"), max_length=24, required=False)
    high_en = forms.CharField(label=_("highest answer in English"), max_length=24, required=False)
    dimension = forms.SlugField(
        label=_("what it measures"),
        max_length=32,
        required=False,
        allow_unicode=True,
        help_text=_("questions of one dimension are put together"),
    )
    weight = forms.DecimalField(
        label=_("weight"),
        max_digits=6,
        decimal_places=3,
        min_value=0,
        required=False,
        help_text=_("within its dimension; empty: 1"),
    )
    personal = forms.BooleanField(label=_("asks for personal data"), required=False)
    unit = forms.ModelChoiceField(label=_("unit"), queryset=Unit.objects.order_by("path"))

    def __init__(self, *args: Any, row: Question | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if row:
            for name in ("key", "unit"):
                self.fields[name].disabled = True
            self.initial = {
                **self.initial,
                **{name: getattr(row, name) for name in self.fields if name != "options"},
            }
            lines = [f"{each['key']} | {each['zh']} | {each['en']}" for each in row.options]
            self.initial["options"] = "\n".join(lines)

    def clean_options(self) -> list[dict[str, str]]:
        found = []
        for line in str(self.cleaned_data["options"]).splitlines():
            parts = [part.strip() for part in line.split("|")]
            if not any(parts):
                continue
            if len(parts) == 1:
                parts = [slugify(parts[0], allow_unicode=True)[:32], parts[0]]
            key, zh, en = (*parts, "", "")[:3]
            if not key or not (zh or en):
                raise forms.ValidationError(gettext("Write each option as: code | Chinese | English"))
            found.append({"key": key[:32], "zh": zh[:80], "en": en[:80]})
        return found


class NewQuestionnaireForm(UnitForm):
    key = forms.SlugField(label=_("code"), max_length=32)
    title_zh = forms.CharField(label=_("title in Chinese"), max_length=120)
    title_en = forms.CharField(label=_("title in English"), max_length=120, required=False)
    unit = forms.ModelChoiceField(label=_("unit"), queryset=Unit.objects.order_by("path"))


class WordsForm(forms.Form):
    """The texts around the questions of a draft."""

    title_zh = forms.CharField(label=_("title in Chinese"), max_length=120)
    title_en = forms.CharField(label=_("title in English"), max_length=120, required=False)
    intro_zh = forms.CharField(label=_("introduction in Chinese"), max_length=300, required=False)
    intro_en = forms.CharField(label=_("introduction in English"), max_length=300, required=False)
    privacy_zh = forms.CharField(label=_("privacy line in Chinese"), max_length=300, required=False)
    privacy_en = forms.CharField(label=_("privacy line in English"), max_length=300, required=False)
    thanks_zh = forms.CharField(label=_("thanks in Chinese"), max_length=200, required=False)
    thanks_en = forms.CharField(label=_("thanks in English"), max_length=200, required=False)


class ItemForm(forms.Form):
    """Whether a question must be answered, and the condition under which it is shown."""

    required = forms.BooleanField(label=_("required"), required=False)
    newest = forms.BooleanField(label=_("take the newest words"), required=False)
    code = forms.ChoiceField(label=_("shown when the answer to"), required=False)
    operator = forms.ChoiceField(label=_("condition"), choices=list(OPERATOR_WORDS.items()), required=False)
    value = forms.CharField(label=_("answer"), max_length=32, required=False)

    def __init__(self, *args: Any, form: Form, place: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.earlier = {item.code: item for item in form.items[: place - 1] if OPERATORS[item.kind]}
        field: Any = self.fields["code"]
        shown = [(code, f"{code} {item.words.said('zh')[:30]}") for code, item in self.earlier.items()]
        field.choices = [("", gettext("always")), *shown]

    def condition(self) -> Condition | None:
        given = self.cleaned_data
        if not given.get("code"):
            return None
        text = given["value"].strip()
        number = self.earlier[given["code"]].scale is not None and text.isdigit()
        return Condition(given["code"], given["operator"], int(text) if number else text)


class WaveForm(UnitForm):
    version = forms.ModelChoiceField(
        label=_("questionnaire"), queryset=QuestionnaireVersion.objects.exclude(issued_at=None)
    )
    title = forms.CharField(
        label=_("title"), max_length=120, required=False, help_text=_("empty: made for you")
    )
    subject_kind = forms.CharField(
        label=_("kind of subject"),
        max_length=24,
        initial="hall",
        help_text=_("as the system that asks calls it: hall, area, customer …"),
    )
    subject_key = forms.CharField(label=_("key of the subject"), max_length=48)
    subject_name = forms.CharField(label=_("about"), max_length=120)
    unit = forms.ModelChoiceField(label=_("unit"), queryset=Unit.objects.order_by("path"))
    period = forms.CharField(label=pgettext_lazy("wave", "period"), max_length=16, required=False)
    wanted = forms.IntegerField(label=_("wanted"), min_value=1, max_value=100_000, initial=20)
    opens_on = forms.DateField(label=_("opens"), widget=DAY)
    closes_on = forms.DateField(label=_("closes"), widget=DAY, help_text=_("this day included"))

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("opens_on"), found.get("closes_on")
        if first and last and last < first:
            self.add_error("closes_on", gettext("The wave would end before it begins."))
        return found

    def window(self) -> tuple[datetime, datetime]:
        first: date = self.cleaned_data["opens_on"]
        last: date = self.cleaned_data["closes_on"]
        ends = (datetime.combine(first, time.min), datetime.combine(last, LAST))
        return timezone.make_aware(ends[0]), timezone.make_aware(ends[1])


class IssueForm(UnitForm):
    count = forms.IntegerField(label=_("how many"), min_value=1, max_value=500)
    layout = forms.ChoiceField(
        label=_("print"), choices=[("slips", _("slips with a code")), ("papers", _("whole questionnaires"))]
    )
    interviewer = forms.ModelChoiceField(
        label=_("interviewer"),
        queryset=Person.objects.filter(active=True, erased_at=None).order_by("number"),
        required=False,
    )
    run = forms.CharField(widget=forms.HiddenInput, max_length=32)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("run", secrets.token_hex(16))


class TimesForm(forms.Form):
    """As noted on the paper."""

    begun_at = forms.DateTimeField(label=_("begun"), widget=INSTANT)
    ended_at = forms.DateTimeField(label=_("ended"), widget=INSTANT)


class SheetForm(forms.Form):
    number = forms.IntegerField(label=_("number on the sheet"), min_value=1)
