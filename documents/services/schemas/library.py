"""The library of document types, changed by super admins; NotFound for others. What organisations took stays theirs, as it is."""

from __future__ import annotations

from django.db import transaction

from accounts.access import Access
from accounts.services.audit.trail import audit_record
from documents.domain.library import BrokenLibrary, library_types, text_of, type_in
from documents.domain.refusals import LIBRARY_KEY_FORM, LIBRARY_TYPE_BROKEN, LIBRARY_TYPE_UNKNOWN
from documents.models import LibraryEntry, Schema
from documents.selectors.drafts import newest_version
from documents.selectors.library import check_manages_library
from documents.services.schemas.types import checked_key
from idp_project.core.errors import InvalidInput, NotFound


@transaction.atomic
def library_type_save(access: Access, key: str, text: str) -> LibraryEntry:
    """Has the library say of that key what the text says, in the form of `documents/library/*.yaml`; it is offered from then on.

    For super admins; audited. Raises InvalidInput that names what is wrong with it.
    """
    check_manages_library(access)
    if "-" in checked_key(key):
        raise InvalidInput(LIBRARY_KEY_FORM(), code="library_key_form")
    try:
        type_in(text, key)
    except BrokenLibrary as error:
        raise InvalidInput(LIBRARY_TYPE_BROKEN(detail=str(error)), code="library_type_broken") from error
    return _store(access, "library_type_changed", key, text=text, is_hidden=False)


@transaction.atomic
def library_type_hide(access: Access, key: str) -> LibraryEntry:
    """Takes a type out of the library; its text is kept. For super admins; audited. NotFound for an unknown key."""
    check_manages_library(access)
    if not LibraryEntry.objects.filter(key=key).exists() and not _is_shipped(key):
        raise NotFound(LIBRARY_TYPE_UNKNOWN(key=key))
    return _store(access, "library_type_hidden", key, is_hidden=True)


@transaction.atomic
def library_type_reset(access: Access, key: str) -> None:
    """Forgets what was changed: the type that comes with the installation is offered again; one of that key only a super admin
    knew is gone. For super admins; audited. NotFound for an unknown key."""
    check_manages_library(access)
    deleted, _ = LibraryEntry.objects.filter(key=key).delete()
    if not deleted and not _is_shipped(key):
        raise NotFound(LIBRARY_TYPE_UNKNOWN(key=key))
    if deleted:
        _record(access, "library_type_reset", key)


@transaction.atomic
def library_type_take(access: Access, schema: Schema) -> LibraryEntry:
    """Puts the newest version of an organisation's type into the library, in place of one of its key. For super admins; audited.

    It says the same in every language until somebody translates it. NotFound where nothing was published.
    """
    version = newest_version(schema)
    if version is None:
        raise NotFound
    return library_type_save(access, schema.key.replace("-", "_"), text_of(version.spec))


def _is_shipped(key: str) -> bool:
    return any(each.key == key for each in library_types())


def _store(access: Access, action: str, key: str, **values: object) -> LibraryEntry:
    entry, _ = LibraryEntry.objects.update_or_create(key=key, defaults={**values, "changed_by_id": access.user_id})
    _record(access, action, key)
    return entry


def _record(access: Access, action: str, key: str) -> None:
    audit_record(access, action, object_kind="library_type", object_id=key, details={"key": key})
