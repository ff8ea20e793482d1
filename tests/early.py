"""Loaded before every plugin of pytest (`-p` in pyproject.toml): one of them imports Django's models by itself.

Without settings and apps that import breaks off half-way, and `django.db.models` lacks its parts ever after.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp_project.settings.test")
django.setup()
