"""Every page of the house: the kernel's, then each system's under its own name."""

from django.urls import URLPattern, URLResolver, include, path

from bihuan.kernel.registry import systems

handler400 = "bihuan.web.views.errors.bad_request"
handler403 = "bihuan.web.views.errors.forbidden"
handler404 = "bihuan.web.views.errors.not_found"
handler500 = "bihuan.web.views.errors.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("bihuan.web.urls")),
    *(path(f"{system.name}/", include(f"bihuan.systems.{system.name}.urls")) for system in systems()),
]
