"""The form of an organisation's settings for questions."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.screen import ScreenForm
from rag.domain.ask_settings import BOUNDS, AskSettings


def _whole(name: str, label: object, help_text: object) -> forms.IntegerField:
    low, high = BOUNDS[name]
    return forms.IntegerField(label=label, help_text=help_text, min_value=int(low), max_value=int(high))  # type: ignore[arg-type]


class AskSettingsForm(ScreenForm):
    """How documents are cut and searched; initial values are `AskSettings`."""

    chunk_characters = _whole(
        "chunk_characters", _("Length of a chunk in characters"), _("Documents are indexed again when this changes.")
    )
    chunk_overlap = _whole(
        "chunk_overlap", _("Overlap of two chunks in characters"), _("Shorter than a chunk. Indexes again as well.")
    )
    retrieved = _whole("retrieved", _("Chunks looked at for an answer (K)"), _("More find more, and answer slower."))
    statements = _whole("statements", _("Quotations in an answer, at most"), "")
    relevance = forms.FloatField(
        label=_("Evidence that an answer needs"),
        min_value=BOUNDS["relevance"][0],
        max_value=BOUNDS["relevance"][1],
        help_text=_("From 0 to 1. Below it the answer is that the documents do not say."),
    )

    @property
    def ask_settings(self) -> AskSettings:
        return AskSettings(**self.cleaned_data)
