"""The sentences of what changes from one version of a document type to the next."""

from __future__ import annotations

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

_T = Param.TEXT

TYPE_RENAMED = define("change_type_renamed", _("The type is called “{new}” instead of “{old}”."), old=_T, new=_T)
KEYWORDS_CHANGED = define("change_keywords", _("Keywords: {changes}"), changes=_T)
LOCALE_CHANGED = define("change_locale", _("Numbers and dates are read as in {new} instead of {old}."), old=_T, new=_T)
TYPE_THRESHOLD = define("change_type_threshold", _("Every value has to reach {threshold}."), threshold=Param.PERCENT)
TYPE_THRESHOLD_GONE = define("change_type_threshold_gone", _("The threshold is that of the system."))
ENGINES_CHANGED = define("change_engines", _("Other engines read its pages."))
KINDS_CHANGED = define("change_kinds", _("It takes other kinds of documents."))
FIELD_ADDED = define("change_field_added", _("New: {field}"), field=_T)
FIELD_REMOVED = define("change_field_removed", _("No longer read: {field}"), field=_T)
FIELD_RENAMED = define(
    "change_field_renamed", _("{field}: its name is {new} instead of {old}."), field=_T, old=_T, new=_T
)
FIELD_RETYPED = define(
    "change_field_retyped",
    _("{field}: its type is “{new}” instead of “{old}”."),
    field=_T,
    old=Param.WORD,
    new=Param.WORD,
)
FIELD_LIST = define("change_field_list", _("{field}: several values are read."), field=_T)
FIELD_SINGLE = define("change_field_single", _("{field}: one value is read."), field=_T)
FIELD_REQUIRED = define("change_field_required", _("{field}: required."), field=_T)
FIELD_OPTIONAL = define("change_field_optional", _("{field}: no longer required."), field=_T)
FIELD_SENSITIVE = define("change_field_sensitive", _("{field}: seen only by those who review."), field=_T)
FIELD_OPEN = define("change_field_open", _("{field}: seen by everybody who sees the document."), field=_T)
FIELD_CHECK_DIGITS = define("change_field_check_digits", _("{field}: its check digits are {name}"), field=_T, name=_T)
FIELD_LISTED = define("change_field_listed", _("{field}: looked up in {list}"), field=_T, list=_T)
FIELD_NOT_LISTED = define("change_field_not_listed", _("{field}: no longer looked up in a list."), field=_T)
FIELD_LANGUAGES = define(
    "change_field_languages", _("{field}: labels in other languages {changes}"), field=_T, changes=_T
)
FIELD_PATTERN = define("change_field_pattern", _("{field}: its pattern is {pattern}"), field=_T, pattern=_T)
FIELD_LABEL = define("change_field_label", _("Labelled “{new}” instead of “{old}”."), old=_T, new=_T)
FIELD_THRESHOLD = define(
    "change_field_threshold", _("{field}: has to reach {threshold}."), field=_T, threshold=Param.PERCENT
)
FIELD_THRESHOLD_GONE = define("change_field_threshold_gone", _("{field}: no threshold of its own."), field=_T)
FIELD_ALIASES = define("change_field_aliases", _("{field}: further labels {changes}"), field=_T, changes=_T)
FIELD_EXAMPLES = define("change_field_examples", _("{field}: examples {changes}"), field=_T, changes=_T)
FIELD_CHOICES = define("change_field_choices", _("{field}: choices {changes}"), field=_T, changes=_T)
FIELD_TERM = define(
    "change_field_e_invoice_term", _("{field}: electronic invoices state it as {term}."), field=_T, term=_T
)
FIELD_NOT_PRINTED = define(
    "change_field_not_printed",
    _("{field}: only electronic invoices state it; it is not looked for on pages."),
    field=_T,
)
FIELD_PRINTED = define("change_field_printed", _("{field}: it is looked for on pages too."), field=_T)
FIELD_ORDER_CHANGED = define("change_field_order", _("The fields stand in another order."))
ORDER_CHANGED = define("change_column_order", _("{table}: the columns stand in another order."), table=_T)
TABLE_ADDED = define("change_table_added", _("New table: {table}"), table=_T)
TABLE_REMOVED = define("change_table_removed", _("Table that is no longer read: {table}"), table=_T)
TABLE_RENAMED = define(
    "change_table_renamed", _("{table}: its name is {new} instead of {old}."), table=_T, old=_T, new=_T
)
CHECK_ADDED = define("change_check_added", _("New check: {check}"), check=_T)
CHECK_REMOVED = define("change_check_removed", _("Check that goes: {check}"), check=_T)
CHECK_MESSAGE = define("change_check_message", _("Another message of the check {check}"), check=_T)
COLUMN_NEW = define("column_new", _("Analysts get the column {column}."), column=_T)
COLUMN_FORMER = define(
    "column_former", _("The column {column} stays for those who use it, until somebody takes it away."), column=_T
)
