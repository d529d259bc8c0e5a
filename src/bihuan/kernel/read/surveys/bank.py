"""Forms: as issued, kept in memory because they never change, or as a draft stands now."""

from collections import OrderedDict
from collections.abc import Iterable

from bihuan.kernel.models import Question, QuestionnaireItem, QuestionnaireVersion
from bihuan.kernel.rules.surveys.form import Condition, Form, Item, Option, Words, parsed

_ISSUED: "OrderedDict[str, Form]" = OrderedDict()
REMEMBERED = 64


def issued_form(version: int, digest: str) -> Form:
    """The form of an issued version; the digest says that the remembered one is the same."""
    found = _ISSUED.get(digest)
    if found is None:
        row = QuestionnaireVersion.objects.only("definition").get(pk=version)
        found = _ISSUED[digest] = parsed(row.definition or {})
        while len(_ISSUED) > REMEMBERED:
            _ISSUED.popitem(last=False)
    return found


def form_of(version: QuestionnaireVersion) -> Form:
    if version.is_draft:
        return draft_form(version)
    return issued_form(version.pk, version.digest)


def draft_form(version: QuestionnaireVersion) -> Form:
    """What would be issued now."""
    sheet = version.questionnaire
    items: Iterable[QuestionnaireItem] = version.items.select_related("question").order_by("position", "pk")
    return Form(
        title=Words(sheet.title_zh, sheet.title_en),
        intro=Words(version.intro_zh, version.intro_en),
        privacy=Words(version.privacy_zh, version.privacy_en),
        thanks=Words(version.thanks_zh, version.thanks_en),
        items=tuple(item_of(row.question, row.required, row.show_if) for row in items),
    )


def item_of(row: Question, required: bool = True, show_if: dict[str, object] | None = None) -> Item:
    """A question of the bank as it stands in a form."""
    condition = Condition(**show_if) if show_if else None  # type: ignore[arg-type]
    return Item(
        code=row.key,
        kind=row.kind,  # type: ignore[arg-type]
        words=Words(row.text_zh, row.text_en),
        options=tuple(Option(each["key"], Words(each["zh"], each["en"])) for each in row.options),
        low=Words(row.low_zh, row.low_en),
        high=Words(row.high_zh, row.high_en),
        dimension=row.dimension,
        weight=1.0 if row.weight is None else float(row.weight),
        required=required,
        personal=row.personal,
        show_if=condition,
    )
