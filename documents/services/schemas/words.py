"""Words that an organisation's documents use beside the built-in ones."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.models import Organization
from accounts.selectors.organization import organization_managed_by
from accounts.services.audit.trail import audit_record
from documents.domain.words import UnusableWords
from documents.domain.words.own import OwnWord, added_to, own_words_from
from idp_project.core.errors import InvalidInput, NotFound


@transaction.atomic
def organization_word_add(access: Access, wanted: OwnWord) -> OwnWord:
    """For org admins: one more word, as it is stored; holds for the next page that is read. Audited.

    Raises InvalidInput for a word that cannot be printed or is known already, an unknown group or language, and a month
    that is missing or too much.
    """
    organization = _locked(access)
    try:
        words = added_to(own_words_from(organization.settings.get("words")), wanted)
    except UnusableWords as error:
        raise InvalidInput(error.reason, code=error.reason.code) from error
    _store(access, organization, "organization_word_added", words, words[-1])
    return words[-1]


@transaction.atomic
def organization_word_remove(access: Access, word_id: UUID) -> None:
    """For org admins: takes away one of their own words. Audited. Raises NotFound, also for everybody else."""
    if not access.can_everywhere(Permission.MANAGE_ORGANIZATION):
        raise NotFound
    organization = _locked(access)
    words = own_words_from(organization.settings.get("words"))
    gone = next((word for word in words if word.id == word_id), None)
    if gone is None:
        raise NotFound
    left = [word for word in words if word != gone]
    _store(access, organization, "organization_word_removed", left, gone)


def _locked(access: Access) -> Organization:
    managed = organization_managed_by(access)
    return Organization.objects.select_for_update().get(pk=managed.pk)


def _store(access: Access, organization: Organization, action: str, words: Sequence[OwnWord], changed: OwnWord) -> None:
    organization.settings = {**organization.settings, "words": [word.to_dict() for word in words]}
    organization.save(update_fields=["settings"])
    kind, details = "organization", changed.to_dict()
    audit_record(access, action, object_kind=kind, object_id=organization.pk, details=details)
