"""The words that the browser part needs, in the language of the page."""

from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext


def script_words() -> SafeString:
    """A JSON block `bh-words`; data, not a script, so the content policy lets it stand."""
    words = {
        "live": gettext("live · %(age)s"),
        "live_off": gettext("live off"),
        "seconds_ago": gettext("%(n)s s ago"),
        "minutes_ago": gettext("%(n)s min ago"),
        "hours_ago": gettext("%(n)s h ago"),
        "lost": gettext("Connection lost, showing the data of %(hour)s, connecting again"),
        "seconds": gettext("%(n)s s"),
        "changed": gettext("%(n)s rows changed"),
        "undone": gettext("Undone"),
        "copied": gettext("Link copied"),
        "failed": gettext("The server did not answer; nothing was changed. Try again."),
        "draft": gettext("Draft restored"),
        "data_table": gettext("Data table"),
        "chart": gettext("Chart"),
        "keys_on": gettext("Keys are on"),
        "keys_off": gettext("Keys are off"),
    }
    return json_script(words, "bh-words")
