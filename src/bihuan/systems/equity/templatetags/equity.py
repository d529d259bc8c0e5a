"""Words of the templates of customer equity."""

from django import template

from bihuan.web.components.figures import number

from ..rules.money import to_major

register = template.Library()


@register.filter
def yuan(amount: float | None) -> str:
    """Fen as yuan, without places; a dash where it is not known."""
    return number(None if amount is None else float(to_major(round(amount))))
