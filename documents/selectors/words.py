"""The words by which an organisation's documents are read, and the list of them for its administrators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.access import Access
from accounts.models import Organization
from accounts.selectors.organization import organization_managed_by
from documents.domain.words import EXTENDABLE, Words, languages
from documents.domain.words.own import OwnWord, built_in_by_language, own_words_from, words_of_own


@dataclass(frozen=True)
class OrganizationWords:
    """The organisation's own words, and the built-in ones by group; a group without words is left out."""

    own: tuple[OwnWord, ...]
    built_in: Mapping[str, tuple[str, ...]]


def words_of(organization: Organization) -> Words:
    """The built-in words and the organisation's own. Stored words that this version does not know are left out."""
    return words_of_own(own_words_from(organization.settings.get("words")))


def organization_words_for(access: Access, *, group: str = "", language: str = "") -> OrganizationWords:
    """For org admins, narrowed to a group and a language where they are named. Raises Forbidden for others."""
    organization = organization_managed_by(access)
    groups, codes = ([group] if group else EXTENDABLE), ([language] if language else languages())
    own = own_words_from(organization.settings.get("words"))
    chosen = (word for word in own if word.group in groups and (not language or word.language == language))
    return OrganizationWords(
        tuple(sorted(chosen, key=lambda word: (EXTENDABLE.index(word.group), word.language, word.word))),
        {name: found for name in groups if (found := _built_in(name, codes))},
    )


def _built_in(group: str, codes: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    by_language = built_in_by_language()
    return tuple(dict.fromkeys(word for code in codes for word in by_language.get(code, {}).get(group, ())))
