"""Names of engines and what builds them. Nothing is imported until it is asked for: engines are heavy."""

from __future__ import annotations

from importlib import import_module
from typing import Any, cast

from idp_project.providers.errors import ProviderUnknown
from idp_project.providers.ocr.base import OcrEngine

_OCR_ENGINES = {
    "rapidocr": "idp_project.providers.ocr.rapidocr:RapidOcrEngine",
}


def ocr_engine_names() -> tuple[str, ...]:
    """What a setting or a schema may name, in alphabetical order."""
    return tuple(sorted(_OCR_ENGINES))


def ocr_engine(name: str) -> OcrEngine:
    """A new, loaded engine: costs its start-up time and memory, so keep it for the life of the process.

    Raises ProviderUnknown for a name that is not in `ocr_engine_names()`, ModelMissing where its weights are not there.
    """
    return cast(OcrEngine, _build(_OCR_ENGINES, name, "OCR engine"))


def _build(table: dict[str, str], name: str, kind: str) -> Any:
    try:
        module, _, factory = table[name].partition(":")
    except KeyError:
        known = ", ".join(sorted(table))
        raise ProviderUnknown(f"There is no {kind} called “{name}”. Known: {known}.") from None
    return getattr(import_module(module), factory)()
