"""How an organisation's documents are cut and searched."""

from __future__ import annotations

from dataclasses import asdict

from accounts.access import Access
from accounts.services.providers.providers import organization_settings_set
from idp_project.core.errors import InvalidInput
from rag.domain.ask_settings import AskSettings
from rag.domain.refusals import CHUNK_SIZES


def ask_settings_set(access: Access, wanted: AskSettings) -> None:
    """For org admins; holds for the next question. The clock has documents indexed again where chunks change.

    Raises InvalidInput for values out of bounds.
    """
    if AskSettings.of({"ask": asdict(wanted)}) != wanted:
        raise InvalidInput(CHUNK_SIZES())
    organization_settings_set(access, {"ask": asdict(wanted)})
