"""Every page of the house: the kernel's, then each system's under its own name."""

from django.urls import URLPattern, URLResolver, include, path

from bihuan.kernel.registry import systems

urlpatterns: list[URLPattern | URLResolver] = [
    *(path(f"{system.name}/", include(f"bihuan.systems.{system.name}.urls")) for system in systems()),
]
