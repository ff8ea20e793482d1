"""What people are told of their work at the desk."""

from __future__ import annotations

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

TAKEN_OVER = define(
    "taken_over",
    _("{by} has taken over “{file}” from you: {note} What you had set is kept."),
    by=Param.TEXT,
    file=Param.TEXT,
    note=Param.TEXT,
)
GIVEN_ONE = define("given_one", _("{by} has given you “{file}” to review."), by=Param.TEXT, file=Param.TEXT)
GIVEN_SOME = define(
    "given_some", _("{by} has given you {count} documents to review."), by=Param.TEXT, count=Param.COUNT
)
COMMENTED = define("commented", _("{by} wrote on “{file}”: {text}"), by=Param.TEXT, file=Param.TEXT, text=Param.TEXT)
ASKED = define("asked", _("{by} asks you about “{file}”: {text}"), by=Param.TEXT, file=Param.TEXT, text=Param.TEXT)
RETURNED = define(
    "returned_to_uploader",
    _("{by} returned “{file}” to you, who uploaded it: {text}"),
    by=Param.TEXT,
    file=Param.TEXT,
    text=Param.TEXT,
)
ANSWERED = define("answered", _("{by} answered on “{file}”: {text}"), by=Param.TEXT, file=Param.TEXT, text=Param.TEXT)
