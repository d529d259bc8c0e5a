"""What every table must keep; a test class inherits it, names its listing and makes its rows."""

import csv
import io
from http.cookies import SimpleCookie
from typing import Any, ClassVar

import pytest
from django import forms
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.kernel.models import User
from bihuan.kernel.tests.once import once
from bihuan.kernel.tests.world import World, build, seed
from bihuan.web.listing import Listing
from bihuan.web.listing.export import rows_of
from bihuan.web.listing.state import State
from bihuan.web.listing.transfer.fields import heading


@once
def _three(contract: "type[ListingContract]", world: World) -> dict[str, Any]:
    """The first rows, what their making has put aside, and whoever is signed in."""
    maker, client = contract(), Client()
    maker.make(world, 3)
    client.force_login(getattr(world, contract.insider))
    return {**vars(maker), "cookies": client.cookies}


@pytest.mark.django_db
class ListingContract:
    """`more(n)` makes n further rows; `outside` is an account of another unit, None for global tables."""

    listing: ClassVar[type[Listing]]
    insider = "sun_qian"
    outsider: str | None = "gao_yuan"
    most_queries = 24
    rows_have_pages = True
    cookies: SimpleCookie

    def make(self, world: World, n: int) -> None:
        raise NotImplementedError

    @pytest.fixture(name="world")
    def _world(self, db: None) -> World:
        seed()
        return build()

    @pytest.fixture(autouse=True)
    def _signed_in(self, client: Client, world: World) -> None:
        self.client, self.world = client, world
        self.user: User = getattr(world, self.insider)
        vars(self).update(_three(type(self), world))
        client.cookies = self.cookies

    def url(self, part: str = "", query: str = "") -> str:
        name = self.listing.url_name
        return reverse(f"{name}-{part}" if part else name) + query

    def table(self, url: str) -> Any:
        """As htmx asks for it, without the page around."""
        return self.client.get(url, headers={"HX-Request": "true"}).context["listing"]

    def rows(self, state: State, user: User | None = None) -> list[Any]:
        return list(rows_of(self.listing(user or self.user), state))

    def everything(self) -> State:
        """The view that hides nothing."""
        return State(view=self.listing.views[-1].key) if self.listing.views else State()

    def test_the_page_shows_its_rows(self) -> None:
        page = self.client.get(self.url(query=self.everything().query)).context["listing"]
        assert page.count == len(self.rows(self.everything())) > 0
        assert len(page.rows) == min(page.count, self.listing.per_page)
        assert all(len(row.cells) == len(page.columns) for row in page.rows)

    def test_a_fragment_is_the_table_alone(self) -> None:
        answer = self.client.get(self.url(), headers={"HX-Request": "true"}).content.decode()
        assert answer.lstrip().startswith("<section")
        assert "<html" not in answer

    def test_who_is_not_signed_in_is_sent_to_sign_in(self) -> None:
        for part in ("", "export"):
            answer = Client().get(self.url(part))
            assert answer.status_code == 302
            assert reverse("login") in answer.headers["Location"]

    def test_another_unit_sees_nothing_and_finds_no_row_by_url(self) -> None:
        if self.outsider is None:
            return
        stranger: User = getattr(self.world, self.outsider)
        mine = self.rows(self.everything())
        assert not {row.pk for row in self.rows(self.everything(), stranger)} & {row.pk for row in mine}
        urls = {url for row in mine if (url := self.listing(self.user).row_url(row))}
        assert bool(urls) == self.rows_have_pages
        elsewhere = Client()
        elsewhere.force_login(stranger)
        assert {elsewhere.get(url).status_code for url in urls} <= {403, 404}

    def test_every_row_opens_for_who_may_see_it(self) -> None:
        urls = {url for row in self.rows(self.everything()) if (url := self.listing(self.user).row_url(row))}
        assert {self.client.get(url).status_code for url in urls} <= {200}

    def test_every_column_sorts_both_ways(self) -> None:
        every = {row.pk for row in self.rows(self.everything())}
        for column in self.listing.columns:
            for sort in (column.key, f"-{column.key}") if column.sort else ():
                found = self.rows(self.everything().with_(sort=sort))
                assert {row.pk for row in found} == every, sort

    def test_every_filter_narrows_without_failing(self) -> None:
        every = {row.pk for row in self.rows(self.everything())}
        state = self.everything()
        for name, field in self.form_fields().items():
            for value in example_values(field):
                state = self.everything().with_(filters=((name, value),))
                assert {row.pk for row in self.rows(state)} <= every, name
        name, value = next(iter(state.filters))
        page = self.client.get(self.url(query=state.query)).context["listing"]
        assert page.filters.data[name] == value

    def test_a_click_on_a_heading_sorts_up_then_down_then_as_declared(self) -> None:
        at, seen = self.url(), []
        for _ in range(3):
            page = self.table(at)
            column = next(column for column in page.columns if column["sort_url"])
            seen.append(column["sorted"])
            at = column["sort_url"]
        assert seen == ["", "asc", "desc"]

    def test_a_text_that_nothing_holds_leaves_no_row(self) -> None:
        texts = [name for name, field in self.form_fields().items() if type(field) is forms.CharField]
        for name in texts:
            state = self.everything().with_(filters=((name, "絕無此文"),))
            page = self.table(self.url(query=state.query))
            assert page.count == 0
            assert page.empty["url"] == page.reset_url

    def form_fields(self) -> dict[str, forms.Field]:
        table = self.listing(self.user)
        return {name: field for name, field in table.form(State()).fields.items() if name in table.names()}

    def test_the_export_holds_the_rows_of_the_filter(self) -> None:
        state = self.everything()
        answer: Any = self.client.get(self.url("export", f"{state.query}&format=csv"))
        lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        table = self.listing(self.user)
        assert lines[0] == [column.heading for column in table.shown_columns(state)]
        assert len(lines) - 1 == len(self.rows(state))

    def test_what_is_exported_can_be_imported(self) -> None:
        if self.listing.transfer is None:
            return
        there = {heading(column.key) for column in self.listing.columns}
        there |= {heading(column.label) for column in self.listing.columns}
        for each in self.listing.transfer.fields:
            assert each.names & there, f"{each.key} is imported but not exported"

    def test_more_rows_do_not_ask_more_questions(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bihuan.kernel.read.processes.REMEMBERED_S", 3600)
        self.client.get(self.url())
        with CaptureQueriesContext(connection) as before:
            self.client.get(self.url(query=self.everything().query))
        self.make(self.world, 4)
        self.client.get(self.url())
        with CaptureQueriesContext(connection) as after:
            self.client.get(self.url(query=self.everything().query))
        assert len(after) <= len(before), [query["sql"][:160] for query in after.captured_queries]
        assert len(after) <= self.most_queries, len(after)

    def test_a_viewer_cannot_import(self) -> None:
        if self.listing.transfer is None:
            return
        self.client.force_login(self.world.he_jia)
        assert self.client.get(self.url("import")).status_code == 403
        assert self.client.post(self.url("import")).status_code == 403

    def test_a_batch_act_needs_rows_and_its_verb(self) -> None:
        for action in self.listing.actions:
            answer = self.client.post(self.url(), {"action": action.key})
            assert answer.status_code in {302, 400}
        assert self.client.post(self.url(), {"action": "explode"}).status_code == 400

    def test_a_hidden_column_is_gone_and_comes_back(self) -> None:
        page = self.table(self.url())
        key = page.columns[-1]["key"]
        fewer = self.table(page.columns[-1]["hide_url"])
        assert key not in {column["key"] for column in fewer.columns}
        back = next(item for item in fewer.hidden_columns if item["key"] == key)
        again = self.table(back["url"])
        assert key in {column["key"] for column in again.columns}


def example_values(field: forms.Field) -> list[str]:
    """Values that the form itself accepts."""
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        return [str(key) for key, _label in choices if key != ""][:4]
    if isinstance(field, forms.DateField):
        return ["2026-01-31"]
    return ["on"] if isinstance(field, forms.BooleanField) else ["江"]
