"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connects what listens to refused sign-ins, and brings the grants in line with the roles after a migration."""
        from accounts.grants import roles_refresh
        from accounts.services.audit import refusals  # noqa: F401

        post_migrate.connect(roles_refresh, sender=self, dispatch_uid="roles")
