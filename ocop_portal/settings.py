"""The portal's settings: one file, driven by the environment; unknown values are refused.

Every variable read here is listed in ``docs/van-hanh.md`` with what it does.
"""

import os
import sys
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
# A test's live server must leave no connection behind to the database that is then dropped.
TESTING = "pytest" in sys.modules
APPS = ["areas", "accounts", "enterprises", "products", "ratings", "plans", "reports", "public", "desk"]


def _flag(name: str) -> bool:
    value = os.environ.get(name, "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} is 0 or 1, not {value!r}")
    return value == "1"


def _number(name: str, default: float) -> float:
    value = os.environ.get(name, "")
    try:
        return float(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} is a number, not {value!r}") from None


def _mail(url: str) -> dict[str, object]:
    """The mail server: ``smtp://``, ``smtp+starttls://`` or ``smtps://`` user:password@host:port.

    ``console:`` prints letters, ``file:///folder`` keeps them; without a server nothing is mailed.
    """
    parts = urlsplit(url)
    ports = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
    if url in {"", "console:"}:
        return {"backend": "console" if url else "dummy"}
    if parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc:
        return {"backend": "filebased", "folder": unquote(parts.path)}
    if parts.scheme not in ports or not parts.hostname:
        raise ImproperlyConfigured(
            "OCOP_EMAIL_URL is smtp+starttls://user:password@host:587, smtps://…, smtp://…, console: or"
            " file:///folder"
        )
    return {
        "backend": "smtp",
        "host": parts.hostname,
        "port": parts.port or ports[parts.scheme],
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "starttls": parts.scheme == "smtp+starttls",
        "tls": parts.scheme == "smtps",
    }


def _day(name: str) -> date | None:
    value = os.environ.get(name, "")
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise ImproperlyConfigured(f"{name} is a day written 2023-12-29, not {value!r}") from None


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            "DATABASE_URL begins with postgresql://; the portal runs on PostgreSQL only"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        # A kept connection doubles the requests a second; the health check survives a database restart.
        "CONN_MAX_AGE": 0 if TESTING else 60,
        "CONN_HEALTH_CHECKS": True,
        # One count asks many things of every row, so the planner takes it for long and would compile it to
        # machine code, which takes longer than the count itself.
        "OPTIONS": {"connect_timeout": 3, "options": "-c jit=off"},
    }


DEBUG = _flag("OCOP_DEBUG")
OCOP_DEMO = _flag("OCOP_DEMO")
VAR_DIR = Path(os.environ.get("OCOP_VAR_DIR") or BASE_DIR / "var")

# Demo and tests may fix the business day; a portal at work never does (ocop_portal.E003).
OCOP_TODAY = _day("OCOP_TODAY")
OCOP_BASE_URL = os.environ.get("OCOP_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
OCOP_NAME = _("OCOP portal of Cao Bằng")
OCOP_AGENCY = os.environ.get("OCOP_AGENCY", "Ủy ban nhân dân tỉnh Cao Bằng")

SECRET_KEY = os.environ.get("OCOP_SECRET_KEY", "")
if not SECRET_KEY:
    if not (DEBUG or TESTING or OCOP_DEMO):
        raise ImproperlyConfigured("Set OCOP_SECRET_KEY to a long random text kept out of the repository")
    SECRET_KEY = "only-for-development-tests-and-demonstration-" + "0" * 20

ALLOWED_HOSTS = [h for h in os.environ.get("OCOP_ALLOWED_HOSTS", "127.0.0.1,localhost").split(",") if h]
CSRF_TRUSTED_ORIGINS = [OCOP_BASE_URL]

INSTALLED_APPS = [
    *APPS[::-1],
    "ocop_portal",
    "crispy_forms",
    "crispy_bootstrap5",
    "axes",
    "csp",
    "accounts.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "ocop_portal.outages.DatabaseOutageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "ocop_portal.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.FirstPasswordMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "ocop_portal.urls"
WSGI_APPLICATION = "ocop_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "desk.navigation.portal",
            ],
        },
    }
]

DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "postgresql://ocop@127.0.0.1:5432/ocop"))}
REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")

