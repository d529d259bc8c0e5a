"""The system's menu."""

from django.utils.translation import pgettext_lazy

from bihuan.kernel.manifest import Part

PARTS = (
    Part(
        title=pgettext_lazy("tab", "Score"),
        pages=(
            ("loyalty:score", pgettext_lazy("tab", "Net promoter score"), "see"),
            ("loyalty:branches", pgettext_lazy("tab", "Branches"), "see"),
            ("loyalty:by-class", pgettext_lazy("tab", "Age and segment"), "see"),
            ("loyalty:drivers", pgettext_lazy("tab", "Drivers"), "see"),
            ("loyalty:response", pgettext_lazy("tab", "Response"), "see"),
            ("loyalty:growth", pgettext_lazy("tab", "Earned growth"), "see"),
        ),
    ),
    Part(
        title=pgettext_lazy("tab", "Voices"),
        pages=(
            ("loyalty:answers", pgettext_lazy("tab", "Answers"), "see"),
            ("loyalty:playback", pgettext_lazy("tab", "Playback"), "see"),
            ("loyalty:journey", pgettext_lazy("tab", "Customer journey"), "see"),
            ("loyalty:touchpoints", pgettext_lazy("tab", "Touchpoints"), "see"),
        ),
    ),
    Part(
        title=pgettext_lazy("tab", "Loop"),
        pages=(
            ("loyalty:huddles", pgettext_lazy("tab", "Huddles"), "see"),
            ("loyalty:decisions", pgettext_lazy("tab", "Decisions"), "see"),
            ("loyalty:adoption", pgettext_lazy("tab", "Adoption"), "see"),
        ),
    ),
    Part(
        title=pgettext_lazy("tab", "Programmes"),
        pages=(
            ("loyalty:programmes", pgettext_lazy("tab", "Programmes"), "see"),
            ("loyalty:invitations", pgettext_lazy("tab", "Invitations"), "see"),
            ("loyalty:not-asked", pgettext_lazy("tab", "Not to be asked"), "see"),
            ("loyalty:members", pgettext_lazy("tab", "Arms"), "see"),
            ("loyalty:frames", pgettext_lazy("tab", "Classes of customers"), "see"),
            ("loyalty:borrowed", pgettext_lazy("tab", "Borrowed resources"), "see"),
        ),
    ),
)
