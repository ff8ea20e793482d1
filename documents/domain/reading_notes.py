"""What the extractor guessed, repaired, left out or read otherwise than printed, as reasons in a value's provenance."""

from __future__ import annotations

from collections.abc import Mapping

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

# Who decided where the print alone does not
BY_DOCUMENT = _("other values of the document")
BY_SENDER = _("approved documents of this sender")
BY_TYPE = _("the country of the document type")

ORDER_WORDS: Mapping[str, str] = {"DMY": _("day first"), "MDY": _("month first"), "YMD": _("year first")}
GROUPS, DECIMALS = _("grouping thousands"), _("beginning the decimals")

# Dates
CENTURY_GUESSED = define("century_guessed", _("Printed with a year of two digits; read as {year}."), year=Param.NUMBER)
YEAR_FROM_PERIOD = define(
    "year_from_period", _("Printed without a year; {year} is the year of the document's period."), year=Param.NUMBER
)
DATE_ORDER_CHOSEN = define(
    "date_order_chosen",
    _("“{text}” was read {order}, decided by {by}."),
    text=Param.TEXT,
    order=Param.WORD,
    by=Param.WORD,
)
DATE_ORDER_TURNED = define(
    "date_order_turned", _("“{text}” is no day in the usual order; day and month were exchanged."), text=Param.TEXT
)
MONTH_COMPLETED = define(
    "month_completed", _("A letter of the month in “{text}” could not be read and was completed."), text=Param.TEXT
)

# Numbers and codes
MARK_CHOSEN = define(
    "mark_chosen",
    _("The mark in “{text}” was read as {meaning}, decided by {by}."),
    text=Param.TEXT,
    meaning=Param.WORD,
    by=Param.WORD,
)
MARKS_REPAIRED = define(
    "marks_repaired", _("Doubled marks or spaces inside the number “{text}” were left out."), text=Param.TEXT
)
SIGN_FROM_WORD = define("sign_from_word", _("A word or letter behind “{text}” gives its sign."), text=Param.TEXT)
SIGN_DROPPED = define(
    "sign_dropped", _("The sign of “{text}” says what its column says and was left out."), text=Param.TEXT
)
UNIT_DROPPED = define("unit_dropped", _("“{unit}” was left out of the number."), unit=Param.TEXT)
PER_MILLE_CONVERTED = define("per_mille_converted", _("“{text}” was converted from per mille."), text=Param.TEXT)
CURRENCY_CHOSEN = define(
    "currency_chosen",
    _(
        "Several countries write “{sign}”; read as {currency} because of what else the document shows, or its type's country."
    ),
    sign=Param.TEXT,
    currency=Param.TEXT,
)
PHONE_COUNTRY_ADDED = define(
    "phone_country_added", _("Printed without a country's code; it is the one of the document type's country.")
)
CHOICE_RESPELLED = define("choice_respelled", _("Printed as “{text}”; the nearest choice was taken."), text=Param.TEXT)
CODE_CUT = define("code_cut", _("Cut out of “{text}”: what follows does not belong to it."), text=Param.TEXT)

# Texts
SPACES_RESTORED = define(
    "spaces_restored", _("Read as “{text}”; spaces that the reader had lost were put back."), text=Param.TEXT
)
LINES_JOINED = define("lines_joined", _("Put together from several lines."))
PAGES_JOINED = define("pages_joined", _("Its sentence goes on over the page's end."))
LINE_CUT = define("line_cut", _("The printed line continues; the rest was read as another value."))

# Choices between readings
CHOSEN_BY_SUM = define(
    "chosen_by_sum", _("Chosen because the sum holds with it; by itself “{text}” was likelier."), text=Param.TEXT
)
LINES_ADDED = define("lines_added", _("The sum of several printed lines: {text}"), text=Param.TEXT)
PLACE_OF_ANOTHER = define(
    "place_of_another",
    _("“{text}” was likelier, but another field or a row fits this place better."),
    text=Param.TEXT,
)
SIDE_BY_SIGN = define("side_by_sign", _("The sign of “{text}” decided between the columns."), text=Param.TEXT)
SIDE_BY_BALANCE = define(
    "side_by_balance", _("The balance beside “{text}” decided between the columns."), text=Param.TEXT
)

# What decided documents taught
LEARNED_FROM_ONE = define("learned_from_one", _("Learned from 1 document of this sender."))
LEARNED_FROM_SENDER = define(
    "learned_from_sender", _("Learned from {documents} documents of this sender."), documents=Param.COUNT
)
