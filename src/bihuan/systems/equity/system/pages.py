"""The pages of customer equity, in groups."""

from django.utils.translation import pgettext_lazy

from bihuan.kernel.manifest import Part

PARTS = (
    Part(
        title=pgettext_lazy("tab", "Value"),
        pages=(
            ("equity:board", pgettext_lazy("tab", "Old and new"), "see"),
            ("equity:customers", pgettext_lazy("tab", "Customers by value"), "see"),
            ("equity:segments", pgettext_lazy("tab", "Segments"), "see"),
        ),
    ),
    Part(
        title=pgettext_lazy("tab", "Contacts"),
        pages=(
            ("equity:cares", pgettext_lazy("tab", "Key customers"), "see"),
            ("equity:contacts", pgettext_lazy("tab", "Contact log"), "personal"),
        ),
    ),
    Part(
        title=pgettext_lazy("tab", "Market"),
        pages=(
            ("equity:surveys", pgettext_lazy("tab", "Brand surveys"), "see"),
            ("equity:market", pgettext_lazy("tab", "Market estimates"), "see"),
        ),
    ),
    Part(
        title=pgettext_lazy("tab", "Promotion"),
        pages=(
            ("equity:offer-preview", pgettext_lazy("tab", "Who gets what"), "see"),
            ("equity:rounds", pgettext_lazy("tab", "Sendings"), "see"),
            ("equity:sends", pgettext_lazy("tab", "Ledger of offers"), "see"),
            ("equity:offers", pgettext_lazy("tab", "Offers"), "see"),
            ("equity:offer-rules", pgettext_lazy("tab", "Offer rules"), "see"),
            ("equity:consents", pgettext_lazy("tab", "Consents"), "see"),
        ),
    ),
    Part(
        title=pgettext_lazy("tab", "Coupons"),
        pages=(
            ("equity:coupons", pgettext_lazy("tab", "Coupons"), "see"),
            ("equity:scans", pgettext_lazy("tab", "Scans"), "see"),
            ("equity:redeem", pgettext_lazy("tab", "Redeem"), "handle"),
            ("equity:campaigns", pgettext_lazy("tab", "Campaigns"), "see"),
        ),
    ),
    Part(
        title=pgettext_lazy("tab", "Models"),
        pages=(
            ("equity:runs", pgettext_lazy("tab", "Model runs"), "see"),
            ("equity:holdout", pgettext_lazy("tab", "Test on unseen weeks"), "see"),
            ("equity:exclusions", pgettext_lazy("tab", "Left out"), "see"),
            ("equity:cohorts", pgettext_lazy("tab", "Contracts"), "see"),
        ),
    ),
    Part(
        title=pgettext_lazy("tab", "Data"),
        pages=(
            ("equity:orders", pgettext_lazy("tab", "Orders"), "see"),
            ("equity:problems", pgettext_lazy("tab", "Not counted"), "see"),
            ("equity:costs", pgettext_lazy("tab", "Costs"), "see"),
            ("equity:margins", pgettext_lazy("tab", "Margins"), "see"),
            ("equity:rates", pgettext_lazy("tab", "Exchange rates"), "see"),
        ),
    ),
)
