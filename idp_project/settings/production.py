"""Behind TLS: refuses to start with an insecure secret."""

from django.core.exceptions import ImproperlyConfigured

from idp_project.settings.base import *  # noqa: F403
from idp_project.settings.base import SECRET_KEY

if SECRET_KEY.startswith("insecure"):
    raise ImproperlyConfigured("Set SECRET_KEY.")
IS_DEMONSTRATION = False
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
