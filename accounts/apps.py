"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from idp_project.core import reasons
from idp_project.core.model_words import translate_model_words
from idp_project.core.regional import number_text
from idp_project.core.sizes import shown_size


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connects what listens to refused sign-ins, brings the grants in line with the roles after a migration, loads the
        sentences of every app and has them written in the language of the reader."""
        from accounts.grants import roles_refresh
        from accounts.services.audit import refusals  # noqa: F401

        autodiscover_modules("domain.reasons", "domain.refusals", "domain.identity_reasons", "domain.file_reasons")
        reasons.translate_with(
            reasons.Translator(
                gettext,
                count=number_text,
                size=shown_size,
                has_lower_case_nouns=lambda: not (get_language() or "en").startswith("de"),
                language=lambda: (get_language() or "en").partition("-")[0],
            )
        )
        translate_model_words()

        post_migrate.connect(roles_refresh, sender=self, dispatch_uid="roles")
