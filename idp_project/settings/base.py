"""Every setting comes from the environment, with a default that works on one machine.

Addresses of embedded servers and generated secrets are written by the supervisor to `<data folder>/environment`
(mode 0600) and read here; real environment variables win over that file.
"""

import json
import os
from datetime import timedelta
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy

from idp_project.core.catalogues import LOCALE_FOLDER, compiled_languages
from idp_project.core.installation import InstallationKind, kind_of
from idp_project.core.isolation.office.installation import chosen_office
from idp_project.core.key_fingerprint import default_audit_key
from idp_project.core.local_hosts import local_hosts_of
from idp_project.core.logs import logging_of
from idp_project.core.rate_limits import bounds_from, rates_from
from idp_project.settings.admin_pages import FAVICONS, NAVIGATION

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()
DATA_DIR = Path(env.str("IDP_DATA_DIR", str(BASE_DIR / "var")))
environ.Env.read_env(DATA_DIR / "environment")
IS_DEMONSTRATION = kind_of(DATA_DIR) is InstallationKind.DEMONSTRATION  # decided at the folder's first start
DEMONSTRATION_RECORD = BASE_DIR / "idp_project" / "operations" / "demo" / "record.json"  # made by `make demo-record`

SECRET_KEY = env.str("SECRET_KEY", "insecure-until-the-supervisor-writes-one")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
IMAGE_TOKEN_KEY = env.str("IMAGE_TOKEN_KEY", SECRET_KEY + ":image")
AUDIT_MAC_KEY = env.str("AUDIT_MAC_KEY", "") or default_audit_key(SECRET_KEY)
CHECKS_KEYS = True  # every process compares its keys with those of the database before it does anything
AUDIT_ANCHOR_FILE = Path(env.str("AUDIT_ANCHOR_FILE", str(DATA_DIR / "audit-anchors.jsonl")))
SALT_KEY = env.list("FIELD_ENCRYPTION_SALTS", default=["insecure-until-the-supervisor-writes-one"])
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])  # addresses, networks: their X-Forwarded headers count
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "guardian",
    "django_rq",
    "axes",
    "csp",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "accounts",
    "documents",
    "pdb_sync",
    "review",
    "rag",
    "extraction",
    "idp_project.operations.backup",
    "idp_project.operations.demo",
    "idp_project.operations.samples",
    "idp_project.operations.supervisor",
]

MIDDLEWARE = [
    "idp_project.web.log_context.LogContextMiddleware",
    "idp_project.web.trailing_slash.ServedAddressMiddleware",
    "idp_project.web.trailing_slash.ClearTextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "idp_project.web.compression.CompressionMiddleware",
    "idp_project.web.headers.SecurityHeadersMiddleware",
    "idp_project.web.schema_check.SchemaCheckMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.AccessMiddleware",
    "accounts.middleware.RegionalMiddleware",
    "idp_project.web.input_checks.InputCheckMiddleware",
    "idp_project.web.request_rates.RequestRateMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.ErrorPageMiddleware",
    "idp_project.web.admin_parameters.AdminParametersMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "idp_project.urls"
ASGI_APPLICATION = "idp_project.asgi.application"
WSGI_APPLICATION = "idp_project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    }
]

# Databases: the runtime role by default, the owner where DDL is meant (IDP_DATABASE_ROLE=owner, set by `migrate`).
IS_DATABASE_OWNER = env.str("IDP_DATABASE_ROLE", "app") == "owner"
IDP_URL = env.str("DATABASE_URL", "postgres://idp_app@localhost/idp")
PDB_URL = env.str("PDB_DATABASE_URL", "postgres://idp_app@localhost/pdb")
DATABASE_OWNERS = {  # what this process was told: migrations and the publisher are, web, workers and clock are not
    alias: env.db_url_config(env.str(name))
    for alias, name in {"default": "DATABASE_OWNER_URL", "pdb": "PDB_DATABASE_OWNER_URL"}.items()
    if env.str(name, "")
}
DATABASES = {"default": env.db_url_config(IDP_URL), "pdb": env.db_url_config(PDB_URL)}
if IS_DATABASE_OWNER:
    if DATABASE_OWNERS.keys() != DATABASES.keys():
        raise ImproperlyConfigured("IDP_DATABASE_ROLE=owner needs DATABASE_OWNER_URL and PDB_DATABASE_OWNER_URL.")
    DATABASES = {alias: {**_database} for alias, _database in DATABASE_OWNERS.items()}
