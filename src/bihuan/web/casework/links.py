"""Other cases beside this one: links both ways, and which cases a link may lead to."""

from dataclasses import dataclass

from django.db.models import Case as Choose
from django.db.models import IntegerField, Q, Value, When
from django.utils.translation import pgettext_lazy

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Case, CaseLink, User
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.scope import covers, visible
from bihuan.web.casework import words

BACK: dict[str, StrOrPromise] = {
    "duplicate": pgettext_lazy("link", "has as a duplicate"),
    "merged": pgettext_lazy("link", "took in"),
    "caused": pgettext_lazy("link", "caused"),
    "follows": pgettext_lazy("link", "is followed by"),
}
"""Words of a link as the other case reads it."""
OFFERED = 12


@dataclass(frozen=True, slots=True)
class Link:
    words: StrOrPromise
    other: Case
    title: str
    """Empty outside the reader's units: then only the number stands there."""


def of(case: Case, user: User) -> list[Link]:
    """Both ways in one query."""
    rows = CaseLink.objects.filter(Q(case=case) | Q(other=case))
    found: list[Link] = []
    for link in rows.select_related("case__unit", "case__place", "other__unit", "other__place"):
        there = link.case_id == case.pk
        other = link.other if there else link.case
        said = CaseLink.Kind(link.kind).label if there else BACK[link.kind]
        found.append(Link(said, other, words.title(other) if covers(user, other) else ""))
    return found


def offered(case: Case, user: User) -> list[Case]:
    """Open cases that this one may repeat or belong to: of the same subject first, then of the same kind."""
    near = Choose(
        When(subject=case.subject, then=Value(0)),
        When(kind=case.kind, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = visible(user, Case.objects.filter(state__in=OPEN))
    return list(rows.exclude(pk=case.pk).order_by(near, "-opened_at")[:OFFERED])
