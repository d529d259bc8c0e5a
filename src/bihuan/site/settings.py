"""Django settings, all derived from `bihuan.environment` and the manifests' names."""

import os
import secrets
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from bihuan.environment import Environment
from bihuan.inputs import BadInput
from bihuan.site.database import databases

ENVIRONMENT = Environment.read(os.environ)
HOME = ENVIRONMENT.home
EVIDENCE_DIR = HOME / "evidence"
JOURNALS_DIR = HOME / "journals"
INTAKE_PATH = HOME / "intake.sqlite3"

ALL_SYSTEMS = ("instruments", "service", "loyalty", "equity")
"""Every system there is, in the order of the menu."""
_chosen = ENVIRONMENT.systems or ALL_SYSTEMS
if _unknown := sorted(set(_chosen) - set(ALL_SYSTEMS)):
    raise BadInput(f"BIHUAN_SYSTEMS: no system {_unknown[0]!r}; there are: {', '.join(ALL_SYSTEMS)}")
SYSTEMS = tuple(f"bihuan.systems.{name}" for name in ALL_SYSTEMS if name in _chosen)

_ninja = find_spec("ninja")
NINJA = Path(_ninja.origin or "").parent if _ninja else Path()
"""Its page of documentation and that page's scripts are used. As an app it would be imported by all, and
that takes a quarter of the start."""

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks_db",
    "bihuan.kernel.apps.KernelConfig",
    "bihuan.web.apps.WebConfig",
    *SYSTEMS,
]

MIDDLEWARE = [
    "bihuan.web.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bihuan.web.middleware.Language",
    "bihuan.web.middleware.LoginRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [NINJA / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bihuan.web.context.shell",
            ],
        },
    }
]


def _secret(folder: Path) -> str:
    """Made once, kept readable by its owner only."""
    path = folder / "secrets" / "django"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()


SECRET_KEY = _secret(HOME)
DEBUG = False
ROOT_URLCONF = "bihuan.site.urls"
WSGI_APPLICATION = "bihuan.site.wsgi.application"
DATABASES = databases(ENVIRONMENT.database_url, HOME)
AUTH_USER_MODEL = "kernel.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTHENTICATION_BACKENDS = ["bihuan.web.account.backend.Backend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LANGUAGE_CODE = ENVIRONMENT.language
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "bh_language"
TIME_ZONE = ENVIRONMENT.time_zone
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STATICFILES_DIRS = [("ninja", NINJA / "static" / "ninja")]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600

_site = urlsplit(ENVIRONMENT.url) if ENVIRONMENT.url else None
ALLOWED_HOSTS = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    ENVIRONMENT.host,
    *([_site.hostname] if _site and _site.hostname else []),
]
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.url.rstrip("/")] if ENVIRONMENT.url else []
if _site and _site.scheme == "https":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
SESSION_COOKIE_NAME = "bh_session"
CSRF_COOKIE_NAME = "bh_csrf"
CSRF_FAILURE_VIEW = "bihuan.web.views.errors.csrf_failure"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "bihuan.web.account.session"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True

DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = str(HOME / "run") if (HOME / "run").is_dir() else None

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = ENVIRONMENT.mail_host
EMAIL_PORT = ENVIRONMENT.mail_port
EMAIL_HOST_USER = ENVIRONMENT.mail_user
EMAIL_HOST_PASSWORD = ENVIRONMENT.mail_password
EMAIL_USE_TLS = ENVIRONMENT.mail_security == "starttls"
EMAIL_USE_SSL = ENVIRONMENT.mail_security == "tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django.request": {"level": "ERROR"}},
}