for _database in [*DATABASES.values(), *DATABASE_OWNERS.values()]:
    _database["HOST"] = _database.get("OPTIONS", {}).pop("host", _database["HOST"])  # a socket folder comes as ?host=
for _database in DATABASES.values():
    _database["CONN_MAX_AGE"] = 0
    _database["CONN_HEALTH_CHECKS"] = True
    if env.bool("DATABASE_POOL", False):
        _database["OPTIONS"] = {**_database.get("OPTIONS", {}), "pool": {"min_size": 1, "max_size": 10, "timeout": 10}}
DATABASE_ROUTERS = ["idp_project.db_router.DatabaseRouter"]
SCHEMA_CHECK_SECONDS = env.float("SCHEMA_CHECK_SECONDS", 5.0)  # how old the answer may be; 0: never checked
MIGRATION_LOCK_SECONDS = env.int("MIGRATION_LOCK_SECONDS", 15)  # so long a migration waits for a table in use
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis: queues, live batch state, pub/sub. One prefix a data folder, because pub/sub crosses database numbers.
REDIS_URL = env.str("REDIS_URL", "redis://localhost:6379/0")
REDIS_PREFIX = env.str("REDIS_PREFIX", "idp")
QUEUE_NAMES = ("io", "cpu", "llm-local")
RQ_QUEUES = {name: {"URL": REDIS_URL, "DEFAULT_TIMEOUT": 900} for name in QUEUE_NAMES}
RQ = {"SERIALIZER": "rq.serializers.JSONSerializer"}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": REDIS_PREFIX},
    }
}
BATCH_STATE_TTL = timedelta(seconds=env.int("BATCH_STATE_TTL_SECONDS", 6 * 3600))

# Accounts and sessions
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = [
    "idp_project.core.password_hashing.BoundedArgon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
RATE_LIMITS, BOUNDS = rates_from(os.environ), bounds_from(os.environ)  # all of them: idp_project/core/rate_limits.py
KNOWN_DEVICE_LIFETIME = timedelta(days=180)
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_SENSITIVE_PARAMETERS = [  # of forms that fail: kept without their values
    *("username", "ip_address", "present", "new", "again", "code", "pending", "secret", "token", "csrfmiddlewaretoken")
]
AXES_LOCKOUT_CALLABLE = "accounts.views.sign_in.login_locked"
AXES_CLIENT_IP_CALLABLE = "accounts.services.sign_in.attempts.counted_address_of"  # the /64 of an IPv6 address is one
AXES_WHITELIST_CALLABLE = "accounts.services.sign_in.attempts.is_counted_elsewhere"
MFA_ADAPTER = "accounts.services.sign_in.second_factor.SecondFactorAdapter"
MFA_TOTP_ISSUER = "IDP"
MFA_TOTP_TOLERANCE = 1  # half a minute to either side, for clocks that are off
PASSWORD_RESET_TIMEOUT = 3600  # seconds
INVITATION_LIFETIME = timedelta(days=7)
CSRF_FAILURE_VIEW = "accounts.views.sign_in.csrf_failure"
_demo_logins = DATA_DIR / "demo_logins.json"  # written where the demonstration organisation is loaded
DEMO_LOGINS = (  # role, username, password of a tile
    json.loads(_demo_logins.read_text()) if IS_DEMONSTRATION and _demo_logins.is_file() else []
)
SECURE_COOKIES = env.bool("SECURE_COOKIES", True)
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=5),
    "REFRESH_TOKEN_LIFETIME": timedelta(hours=12),
    "SIGNING_KEY": env.str("JWT_SIGNING_KEY", SECRET_KEY),
    "USER_ID_CLAIM": "sub",
    "UPDATE_LAST_LOGIN": False,
}
IMAGE_TOKEN_SECONDS = 60
SOCKET_TICKET_SECONDS = 30
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"  # messages only; sign-in is the JWT's

