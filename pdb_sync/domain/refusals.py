"""What is refused about the production database."""

from __future__ import annotations

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

CHANGE_UNKNOWN = define("change_unknown", _("The production database knows no change of kind {kind}."), kind=Param.TEXT)
LOGIN_NAME_FORM = define(
    "login_name_form",
    _("A login has 3 to 63 of a–z, 0–9 and _, begins with a letter, and neither with idp_ nor with pg_."),
)
LOGIN_NOT_OURS = define(
    "login_not_ours", _("The server has a role {name} that was not made here: choose another name."), name=Param.TEXT
)
LOGIN_IN_USE = define(
    "login_in_use", _("{name} owns something in the server, or has rights elsewhere."), name=Param.TEXT
)
LOGINS_NOT_MADE = define(
    "logins_not_made",
    _("The product may make no logins on this server. Its administrator makes one, a member of idp_pdb_reader."),
)
PDB_AWAY = define("pdb_away", _("The production database is not available; this is tried again."))
PDB_AWAY_FOR_ADMIN = define("pdb_away_for_admin", _("The production database is not available at the moment."))
PDB_AWAY_FOR_COMPARISON = define("pdb_away_for_comparison", _("The production database is not available."))
UNDER_WAY = define("under_way", _("The comparison is under way already."))

VERSION_UNDELIVERABLE = define(
    "version_undeliverable",
    _("The approved version cannot be delivered: {problem}. Correct and approve it again."),
    problem=Param.REASON,
)
NAME_TWICE_IN_TABLE = define("name_twice_in_table", _("a name occurs twice in {table}"), table=Param.TEXT)
NAME_TWICE_IN_FIELDS = define("name_twice_in_fields", _("a name occurs twice in the fields"))
NUL_CHARACTER = define("nul_character", _("{field} holds a NUL character"), field=Param.TEXT)
NOT_A_NUMBER = define("not_a_number", _("{field} is not a number"), field=Param.TEXT)
NUMBER_NOT_STORABLE = define("number_not_storable", _("{field} is not a number that can be stored"), field=Param.TEXT)
NOT_A_DATE = define("not_a_date", _("{field} is not a date"), field=Param.TEXT)
VIEWS_REFUSED = define(
    "views_refused", _("The production database refused the views. The log of the publisher says why.")
)
IDS_MALFORMED = define("ids_malformed", _("an id or the time of approval is malformed"))
NO_TIME_ZONE = define("no_time_zone", _("the time of approval has no time zone"))
VIEWS_DEPENDED_ON = define(
    "views_depended_on",
    _("A column that was taken away is still used in the production database ({detail}). It is tried again."),
    detail=Param.TEXT,
)
