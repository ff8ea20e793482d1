"""Behind TLS: refuses to start with an insecure secret, and in the data folder of a demonstration."""

from django.core.exceptions import ImproperlyConfigured

from idp_project.settings.base import *  # noqa: F403
from idp_project.settings.base import DATA_DIR, IS_DEMONSTRATION, SALT_KEY, SECRET_KEY

for _name, _values in {"SECRET_KEY": [SECRET_KEY], "FIELD_ENCRYPTION_SALTS": SALT_KEY}.items():
    if not _values or any(not _value or _value.startswith("insecure") for _value in _values):
        raise ImproperlyConfigured(f"Set {_name}.")
if IS_DEMONSTRATION:
    raise ImproperlyConfigured(
        f"{DATA_DIR} holds a demonstration, whose passwords are published: idp_project.settings.production does not serve "
        "it. Set IDP_DATA_DIR to the folder of a real installation (`make serve` makes one)."
    )
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
