"""What people are told of trials, proposals and rehearsals."""

from __future__ import annotations

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

NOT_READ = define("trial_not_read", _("This document has not been read yet: try it again once it has."))
NO_TEXT_LEFT = define("trial_no_text", _("No text of this document is stored: there is nothing to try."))
BLIND = define(
    "trial_blind",
    _("This document is in the blind sample: what the machine reads stays hidden until a person has entered it."),
)
NO_VERSION = define("trial_no_version", _("There is no published version {number}."), number=Param.TEXT)
DRAFT_CHANGED = define(
    "trial_draft_changed",
    _("The draft was stored again meanwhile: it has revision {revision} now."),
    revision=Param.NUMBER,
)
PAGE_UNKNOWN = define("trial_page_unknown", _("This document has no page {page} with text."), page=Param.NUMBER)
PLACE_EMPTY = define("trial_place_empty", _("There are no words at this place: click on words."))
PLACE_FORM = define("trial_place_form", _("Say the place by a polygon or by numbers of words, not both."))
POLYGON_FORM = define("trial_polygon_form", _("A polygon is a flat list of pairs: x and y of three points or more."))
