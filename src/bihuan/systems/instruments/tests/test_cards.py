import pytest

from bihuan.systems.instruments.rules.cards import FORMATS, CardBook, as_sent, canonical
from bihuan.systems.instruments.tests.world import LI, WANG, ZHANG

BOOK = CardBook([ZHANG, LI, WANG])


@pytest.mark.parametrize(
    "spelling",
    [ZHANG, "8075634", "6F007B3972", "6f007b3972", "007B3972", "123,14706", "123，14706", " 0008 075634 "],
)
def test_one_card_is_found_by_every_spelling(spelling: str) -> None:
    assert BOOK.match(spelling) == ZHANG


@pytest.mark.parametrize("spelling", ["0008075634", "007B3972", "7B3972", "6F007B3972", "123,14706"])
def test_card_may_be_registered_in_any_spelling(spelling: str) -> None:
    assert canonical(spelling) == ZHANG


def test_registered_word_that_is_no_number_is_kept() -> None:
    book = CardBook(["guest-1"])

    assert book.match("Guest-1") == "GUEST-1"


def test_byte_order_is_tried_when_nothing_fits_as_it_is() -> None:
    """04A1B2C3 is 77705923 read one way and 3283263748 the other."""
    assert canonical("04A1B2C3") == "0077705923"
    assert CardBook(["0077705923"]).match("3283263748") == "0077705923"
    assert CardBook(["3283263748"]).match("04A1B2C3") == "3283263748"


def test_wiegand_reader_that_keeps_24_bits_is_matched_by_the_suffix() -> None:
    book = CardBook([canonical("AB7B3972")])

    assert book.match("8075634") == book.match("123,14706") == canonical("AB7B3972")


def test_suffix_that_two_cards_share_matches_neither() -> None:
    book = CardBook([canonical("AB7B3972"), canonical("CD7B3972")])

    assert book.match("123,14706") is None
    assert book.match("AB7B3972") == canonical("AB7B3972")


def test_longer_number_is_never_cut_to_fit_a_card() -> None:
    assert BOOK.match("017B3972") is None


def test_all_digit_hex_that_means_two_cards_means_none() -> None:
    """77705923 is one card as decimal and another as hex."""
    decimal, hexadecimal = "0077705923", str(0x77705923)
    book = CardBook([decimal, hexadecimal])

    assert book.match("77705923") is None
    assert book.match("77705923", "decimal") == decimal
    assert book.match("77705923", "hex") == hexadecimal


def test_all_digit_hex_that_only_one_card_fits_is_that_card() -> None:
    assert CardBook([str(0x77705923)]).match("77705923") == "2003851555"


@pytest.mark.parametrize(
    ("card_format", "sent"),
    [("decimal", "8075634"), ("hex", "007B3972"), ("hex_reversed", "72397B00"), ("facility", "123,14706")],
)
def test_format_of_the_terminal_decides_first(card_format: str, sent: str) -> None:
    assert card_format in FORMATS
    assert BOOK.match(sent, card_format) == ZHANG


def test_other_spelling_still_counts_where_the_format_finds_nothing() -> None:
    assert BOOK.match(ZHANG, "facility") == ZHANG


@pytest.mark.parametrize(
    ("sent", "card_format", "name"),
    [
        ("42", "", "0000000042"),
        ("9999999999", "", "9999999999"),
        ("00000000000000000042", "", "0000000042"),
        ("6f00aa0001", "", "6F00AA0001"),
        ("6f00aa0001", "hex", "0011141121"),
        ("300,1", "facility", "300,1"),
        ("²", "", "²"),
        ("a\0b\x1f", "", "AB"),
        ("9" * 5000, "", "9" * 40),
    ],
)
def test_unknown_card_is_named_as_it_came(sent: str, card_format: str, name: str) -> None:
    assert as_sent(sent, card_format) == name


@pytest.mark.parametrize("sent", ["", ",", "1,2,3", "999,70000", "G", "F" * 250, "9" * 250, "²", "١٢٣"])
def test_nonsense_is_nobodys_card(sent: str) -> None:
    assert [BOOK.match(sent, card_format) for card_format in ("", *FORMATS)] == [None] * 5
