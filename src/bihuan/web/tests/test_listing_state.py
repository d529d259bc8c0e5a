"""The URL says everything about a table, and nothing else does."""

from django.http import QueryDict

from bihuan.web.listing.state import State


def test_a_filter_goes_into_the_url_and_comes_back() -> None:
    state = State.read(QueryDict("q=离心机&unit=/1/2/&view=overdue&sort=-due&hide=a,b&page=3"), ["q", "unit"])
    assert State.read(QueryDict(state.query[1:]), ["q", "unit"]) == state
    assert (state.view, state.sort_key, state.descending, state.page) == ("overdue", "due", True, 3)


def test_parameters_that_no_filter_knows_are_dropped() -> None:
    assert State.read(QueryDict("utm=1&q=+&page=-4&x=y"), ["q"]).query == "?"


def test_showing_every_column_is_not_the_same_as_the_default() -> None:
    shown = State(hide=())
    assert State.read(QueryDict(shown.query[1:]), []) != State()


def test_a_page_that_is_no_number_is_the_first() -> None:
    assert [State.read(QueryDict(f"page={bad}"), []).page for bad in ("x", "0", "9" * 9, "²")] == [1, 1, 1, 1]
