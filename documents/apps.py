"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        from documents.domain import e_invoice_reasons, reason_groups, rule_reasons, table_reasons  # noqa: F401
        from documents.domain.drafts import change_words, refusals  # noqa: F401 (a stored reason needs its sentence)
