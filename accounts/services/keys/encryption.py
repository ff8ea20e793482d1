"""Secrets that must be read back (provider keys, mail passwords, second factors): encrypted at rest, keys can rotate.

The key is made from SECRET_KEY and FIELD_ENCRYPTION_SALTS. To replace either, put the new one first and keep the old one
(in SECRET_KEY_FALLBACKS, or further back in the salts) until `manage.py rotate_field_encryption` has run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.db.models import Field, Model, TextField
from django.db.models.functions import Cast
from encrypted_fields.fields import EncryptedFieldMixin, EncryptedTextField

from idp_project.core.tenancy import system_scope

_SECOND_FACTOR_KEYS = ("secret", "seed")


@dataclass
class Rotation:
    """What became of one column: values under the newest key now, and such as no present key opens."""

    column: str
    rotated: int = 0
    unreadable: int = 0


@cache
def field_cipher() -> MultiFernet:
    """Encrypts with the newest key, decrypts with any. The same one that encrypted model fields use."""
    return MultiFernet([Fernet(key) for key in EncryptedTextField().keys])


def encrypt_text(text: str) -> str:
    """For secrets inside JSON; encrypted model fields do it by themselves."""
    return field_cipher().encrypt(text.encode()).decode()


def decrypt_text(text: str) -> str:
    """Raises InvalidToken if no present key opens it."""
    return field_cipher().decrypt(text.encode()).decode()


def field_encryption_rotate() -> list[Rotation]:
    """Encrypts every stored secret again with the newest key, each row locked; what cannot be read stays as it is."""
    with system_scope("rotation of the field encryption"):
        return [*(_rotate_column(model, field) for model, field in encrypted_columns()), _rotate_second_factors()]


def encrypted_columns() -> Iterator[tuple[type[Model], Field[Any, Any]]]:
    """Every model field that is encrypted at rest, with its model."""
    for model in apps.get_models():
        if model._meta.proxy or not model._meta.managed:
            continue
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedFieldMixin):
                yield model, field


def _rotate_column(model: type[Model], field: Field[Any, Any]) -> Rotation:
    result = Rotation(f"{model._meta.label_lower}.{field.name}")
    rows = model._base_manager.filter(**{f"{field.name}__isnull": False}).order_by().select_for_update(of=("self",))
    for key, stored in rows.annotate(stored=Cast(field.name, TextField())).values_list("pk", "stored"):
        try:
            text = decrypt_text(stored)
        except InvalidToken:
            result.unreadable += 1
            continue
        model._base_manager.filter(pk=key).update(**{field.name: text})
        result.rotated += 1
    return result


def second_factor_secrets(limit: int) -> list[str]:
    """Encrypted secrets of the newest second factors, as they are stored."""
    rows = Authenticator.objects.order_by("-pk")[:limit]
    return [row.data[name] for row in rows for name in _SECOND_FACTOR_KEYS if name in row.data]


def _rotate_second_factors() -> Rotation:
    result = Rotation("mfa.authenticator.data")
    for row in Authenticator.objects.select_for_update():
        try:
            secrets = {name: decrypt_text(row.data[name]) for name in _SECOND_FACTOR_KEYS if name in row.data}
        except InvalidToken:
            result.unreadable += 1
            continue
        row.data |= {name: encrypt_text(text) for name, text in secrets.items()}
        row.save(update_fields=["data"])
        result.rotated += 1
    return result
