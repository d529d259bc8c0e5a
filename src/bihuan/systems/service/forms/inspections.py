"""A scorecard to fill in on a phone: marks as large buttons, words and pictures beside each item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ..act.inspections import Shot, fault_words
from ..models import Inspection, ScorecardItem
from ..rules.inspection import Said, faults, steps
from ..rules.scorecard import Item

DOES_NOT_APPLY = "none"


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item on the page with its fields."""

    item: ScorecardItem
    first: bool
    """A new section begins."""
    mark: forms.BoundField
    text: forms.BoundField
    finding: forms.BoundField
    serious: forms.BoundField
    error: str

    @property
    def photo(self) -> str:
        return f"photo-{self.item.pk}"


class InspectForm(forms.Form):
    """`before`: the record that is corrected; its marks and words are there to begin with."""

    number = forms.CharField(max_length=40, widget=forms.HiddenInput)
    card = forms.CharField(max_length=12, widget=forms.HiddenInput)
    """The version that was filled: a newer one may come into force while somebody is under way."""
    at = forms.DateTimeField(
        label=_("time of the check"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    note = forms.CharField(
        label=_("note"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(
        label=_("what was wrong with the record"),
        min_length=4,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        items: Sequence[ScorecardItem],
        number: str,
        card: int,
        before: Inspection | None = None,
    ) -> None:
        at = timezone.localtime(before.at if before else timezone.now())
        initial: dict[str, Any] = {"number": number, "card": card, "at": at.strftime("%Y-%m-%dT%H:%M")}
        if before:
            initial["note"] = before.note
        super().__init__(data, initial=initial)
        self.items, self.before = list(items), before
        if before is None:
            del self.fields["reason"]
        said = {remark.item_id: remark for remark in before.remarks.all()} if before else {}
        for item in self.items:
            self._add(item, before.marks.get(str(item.pk)) if before else None, said.get(item.pk))

    def _add(self, item: ScorecardItem, mark: float | None, remark: Any) -> None:
        self.fields[f"mark-{item.pk}"] = forms.ChoiceField(
            label=item.text,
            choices=choices(item, mark),
            initial=self._initial(item, mark),
            widget=forms.RadioSelect,
            required=False,
        )
        self.fields[f"text-{item.pk}"] = forms.CharField(
            label=gettext("what was seen: %(item)s") % {"item": item.text},
            max_length=400,
            required=False,
            initial=remark.text if remark else "",
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        for name, label in (
            ("finding", gettext("Finding: a case for the team")),
            ("serious", gettext("Serious: report at once")),
        ):
            self.fields[f"{name}-{item.pk}"] = forms.BooleanField(
                label=label, required=False, initial=bool(remark and getattr(remark, name))
            )

    def _initial(self, item: ScorecardItem, mark: float | None) -> str:
        if self.before is None or str(item.pk) not in self.before.marks:
            return ""
        return DOES_NOT_APPLY if mark is None else f"{mark:g}"

    def clean_at(self) -> datetime:
        found: datetime = self.cleaned_data["at"]
        if found > timezone.now() + timedelta(minutes=1):
            raise forms.ValidationError(gettext("What has not happened yet cannot be recorded."))
        return min(found, timezone.now())

    def clean(self) -> dict[str, Any]:
        super().clean()
        open_items = [item for item in self.items if not self.cleaned_data.get(f"mark-{item.pk}")]
        for item in open_items:
            self.add_error(f"mark-{item.pk}", gettext("Choose a mark."))
        if not open_items:
            asked = [Item(item.pk, item.points, item.veto) for item in self.items]
            for fault in faults(asked, self.marks(), self.said()):
                self.add_error(f"mark-{fault.item}", fault_words(fault.why))
        return self.cleaned_data

    def marks(self) -> dict[int, float | None]:
        given = {item.pk: self.cleaned_data[f"mark-{item.pk}"] for item in self.items}
        return {key: None if mark == DOES_NOT_APPLY else float(mark) for key, mark in given.items()}

    def said(self) -> dict[int, Said]:
        given = self.cleaned_data
        return {
            item.pk: Said(
                given.get(f"text-{item.pk}", ""),
                finding=given.get(f"finding-{item.pk}", False),
                serious=given.get(f"serious-{item.pk}", False),
            )
            for item in self.items
        }

    def shots(self, files: Any) -> list[Shot]:
        """Pictures are read from the request: a field would take only the last of several."""
        return [
            Shot(item.pk, file.name or "", file.read())
            for item in self.items
            for file in files.getlist(f"photo-{item.pk}")
        ]

    def rows(self) -> list[ItemRow]:
        found, section = [], None
        for item in self.items:
            errors = self.errors.get(f"mark-{item.pk}")
            found.append(
                ItemRow(
                    item,
                    item.section != section,
                    self[f"mark-{item.pk}"],
                    self[f"text-{item.pk}"],
                    self[f"finding-{item.pk}"],
                    self[f"serious-{item.pk}"],
                    str(errors[0]) if errors else "",
                )
            )
            section = item.section
        return found

    def told(self) -> list[str]:
        """The first fault of each field, for the page's script."""
        return [str(errors[0]) for errors in self.errors.values()]

    def summary(self) -> str:
        """What is still open, as one sentence; empty without faults."""
        n = sum(name.startswith("mark-") for name in self.errors)
        if not n:
            return next(iter(self.told()), "")
        return ngettext("%(n)d item is not finished.", "%(n)d items are not finished.", n) % {"n": n}


def choices(item: ScorecardItem, mark: float | None = None) -> list[tuple[str, str]]:
    """A veto item is kept or broken; others have their steps, and a mark that was given before."""
    if item.veto:
        return [(str(item.points), gettext("kept")), ("0", gettext("broken")), _no()]
    given: list[float] = [*steps(item.points)]
    if mark is not None and mark not in given:
        given = sorted([*given, mark], reverse=True)
    return [*((f"{step:g}", f"{step:g}") for step in given), _no()]


def _no() -> tuple[str, str]:
    return (DOES_NOT_APPLY, gettext("n/a"))
