"""Words that an organisation's documents use beside the built-in ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from accounts.access import Access
from accounts.services.providers.providers import organization_settings_set
from documents.domain.refusals import UNUSABLE_WORDS
from documents.domain.words import UnusableWords, checked_words
from idp_project.core.errors import InvalidInput


def organization_words_set(access: Access, words: Mapping[str, Sequence[str]]) -> None:
    """For org admins: takes the place of all words of their own, by group; holds for the next page. Audited.

    Raises InvalidInput for a group that does not exist and for words that cannot be printed.
    """
    try:
        kept = {group: list(given) for group, given in checked_words(words).items() if given}
    except UnusableWords as error:
        raise InvalidInput(UNUSABLE_WORDS(problem=error.reason), code="unusable_words") from error
    organization_settings_set(access, {"words": kept or None})
