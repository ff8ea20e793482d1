"""The form of an organisation's rule of retention."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.domain.retention import LONGEST
from accounts.forms.screen import ScreenForm
from accounts.models import Organization


class RetentionForm(ScreenForm):
    """Empty means the system's rule, 0 for ever."""

    days = forms.IntegerField(
        label=_("Days until a document's source is deleted"),
        required=False,
        min_value=0,
        max_value=LONGEST,
        help_text=_(
            "Original, pages, texts and steps, counted from the document's end. Approved values stay. Empty: the "
            "system's rule. 0: kept for ever."
        ),
    )
    pdb_days = forms.IntegerField(
        label=_("Days until an approved record is deleted"),
        required=False,
        min_value=0,
        max_value=LONGEST,
        help_text=_(
            "In the production database and here, counted from its approval. Empty: the system's rule. 0: kept."
        ),
    )

    def __init__(self, data: Any, organization: Organization) -> None:
        super().__init__(
            data, initial={"days": organization.retention_days, "pdb_days": organization.pdb_retention_days}
        )
