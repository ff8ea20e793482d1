"""What the ground of the product refuses: requests, sizes, databases. Defined here, raised next to what it is about."""

from __future__ import annotations

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

ADMIN_PARAMETER_NOT_TAKEN = define(
    "admin_parameter_not_taken", _("The page has a parameter that cannot be taken. Nothing was done.")
)
BODY_NOT_AN_OBJECT = define("body_not_an_object", _("The body must be a JSON object."))
CONTENT_LENGTH_FORM = define("content_length_form", _("The header Content-Length must be a number of bytes."))
CURSOR_UNKNOWN = define(
    "cursor_unknown", _("This cursor is not one of ours. Begin without one, and follow “next” from there.")
)
DATABASE_BUSY = define(
    "database_busy", _("The {database} database was too busy; this is tried again."), database=Param.WORD
)
DATABASE_UNAVAILABLE = define(
    "database_unavailable", _("The {database} database is not available; this is tried again."), database=Param.WORD
)
DATA_REFUSED = define(
    "data_refused", _("The {database} database refused the data ({state})."), database=Param.WORD, state=Param.TEXT
)
FIELDS_UNKNOWN = define(
    "fields_unknown",
    _("Not known here: {names}. Nothing was done. Known are: {known}."),
    names=Param.TEXT,
    known=Param.TEXT,
)
HTTPS_REQUIRED = define(
    "https_required",
    _("Nothing was taken: this server is reached by https only. Send the request to an https address."),
)
NOT_AN_ID = define("not_an_id", _("That is not an id."))
REQUEST_TOO_LARGE = define(
    "request_too_large",
    _("The request has {size} bytes; at most {most} are taken here."),
    size=Param.COUNT,
    most=Param.COUNT,
)
TOO_LARGE_TO_SCAN = define(
    "too_large_to_scan",
    _("The file is larger than the virus scanner takes (StreamMaxLength of clamd). Split it, or raise that limit."),
)
UNSUPPORTED_CHARSET = define("unsupported_charset", _("Bodies are taken in UTF-8 only. Nothing was done."))
UNSTORABLE = define(
    "unstorable_input",
    _("The request has a character, a number or a depth that nothing here can take. Nothing was done."),
)
SCANNER_AWAY = define(
    "scanner_unavailable", _("The virus scanner does not answer. The file waits for it; this is tried again by itself.")
)
OWNER_MISSING = define(
    "owner_missing",
    _(
        "This needs the owner of a database, and {name} is not set. Run it as `python -m idp_project.operations.supervisor "
        "exec …`, or with servers of your own name the owner's address for it alone."
    ),
    name=Param.TEXT,
)
