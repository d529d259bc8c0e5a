"""The consents of one customer: what stands, what was withdrawn, what was sent by them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Customer
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.views.signed_in import need

from ..act import consents as act
from ..forms import ConsentForm, WithdrawForm
from ..models import Consent
from ..read.consents import consents_of, offers_of
from .frame import crumbs, told


@require_http_methods(["GET", "HEAD", "POST"])
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """History and form in one; a form that is sent gives a consent."""
    user = need(request, "see" if request.method != "POST" else "handle")
    row = get_object_or_404(visible(user, Customer.objects.select_related("unit")), pk=pk)
    form = ConsentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act.give(customer=row, user=user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Consent recorded."))
            return redirect("equity:consents-of", row.pk)
    rows = consents_of(row, user)
    context = {
        "customer": row,
        "rows": rows,
        "standing": sum(each.withdrawn_at is None for each in rows),
        "offers": offers_of(row, user),
        "form": form if may(user.role, "handle") and not row.erased_at else None,
        "withdraw": WithdrawForm(auto_id=False) if may(user.role, "handle") else None,
        "crumbs": crumbs("equity:consents", _("Consents"), str(row)),
    }
    return render(request, "equity/consents_of.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "handle")
    rows = Consent.objects.select_related("customer__unit")
    row = get_object_or_404(visible(user, rows), pk=pk)
    form = WithdrawForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(str(next(iter(form.errors.values()))[0]))
        given = form.cleaned_data
        stopped = act.withdraw(consent=row, how=given["how"], at=given["at"], user=user)
    except Refused as refusal:
        told(request, refusal)
    else:
        messages.success(request, _("Withdrawn. Letters stopped by it: %(n)d.") % {"n": stopped})
    return redirect("equity:consents-of", row.customer_id)