# E-mail. Without EMAIL_URL (smtp+tls://user:password@host:587) every message becomes a file in the data folder.
_mail = env.email_url_config(env.str("EMAIL_URL", "filemail://"))
if _mail["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
    _mail["EMAIL_BACKEND"] = "idp_project.core.bounded_mail.BoundedMail"
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_BACKEND"], _mail["EMAIL_HOST"] or "", _mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"] or "", _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "IDP <idp@localhost>")
PUBLIC_URL = env.str("PUBLIC_URL", "http://localhost:8000").rstrip("/")  # links in e-mails begin with it
# Private hosts at which organisations may have AI providers and mail servers, beside those of the system settings
LOCAL_PROVIDER_HOSTS = env.list("LOCAL_PROVIDER_HOSTS", default=[])
local_hosts_of(LOCAL_PROVIDER_HOSTS)  # ends the start with the first entry that is not valid
MAIL_PORTS = env.list("MAIL_PORTS", cast=int, default=[25, 465, 587, 2525])  # of organisations' own servers; empty: any

# Headers
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_NAME = "__Host-idp_flash" if SECURE_COOKIES else "idp_flash"
CSRF_COOKIE_NAME = "__Host-idp_csrf" if SECURE_COOKIES else "idp_csrf"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}

# Files and limits (enforced before anything is decoded)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files")},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
FILE_UPLOAD_HANDLERS = ["idp_project.web.form_files.NamelessFileUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FILES = 500
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # tuning a schema sends three for each of its fields and columns
MAX_FILE_BYTES = env.int("MAX_FILE_BYTES", 100 * 2**20)
MAX_REQUEST_BYTES = env.int("MAX_REQUEST_BYTES", 2**30)  # of a form with files
MAX_PAGES = env.int("MAX_PAGES", 500)
MAX_PAGE_PIXELS = env.int("MAX_PAGE_PIXELS", 60_000_000)
MAX_ATTACHMENTS = env.int("MAX_ATTACHMENTS", 100)
MAX_MESSAGE_DEPTH = env.int("MAX_MESSAGE_DEPTH", 3)
UPLOAD_HOURS = env.int("UPLOAD_HOURS", 24)  # an upload in parts that nobody continues is removed
UNNAMED_FILE_HOURS = max(1, env.int("UNNAMED_FILE_HOURS", 24))  # a stored file that no row names is removed then
SANDBOX_MEMORY_BYTES = env.int("SANDBOX_MEMORY_BYTES", 2**30)
SANDBOX_CPU_SECONDS = env.int("SANDBOX_CPU_SECONDS", 45)
SANDBOX_WALL_SECONDS = env.int("SANDBOX_WALL_SECONDS", 55)
SANDBOX_SOCKET = env.str("SANDBOX_SOCKET", "")  # empty: a private sandbox is started on first use
OFFICE_PROGRAM = chosen_office(os.environ)  # folder of LibreOffice's libraries; empty: none
OFFICE_SOCKET = env.str("OFFICE_SOCKET", "")  # empty: a private server is started on first use
RULES_SOCKET = env.str("RULES_SOCKET", "")  # empty: a private server is started on first use
SIGNATURE_ISSUERS = env.str("SIGNATURE_ISSUERS", "")  # file of certificates (PEM); empty: every issuer is unknown

# Virus scanner: tcp://host:3310 or unix:///run/clamav/clamd.ctl; empty: none
CLAMD_URL = env.str("CLAMD_URL", "")
CLAMD_SECONDS = env.float("CLAMD_SECONDS", 30.0)  # of silence, then it is away

# Pipeline
LEASE_SECONDS = env.float("LEASE_SECONDS", 60.0)
LEASE_RENEW_SECONDS = env.float("LEASE_RENEW_SECONDS", 15.0)
LEASE_LOOK_SECONDS = env.float("LEASE_LOOK_SECONDS", 2.0)  # how soon a step at work notices that it was cancelled
NIGHTLY_HOUR = env.int("NIGHTLY_HOUR", 2)  # of TIME_ZONE: retention, comparing both databases
RECONCILE_SECONDS = env.int("RECONCILE_SECONDS", 10)
PUBLISH_SECONDS = env.float("PUBLISH_SECONDS", 1.0)  # so often the publisher looks for typed views to be made
WAKE_UP_SECONDS = env.int("WAKE_UP_SECONDS", 30)  # a lost wake-up is noticed after this
HORSE_SECONDS = env.float("HORSE_SECONDS", 20.0)  # a horse begins no further job after this: its memory goes back
STUCK_SECONDS = env.int("STUCK_SECONDS", 300)  # without any movement for so long, a document is shown as stuck
DOCUMENTS_AT_ONCE = env.int("DOCUMENTS_AT_ONCE", 16)  # of one organisation; the others wait their turn in PostgreSQL
MAX_CRASHES = env.int("MAX_CRASHES", 2)  # the last one quarantines the step
RENDER_DPI = env.int("RENDER_DPI", 200)  # pages to be read by OCR
VIEW_DPI = env.int("VIEW_DPI", 110)  # pages whose text layer is trusted
OCR_ENGINE = env.str("OCR_ENGINE", "rapidocr")  # an organisation or a schema may name another; see check_ocr
OCR_OPTIONS = {  # by engine: the keyword arguments of its class
    "easyocr": {
        "folder": Path(env.str("EASYOCR_FOLDER", str(DATA_DIR / "easyocr"))),  # its weights
        "languages": env.list("EASYOCR_LANGUAGES", default=["en"]),
        "has_gpu": env.bool("EASYOCR_GPU", True),  # where there is one
    },
    "tesseract": {
        "program": env.str("TESSERACT_PROGRAM", "tesseract"),
        "languages": env.list("TESSERACT_LANGUAGES", default=["eng"]),
        "seconds": env.float("TESSERACT_SECONDS", 60.0),  # a page
    },
}
LLM_PROVIDER = env.str("LLM_PROVIDER", "builtin")
EMBEDDING_PROVIDER = env.str("EMBEDDING_PROVIDER", "builtin")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.SessionCookieAuthentication",
        "accounts.authentication.BearerAuthentication",
        "accounts.authentication.ApiKeyAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["idp_project.core.json_bodies.JsonParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_PAGINATION_CLASS": "idp_project.core.pagination.NewestFirst",
    "DEFAULT_SCHEMA_CLASS": "idp_project.core.strict_views.StrictDescription",
    "URL_FORMAT_OVERRIDE": None,  # else every view would take `?format=`
    "EXCEPTION_HANDLER": "accounts.authentication.exception_handler",
    "DATETIME_FORMAT": "iso-8601",
}
PUBLIC_API_DESCRIPTION = env.bool("PUBLIC_API_DESCRIPTION", False)  # else one has to be signed in to read it
SPECTACULAR_SETTINGS = {
    "TITLE": "IDP API",
    "VERSION": "1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "StepStatus": "documents.serializers.rows.STEP_STATUSES",
        "DocumentStatus": "documents.serializers.rows.DOCUMENT_STATUSES",
        "SubDocumentStatus": "documents.serializers.rows.SUB_DOCUMENT_STATUSES",
        "TaskStatus": "review.models.TaskStatus",
        "DocumentKind": "documents.serializers.rows.DOCUMENT_KINDS",
        "AutoApprovalState": "documents.serializers.rows.AUTO_APPROVAL_STATES",
    },
}

# Languages and time. English is the source; another language counts once its catalogues are compiled.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), *compiled_languages()]
LOCALE_PATHS = [LOCALE_FOLDER]
FORMAT_MODULE_PATH = ["idp_project.formats"]  # of Django admin; screens: idp_project/core/regional.py
TIME_ZONE = env.str("TIME_ZONE", "UTC")
USE_I18N = USE_TZ = True
UNFOLD = {
    "SITE_TITLE": "IDP",
    "SITE_HEADER": gettext_lazy("IDP administration"),
    "SITE_SYMBOL": "description",
    "SITE_FAVICONS": FAVICONS,
    "SIDEBAR": {"show_search": True, "navigation": NAVIGATION},
    "COLORS": {
        "primary": {
            "50": "239 246 255",
            "100": "219 234 254",
            "200": "191 219 254",
            "300": "147 197 253",
            "400": "96 165 250",
            "500": "59 130 246",
            "600": "29 91 201",
            "700": "29 78 216",
            "800": "30 64 175",
            "900": "30 58 138",
            "950": "23 37 84",
        }
    },
}

LOGGING = logging_of(env.str("LOG_LEVEL", "INFO"), env.str("LOG_FORMAT", "plain"))
