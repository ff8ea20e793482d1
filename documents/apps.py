"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        from documents.domain import (  # noqa: F401
            e_invoice_reasons,
            list_reasons,
            reason_groups,
            rule_reasons,
            signature_reasons,
            table_reasons,
        )
        from documents.domain.drafts import change_words, refusals  # noqa: F401 (a stored reason needs its sentence)
