"""Fields of an import: how a cell is named, read and refused."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext, override

from bihuan.kernel.lazy import StrOrPromise

Parse = Callable[[Any], Any]
YES = {"1", "yes", "y", "true", "是", "有", "对", "√"}
NO = {"0", "no", "n", "false", "否", "无", "错", "×"}


class Wrong(ValueError):
    """A cell that cannot be used; its text says why and what would be right."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """`parse` turns a raw cell into a plain value (a relation into its key) or raises Wrong."""

    key: str
    label: StrOrPromise
    parse: Parse | None = None
    """None: the transfer's own method `parse_<key>`."""
    required: bool = False
    """The column must be there and no cell of it empty."""
    attr: str = ""
    """Attribute of the model, where it is not the key."""
    help: StrOrPromise = ""
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> set[str]:
        """Every spelling of the heading: key, label in each language, other usual names."""
        found = {self.key, *self.aliases}
        for code, _name in settings.LANGUAGES:
            with override(code):
                found.add(str(self.label))
        return {heading(name) for name in found}


def heading(text: Any) -> str:
    """Blanks, case, stars of required columns and width of letters do not matter."""
    return re.sub(r"[\s_*]+", "", unicodedata.normalize("NFKC", str(text))).casefold()


def as_text(raw: Any) -> str:
    """A cell as the text that its reader saw: whole numbers without `.0`, dates as days."""
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime) and not (raw.hour or raw.minute or raw.second):
        return raw.date().isoformat()
    return str(raw).strip()


def text(most: int) -> Parse:
    def parse(raw: Any) -> str:
        found = as_text(raw)
        if len(found) > most:
            raise Wrong(gettext("longer than %(n)d characters") % {"n": most})
        if not found.isprintable() and any(unicodedata.category(char) == "Cc" for char in found):
            raise Wrong(gettext("holds characters that cannot be shown"))
        return found

    return parse


def email(raw: Any) -> str:
    found = as_text(raw)
    try:
        if found:
            validate_email(found)
    except ValidationError:
        raise Wrong(gettext("not an e-mail address")) from None
    return found


def flag(raw: Any) -> bool:
    found = as_text(raw).casefold()
    if isinstance(raw, bool) or found in YES | NO:
        return raw if isinstance(raw, bool) else found in YES
    raise Wrong(gettext("neither yes nor no"))


def day(raw: Any) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    found = re.sub(r"[年月/.]", "-", as_text(raw)).rstrip("日").strip()
    match = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", found)
    try:
        value = parse_date("{}-{:0>2}-{:0>2}".format(*match.groups())) if match else None
    except ValueError:
        value = None
    if value is None:
        raise Wrong(gettext("not a date such as 2026-09-30"))
    return value


def instant(raw: Any) -> datetime:
    """A local time as sheets write it."""
    found = raw if isinstance(raw, datetime) else parse_datetime(as_text(raw).replace("/", "-"))
    if found is None:
        raise Wrong(gettext("not a time such as 2026-09-30 14:05"))
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def one_of(choices: Iterable[tuple[Any, StrOrPromise]], **also: str) -> Parse:
    """A key, or its label in any language; `also` maps further words to keys."""
    options = list(choices)

    def parse(raw: Any) -> Any:
        found = heading(as_text(raw))
        if found in also:
            return also[found]
        for code, _name in settings.LANGUAGES:
            with override(code):
                known = {heading(label): key for key, label in options}
            if found in known:
                return known[found]
        by_key = {heading(key): key for key, _label in options}
        if found in by_key:
            return by_key[found]
        listed = ", ".join(str(label) for _key, label in options)
        raise Wrong(gettext("must be one of: %(all)s") % {"all": listed})

    return parse
