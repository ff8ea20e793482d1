"""Names of engines and what builds them. Nothing is imported until it is asked for: engines are heavy."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from idp_project.providers.errors import ProviderUnknown
from idp_project.providers.ocr.base import OcrEngine, OcrEngineClass, OcrOptions
from idp_project.providers.refusals import OCR_ENGINE_UNKNOWN

VISION = "vision"  # bound to an organisation's model, so it is built where that is known
_OCR_ENGINES = {
    "easyocr": "idp_project.providers.ocr.easyocr:EasyOcrEngine",
    "rapidocr": "idp_project.providers.ocr.rapidocr:RapidOcrEngine",
    "tesseract": "idp_project.providers.ocr.tesseract:TesseractEngine",
}


def ocr_engine_names() -> tuple[str, ...]:
    """What a setting, an organisation or a schema may name, in alphabetical order."""
    return tuple(sorted((*_OCR_ENGINES, VISION)))


def ocr_engine(name: str, options: OcrOptions | None = None) -> OcrEngine:
    """A new, loaded engine: costs its start-up time and memory, so keep it for the life of the process.

    Raises ProviderUnknown for a name that is not that of an engine of this machine, else what `OcrEngine` names.
    """
    return ocr_engine_class(name)(**(options or {}))


def ocr_installation(name: str, options: OcrOptions | None = None) -> list[str]:
    """What is there for an engine and what is missing, in lines. Raises as `ocr_engine` does."""
    return ocr_engine_class(name).installation(**(options or {}))


def ocr_engine_class(name: str) -> OcrEngineClass:
    """The class that makes the engine, imported. Raises ProviderUnknown."""
    check_ocr_engine_name(name)
    module, _, engine_class = _OCR_ENGINES[name].partition(":")
    return cast(OcrEngineClass, getattr(import_module(module), engine_class))


def check_ocr_engine_name(name: str) -> None:
    """Raises ProviderUnknown for what is not the name of an engine that this machine runs by itself."""
    if name not in _OCR_ENGINES:
        known = ", ".join(ocr_engine_names())
        raise ProviderUnknown(OCR_ENGINE_UNKNOWN(name=name, known=known))
