"""Exports that are too long to wait for: the same file by the same code, made by a job."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.http import QueryDict
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext as _

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.jobs import Plain, Run, enqueue
from bihuan.kernel.models import Job, User
from bihuan.web.components.figures import number
from bihuan.web.listing.export import FORMATS, file_name, write_csv, write_xlsx
from bihuan.web.listing.listing import Listing
from bihuan.web.listing.state import State

LONG = 5_000
"""Rows from which an export is made by a job: up to here a file takes about a second."""


def is_long(table: Listing, state: State) -> bool:
    keys = table.matching(state).order_by().values("pk")
    return keys[: LONG + 1].count() > LONG


def ask(table: Listing, state: State, user: User, form: str, full: bool) -> Job:
    """Raises Refused when the account has too many jobs already."""
    listing = type(table)
    params: dict[str, Plain] = {
        "listing": listing.url_name,
        "query": state.query,
        "format": form,
        "full": full,
    }
    key = f"export:{user.pk}:{sha256(repr(params).encode()).hexdigest()}"
    return enqueue(name="export", params=params, user=user, key=key, verb=listing.verb)


def run(run: Run) -> None:
    """The job: rows as the user may see them when it is carried out."""
    params = run.job.params
    listing = named(params["listing"])
    if listing is None or params["format"] not in FORMATS:
        raise Refused(_("This table is no longer there."))
    table = listing(run.job.user)
    state = State.read(QueryDict(params["query"].removeprefix("?")), table.names())
    run.tell(0, table.matching(state).order_by().values("pk").count())
    out = run.file(file_name(listing, params["format"]))
    if params["format"] == "csv":
        with out.open("wb") as file:
            file.writelines(write_csv(table, state, full=params["full"], tell=run.tell))
    else:
        write_xlsx(table, state, out, full=params["full"], tell=run.tell)
    run.tell(run.total)


def describe(params: Mapping[str, Any]) -> str:
    """Which table, and that a filter was on."""
    listing = named(params.get("listing", ""))
    title = str(listing.title) if listing else params.get("listing", "")
    asked = params.get("query", "?") != "?"
    return _("%(table)s, filtered") % {"table": title} if asked else title


def named(url_name: str) -> type[Listing] | None:
    """The listing behind a page: found by its url, so that no job can name any other code."""
    try:
        view: Any = resolve(reverse(f"{url_name}-export")).func
    except NoReverseMatch:
        return None
    found: type[Listing] | None = getattr(view, "keywords", {}).get("listing")
    return found


def progress(job: Job) -> str:
    """`3,000 / 12,000` rows while it runs."""
    return f"{number(job.done)} / {number(job.total)}" if job.total else ""
