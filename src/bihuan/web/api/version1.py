"""The API object: the kernel's routers, then each system's under its own name."""

from functools import cache

from ninja import NinjaAPI

from bihuan import __version__
from bihuan.kernel.registry import collect
from bihuan.web.api import cases, events, failures, surveys


@cache
def api() -> NinjaAPI:
    made = NinjaAPI(
        title="Bihuan",
        version=__version__,
        urls_namespace="api",
        description="Lists answer {items, count, next}; errors are problem documents (RFC 9457).",
        docs_url=None,
        openapi_url="/openapi.json",
    )
    made.add_router("/cases", cases.router)
    made.add_router("/events", events.router)
    made.add_router("/surveys", surveys.router)
    for system, router in collect(lambda system: system.api):
        made.add_router(f"/{system.name}", router)
    failures.install(made)
    return made
