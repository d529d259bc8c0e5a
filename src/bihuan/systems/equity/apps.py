from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EquityConfig(AppConfig):
    name = "bihuan.systems.equity"
    label = "equity"
    verbose_name = _("customer equity")
    default_auto_field = "django.db.models.BigAutoField"
