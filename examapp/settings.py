"""Settings, read once from the environment. Every variable is listed in docs/operations.md.

With DATABASE_URL unset the product runs on its own: PostgreSQL and the broker live under `var/`,
the secret key is made there, and mail goes to the console.
"""

import os
from pathlib import Path

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from environs import Env

from examapp.runtime import home, lanes, postgres, request_ids

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# Unset: the embedded server under var/. Set: a PostgreSQL URL, and nothing is embedded.
DATABASE_URL: str = env.str("DATABASE_URL", "")
EMBEDDED = not DATABASE_URL

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or (home.secret_key() if EMBEDDED else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is empty: set it to a long random word.")
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", LOCAL_HOSTS)
if DEBUG and not set(ALLOWED_HOSTS) <= {*LOCAL_HOSTS, "testserver"}:
    raise ImproperlyConfigured("DEBUG is for one's own machine: unset it, or ALLOWED_HOSTS.")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
# The address people type; links in mail are made from it.
SITE_URL = env.str("SITE_URL", "") or f"http://localhost:{env.str('PORT', '') or 8000}"

INSTALLED_APPS = [
    "examapp.apps.ExamappConfig",
    "questions.apps.QuestionsConfig",
    "examapp.accounts.apps.AccountsConfig",
    "examapp.exams.apps.ExamsConfig",
    "examapp.study.apps.StudyConfig",
    "examapp.practice.apps.PracticeConfig",
    "examapp.reports.apps.ReportsConfig",
    "examapp.courses.apps.CoursesConfig",
    "examapp.privacy.apps.PrivacyConfig",
    "examapp.operations.apps.OperationsConfig",
    "examapp.api.apps.ApiConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
]

MIDDLEWARE = [
    "examapp.middleware.request_id",
    "examapp.middleware.measure",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "examapp.middleware.WithoutNul",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "examapp.middleware.viewer_zone",
    "examapp.middleware.pace",
    "examapp.middleware.no_store",
]

ROOT_URLCONF = "examapp.urls"
WSGI_APPLICATION = "examapp.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["examapp.web.moments"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "examapp.views.frame.frame",
            ],
        },
    },
]

# --- Database ---------------------------------------------------------------------------------
DATABASES = {"default": env.dj_db_url("DATABASE_URL", postgres.url() if EMBEDDED else None)}
# Whether a pooler between here and the database gives each transaction another connection. It must
# set what "options" below does, since such a pooler passes it on to no connection.
DATABASE_POOLED = env.bool("DATABASE_POOLED", False)
DATABASES["default"].update(
    {
        "CONN_HEALTH_CHECKS": True,
        # A cursor of the server outlives its transaction.
        "DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLED,
        # Seconds a connection is kept by its thread.
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", 60),
        "OPTIONS": {
            # What the URL asks for after its "?", such as sslmode, or the embedded server's socket.
            **DATABASES["default"].get("OPTIONS", {}),
            "connect_timeout": 3,
            # Of what `questions.prepared` asks: each statement from its first time on, or none.
            "prepare_threshold": None if DATABASE_POOLED else 0,
            # Milliseconds; bounds every wait on a lock or a slow statement.
            "options": "-c lock_timeout=5000 -c statement_timeout=30000"
            " -c idle_in_transaction_session_timeout=30000 -c synchronous_commit=on",
        },
    }
)