# --- language: msgids are English, the portal speaks Vietnamese unless asked otherwise
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale" / name for name in ["portal", *APPS]]
FORMAT_MODULE_PATH = "ocop_portal.lib.formats"
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

# --- accounts
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "desk:my_work"
LOGOUT_REDIRECT_URL = "public:home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ["UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator"]
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    }
]
INITIAL_PASSWORD_HOURS = 72
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
# User and address together: the communes of a district share one address.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# The address comes from the connection, and only behind our own proxy from what that proxy wrote last.
AXES_IPWARE_PROXY_COUNT = 1 if _flag("OCOP_BEHIND_PROXY") else None
AXES_IPWARE_META_PRECEDENCE_ORDER = (
    ["HTTP_X_FORWARDED_FOR"] if _flag("OCOP_BEHIND_PROXY") else ["REMOTE_ADDR"]
)
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "accounts.views.locked_out"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "ocop_portal.outages.stale_form"

# --- e-mail: a notice's link, nothing else; a portal without a mail server tells in its pages only
_letters = _mail(os.environ.get("OCOP_EMAIL_URL", "console:" if DEBUG or OCOP_DEMO else ""))
# Tests put letters into a list in memory.
OCOP_MAIL = TESTING or _letters["backend"] != "dummy"
EMAIL_BACKEND = f"django.core.mail.backends.{_letters['backend']}.EmailBackend"
EMAIL_FILE_PATH = _letters.get("folder")
EMAIL_HOST, EMAIL_PORT = _letters.get("host", "localhost"), _letters.get("port", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _letters.get("user", ""), _letters.get("password", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = bool(_letters.get("starttls")), bool(_letters.get("tls"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("OCOP_EMAIL_FROM") or f"no-reply@{urlsplit(OCOP_BASE_URL).hostname}"
MAIL_SWEEP_SECONDS = _number("OCOP_MAIL_SWEEP_SECONDS", 60)

# --- transport and content security
_https = OCOP_BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
if _flag("OCOP_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
PRIVATE_ROOT = VAR_DIR / "private"
REPORTS_ROOT = VAR_DIR / "reports"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
UPLOAD_MAX_BYTES = 20 * 1024 * 1024
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# --- jobs: the row in the database is the truth, the broker only wakes the worker
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 5, "max_retries": 1}
CELERY_TIMEZONE = TIME_ZONE
REPORT_LEASE_SECONDS = _number("OCOP_REPORT_LEASE_SECONDS", 60)
REPORT_SWEEP_SECONDS = _number("OCOP_REPORT_SWEEP_SECONDS", 15)
REPORT_ATTEMPTS = 3
REPORT_RUNS_PER_USER = 5
REPORT_KEEP_DAYS = _number("OCOP_REPORT_KEEP_DAYS", 730)
REPORT_TURN_SECONDS = 3600
REPORT_TIDY_SECONDS = 24 * 3600
REMIND_SECONDS = 3600
CELERY_BEAT_SCHEDULE = {
    "sweep report runs": {"task": "reports.tasks.sweep", "schedule": REPORT_SWEEP_SECONDS},
    "take turns of schedules": {
        "task": "reports.tasks.take_turns",
        "schedule": REPORT_TURN_SECONDS,
        "options": {"expires": REPORT_TURN_SECONDS},
    },
    "tidy reports": {
        "task": "reports.tasks.tidy",
        "schedule": REPORT_TIDY_SECONDS,
        "options": {"expires": REPORT_TIDY_SECONDS},
    },
    # While no worker is there to take them, messages of these don't pile up.
    "sweep e-mail": {
        "task": "accounts.tasks.sweep_mail",
        "schedule": MAIL_SWEEP_SECONDS,
        "options": {"expires": MAIL_SWEEP_SECONDS},
    },
    "remind of monthly reports": {
        "task": "plans.tasks.remind",
        "schedule": REMIND_SECONDS,
        "options": {"expires": REMIND_SECONDS},
    },
    "remind of deadlines": {
        "task": "ratings.tasks.remind",
        "schedule": REMIND_SECONDS,
        "options": {"expires": REMIND_SECONDS},
    },
}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("OCOP_LOG_LEVEL", "WARNING")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
