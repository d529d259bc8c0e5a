"""Cards of erased persons, known by a keyed digest only."""

from collections.abc import Callable

from django.utils.crypto import salted_hmac

from ..models import ForgottenCard


def mark(number: str) -> str:
    """Of a card in ten digits; without this installation's secret nothing can be read back."""
    return salted_hmac("bihuan.card", number, algorithm="sha256").hexdigest()


def forgotten() -> Callable[[str], str | None] | None:
    """For the rules' directory: card in ten digits → what its rows bear; None where nobody was erased."""
    names: dict[str, str] = dict(ForgottenCard.objects.values_list("mark", "name"))
    return (lambda number: names.get(mark(number))) if names else None
