"""Django's registration of the app."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "review"

    def ready(self) -> None:
        """Every process knows the sentences of the desk, also one that shows none of its pages."""
        from review.domain import refusals  # noqa: F401
