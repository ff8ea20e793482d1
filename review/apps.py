"""Django's registration of the app."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "review"
