"""Words that more than one page needs, and what the rules say in words that can be translated."""

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.lazy import StrOrPromise
from bihuan.web.components.figures import number

from .rules.money import to_major

TO_DO = {
    "": "",
    "customer": _("Import the customer with this number, or correct the number and import the order again."),
    "future": _("Nothing, if the day is right: the line counts from that day on. Else correct the day."),
    "reference": _("Name the order that the refund takes back, and import the line again."),
    "zero": _("Correct the amount; a gift is no purchase."),
    "rate": _("Enter an exchange rate that is valid on this day."),
    "twin": _("It counts. If it is the same purchase twice, give both lines the same order number."),
}
"""By problem of an order line."""
RULES = (
    gettext_noop("no orders that count"),
    gettext_noop("no customer has bought twice: nothing says how often they come back"),
    gettext_noop("no customer has bought twice: nothing says what an occasion is worth"),
    gettext_noop("too few customers bought again for a model"),
    gettext_noop("the fit did not come to an end: a parameter has no finite estimate"),
    gettext_noop("the value of a purchase has no finite mean (q is 1 or less)"),
    gettext_noop("a customer's value is no number under these estimates"),
    gettext_noop("a repeater whose mean value is not above 0"),
    gettext_noop("the likelihood is no number at any start"),
    gettext_noop("most repetitions have no estimate: the data do not carry an interval"),
    gettext_noop("the orders do not reach back far enough for a test on unseen weeks"),
    gettext_noop("too few customers bought again before the weeks of the test"),
    gettext_noop("the fit on the weeks before the test did not come to an end"),
    gettext_noop("too few respondents rate the brands"),
    gettext_noop("the strength of the drivers has no finite estimate: the answers are of one kind"),
    gettext_noop("two drivers are rated alike by everybody: they cannot be told apart"),
    gettext_noop("a return needs a cost above 0"),
    gettext_noop("the discount must be above 0: without it the value has no end"),
    gettext_noop("a cohort begins above 0 and never grows"),
    gettext_noop("nobody has left yet: nothing says how many will"),
    gettext_noop("purchases after the last chance, or more purchases than chances"),
    gettext_noop("nobody bought at any chance"),
    gettext_noop("a renewal is missing between the first and the last"),
    gettext_noop("the cohort has too many different histories for a page"),
)
"""Sentences of the rules, which know no Django."""


TO_FIT: dict[str, StrOrPromise] = {
    "no orders that count": _("Import orders, or look at the lines that do not count."),
    "no customer has bought twice: nothing says how often they come back": _(
        "Bring orders of a longer time, or of a larger unit. Sales, margins and costs stand without a model."
    ),
    "too few customers bought again for a model": _(
        "Bring orders of a longer time, or run the model for a larger unit."
    ),
    "the fit did not come to an end: a parameter has no finite estimate": _(
        "Run another model, or a larger unit: these customers are too much alike for this one."
    ),
}
"""What to do where a model run cannot be fitted, by its message."""


def said(text: str) -> str:
    """A sentence of the rules in the reader's language."""
    return gettext(text) if text else ""


MISSING: dict[str, StrOrPromise] = {
    "run": _("There is no model run yet: import orders, then run the model."),
    "customers": _("None of your customers is in the newest run."),
    "margin": _("No product margin is known for what was sold: import margins by product category."),
    "cost": _("No cost to serve or to acquire is known of any customer: import costs."),
    "part": _("Known of the whole unit only, and you see a part of it."),
    "survey": _("No brand survey of the last two years: import one with its answers."),
    "few": _("Withheld: too few respondents named both brands."),
    "own": _("No brand of the survey is marked as your own."),
    "market": _("Not available: no market estimate. Own orders say nothing of other suppliers' customers."),
}
"""Why a figure of the board has no value, and what to do."""
APART: dict[str, StrOrPromise] = {
    "terms": _(
        "Not said yet: what a payment leaves, how long a period is, when it was counted, and whether"
        " orders hold the payments."
    ),
    "orders": _("Its payments are among the orders: customer equity counts them already."),
    "sales": _(
        "Values of the run are in sales, those of contracts in margins: import margins by product category."
    ),
    "old": _("Counted too long ago: import the newest renewal."),
    "long": _("A period is longer than the horizon: no payment falls into it."),
    "unfit": _("No model fits it: its page says why."),
    "many": _("More cohorts than a run takes."),
}
"""Why a cohort is not in customer equity, and what to do."""
NOTES: dict[str, StrOrPromise] = {
    "": "",
    "contracts": _("purchases and contracts together"),
    "covered": _("of the sales whose margin is known"),
    "no_interval": _("without interval: what it rests on gives none"),
    "survey": _("from the two questions of the brand survey"),
}
FAULTS = {
    "empty": _("must not be empty"),
    "long": _("too long"),
    "date": _("no readable date such as 2026-11-28"),
    "amount": _("no readable amount such as 128.50"),
    "fine": _("finer than the smallest unit of its currency"),
    "line": _("not a whole number from 1"),
    "currency": _("not a currency such as CNY or USD"),
    "foreign": _("exists already, outside your units"),
}
"""Why a row of a Parquet file cannot be read (`act.parquet.Fault.why`)."""


def yuan(amount: int | None, decimals: int = 0) -> str:
    """Fen as yuan for a page; a dash where it is not known."""
    return number(None if amount is None else float(to_major(amount)), decimals)


ASKED = {
    "title": _("Brand survey:"),
    "intro": _("A few questions about brands. No name is asked."),
    "considered": _("Which of these brands did you consider?"),
    "last": _("Which one did you buy last?"),
    "next": _("Which one will you buy next?"),
    "why": _("If the next one is another: why?"),
    "good": _("The brand that I bought last makes me feel good."),
    "special": _("It is something special."),
    "apart": _("It sets me apart from others."),
    "value": _("%(name)s is worth its price."),
    "brand": _("I like what %(name)s stands for."),
    "relation": _("Something ties me to %(name)s."),
    "income": _("What does your household earn?"),
}
"""Questions of the brand survey."""
ENDS_OF_FEELING = (_("not at all"), _("very much"))
