"""The house's own pages, its API, and what machines ask for."""

from django.urls import include, path

from bihuan.web.api.version1 import api
from bihuan.web.gallery import gallery
from bihuan.web.views import (
    account,
    admin,
    case,
    docs,
    evidence,
    health,
    home,
    live,
    login,
    notices,
    screen,
    search,
)

urlpatterns = [
    path("", include("bihuan.web.lists.urls")),
    path("", include("bihuan.web.surveys.urls")),
    path("", home.page, name="home"),
    path("login/", login.sign_in, name="login"),
    path("logout/", login.sign_out, name="logout"),
    path("invitation/<str:key>/<str:token>/", login.invitation, name="invitation"),
    path("account/", account.page, name="account"),
    path("account/password/", account.password, name="account_password"),
    path("account/preferences/", account.preferences, name="account_preferences"),
    path("language/", account.language, name="set_language"),
    path("theme/", account.theme, name="set_theme"),
    path("cases/<str:number>/", case.show, name="case"),
    path("cases/<str:number>/step/", case.step, name="case_step"),
    path("cases/<str:number>/note/", case.attach, name="case_note"),
    path("evidence/<int:key>/", evidence.show, name="evidence"),
    path("notices/", notices.page, name="notices"),
    path("notices/read/", notices.read, name="notices_read"),
    path("search/", search.page, name="search"),
    path("screen/", screen.page, name="screen"),
    path("screen/<slug:name>/", screen.page, name="screen"),
    path("live/token/", live.token, name="live_token"),
    path("admin/", admin.index, name="admin"),
    path("admin/processes/", admin.processes, name="processes"),
    path("admin/quality/", admin.quality, name="quality"),
    path("admin/ui/", gallery, name="gallery"),
    path("api/docs", docs.page, name="api_docs"),
    path("api/v1/", api().urls),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
