"""What came of call-backs: the log of the calls made, and the records of 95598 that come in from files."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import TaskState, User
from bihuan.kernel.scope import visible
from bihuan.web.listing import Facts, View
from bihuan.web.listing.transfer.fields import Field, Wrong, one_of, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values

from ..act.calls import finish, refused_to
from ..models import Call, Order, Stage
from .calls import ANSWER_WORDS, REACHED, CallsListing, moment
from .cells import keys, looked_up, whole

BY_HAND = {"unreachable"}
"""Answers that stand on tries, which a file does not tell."""

SHOWN = {"order__number", "stage", "customer", "unit", "answer", "rating", "done_at", "done_by"}


class CallsMadeTransfer(Transfer):
    """A row is one call that was made: a call that is on record already is not changed by a file."""

    kind = "calls"
    model = Call
    key = "order__number"
    together = ("order__number", "stage")
    most = 20_000
    fields = (
        Field(
            key="order__number",
            label=_("number"),
            parse=text(40),
            required=True,
            aliases=("工单号", "申请编号"),
        ),
        Field(key="stage", label=_("after"), parse=one_of(Stage.choices), required=True, aliases=("环节",)),
        Field(key="done_at", label=_("called"), required=True, aliases=("回访时间",)),
        Field(
            key="done_by",
            label=_("called by"),
            required=True,
            help=_("user name of who called"),
            aliases=("回访人",),
        ),
        Field(
            key="answer", label=_("answer"), parse=one_of(ANSWER_WORDS), required=True, aliases=("回访结果",)
        ),
        Field(key="rating", label=_("rating, 1 to 5"), parse=whole(5, 1), aliases=("满意度",)),
        Field(
            key="said",
            label=_("what was said"),
            parse=text(4000),
            required=True,
            aliases=("客户意见", "回访内容"),
        ),
    )

    def start(self) -> None:
        self.people = keys(self.user, User.objects.filter(is_active=True), "username")
        self.users = User.objects.select_related("unit").in_bulk(self.people.values())
        rows = Call.objects.all() if self.user is None else visible(self.user, Call.objects.all())
        self.rows = rows.filter(state=TaskState.OPEN).select_related("order__unit", "worker__person__user")
        self.open: dict[tuple[str, str], Call | None] = {}

    def parse_done_at(self, raw: Any) -> datetime:
        found = moment(raw)
        if found > timezone.now():
            raise Wrong(gettext("What has not happened yet cannot be recorded."))
        return found

    def parse_done_by(self, raw: Any) -> int:
        return looked_up(self.people, raw, gettext("nobody of your units has this user name"))

    def blank(self, field: Field) -> Any:
        return None

    def call(self, row: Values) -> Call | None:
        where = (row["order__number"], row["stage"])
        if where not in self.open:
            self.open[where] = self.rows.filter(order__number=where[0], stage=where[1]).first()
        return self.open[where]

    def stored(self, keys: Sequence[Any]) -> dict[Any, Stored]:
        """Calls that were made already."""
        numbers = {number for number, _stage in keys}
        rows = Call.objects.filter(order__number__in=numbers).exclude(state=TaskState.OPEN)
        return {
            (number, stage): Stored(pk, path, {})
            for pk, number, stage, path in rows.order_by().values_list(
                "pk", "order__number", "stage", "order__unit__path"
            )
        }

    def differs(self, stored: Stored, row: Values) -> bool:
        return False

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        """Everything that making the call would refuse."""
        if not {"order__number", "stage", "done_at", "done_by", "answer"} <= row.keys():
            return
        if self.identity(row) in self.stored([self.identity(row)]):
            return
        call = self.call(row)
        if call is None:
            yield "order__number", self._unknown(row)
            return
        if row["stage"] == Stage.FAULT_2:
            yield "stage", gettext("The second call is recorded: make it on its page, with the recording.")
        if row["answer"] in BY_HAND:
            yield "answer", gettext("Unreachable rests on three tries: enter each of them on the page.")
        if row["done_at"] < call.ended_at:
            yield "done_at", gettext("before the work ended")
        words = refused_to(call, self.users[row["done_by"]])
        if words:
            yield "done_by", words

    def _unknown(self, row: Values) -> str:
        if Order.objects.filter(number=row["order__number"]).exists():
            return gettext("no call-back of this kind is due after this order")
        return gettext("no such order: import the stages of the orders first")

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        for row in rows if new else ():
            call = self.call(row)
            if call is not None:
                finish(
                    call=call,
                    user=self.users[row["done_by"]],
                    answer=row["answer"],
                    said=row["said"],
                    rating=row.get("rating"),
                    at=row["done_at"],
                )


class CallsMadeListing(CallsListing):
    """The calls that were made, the newest first."""

    title = _("Calls made")
    url_name = "service:calls-made"
    transfer = CallsMadeTransfer
    columns = tuple(replace(column, hidden=column.key not in SHOWN) for column in CallsListing.columns)
    views = (
        View(
            key="month",
            label=pgettext_lazy("view", "Last 30 days"),
            where=lambda user: Q(done_at__gte=timezone.now() - timedelta(days=30)),
        ),
        View(
            key="bad",
            label=pgettext_lazy("view", "Not satisfied"),
            where=lambda user: Q(answer__in=["dissatisfied", "not_resolved"]),
        ),
        View(key="own", label=pgettext_lazy("view", "Made by me"), where=lambda user: Q(done_by=user)),
        View(key="all", label=pgettext_lazy("view", "All")),
    )
    order = ("-done_at", "-pk")

    def base(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().base().exclude(state=TaskState.OPEN)
        return rows

    def default_order(self) -> Sequence[Any]:
        return ["-done_at"]

    def facts(self) -> Facts | None:
        rows: QuerySet[Any] = self.scope(Call.objects.filter(state=TaskState.DONE).order_by())
        today = rows.filter(done_at__date=timezone.localdate()).count()
        reached = rows.filter(done_at__date=timezone.localdate(), answer__in=REACHED).count()
        more = gettext("%(n)d reached") % {"n": reached}
        return Facts(number=today, words=gettext("made today"), more=(more,), tone="text")
