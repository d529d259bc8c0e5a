"""My jobs: what I asked for that takes longer, and the files that came of it."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Job, JobState, User
from bihuan.kernel.registry import job_specs, load
from bihuan.web.components.figures import number
from bihuan.web.components.marks import sprite_icon, status_icon
from bihuan.web.listing import Choice, Column, Dates, Listing
from bihuan.web.listing.background import progress
from bihuan.web.listing.columns import shown

TONES = {JobState.DONE: ("green", "normal"), JobState.FAILED: ("red", "abnormal")}


def what(row: Job) -> str:
    spec = job_specs().get(row.name)
    if spec is None:
        return row.name
    title = capfirst(str(spec.title))
    return f"{title}: {load(spec.describe)(row.params)}" if spec.describe else title


def kinds(user: User | None) -> list[tuple[str, StrOrPromise]]:
    return [(spec.name, spec.title) for spec in job_specs().values()]


def state_cell(row: Job) -> SafeString:
    """Shape and word; why it failed stands under it."""
    tone, shape = TONES.get(JobState(row.state), ("blue", "in_progress"))
    mark = format_html(
        '<span class="bh-mark bh-tone-{}">{}<span>{}</span></span>',
        tone,
        status_icon(shape),
        capfirst(row.get_state_display()),
    )
    return format_html("{} <small>{}</small>", mark, row.error) if row.error else mark


def file_cell(row: Job) -> SafeString:
    if not row.file:
        return shown(None)
    return format_html(
        '<a href="{}" download>{}{}</a>',
        reverse("job-file", args=[row.pk]),
        sprite_icon("download"),
        row.file_name,
    )


def size_text(row: Job) -> str | None:
    """Kilobytes, from a megabyte on megabytes."""
    if not row.file:
        return None
    kilobytes = row.size / 1000
    return f"{number(kilobytes)} kB" if kilobytes < 1000 else f"{number(kilobytes / 1000, 1)} MB"


class JobsListing(Listing):
    """Everybody sees his own and nobody else's, whatever the role."""

    model = Job
    title = _("My jobs and files")
    url_name = "jobs"
    nothing = _("Long exports and reports that you ask for stand here as long as their files are kept.")
    order = ("-pk",)
    columns = (
        Column(key="pk", label=_("number"), sort=("pk",), numeric=True, quiet=True),
        Column(key="name", label=_("what"), value=what, sort=("name",), fluid=True, width=40),
        Column(key="state", label=_("state"), cell=state_cell, sort=("state",)),
        Column(key="rows", label=_("rows"), value=progress, numeric=True),
        Column(key="file", label=_("file"), value=lambda row: row.file_name, cell=file_cell, width=28),
        Column(key="size", label=_("size"), value=size_text, sort=("size",), numeric=True),
        Column(key="made_at", label=_("asked for"), sort=("made_at",), width=20),
        Column(key="ended_at", label=_("ended"), sort=("ended_at",), width=20),
        Column(key="keep_until", label=_("kept until"), sort=("keep_until",), width=20),
    )
    filters = (
        Choice(key="kind", label=_("kind"), choices=kinds, field="name"),
        Choice(key="state", label=_("state"), choices=JobState.choices),
        Dates(key="made", label=_("asked for"), field="made_at"),
    )

    def scope(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows if self.user is None else rows.filter(user=self.user)

    def scope_text(self) -> str:
        return gettext("only my own")
