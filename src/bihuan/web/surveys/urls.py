"""Pages of the surveys, and the public one."""

from django.urls import URLPattern, URLResolver, path

from bihuan.web.listing import listing_urls
from bihuan.web.surveys import builder, paper, phone, waves
from bihuan.web.surveys.lists import QuestionnairesListing, QuestionsListing, WavesListing

PARTS = ("export", "save-view", "density", "import", "import/template")
NAMES = {"save-view": "save", "import/template": "template"}

urlpatterns: list[URLPattern | URLResolver] = [
    path("s/", phone.enter, name="survey_enter"),
    path("s/worker.js", phone.worker, name="survey_worker"),
    path("s/<str:code>/", phone.survey, name="survey"),
    *listing_urls("surveys/", WavesListing),
    *listing_urls("surveys/questionnaires/", QuestionnairesListing),
    *listing_urls("surveys/questions/", QuestionsListing),
    path("surveys/questions/new/", builder.question, name="question-new"),
    path("surveys/questions/<slug:key>/", builder.question, name="question"),
    path("surveys/questionnaires/new/", builder.new, name="questionnaire-new"),
    path("surveys/questionnaires/<slug:key>/", builder.show, name="questionnaire"),
    path("surveys/questionnaires/<slug:key>/change/", builder.change, name="questionnaire-change"),
    path(
        "surveys/questionnaires/<slug:key>/<int:number>/",
        builder.preview,
        name="questionnaire-preview",
    ),
    path("surveys/new/", waves.new, name="wave-new"),
    path("surveys/<int:pk>/", waves.show, name="wave"),
    path("surveys/<int:pk>/issue/", waves.issue, name="wave-issue"),
    path("surveys/<int:pk>/withdraw/", waves.withdraw, name="wave-withdraw"),
    path("surveys/<int:pk>/close/", waves.close, name="wave-close"),
    path("surveys/<int:pk>/replies/", waves.replies, name="replies"),
    *(
        path(
            f"surveys/<int:pk>/replies/{part}/",
            waves.replies,
            {"part": NAMES.get(part, part)},
            name=f"replies-{NAMES.get(part, part)}",
        )
        for part in PARTS
    ),
    path("surveys/<int:pk>/replies/<int:number>/", waves.reply, name="reply"),
    path("surveys/<int:pk>/replies/<int:number>/erase/", waves.erase, name="reply-erase"),
    path("surveys/<int:pk>/paper/", paper.choose, name="paper"),
    path("surveys/<int:pk>/paper/<int:number>/", paper.key, name="paper-sheet"),
]
