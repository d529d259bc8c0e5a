"""Cards of erased persons, known by a keyed digest only."""

from django.utils.crypto import salted_hmac

from ..models import ForgottenCard


def mark(number: str) -> str:
    """Of a card in ten digits; without this installation's secret nothing can be read back."""
    return salted_hmac("bihuan.card", number, algorithm="sha256").hexdigest()


class Forgotten:
    """`forgotten(number)` of the rules' directory; the usual house has none and computes nothing."""

    def __init__(self) -> None:
        self.names: dict[str, str] = dict(ForgottenCard.objects.values_list("mark", "name"))

    def __call__(self, number: str) -> str | None:
        return self.names.get(mark(number)) if self.names else None
