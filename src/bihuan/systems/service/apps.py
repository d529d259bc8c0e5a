from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceConfig(AppConfig):
    name = "bihuan.systems.service"
    label = "service"
    verbose_name = _("service evaluation")
    default_auto_field = "django.db.models.BigAutoField"
