"""Building: questions of the bank, drafts, what is issued, and how it will look on a phone."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from bihuan.kernel.act import surveys as act
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Question, QuestionnaireItem, QuestionnaireVersion, User
from bihuan.kernel.read.surveys import form_of
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers
from bihuan.web.surveys.forms import ItemForm, NewQuestionnaireForm, QuestionForm, WordsForm
from bihuan.web.surveys.shown import questions
from bihuan.web.surveys.words import both, everything, said
from bihuan.web.views.signed_in import need


def crumbs(name: str, title: str, last: str) -> list[dict[str, str]]:
    home = {"title": gettext("Surveys"), "url": reverse("surveys")}
    return [home, {"title": title, "url": reverse(name)}, {"title": last}]


def question(request: HttpRequest, key: str = "") -> HttpResponse:
    """A question of the bank; saving a changed one makes its next version."""
    user = need(request, "see" if key else "edit")
    row = get_object_or_404(Question, key=key, newest=True) if key else None
    form = QuestionForm(request.POST or None, user=user, row=row, initial={"unit": user.unit})
    editable = may(user.role, "edit") and (row is None or covers(user, row.unit))
    if row:
        form.fields["unit"].queryset = type(row.unit).objects.filter(pk=row.unit_id)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        code, unit = given.pop("key"), given.pop("unit")
        try:
            if row is None and Question.objects.filter(key=code).exists():
                raise Refused(gettext("There is a question with this code."))
            kept = act.keep_question(key=code, unit=unit, user=user, fields=given)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, gettext("Saved: %(name)s") % {"name": kept})
            return redirect("questions")
    for field in form.fields.values() if not editable else ():
        field.disabled = True
    heading = f"{row.key} v{row.version}" if row else gettext("New question")
    context = {
        "form": form,
        "heading": heading,
        "editable": editable,
        "back": reverse("questions"),
        "crumbs": crumbs("questions", gettext("Question bank"), heading),
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)


def new(request: HttpRequest) -> HttpResponse:
    user = need(request, "edit")
    form = NewQuestionnaireForm(request.POST or None, user=user, initial={"unit": user.unit})
    if request.method == "POST" and form.is_valid():
        try:
            draft = act.create_questionnaire(user=user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("key", str(refusal.message))
        else:
            return redirect("questionnaire", draft.questionnaire.key)
    heading = gettext("New questionnaire")
    context = {
        "form": form,
        "heading": heading,
        "editable": True,
        "back": reverse("questionnaires"),
        "crumbs": crumbs("questionnaires", gettext("Questionnaires"), heading),
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)


def version_of(key: str, number: str = "") -> QuestionnaireVersion:
    rows = QuestionnaireVersion.objects.select_related("questionnaire", "questionnaire__unit", "issued_by")
    rows = rows.filter(questionnaire__key=key).order_by("-version")
    found = (rows.filter(version=number) if number.isdigit() else rows).first()
    if found is None:
        raise Http404
    return found


@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    user = need(request, "see")
    return page(request, version_of(key, request.GET.get("v", "")), user)


def page(
    request: HttpRequest,
    version: QuestionnaireVersion,
    user: User,
    words: WordsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    form = form_of(version)
    rows = list(version.items.select_related("question").order_by("position", "pk"))
    mine = may(user.role, "edit") and covers(user, version.questionnaire.unit)
    newest = dict(Question.objects.filter(newest=True).values_list("key", "version"))
    taken = {row.question.key for row in rows}
    sheet = version.questionnaire
    context = {
        "version": version,
        "questionnaire": sheet,
        "editable": mine and version.is_draft,
        "mine": mine,
        "rows": [
            {
                "row": row,
                "shown": shown,
                "form": item_form(row, form, place),
                "older": newest.get(row.question.key, 0) > row.question.version,
            }
            for place, (row, shown) in enumerate(zip(rows, questions(form), strict=True), 1)
        ],
        "bank": Question.objects.filter(newest=True, retired_at=None).exclude(key__in=taken),
        "versions": sheet.versions.order_by("-version"),
        "has_draft": sheet.versions.filter(issued_at=None).exists(),
        "words": words or words_form(version),
        "w": everything(),
        "crumbs": crumbs("questionnaires", gettext("Questionnaires"), str(sheet)),
    }
    return render(request, "web/surveys/builder.html", context, status=status)


def words_form(version: QuestionnaireVersion) -> WordsForm:
    """The titles stand on the questionnaire, the rest on its version."""
    names = list(WordsForm.base_fields)
    rows = {name: version if hasattr(version, name) else version.questionnaire for name in names}
    return WordsForm(initial={name: getattr(row, name) for name, row in rows.items()})


def item_form(row: QuestionnaireItem, form: Any, place: int, data: Any = None) -> ItemForm:
    condition = row.show_if or {}
    initial = {"required": row.required, **condition}
    return ItemForm(data, form=form, place=place, initial=initial, prefix=f"i{row.pk}")


@require_POST
def change(request: HttpRequest, key: str) -> HttpResponse:
    """One step of building, on the draft; what the rules refuse is told on the page."""
    user = need(request, "edit")
    version = version_of(key, request.POST.get("version", ""))
    steps: dict[str, Callable[[HttpRequest, QuestionnaireVersion, User], None]] = {
        "add": _add,
        "remove": _remove,
        "up": _up,
        "down": _down,
        "set": _set,
        "issue": _issue,
        "copy": _copy,
    }
    what = request.POST.get("what", "")
    if what == "words":
        return _words(request, version, user)
    if what not in steps:
        raise Http404
    try:
        steps[what](request, version, user)
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    return HttpResponseRedirect(reverse("questionnaire", args=[key]))


def _words(request: HttpRequest, version: QuestionnaireVersion, user: User) -> HttpResponse:
    form = WordsForm(request.POST)
    if not form.is_valid():
        return page(request, version, user, form, 422)
    try:
        act.rename(version=version, user=user, words=form.cleaned_data)
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    return HttpResponseRedirect(reverse("questionnaire", args=[version.questionnaire.key]))


def _item(request: HttpRequest, version: QuestionnaireVersion) -> QuestionnaireItem:
    key = request.POST.get("item", "")
    return get_object_or_404(version.items.select_related("question"), pk=int(key) if key.isdigit() else 0)


def _add(request: HttpRequest, version: QuestionnaireVersion, user: User) -> None:
    row = get_object_or_404(Question, key=request.POST.get("question", ""), newest=True)
    act.add_item(version=version, question=row, user=user)


def _remove(request: HttpRequest, version: QuestionnaireVersion, user: User) -> None:
    act.remove_item(item=_item(request, version), user=user)


def _up(request: HttpRequest, version: QuestionnaireVersion, user: User) -> None:
    _move(request, version, user, -1)


def _down(request: HttpRequest, version: QuestionnaireVersion, user: User) -> None:
    _move(request, version, user, 1)


def _move(request: HttpRequest, version: QuestionnaireVersion, user: User, by: int) -> None:
    item = _item(request, version)
    order = list(version.items.order_by("position", "pk").values_list("pk", flat=True))
    act.move_item(item=item, to=order.index(item.pk) + 1 + by, user=user)


def _set(request: HttpRequest, version: QuestionnaireVersion, user: User) -> None:
    item = _item(request, version)
    order = list(version.items.order_by("position", "pk").values_list("pk", flat=True))
    form = item_form(item, form_of(version), order.index(item.pk) + 1, request.POST)
    if not form.is_valid():
        raise Refused(gettext("The condition cannot be read."))
    given = form.cleaned_data
    act.set_item(
        item=item, required=given["required"], show_if=form.condition(), newest=given["newest"], user=user
    )


def _issue(request: HttpRequest, version: QuestionnaireVersion, user: User) -> None:
    done = act.issue_version(version=version, user=user)
    messages.success(request, gettext("Issued: %(name)s. It never changes again.") % {"name": done})


def _copy(request: HttpRequest, version: QuestionnaireVersion, user: User) -> None:
    act.copy_version(version=version, user=user)


@require_safe
def preview(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """As a customer will see it; nothing is sent from here."""
    need(request, "see")
    form = form_of(version_of(key, str(number)))
    context = {
        "w": everything(),
        "page_language": "en" if request.LANGUAGE_CODE == "en" else "zh-Hans",
        "page_theme": "dark" if request.COOKIES.get("bh_theme") == "dark" else "light",
        "title": both(form.title),
        "intro": both(form.intro),
        "privacy": both(form.privacy if form.privacy.said("zh") else said("privacy")),
        "shown": questions(form),
        "back": f"{reverse('questionnaire', args=[key])}?v={number}",
    }
    return render(request, "web/surveys/preview.html", context)
