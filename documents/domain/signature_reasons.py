"""What people are told of the signatures of a PDF."""

from __future__ import annotations

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

_OF_SIGNATURE = {"signer": Param.TEXT, "issuer": Param.TEXT}
SIGNATURE_VALID = define(
    "signature_valid",
    _("Signed by {signer}, not changed since. The issuer of the certificate ({issuer}) is trusted here."),
    **_OF_SIGNATURE,
)
SIGNATURE_OF_UNKNOWN_ISSUER = define(
    "signature_of_unknown_issuer",
    _("Signed by {signer}, not changed since. The issuer of the certificate ({issuer}) is unknown here."),
    **_OF_SIGNATURE,
)
SIGNATURE_CHANGED = define(
    "signature_changed",
    _("Signed by {signer} (issuer of the certificate: {issuer}), but changed after signing."),
    **_OF_SIGNATURE,
)
SIGNATURE_INVALID = define(
    "signature_invalid",
    _("The signature of {signer} (issuer of the certificate: {issuer}) is not valid."),
    **_OF_SIGNATURE,
)
SIGNATURE_UNREADABLE = define(
    "signature_unreadable",
    _("Signed by {signer} (issuer of the certificate: {issuer}), in a form that cannot be checked here."),
    **_OF_SIGNATURE,
)
