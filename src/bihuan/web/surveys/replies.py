"""The replies of one wave as a table: out as Excel, and in, from whatever tool asked the questions."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.surveys import NotOpen, take
from bihuan.kernel.act.surveys.take import Coming
from bihuan.kernel.models import Reply, Sheet, User, Wave
from bihuan.kernel.models.surveys.waves import Channel
from bihuan.kernel.read.surveys import form_of
from bihuan.kernel.read.surveys.sheets import numbered
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.rules.surveys.answers import BadAnswer, clean
from bihuan.kernel.rules.surveys.form import Form, Item
from bihuan.kernel.rules.surveys.redact import COVER, redacted
from bihuan.web.listing import Choice, Column, Flag, Listing, View
from bihuan.web.listing.transfer.fields import NO, YES, Field, Wrong, as_text, instant
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values
from bihuan.web.surveys.words import said

REASON_WORDS = {
    "required_missing": _("a required answer is missing"),
    "before_window": _("answered before the wave began"),
    "after_window": _("answered after the wave ended"),
    "after_closing": _("arrived after the closing"),
    "duplicate": _("the same customer had answered"),
    "excluded": _("taken out after field control"),
}
SEPARATOR = "; "


def number(raw: Any) -> int:
    text = as_text(raw)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**31):
        raise Wrong(gettext("not the number of a sheet"))
    return int(text)


def parser(item: Item) -> Any:
    """A cell as an answer: the number, the code of an option or its words in either language."""
    words = {option.key.casefold(): option.key for option in item.options}
    words |= {text.casefold(): o.key for o in item.options for text in (o.words.zh, o.words.en) if text}
    yes = YES | {said("yes").zh.casefold(), said("yes").en.casefold()}
    no = NO | {said("no").zh.casefold(), said("no").en.casefold()}

    def parse(raw: Any) -> Any:
        text = as_text(raw)
        value: Any = text
        if item.kind == "yes_no":
            folded = text.casefold()
            value = "1" if folded in yes else "0" if folded in no else text
        elif item.kind == "one_of":
            value = words.get(text.casefold(), text)
        elif item.kind == "several_of":
            parts = [part.strip() for part in text.replace("；", ";").split(";") if part.strip()]
            value = [words.get(part.casefold(), part) for part in parts]
        try:
            found = clean(_alone(item), {item.code: value})
        except BadAnswer:
            raise Wrong(gettext("not an answer to this question")) from None
        return found.values.get(item.code, found.texts.get(item.code))

    return parse


def _alone(item: Item) -> Form:
    blank = said("title")
    return Form(blank, blank, blank, blank, (replace(item, show_if=None, required=False),))


class RepliesTransfer(Transfer):
    """One row a returned sheet. A reply that is there is never overwritten."""

    kind = "replies"
    model = Reply
    key = "sheet__number"
    most = 20_000
    wave: ClassVar[Wave]
    form: ClassVar[Form]

    def start(self) -> None:
        rows = Sheet.objects.filter(wave=self.wave, withdrawn_at=None)
        self.sheets = dict(rows.values_list("number", "used_at"))
        self.seen: set[int] = set()

    def stored(self, keys: Sequence[Any]) -> dict[Any, Stored]:
        """Nothing that a file may change: `check` refuses a sheet that has its reply."""
        return {}

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        sheet = row["sheet__number"]
        if sheet not in self.sheets:
            yield self.key, gettext("no sheet of this wave has this number: issue it first")
        elif self.sheets[sheet] is not None:
            yield self.key, gettext("this sheet is answered already")
        ended = row.get("ended_at")
        if ended and ended > timezone.now():
            yield "ended_at", gettext("lies in the future")
        if ended and row.get("begun_at") and row["begun_at"] > ended:
            yield "ended_at", gettext("lies before the beginning")

    def blank(self, field: Field) -> Any:
        return None

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        for row in rows:
            self._one(row)

    def _one(self, row: Values) -> None:
        found = numbered(self.wave.pk, row["sheet__number"])
        begun, ended = row.get("begun_at"), row.get("ended_at")
        took = (ended - begun).total_seconds() if begun and ended else None
        answers = {item.code: row.get(f"a_{item.code}") for item in self.form.items}
        coming = Coming(
            raw=answers,
            key=f"file-{row['sheet__number']}",
            channel="file",
            opened_at=begun,
            took_s=took,
            ended_at=ended,
        )
        try:
            if found is None:
                raise NotOpen("withdrawn")
            take(found=found, coming=coming, user=self.user)
        except NotOpen as refusal:
            told = {"n": row["sheet__number"], "why": refusal.standing}
            raise Refused(gettext("Sheet %(n)s takes no reply (%(why)s).") % told) from None


class RepliesListing(Listing):
    model = Reply
    title = _("Replies")
    url_name = "replies"
    related = ("sheet", "sheet__interviewer")
    order = ("sheet__number",)
    template = "web/surveys/replies.html"
    wave: ClassVar[Wave]
    filters = (
        Choice(key="channel", label=_("channel"), choices=Channel.choices),
        Flag(key="invalid", label=_("not valid only"), where=lambda: Q(valid=False)),
    )
    views = (
        View(key="all", label=pgettext_lazy("replies", "All")),
        View(key="valid", label=pgettext_lazy("replies", "Valid"), where=lambda user: Q(valid=True)),
    )

    def base(self) -> QuerySet[Any]:
        return super().base().filter(wave=self.wave).prefetch_related("verbatims")

    def scope(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """What the segments count, too: of this wave alone."""
        return super().scope(rows).filter(wave=self.wave)

    def url(self, part: str = "") -> str:
        return reverse(f"replies-{part}" if part else "replies", args=[self.wave.pk])

    def row_url(self, row: Reply) -> str:
        return reverse("reply", args=[self.wave.pk, row.sheet.number])

    def crumbs(self) -> list[dict[str, str]]:
        return [
            {"title": gettext("Surveys"), "url": reverse("surveys")},
            {"title": str(self.wave), "url": reverse("wave", args=[self.wave.pk])},
            {"title": str(self.title)},
        ]


def reasons(row: Reply) -> str:
    return gettext(", ").join(str(REASON_WORDS.get(reason, reason)) for reason in row.reasons)


def replies_of(wave: Wave, user: User | None) -> type[RepliesListing]:
    """The table of one wave: its questions are its columns, so that what is exported can be imported."""
    form = form_of(wave.version)
    own = [answer_column(item, user) for item in form.items]
    fields = [
        Field(key=f"a_{item.code}", label=heading_of(item), parse=parser(item), aliases=(item.code,))
        for item in form.items
    ]
    times = (
        Field(key="begun_at", label=_("begun"), parse=instant),
        Field(key="ended_at", label=_("ended"), parse=instant, required=True),
    )
    sheet = Field(key="sheet__number", label=_("number"), parse=number, required=True)
    transfer = type(
        "WaveTransfer", (RepliesTransfer,), {"wave": wave, "form": form, "fields": (sheet, *times, *fields)}
    )
    shown = {"wave": wave, "columns": (*LEADING, *own, *TRAILING)}
    return type("WaveReplies", (RepliesListing,), {**shown, "transfer": None if wave.closed_at else transfer})


def heading_of(item: Item) -> str:
    words = item.words.zh or item.words.en
    return f"{item.code} {words}"[:60]


LEADING = (
    Column(
        key="sheet__number", label=_("number"), value=lambda row: row.sheet.number, sort=("sheet__number",)
    ),
    Column(key="begun_at", label=_("begun"), value=lambda row: row.opened_at, sort=("opened_at",), width=18),
    Column(
        key="ended_at", label=_("ended"), value=lambda row: row.answered_at, sort=("answered_at",), width=18
    ),
    Column(key="channel", label=_("channel"), sort=("channel",)),
    Column(key="valid", label=_("valid"), sort=("valid",)),
)
TRAILING = (
    Column(key="reasons", label=_("why not valid"), value=reasons, width=24),
    Column(
        key="interviewer",
        label=_("interviewer"),
        value=lambda row: str(row.sheet.interviewer or ""),
        sort=("sheet__interviewer__name",),
        hidden=True,
    ),
    Column(key="took_s", label=_("seconds to answer"), sort=("took_s",), numeric=True, hidden=True),
    Column(key="received_at", label=_("received"), sort=("received_at",), hidden=True, width=18),
)


def answer_column(item: Item, user: User | None) -> Column:
    may_see = user is None or may(user.role, "personal")

    def text(row: Reply) -> str:
        found = next((each for each in row.verbatims.all() if each.code == item.code), None)
        if found is None or may_see:
            return found.text if found else ""
        return COVER if found.personal else redacted(found.text)

    def value(row: Reply) -> Any:
        given = row.answers.get(item.code)
        if item.kind == "yes_no" and given is not None:
            return said("yes" if given else "no").said("zh")
        return SEPARATOR.join(given) if isinstance(given, list) else given

    return Column(
        key=f"a_{item.code}",
        label=item.code,
        value=text if item.kind == "text" else value,
        numeric=item.scale is not None and item.kind != "yes_no",
        width=16,
    )
