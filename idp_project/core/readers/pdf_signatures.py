"""The signatures of a PDF, by pyHanko: whole, changed afterwards, or from an issuer that nobody vouches for. Child of the
sandbox only: no network, no revocation list, no clock of others.

ISO 32000-1, 12.8; ETSI EN 319 142-1 (PAdES). What is allowed to change after signing is decided by pyHanko's rules for
incremental updates.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from asn1crypto import pem, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import KeyUsageConstraints, async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

_MOST_SIGNATURES = 20
_LONGEST_NAME = 200
_USAGES = KeyUsageConstraints(key_usage=set(), match_all_key_usages=False)
_FAILURES = (
    PdfError,
    SignatureValidationError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
)
T = TypeVar("T")


def read_signatures(data: bytes, trusted: Sequence[str] = ()) -> list[dict[str, Any]]:
    """One entry per signature, in the order of signing, at most 20: `field`, `signer`, `issuer`, `signed_at` (ISO 8601, of the
    signer's own clock, "" where it does not say), `covers_all` and `status`:

    valid: nothing changed, and the issuer is among `trusted` (certificates as PEM); unknown_issuer: nothing changed, but
    nobody vouches for the issuer; changed: the document was changed after signing; invalid: the signature itself is not
    right; unreadable: it is of a form that is not known here. Nothing raises but MemoryError.
    """
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # its words quote the file
    try:
        found = list(PdfFileReader(io.BytesIO(data), strict=False).embedded_regular_signatures)
    except (*_FAILURES, RecursionError):
        return []
    roots = [certificate for text in trusted if (certificate := _certificate(text)) is not None]
    return [_described(signature, roots) for signature in found[:_MOST_SIGNATURES]]


def _described(signature: EmbeddedPdfSignature, roots: list[x509.Certificate]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "field": str(signature.field_name or "")[:_LONGEST_NAME],
        "signer": "",
        "issuer": "",
        "signed_at": "",
        "covers_all": False,
        "status": "unreadable",
    }
    try:
        certificate = signature.signer_cert
        stamp = signature.self_reported_timestamp
        facts |= {
            "signer": certificate.subject.human_friendly[:_LONGEST_NAME],
            "issuer": certificate.issuer.human_friendly[:_LONGEST_NAME],
            "signed_at": stamp.isoformat() if stamp else "",
        }
        context = ValidationContext(
            trust_roots=roots, other_certs=list(signature.other_embedded_certs), allow_fetching=False
        )
        status = _finished(
            async_validate_pdf_signature(signature, signer_validation_context=context, key_usage_settings=_USAGES)
        )
    except (*_FAILURES, RecursionError, RuntimeError):
        return facts
    return facts | {"covers_all": bool(status.coverage and status.coverage.value >= 3), "status": _word(status)}


def _word(status: PdfSignatureStatus) -> str:
    if not status.intact or (status.valid and not _is_unchanged(status)):
        return "changed"
    if not status.valid:
        return "invalid"
    return "valid" if status.trusted else "unknown_issuer"


def _is_unchanged(status: PdfSignatureStatus) -> bool:
    """Whether what came after signing, if anything, is of a kind that the signature allows."""
    level = status.modification_level
    return bool(status.docmdp_ok) and level is not None and level is not ModificationLevel.OTHER


def _finished(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that waits for nothing: an event loop would need sockets, which no child has."""
    try:
        work.send(None)
    except StopIteration as finished:
        result: T = finished.value
        return result
    work.close()
    raise RuntimeError("it waits for something outside")


def _certificate(text: str) -> x509.Certificate | None:
    try:
        content = text.encode()
        return x509.Certificate.load(pem.unarmor(content)[2] if pem.detect(content) else content)
    except (ValueError, TypeError):
        return None
