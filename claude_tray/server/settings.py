"""Define Django's settings from environment variables; writes no files."""

from __future__ import annotations

import os
import re
from datetime import timedelta

from django import VERSION

from claude_tray.server import (
    config,
    database_config,
    mail_settings,
    own_files,
    sign_in_config,
)

_CONFIG = config.load_server_config(os.environ)
_DATA_FILES = own_files.locate_server_files(os.environ)

SECRET_KEY = _CONFIG.secret_key or own_files.read_secret_key(_DATA_FILES)
DEBUG = False
ALLOWED_HOSTS = list(
    _CONFIG.allowed_hosts or ("localhost", "127.0.0.1", "[::1]"),
)

ENVIRONMENT = _CONFIG
SIGN_IN = sign_in_config.load_sign_in_config(os.environ)
# Limits of a request's body as sent and after decompression.
WIRE_BYTES = 8 * 1024 * 1024
BODY_BYTES = 20 * 1024 * 1024
BATCH_MESSAGES = 10_000

INSTALLED_APPS = [
    "claude_tray.server.accounts.apps.AccountsConfig",
    "claude_tray.server.usage.apps.UsageAppConfig",
    "claude_tray.server.maintenance.apps.MaintenanceConfig",
    "claude_tray.server.teams.apps.TeamsConfig",
    "claude_tray.server.dashboard.apps.DashboardConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "rest_framework",
    "drf_spectacular",
    "corsheaders",
]
MIDDLEWARE = [
    "claude_tray.server.request_log.RequestIdMiddleware",
    "claude_tray.server.middleware.HealthzMiddleware",
    "claude_tray.server.middleware.RequestMetricsMiddleware",
    # Before all that may respond: browsers need its headers on errors too.
    "corsheaders.middleware.CorsMiddleware",
    "claude_tray.server.middleware.HostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "claude_tray.server.middleware.ContentSecurityPolicyMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "claude_tray.server.middleware.BodyLimitMiddleware",
    "claude_tray.server.middleware.AddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "claude_tray.server.accounts.proxy_sign_in.ProxySignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "claude_tray.server.urls"
WSGI_APPLICATION = "claude_tray.server.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "OPTIONS": {
            "environment": (
                "claude_tray.server.dashboard.templates"
                ".build_server_environment"
            ),
        },
    },
]
DATABASES = {
    "default": database_config.build_database_settings(
        _CONFIG.database_url, _DATA_FILES.database
    )
}
_MAIL = mail_settings.build_mail_settings(
    _CONFIG.email_url, _CONFIG.email_password, _CONFIG.email_from
)
if VERSION >= (6, 1):
    MAILERS = {"default": mail_settings.build_mailer(_MAIL)}
else:
    # Deprecated since 6.1, which Python 3.11 cannot run.
    EMAIL_BACKEND = _MAIL.backend
    EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.has_starttls, _MAIL.has_tls
    EMAIL_TIMEOUT = _MAIL.timeout
DEFAULT_FROM_EMAIL = _MAIL.sender
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "claude_tray.server.accounts.password_backend.PasswordBackend",
]
if SIGN_IN.oidc is not None:
    AUTHENTICATION_BACKENDS.append(
        "claude_tray.server.accounts.oidc.OidcBackend"
    )
LOGIN_URL = "pages:sign-in"
LOGIN_REDIRECT_URL = "pages:overview"
LOGOUT_REDIRECT_URL = "pages:sign-in"
_VALIDATORS_MODULE = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATORS_MODULE}.UserAttributeSimilarityValidator"},
    {
        "NAME": "claude_tray.server.accounts.password_length."
        "PasswordLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": f"{_VALIDATORS_MODULE}.CommonPasswordValidator"},
]

_THROTTLE_RATES = {
    "user": "600/min",
    "anon": "60/min",
    "agent-sync": "1200/min",
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "claude_tray.server.accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "claude_tray.server.accounts.permissions.IsInteractiveUser",
    ],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": [
        "claude_tray.server.api.serializers.MsgspecJsonRenderer"
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "claude_tray.server.errors.handle_api_exception",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.UserRateThrottle",
        "rest_framework.throttling.AnonRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": (
        _THROTTLE_RATES
        if _CONFIG.has_rate_limits
        else dict.fromkeys(_THROTTLE_RATES)
    ),
    "NUM_PROXIES": 1 if _CONFIG.trusts_proxy else 0,
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=30),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=365),
    # Seconds that clocks may differ.
    "LEEWAY": 60,
    # Tokens name the password that they end with.
    "CHECK_REVOKE_TOKEN": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "claude-tray server",
    "DESCRIPTION": "Claude Code usage of all machines of a user.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "OAS_VERSION": "3.1.0",
    "SERVERS": [{"url": _CONFIG.url_prefix}] if _CONFIG.url_prefix else [],
    "POSTPROCESSING_HOOKS": ["claude_tray.server.api.openapi.add_components"],
}
# Pages of these origins may call the API with a token, never with a cookie.
CORS_ALLOWED_ORIGINS = _CONFIG.cors_origins
CORS_URLS_REGEX = r"^/(app/claude-usage|api)/"
CORS_ALLOW_CREDENTIALS = False
CORS_EXPOSE_HEADERS = ("ETag", "Retry-After")
# BodyLimitMiddleware limits bodies before and after decompression.
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_BYTES

# Cookies are shared by all ports of a host, so ours have a prefix.
SESSION_COOKIE_NAME = "claude_tray_session"
CSRF_COOKIE_NAME = "claude_tray_csrf"
FORCE_SCRIPT_NAME = _CONFIG.url_prefix or None
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{_CONFIG.url_prefix}/"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "claude_tray.server.dashboard.views.base.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if _CONFIG.trusts_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    # Probes ask a container directly. HealthzMiddleware is before redirects.
    SECURE_REDIRECT_EXEMPT = [
        rf"^{re.escape(_CONFIG.url_prefix[1:])}/?(readyz|metrics)$"
    ]
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = _CONFIG.hsts_seconds
    CSRF_TRUSTED_ORIGINS = [
        f"https://*{host}" if host.startswith(".") else f"https://{host}"
        for host in ALLOWED_HOSTS
    ]
    # Checks that ask for HSTS, which is the operator's choice: browsers
    # remember it, and with subdomains and preloading for other hosts too.
    SILENCED_SYSTEM_CHECKS = [
        "security.W004",
        "security.W005",
        "security.W021",
    ]
else:
    # These checks ask for TLS, which a server on loopback does not have.
    SILENCED_SYSTEM_CHECKS = [
        "security.W004",
        "security.W008",
        "security.W012",
        "security.W016",
    ]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request": {"()": "claude_tray.server.request_log.RequestLogFilter"},
    },
    "formatters": {
        "line": {
            "format": "{asctime} {levelname} {name} {message}{request_id}",
            "style": "{",
        },
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["request"],
        },
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
