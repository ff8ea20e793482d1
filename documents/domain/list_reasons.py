"""What people are told of values that are looked up in master data."""

from __future__ import annotations

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

NOT_LISTED_AT_ALL = define(
    "not_in_list",
    _("{label}: “{text}” is not in the list {list}."),
    beside_label=_("“{text}” is not in the list {list}."),
    label=Param.TEXT,
    text=Param.TEXT,
    list=Param.TEXT,
)
NOT_LISTED_NEAREST = define(
    "not_in_list_nearest",
    _("{label}: “{text}” is not in the list {list}. Nearest: {nearest}"),
    beside_label=_("“{text}” is not in the list {list}. Nearest: {nearest}"),
    label=Param.TEXT,
    text=Param.TEXT,
    list=Param.TEXT,
    nearest=Param.TEXTS,
)
LIST_MISSING = define(
    "list_missing",
    _("{label} could not be looked up: there is no list “{list}” with a column “{column}”."),
    label=Param.TEXT,
    list=Param.TEXT,
    column=Param.TEXT,
)
