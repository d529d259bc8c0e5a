from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    name = "bihuan.kernel"
    label = "kernel"
    verbose_name = _("foundation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from bihuan.kernel import checks, lookups, texts  # noqa: F401  (checks and look-ups register on import)

        post_migrate.connect(texts.settle, sender=self)
