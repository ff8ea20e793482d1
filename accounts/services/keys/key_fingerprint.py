"""Compares this process's keys with those that the database's data was written with, and records new ones.

The rule itself is `idp_project.core.key_fingerprint`. A rotation: with the new key first and the old one still listed,
`keys_settle` records the new one beside the old; both must then be given until `rotate_field_encryption` has run, which
records the newest alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from http import HTTPStatus

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from accounts.domain.refusals import KEYS_NOT_RECORDED
from accounts.domain.secrets import is_same
from accounts.models import AuditEntry, AuditHead, KeyFingerprint
from accounts.services.audit.trail import entry_mac, head_mac
from accounts.services.keys.encryption import decrypt_text, encrypted_columns, second_factor_secrets
from idp_project.core.errors import IdpError
from idp_project.core.key_fingerprint import AUDIT_MAC_KEY, SALTS, SECRET_KEY, DataKeys, differing_message, grouped
from idp_project.core.tenancy import system_scope

PUT_BACK = "Put the file `secrets` back that belongs to this data (or your own keys), then start again."
SAMPLED_VALUES = 50


class OtherKeys(IdpError):
    """The keys are not those of the data: nothing may be written with them."""

    code = "other_keys"
    http_status = HTTPStatus.SERVICE_UNAVAILABLE


class KeysNotRecorded(OtherKeys):
    """The database was migrated, but `prepare` has not recorded its keys yet."""

    code = "keys_not_recorded"
    default_message = KEYS_NOT_RECORDED


def keys_check() -> None:
    """One query. OtherKeys names the keys that differ; KeysNotRecorded before the first `prepare`."""
    needed = keys_needed()
    if not needed:
        raise KeysNotRecorded
    _check(needed)


def keys_needed() -> dict[str, list[str]]:
    """Name → fingerprints of every key that the stored data may depend on."""
    return grouped(KeyFingerprint.objects.values_list("name", "fingerprint"))


def keys_settle() -> None:
    """Checks the keys, then records what is new: all of them in a new database, the first ones of a rotation.

    A database with data but without any record (made by an earlier version) is recorded only if its audit trail and
    its encrypted values fit the keys. OtherKeys otherwise; then nothing is written.
    """
    needed = keys_needed()
    if needed:
        _check(needed)
    elif unfit := _names_without_proof():
        raise OtherKeys(differing_message(unfit, PUT_BACK))
    keys_record({name: [value] for name, value in present_keys().newest().items()})


def keys_record(prints: Mapping[str, Collection[str]]) -> None:
    """Adds these fingerprints; those that are there already stay."""
    rows = [KeyFingerprint(name=name, fingerprint=value) for name, values in prints.items() for value in values]
    KeyFingerprint.objects.bulk_create(rows, ignore_conflicts=True)


def keys_forget_earlier() -> None:
    """After a complete rotation: only the newest keys are needed from now on."""
    newest = present_keys().newest()
    with transaction.atomic():
        keys_record({name: [value] for name, value in newest.items()})
        KeyFingerprint.objects.exclude(fingerprint__in=newest.values()).delete()


def _check(needed: Mapping[str, Collection[str]]) -> None:
    if names := present_keys().differing(needed):
        raise OtherKeys(differing_message(names, PUT_BACK))


def present_keys() -> DataKeys:
    """The keys of this process."""
    return DataKeys.of(settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS, settings.AUDIT_MAC_KEY, settings.SALT_KEY)


def _names_without_proof() -> list[str]:
    """Keys that more stored data contradicts than confirms. Nothing stored proves nothing and contradicts nothing."""
    names = []
    with system_scope("whether the keys fit the stored data"):
        if _is_contradicted(_encrypted_values_fit()):
            names += [SALTS, SECRET_KEY]
        if _is_contradicted(_audit_macs_fit()):
            names.append(AUDIT_MAC_KEY)
    return sorted(names)


def _is_contradicted(fits: list[bool]) -> bool:
    return fits.count(False) > fits.count(True)


def _encrypted_values_fit() -> list[bool]:
    stored: list[str] = []
    for model, field in encrypted_columns():
        rows = model._base_manager.filter(**{f"{field.name}__isnull": False}).order_by("-pk")
        texts = rows.annotate(stored=Cast(field.name, TextField())).values_list("stored", flat=True)
        stored += [text for text in texts[:SAMPLED_VALUES] if text]
    stored += second_factor_secrets(SAMPLED_VALUES)
    return [_can_decrypt(text) for text in stored]


def _can_decrypt(text: str) -> bool:
    try:
        decrypt_text(text)
    except InvalidToken:
        return False
    return True


def _audit_macs_fit() -> list[bool]:
    """The head and the first entry of every chain: the newest and the oldest thing that was written with the key."""
    keys = present_keys().audit_keys
    heads = [any(is_same(head.mac, head_mac(head, key)) for key in keys) for head in AuditHead.objects.exclude(mac="")]
    firsts = AuditEntry.objects.filter(number=1)
    return heads + [any(is_same(entry.mac, entry_mac(entry, key)) for key in keys) for entry in firsts]
