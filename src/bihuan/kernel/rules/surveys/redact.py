"""Free text for who may not see personal data: what can be recognised as such is covered."""

import re
from typing import Final

COVER: Final = "•••"
_PATTERNS: Final = (
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"),
    re.compile(r"(?<!\d)(?:\+?\d[\s-]?){7,20}(?!\d)"),
    re.compile(
        r"(?<=我叫)[\u4e00-\u9fff]{2,4}|(?<=我是)[\u4e00-\u9fff]{2,3}(?=[,，。 ])|(?<=姓名[:：])\s*\S{2,12}"
    ),
)
"""E-mail addresses, identity numbers, runs of seven digits or more (telephone, meter, account), own names."""


def redacted(text: str) -> str:
    """The text with what looks like personal data covered. It errs towards covering too much."""
    for pattern in _PATTERNS:
        text = pattern.sub(COVER, text)
    return text
