"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    name = "review"
    verbose_name = _("Review")

    def ready(self) -> None:
        """Every process knows the sentences of the desk, also one that shows none of its pages."""
        from review.domain import refusals  # noqa: F401
