"""`{% load surveys %}`: what only the pages of the surveys draw."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def survey_bar(width: int) -> SafeString:
    """A bar of 0–100; its number stands beside it, so it is hidden from screen readers."""
    return format_html(
        '<svg class="bh-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bh-bar-ground" width="100" height="8"/>'
        '<rect class="bh-bar-fill" width="{}" height="8"/></svg>',
        max(0, min(width, 100)),
    )
