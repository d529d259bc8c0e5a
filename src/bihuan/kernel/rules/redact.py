"""What a customer said, fit to leave the house: numbers that name a person or a meter are taken out.

Taken out are telephone numbers, identity-card numbers (18 and the old 15 digits) and numbers of meters and
supply contracts. Names are not: no rule finds them, and who exports verbatims must know that.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ASCII = str.maketrans("０１２３４５６７８９ＸｘＡ－（）：　", "0123456789XxA-():　")
"""One sign for one sign, so that places in both texts agree."""
NO_DIGIT_BEFORE, NO_DIGIT_AFTER = r"(?<![\dA-Za-z])", r"(?![\dA-Za-z])"
MARKS: Final = MappingProxyType({"phone": "[phone]", "identity": "[ID]", "meter": "[meter]"})
RULES: Final = tuple(
    (kind, re.compile(NO_DIGIT_BEFORE + pattern if free else pattern, re.IGNORECASE))
    for kind, free, pattern in (
        ("identity", True, r"(?P<n>[1-9](?:[ -]?\d){16}[ -]?[\dX])" + NO_DIGIT_AFTER),
        (
            "meter",
            False,
            r"(?:表号|电表|电能表|表计|户号|客户编号|用户编号|资产号|资产编号|meter)\s?(?:编号|号码|号|no|number)?"
            r"[^\w\n]{0,3}(?:是|为|is)?[^\w\n]{0,3}"
            r"(?P<n>(?:[A-Z]{1,4}\d[\dA-Z]{3,}|\d[\dA-Z]{4,})(?:[ -]\d{2,})*)",
        ),
        ("phone", True, r"(?P<n>(?:\+?86[ -]?)?1[3-9](?:[ -]?\d){9})" + NO_DIGIT_AFTER),
        (
            "phone",
            True,
            r"(?P<n>\(?0\d{2,3}\)?[ -]?[2-8]\d{2,3}[ -]?\d{4}(?:[ -转]{1,3}\d{1,5})?)" + NO_DIGIT_AFTER,
        ),
        (
            "phone",
            False,
            r"(?:电话|手机|座机|联系方式|phone|tel\.?)[^\d\n]{0,6}(?P<n>[2-9]\d{2,3}[ -]?\d{4})"
            + NO_DIGIT_AFTER,
        ),
        (
            "identity",
            True,
            r"(?P<n>[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})" + NO_DIGIT_AFTER,
        ),
        ("meter", True, r"(?P<n>[A-Z]{0,3}\d{10,24})" + NO_DIGIT_AFTER),
    )
)
"""In this order: what one rule took the next does not see."""


def redact(text: str, marks: Mapping[str, str] = MARKS) -> str:
    """The text with a mark in the place of each number; `marks`: kind → what is written instead.

    95598, 12345, dates, sums and case numbers stay: what is shorter than ten digits goes only where a word
    before it says what it is.
    """
    spans = _spans(text.translate(ASCII))
    parts, at = [], 0
    for begin, end, kind in spans:
        parts += [text[at:begin], marks[kind]]
        at = end
    return "".join([*parts, text[at:]])


def _spans(said: str) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for kind, pattern in RULES:
        for match in pattern.finditer(said):
            begin, end = match.span("n")
            found.append((begin, end, kind))
            said = said[:begin] + "\0" * (end - begin) + said[end:]
    return sorted(found)
