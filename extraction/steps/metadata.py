"""Metadata: what a file says about itself, and the language it is written in. Shown before the first page is done."""

from __future__ import annotations

import math
from typing import Any

from extraction.context import DocumentContext
from extraction.results import MetadataResult
from idp_project.core.files.formats import E_INVOICE_TYPE, OFFICE_TYPES, format_of_type

_SHORTEST_SAMPLE = 40  # letters; below it a guess of the language is noise


def read_metadata(context: DocumentContext) -> MetadataResult:
    """Facts of the parser, size, hash and language. Raises what the parser raises (an encrypted file ends the document)."""
    inspected = context.parser.inspect(
        context.message_path or context.path
    )  # an e-mail names its sender, its PDF does not
    sample = str(inspected.get("text_sample") or "")
    facts: dict[str, Any] = {name: value for name, value in inspected.items() if name not in {"text_sample", "sizes"}}
    if context.content_type in OFFICE_TYPES | {E_INVOICE_TYPE}:  # which was read as a PDF
        facts["format"] = format_of_type(context.content_type).value
    language, probability = detect_language(sample)
    facts |= {
        "file_name": context.file_name,
        "content_type": context.content_type,
        "sha256": context.sha256,
        "size_bytes": context.size_bytes,
        "language": language,
        "language_probability": probability,
    }
    if facts.get("is_signed") and context.read_signatures:
        facts["signatures"] = list(context.read_signatures())
    return MetadataResult(facts)


def detect_language(sample: str) -> tuple[str | None, float | None]:
    """ISO 639-1 code and its probability 0..1; None where the sample is too short to say."""
    letters = "".join(mark if mark.isalpha() else " " for mark in sample)
    if len(letters.replace(" ", "")) < _SHORTEST_SAMPLE:
        return None, None
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    global _identifier
    if _identifier is None:
        _identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    code, probability = _identifier.classify(" ".join(letters.split()))
    value = float(probability)
    return str(code), round(value, 3) if math.isfinite(value) else None


_identifier: Any = None  # loaded once per process: 50 ms and 10 MB
