"""A browser's date, time and number inputs take one notation, in every language of the page."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.utils import translation

FORM_MODULES = ("accounts.forms", "documents.forms", "rag.forms", "pdb_sync.forms")
NATIVE = {"date", "time", "datetime-local", "month", "number"}
VALUES: dict[str, tuple[Any, str]] = {
    "date": (date(2026, 12, 13), r"2026-12-13"),
    "time": (time(13, 5), r"13:05(:00)?"),
    "datetime-local": (datetime(2026, 12, 13, 13, 5, tzinfo=UTC), r"2026-12-13T13:05(:00)?"),
    "month": (date(2026, 12, 1), r"2026-12"),
    "number": (Decimal("1234.5"), r"1234\.5"),
}


def kinds(root: type) -> Iterator[type]:
    for kind in root.__subclasses__():
        yield kind
        yield from kinds(kind)


def native_fields() -> Iterator[tuple[str, forms.Field]]:
    """Of all forms of the product: the fields whose input the browser draws and checks itself."""
    for name in FORM_MODULES:
        module = importlib.import_module(name)
        for inner in pkgutil.iter_modules(getattr(module, "__path__", ()), f"{name}."):
            importlib.import_module(inner.name)
    for form in kinds(forms.BaseForm):
        if not form.__module__.startswith(FORM_MODULES):
            continue
        for name, field in getattr(form, "base_fields", {}).items():
            if input_type(field) in NATIVE:
                yield f"{form.__name__}.{name}", field


def input_type(field: forms.Field) -> str:
    return str(field.widget.attrs.get("type") or getattr(field.widget, "input_type", ""))


@pytest.mark.parametrize("language", ["en-gb", "de", "en-us"])
def test_native_inputs_are_rendered_in_their_own_notation(language: str) -> None:
    found = dict(native_fields())
    assert {"ShareForm.last_day", "AuditFilterForm.since", "RecordFilterForm.approved_from"} <= set(found)
    with translation.override(language):
        for name, field in found.items():
            value, notation = VALUES[input_type(field)]
            html = field.widget.render("input", field.prepare_value(value), {})
            shown = re.search(r'value="([^"]*)"', html)
            assert shown and re.fullmatch(notation, shown[1]), f"{name}: {html}"


@pytest.mark.parametrize("language", ["en-gb", "de", "en-us"])
def test_a_day_as_the_browser_sends_it_is_read(language: str) -> None:
    with translation.override(language):
        days = [field for _, field in native_fields() if isinstance(field, forms.DateField)]
        assert len(days) >= 5
        assert {field.clean("2026-12-13") for field in days} == {date(2026, 12, 13)}


def test_no_template_writes_a_day_into_an_input_by_itself() -> None:
    pattern = re.compile(r'type="(?:date|time|datetime-local|month)"[^>]*value="\{')
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        assert not pattern.search(path.read_text()), path
