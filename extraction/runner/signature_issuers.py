"""Whose signatures an installation trusts: the certificates in the file that SIGNATURE_ISSUERS names."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def trusted_issuers() -> list[str]:
    """Each certificate as PEM. None without the setting, or where the file cannot be read: then the log says so, and the
    issuer of every signature is unknown. Read each time, so that a new file counts at once."""
    if not settings.SIGNATURE_ISSUERS:
        return []
    try:
        found = _CERTIFICATE.findall(Path(settings.SIGNATURE_ISSUERS).read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError) as error:
        logger.warning("SIGNATURE_ISSUERS cannot be read: %s", error)
        return []
    if not found:
        logger.warning("SIGNATURE_ISSUERS names a file without certificates (PEM): %s", settings.SIGNATURE_ISSUERS)
    return found
