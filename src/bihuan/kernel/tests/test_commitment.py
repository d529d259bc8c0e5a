"""What is promised before the draw binds afterwards, and no party alone knows or chooses the seed."""

import json
from hashlib import sha256

import pytest

from bihuan.kernel.rules.commitment import (
    Value,
    canonical,
    nonce_digest,
    seal,
    seed_of,
    verify_opening,
)
from bihuan.kernel.rules.draw import FrameError, Mismatch

BRANCH = "branch: 5d41402abc4b2a76b9719d911017c592"
CENTRE = "centre: 7d793037a0760186574b0282f2f435e7"
FRAME: list[dict[str, Value]] = [{"id": "H3-02", "level": 3}, {"id": "H3-01", "level": 3}]
PARAMS: dict[str, Value] = {"share": "3/10", "wide": True}
DIGESTS = [nonce_digest(BRANCH), nonce_digest(CENTRE)]


def test_the_published_digest_is_of_a_text_that_anybody_can_hash() -> None:
    sealed = seal(FRAME, PARAMS, "v1", DIGESTS)
    assert sealed.text == (
        '{"frame":[{"id":"H3-01","level":3},{"id":"H3-02","level":3}],'
        f'"nonce_digests":["{DIGESTS[0]}","{DIGESTS[1]}"],'
        '"params":{"share":"3/10","wide":true},"plan_version":"v1"}'
    )
    assert sealed.digest == sha256(sealed.text.encode()).hexdigest()


def test_the_order_of_rows_and_keys_does_not_matter() -> None:
    turned = [dict(reversed(row.items())) for row in reversed(FRAME)]
    assert (
        seal(turned, dict(reversed(PARAMS.items())), "v1", DIGESTS).digest
        == seal(FRAME, PARAMS, "v1", DIGESTS).digest
    )


def test_chinese_is_hashed_as_it_is_written() -> None:
    text = seal([{"id": "石佛营业厅"}], {}, "v1", DIGESTS).text
    assert "石佛营业厅" in text
    assert json.loads(text)["frame"] == [{"id": "石佛营业厅"}]


@pytest.mark.parametrize(
    ("frame", "params", "version"),
    [
        (FRAME[:1], PARAMS, "v1"),
        ([FRAME[0], {"id": "H3-01", "level": 2}], PARAMS, "v1"),
        (FRAME, {**PARAMS, "share": "1/5"}, "v1"),
        (FRAME, PARAMS, "v2"),
    ],
)
def test_whatever_is_changed_afterwards_shows(
    frame: list[dict[str, Value]], params: dict[str, Value], version: str
) -> None:
    published = seal(FRAME, PARAMS, "v1", DIGESTS).digest
    found = verify_opening(published, seal(frame, params, version, DIGESTS), [BRANCH, CENTRE])
    assert found is not None
    assert (found.what, found.expected) == ("commitment", published)


def test_the_true_nonces_open_the_promise() -> None:
    sealed = seal(FRAME, PARAMS, "v1", DIGESTS)
    assert verify_opening(sealed.digest, sealed, [BRANCH, CENTRE]) is None


@pytest.mark.parametrize(
    ("nonces", "position"),
    [([BRANCH, "another nonce of the centre"], 2), ([CENTRE, BRANCH], 1), ([BRANCH], 2)],
)
def test_a_nonce_that_was_swapped_turned_or_kept_back_is_named(nonces: list[str], position: int) -> None:
    sealed = seal(FRAME, PARAMS, "v1", DIGESTS)
    found = verify_opening(sealed.digest, sealed, nonces)
    assert found is not None
    assert (found.what, found.position) == ("nonce", position)


def test_a_nonce_too_many_is_found() -> None:
    sealed = seal(FRAME, PARAMS, "v1", DIGESTS)
    more = "a third party's nonce"
    assert verify_opening(sealed.digest, sealed, [BRANCH, CENTRE, more]) == Mismatch(
        "nonce", 3, "", nonce_digest(more)
    )


def test_the_seed_is_the_hash_of_both_nonces() -> None:
    assert seed_of([BRANCH, CENTRE]) == sha256(f"{BRANCH}|{CENTRE}".encode()).hexdigest()
    assert seed_of([BRANCH, CENTRE]) != seed_of([CENTRE, BRANCH])


@pytest.mark.parametrize("nonces", [[BRANCH], [BRANCH, BRANCH], []])
def test_one_party_alone_makes_no_seed(nonces: list[str]) -> None:
    with pytest.raises(ValueError, match="two parties"):
        seed_of(nonces)


def test_one_digest_makes_no_promise() -> None:
    with pytest.raises(ValueError, match="two parties"):
        seal(FRAME, PARAMS, "v1", DIGESTS[:1])


def test_a_nonce_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(ValueError, match="16 characters"):
        nonce_digest("20260105")


def test_two_rows_of_one_hall_are_refused() -> None:
    with pytest.raises(FrameError, match="twice"):
        seal([*FRAME, {"id": "H3-01", "level": 2}], PARAMS, "v1", DIGESTS)


def test_a_row_without_id_is_refused() -> None:
    with pytest.raises(FrameError, match="blank"):
        seal([{"level": 3}], PARAMS, "v1", DIGESTS)


def test_a_fraction_without_one_way_to_write_it_is_refused() -> None:
    with pytest.raises(TypeError, match=r"0\.3"):
        seal(FRAME, {"share": 0.3}, "v1", DIGESTS)  # type: ignore[dict-item]
    with pytest.raises(TypeError, match="no text"):
        canonical({3: "three"})  # type: ignore[dict-item]
