"""Names, help texts and choices of models in the reader's language: Django admin and its forms show them.

Most are derived from the names of classes and fields, so no call in the source marks them. They are wrapped once
Django admin has found its pages, and `.ci/translations.py` extracts them from there. Migrations keep the English ones.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Field, Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

OWN_APPS = ("accounts", "documents", "review", "rag", "pdb_sync", "extraction")
_wrapped: dict[tuple[str, str], None] = {}


def translate_model_words() -> None:
    """Has every name, help text and choice of our own models in Django admin translated where it is shown.

    What is translatable already stays as it is: a model's own `gettext_lazy`, and the fields that come from Django.
    """
    shown = {
        model for registered in admin.site._registry.values() for model in (registered.model, *_inline(registered))
    }
    for model in sorted(shown, key=lambda model: model._meta.label):
        meta = model._meta
        if meta.app_label not in OWN_APPS:
            continue
        meta.verbose_name, meta.verbose_name_plural = (
            _translatable(meta.label, str(text)) for text in (meta.verbose_name, meta.verbose_name_plural)
        )
        for field in meta.get_fields():
            if isinstance(field, Field):
                _translate_field(meta.label, field)


def model_words() -> list[tuple[str, str]]:
    """(model, text) of everything that is translated so."""
    return list(_wrapped)


def _inline(registered: admin.ModelAdmin[Any]) -> list[type[Model]]:
    return [inline.model for inline in registered.inlines]


def _translate_field(model: str, field: Field[Any, Any]) -> None:
    field.verbose_name = _translatable(model, field.verbose_name)
    field.help_text = _translatable(model, field.help_text)
    if field.choices:
        field.choices = [(value, _translatable(model, label)) for value, label in field.choices]


def _translatable(model: str, text: Any) -> Any:
    if not text or isinstance(text, Promise):
        return text
    _wrapped[model, text] = None
    return gettext_lazy(text)
