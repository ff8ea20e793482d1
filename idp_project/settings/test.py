"""For pytest: fast hashing, plain static files; servers come from tests/conftest.py through the environment."""

from idp_project.settings.base import *  # noqa: F403
from idp_project.settings.base import STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
