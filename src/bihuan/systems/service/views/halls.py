"""Making and changing a hall."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.views.signed_in import need

from .. import act
from ..forms import HallForm
from ..models import Hall


@require_http_methods(["GET", "POST"])
def hall(request: HttpRequest, code: str = "") -> HttpResponse:
    """Who may not edit sees the same fields, locked."""
    user = need(request, "see" if code else "edit")
    rows = visible(user, Hall.objects.select_related("place", "place__unit"))
    row = get_object_or_404(rows, place__code=code) if code else None
    editable = may(user.role, "edit")
    initial = {} if row else {"unit": user.unit}
    form = HallForm(request.POST or None, instance=row, user=user, initial=initial)
    if request.method == "POST":
        need(request, "edit")
        if form.is_valid():
            kept = act.keep_hall(
                row=form.save(commit=False), user=user, place=form.cleaned_data, fields=form.changed_data
            )
            messages.success(request, _("Saved: %(name)s") % {"name": kept})
            return redirect("service:halls")
    for field in form.fields.values() if not editable else ():
        field.disabled = True
    heading = str(row) if row else _("New hall")
    context = {
        "form": form,
        "heading": heading,
        "editable": editable,
        "back": reverse("service:halls"),
        "crumbs": [{"title": _("Halls"), "url": reverse("service:halls")}, {"title": heading}],
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)
