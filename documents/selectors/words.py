"""The words by which an organisation's documents are read."""

from __future__ import annotations

import logging

from accounts.models import Organization
from documents.domain.words import EXTENDABLE, UnusableWords, Words, built_in_words, words_with

logger = logging.getLogger(__name__)


def words_of(organization: Organization) -> Words:
    """The built-in words and the organisation's own. Stored words that this version does not know are left out."""
    stored = organization.settings.get("words") or {}
    try:
        return words_with({group: words for group, words in stored.items() if group in EXTENDABLE})
    except (UnusableWords, AttributeError) as error:
        logger.error("The words of organisation %s are not usable: %s", organization.pk, error)
        return built_in_words()
