"""One brand survey: who goes to which brand, what that is worth, and what a measure would bring."""

from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.components.figures import number, percent
from bihuan.web.views.signed_in import need

from ..forms import MeasureForm
from ..models import BrandSurvey
from ..read.market import Return, marketing_return, switched
from ..read.respondents import Row, respondents
from ..rules.purchases import Unfit
from ..words import ASKED, MISSING, said, yuan
from .frame import crumbs


def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """The form asks by GET: what it shows changes nothing and can be sent as a link."""
    user = need(request, "see")
    row = get_object_or_404(visible(user, BrandSurvey.objects.select_related("unit")), pk=pk)
    found = switched(row)
    asked = bool(request.GET)
    form = MeasureForm(request.GET if asked else None)
    context: dict[str, Any] = {
        "survey": row,
        "found": found,
        "rows": [
            {
                "brand": each.brand,
                "last": number(each.last),
                "chances": [percent(chance) for chance in each.chances],
                "equity": yuan(round(each.equity)),
                "share": percent(each.share),
                "count_share": percent(each.count_share),
            }
            for each in found.rows
        ],
        "own_share": _between(found.own_share, percent),
        "own_equity": _between(found.own_equity, lambda value: yuan(round(value))),
        "few": str(MISSING["few"]),
        "form": form if found.own else None,
        "asked": _asked(row),
        "may_ask": may(user.role, "edit"),
        "crumbs": crumbs("equity:surveys", _("Brand surveys"), row.title),
    }
    if asked and found.own and form.is_valid():
        context |= _measure(row, form)
    status = 422 if asked and form.errors else 200
    return render(request, "equity/survey.html", context, status=status)


def _asked(row: BrandSurvey) -> dict[str, Any] | None:
    """Figures of a questionnaire as one table: the set first, then brands, feelings, reasons, income."""
    found = respondents(row)
    if found is None:
        return None
    feelings = [(str(ASKED[each.key]), each) for each in found.feelings]
    considered = [(_("considered: %(name)s") % {"name": each.label}, each) for each in found.considered]
    why = [(_("changes because of: %(why)s") % {"why": each.label}, each) for each in found.why]
    income = [(_("income: %(band)s") % {"band": each.label}, each) for each in found.income]
    means = [(_("brands considered, mean"), found.set_size), *feelings]
    rows = [_figure(label, each, lambda value: number(value, 1)) for label, each in means]
    rows[1:1] = [_figure(label, each, percent) for label, each in considered]
    rows += [_figure(label, each, percent) for label, each in (*why, *income)]
    return {"n": found.n, "least": found.least, "rows": rows}


def _figure(label: str, row: Row, write: Any) -> dict[str, Any]:
    found = row.estimate
    return {
        "label": label,
        "n": row.n,
        "value": write(found.value) if found else "",
        "interval": _between(found.interval, write) if found else "",
    }


def _between(found: tuple[float, float] | None, write: Any) -> str:
    return f"{write(found[0])} – {write(found[1])}" if found else ""


def _measure(row: BrandSurvey, form: MeasureForm) -> dict[str, Any]:
    given = form.cleaned_data
    shift = np.array([0.0, *(float(given[name] or 0) for name in ("value", "brand", "relation"))])
    try:
        found: Return = marketing_return(row, shift, float(given["cost"] * 100))
    except Unfit as error:
        return {"measure_message": said(str(error))}
    return {
        "measure": {
            "gain": yuan(round(found.gain)),
            "gain_interval": f"{yuan(round(found.low))} – {yuan(round(found.high))}",
            "back": percent(found.back),
            "back_interval": f"{percent(found.back_low)} – {percent(found.back_high)}",
            "sure": found.back_low > 0,
            "n": number(found.n),
        }
    }
