"""What is asked once a pass: within it an answer stands, after it it is asked anew."""

import pytest

from bihuan.kernel import remembered as remembered_module
from bihuan.kernel.act.live import gathered, touch
from bihuan.kernel.models import LiveChange
from bihuan.kernel.remembered import for_a_minute, forget, remembered, remembering


@pytest.fixture
def asked() -> list[str]:
    return []


def test_an_answer_stands_for_the_pass_and_no_longer(asked: list[str]) -> None:
    @remembered
    def answer(word: str) -> int:
        asked.append(word)
        return len(asked)

    with remembering():
        assert [answer("a"), answer("b"), answer("a")] == [1, 2, 1]
    assert [answer("a"), answer("a")] == [3, 4], "outside of a pass nothing is remembered"


def test_what_was_rolled_back_is_asked_again(asked: list[str]) -> None:
    @remembered
    def answer() -> int:
        asked.append("")
        return len(asked)

    with remembering():
        answer()
        forget()
        assert answer() == 2


@pytest.mark.django_db
def test_gathered_changes_are_told_once_at_the_end() -> None:
    with gathered():
        touch("t", ["a", "b"])
        touch("t", ["a"])
        assert not LiveChange.objects.exists()

    assert sorted(LiveChange.objects.values_list("key", flat=True)) == ["a", "b"]


@pytest.mark.django_db
def test_nothing_is_told_of_what_failed() -> None:
    def fails() -> None:
        with gathered():
            touch("t", ["a"])
            raise ValueError("away")

    with pytest.raises(ValueError, match="away"):
        fails()
    assert not LiveChange.objects.exists()


def test_a_figure_stands_for_a_minute_each_process_for_itself(
    asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    @for_a_minute
    def answer(word: str) -> int:
        asked.append(word)
        return len(asked)

    clock = [1000.0]
    monkeypatch.setattr(remembered_module, "monotonic", lambda: clock[0])
    assert [answer("a"), answer("b"), answer("a")] == [1, 2, 1]
    clock[0] += 61
    assert [answer("a"), answer("a")] == [3, 3]


def test_not_more_is_held_than_fits(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    @for_a_minute
    def answer(word: str) -> int:
        asked.append(word)
        return len(asked)

    monkeypatch.setattr(remembered_module, "MOST", 2)
    assert [answer(word) for word in "abcb"] == [1, 2, 3, 4]