# --- Jobs -------------------------------------------------------------------------------------
# Unset: a broker of files under var/, enough for one machine.
BROKER_URL: str = env.str("BROKER_URL", "")
CELERY_BROKER_URL = BROKER_URL or "filesystem://localhost//"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = (
    # Seconds; a broker that is away, or accepts and never answers, must not hold a request. Kombu
    # alone would try for four more.
    {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0}
    if BROKER_URL
    else {
        "data_folder_in": str(home.broker()),
        "data_folder_out": str(home.broker()),
        "control_folder": str(home.broker() / "control"),
        "polling_interval": 0.3,
    }
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Work that takes seconds and that somebody waits for never stands behind a file or a refresh.
CELERY_TASK_DEFAULT_QUEUE = "short"
CELERY_TASK_ROUTES = {
    "questions.*": {"queue": "long"},
    "exams.stock_papers": {"queue": "long"},
    "reports.refresh": {"queue": "long"},
    "reports.refresh_all": {"queue": "long"},
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "finish-overdue-sessions": {"task": "exams.finish_overdue", "schedule": 30.0},
    "go-on-regrading": {"task": "exams.go_on_regrading", "schedule": 30.0},
    "stock-papers": {"task": "exams.stock_papers", "schedule": 20.0},
    "tell-candidates": {"task": "exams.tell", "schedule": 60.0},
    "tell-teams": {"task": "exams.tell_teams", "schedule": 1800.0},
    "end-overdue-sets": {"task": "practice.end_overdue", "schedule": 60.0},
    "sweep-reviews": {"task": "study.sweep", "schedule": 300.0},
    "remind-of-reviews": {"task": "study.remind", "schedule": 1800.0},
    "compute-missing-reports": {"task": "reports.compute_missing", "schedule": 20.0},
    "forget-inactive": {
        "task": "privacy.forget_inactive",
        "schedule": crontab(hour="3", minute="20"),
    },
    "expire-guests": {"task": "privacy.expire_guests", "schedule": 3600.0},
    # Every night: item statistics, difficulties and spreads from the answers of the day.
    "refresh-statistics": {"task": "reports.refresh_all", "schedule": crontab(hour=3, minute=10)},
    "deliver-waiting-statements": {"task": "reports.deliver_waiting", "schedule": 300.0},
    "send-letters-of-courses": {"task": "courses.send_letters", "schedule": 60.0},
    "drop-old-records-of-courses": {
        "task": "courses.drop_old_records",
        "schedule": crontab(hour="3", minute="40"),
    },
    "run-waiting-imports": {"task": "questions.run_waiting_imports", "schedule": 20.0},
}

# Shared by web processes for rate limits; unset: memory of the one embedded web process.
CACHE_URL: str = env.str("CACHE_URL", "")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
    if CACHE_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# --- Accounts ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
# E-mail addresses are unique by a constraint on their lower case, which this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["examapp.accounts.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
PASSWORD_HASHERS = [
    "examapp.accounts.hashers.Argon2idHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "examapp.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "examapp.accounts.forms.SignUpForm",
    "add_email": "examapp.accounts.forms.AddAddressForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
# mandatory | optional | none
ACCOUNT_EMAIL_VERIFICATION = env.str("EMAIL_VERIFICATION", "optional")
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
# The pages themselves send away who has an account; a guest is here to get one.
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# By account first; by address generously, since a class sits behind one.
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "5/5m/key,300/5m/ip"}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SITE_URL.startswith("https") else "http"

# --- Mail -------------------------------------------------------------------------------------
EMAIL_URL: str = env.str("EMAIL_URL", "console://")
_email = env.dj_email_url("EMAIL_URL", "console://")
MAILERS: dict[str, dict[str, object]] = {"default": {"BACKEND": _email["EMAIL_BACKEND"]}}
if _email.get("EMAIL_HOST"):
    MAILERS["default"]["OPTIONS"] = {
        "host": _email["EMAIL_HOST"],
        "port": _email["EMAIL_PORT"] or 25,
        "username": _email["EMAIL_HOST_USER"] or "",
        "password": _email["EMAIL_HOST_PASSWORD"] or "",
        "use_tls": _email["EMAIL_USE_TLS"],
        "use_ssl": _email["EMAIL_USE_SSL"],
        "timeout": 10,
    }
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Practice exams <noreply@localhost>")

# --- Security ---------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# True behind TLS: secure cookies, redirect to https, HSTS for a year.
SECURE_SSL = env.bool("SECURE_SSL", False)
SECURE_SSL_REDIRECT = SECURE_SSL
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_SSL
SECURE_HSTS_PRELOAD = SECURE_SSL
SESSION_COOKIE_SECURE = SECURE_SSL
CSRF_COOKIE_SECURE = SECURE_SSL
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-sessionid" if SECURE_SSL else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if SECURE_SSL else "csrftoken"
# Seconds: longer than the longest sitting with every accommodation.
SESSION_COOKIE_AGE = 14 * 24 * 3600
# True where a proxy in front sets X-Forwarded-Proto itself.
if env.bool("TRUSTED_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
# Bytes; the answers view has its own, stricter bound.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

# The first bounds what a request's files may weigh together.
FILE_UPLOAD_HANDLERS = [
    "questions.forms.bounded_upload.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- Exams ------------------------------------------------------------------------------------
# Saves one person may send in a minute; far above what a hand can do.
SAVES_PER_MINUTE = env.int("SAVES_PER_MINUTE", 300)
# Seconds of CPU that one person's pages may take in a minute, the exam room apart.
PAGE_SECONDS_PER_MINUTE = env.float("PAGE_SECONDS_PER_MINUTE", 15)

# Starts whose papers are drawn and written at one moment; others wait in line for a slot. Each web
# process has a thread left for them and for other pages.
_WEB_THREADS = lanes.threads_of(os.environ)[lanes.WEB]
STARTS_AT_ONCE = env.int("STARTS_AT_ONCE", env.int("WEB_WORKERS", 1) * max(1, _WEB_THREADS - 1))
# Papers of new mixes that are drawn ahead for each exam; 0: each start draws its own.
PAPERS_IN_STOCK = env.int("PAPERS_IN_STOCK", 120)
# New mock exams one person may start in a day.
STARTS_PER_DAY = env.int("STARTS_PER_DAY", 50)

# --- Reviews ----------------------------------------------------------------------------------
# Reviews that one person is asked in a day.
REVIEWS_PER_DAY = env.int("REVIEWS_PER_DAY", 20)

# --- Offline ----------------------------------------------------------------------------------
# Whether browsers keep notes and what is due; false takes the service worker out of all of them.
OFFLINE_PAGES = env.bool("OFFLINE_PAGES", True)

# --- Guests -----------------------------------------------------------------------------------
# New guests from one network address in a minute, and days without a visit until one is deleted.
GUESTS_PER_MINUTE = env.int("GUESTS_PER_MINUTE", 60)
GUEST_DAYS = env.int("GUEST_DAYS", 7)
# Whole mock exams that a guest may sit.
GUEST_EXAMS = env.int("GUEST_EXAMS", 1)

# --- Demo -------------------------------------------------------------------------------------
# Whether the first start of the embedded site makes a demo course.
DEMO_COURSE = env.bool("DEMO_COURSE", True)

# --- Privacy ----------------------------------------------------------------------------------
# Days after the last signing in at which a candidate's account is forgotten; 0 keeps all.
KEEP_INACTIVE_DAYS = env.int("KEEP_INACTIVE_DAYS", 0)

# --- Operations -------------------------------------------------------------------------------
# The word a scraper of /metrics must bring; unset, there is no such page.
METRICS_TOKEN: str = env.str("METRICS_TOKEN", "")
# A store of xAPI statements that results are sent to, such as https://lrs.example/xapi, and
# "user:password" for it; unset: nothing leaves.
XAPI_ENDPOINT: str = env.str("XAPI_ENDPOINT", "")
XAPI_CREDENTIALS: str = env.str("XAPI_CREDENTIALS", "")
# Calls of the API that one token may make in a minute.
API_CALLS_PER_MINUTE = env.int("API_CALLS_PER_MINUTE", 120)

# --- Texts, static files, logs ----------------------------------------------------------------
LANGUAGE_CODE = "en"
# What the pages are written in; a language is added here once its sentences are translated. With
# one there is nothing to choose, and settings do not offer it.
LANGUAGES = [("en", "English")]
# The zone of whoever has chosen none and whose browser tells none.
TIME_ZONE = env.str("TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.path("STATIC_ROOT", BASE_DIR / "var" / "static")
# True after collectstatic (the container image): hashed names, cached for ever.
STATIC_MANIFEST = env.bool("STATIC_MANIFEST", False)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "examapp.storage.ManifestStorage"
        if STATIC_MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not STATIC_MANIFEST

# line: for eyes. json: one object a line, for a collector.
LOG_FORMAT = env.str("LOG_FORMAT", "line")
request_ids.configure()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"events": {"()": request_ids.formatter, "style": LOG_FORMAT}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "events"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {"django.request": {"level": "ERROR"}},
}
