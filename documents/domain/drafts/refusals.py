"""What people are told of drafts: of their shape, of what keeps one from being published, of what became of it."""

from __future__ import annotations

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

# The shape of what was sent
DEFINITION_SHAPE = define(
    "definition_shape",
    _("The definition is not as it should be at {path}: {wanted}"),
    path=Param.TEXT,
    wanted=Param.REASON,
)
DEFINITION_SIZE = define("definition_size", _("A definition has at most {most} bytes as JSON."), most=Param.COUNT)
DEFINITION_FORM = define("definition_form", _("The file is neither YAML nor JSON of a document type."))
WANTS_TEXT = define("wants_text", _("a text of at most {most} characters belongs here."), most=Param.COUNT)
WANTS_FLAG = define("wants_flag", _("true or false belongs here."))
WANTS_NUMBER = define("wants_number", _("a number belongs here."))
WANTS_SHARE = define("wants_share", _("a number from 0 to 1, or null, belongs here."))
WANTS_CHOICE = define("wants_choice", _("one of these belongs here: {known}."), known=Param.TEXT)
WANTS_LIST = define("wants_list", _("a list of at most {most} entries belongs here."), most=Param.COUNT)
WANTS_OBJECT = define("wants_object", _("an object with named values belongs here."))
WANTS_NOTHING = define("wants_nothing", _("this name is not known here."))
WANTS_VALUE = define("wants_value", _("a value is missing."))
WANTS_SPEC = define("wants_spec", _("it cannot be understood: {detail}."), detail=Param.TEXT)


# What keeps a draft from being published
NAME_MISSING = define("name_missing", _("Give it a name."))
NAME_TOO_LONG = define("name_too_long", _("A name has at most {most} characters."), most=Param.COUNT)
LABEL_MISSING = define("label_missing", _("Say how it is labelled on paper."))
NAME_FORM = define(
    "field_name_form",
    _(
        "“{name}” cannot be its name for programs: use small letters, digits and underscores, a letter first, at most {most}."
    ),
    name=Param.TEXT,
    most=Param.COUNT,
)
NAME_TWICE = define("field_name_twice", _("“{name}” is the name of something else here already."), name=Param.TEXT)
NAME_RESERVED = define("field_name_reserved", _("“{name}” is a name that the database needs itself."), name=Param.TEXT)
NOTHING_TO_READ = define("nothing_to_read", _("Add a field or a table: there is nothing to be read yet."))
TABLE_WITHOUT_COLUMNS = define("table_without_columns", _("Add a column to the table."))
COLUMN_IS_LIST = define("column_is_list", _("A column cannot be a list: each cell has one value."))
TOO_MANY = define("too_many_entries", _("There are more than {most} here."), most=Param.COUNT)
TOO_LONG = define("entry_too_long", _("One entry has more than {most} characters."), most=Param.COUNT)
CHOICES_MISSING = define("choices_missing", _("List the values that can be chosen, two or more."))
CHOICES_TWICE = define("choices_twice", _("“{value}” is listed twice."), value=Param.TEXT)
CHOICES_UNUSED = define("choices_unused", _("Only a choice has a list of values: remove the list, or change the type."))
LIST_UNKNOWN = define("draft_list_unknown", _("There is no list “{name}” that this type may name."), name=Param.TEXT)
LIST_COLUMN_UNKNOWN = define(
    "draft_list_column_unknown", _("The list “{list}” has no column “{name}”."), list=Param.TEXT, name=Param.TEXT
)
LIST_COLUMN_MISSING = define("draft_list_column_missing", _("Choose the column of the list that has the values."))
LIST_NOT_NAMED = define("draft_list_not_named", _("Choose the list that the column is of, or no column."))
LIST_UNUSED = define("draft_list_unused", _("Tick boxes, signatures and choices are not looked up in a list."))
CHECK_DIGITS_UNKNOWN = define("check_digits_unknown", _("No check digits are called “{name}”."), name=Param.TEXT)
CHECK_DIGITS_UNUSED = define("check_digits_unused", _("Only an identifier has check digits that can be chosen."))
PATTERN_WRONG = define(
    "pattern_wrong", _("The pattern is no regular expression of at most {most} characters."), most=Param.COUNT
)
PATTERN_SLOW = define(
    "pattern_slow", _("The pattern takes too long on some texts: avoid repetitions inside repetitions.")
)
EXAMPLE_UNREADABLE = define(
    "example_unreadable", _("The example “{text}” cannot be read as {kind}."), text=Param.TEXT, kind=Param.WORD
)
EXAMPLE_AGAINST_PATTERN = define(
    "example_against_pattern", _("The example “{text}” does not match the pattern."), text=Param.TEXT
)
LOCALE_UNKNOWN = define(
    "locale_unknown", _("“{locale}” is no language and country that numbers and dates are known of."), locale=Param.TEXT
)
ENGINE_UNKNOWN = define("engine_unknown", _("“{name}” is not set up here."), name=Param.TEXT)
TERM_UNKNOWN = define(
    "e_invoice_term_unknown", _("“{term}” is no term of electronic invoices that can be a value here."), term=Param.TEXT
)
TERM_MISSING = define(
    "e_invoice_term_missing", _("Name the term of electronic invoices, or have it looked for on pages.")
)
CHECK_NAMES_NOBODY = define("check_names_nobody", _("The check names “{name}”, which is not here."), name=Param.TEXT)
CHECK_NUMBER_OF_FIELDS = define("check_number_of_fields", _("This check takes {count} fields."), count=Param.COUNT)
CHECK_NEEDS_FIELDS = define("check_needs_fields", _("This check takes {count} fields or more."), count=Param.COUNT)
CHECK_NEEDS_NUMBERS = define("check_needs_numbers", _("“{name}” is neither an amount nor a number."), name=Param.TEXT)
CHECK_NEEDS_DATES = define("check_needs_dates", _("“{name}” is no date."), name=Param.TEXT)
CHECK_NEEDS_TABLE = define("check_needs_table", _("Choose the table whose rows are checked."))
TOLERANCE_NEGATIVE = define("tolerance_negative", _("A tolerance is zero or more."))
CHECK_FIELD_OPEN = define("check_field_open", _("Choose each field that the check takes."))
RULE_MISSING = define("rule_missing", _("Write what has to be true, for example near(net + tax, total)."))
RULE_TOO_LONG = define("rule_too_long", _("The expression is too long."))
RULE_NOT_UNDERSTOOD = define(
    "rule_not_understood", _("The expression cannot be understood from character {place} on."), place=Param.NUMBER
)
RULE_NOT_OFFERED = define(
    "rule_not_offered",
    _("This cannot be used in a check (character {place}): {fragment}"),
    place=Param.NUMBER,
    fragment=Param.TEXT,
)
RULE_UNKNOWN_NAME = define(
    "rule_unknown_name",
    _("Nothing here is called “{fragment}” (character {place})."),
    place=Param.NUMBER,
    fragment=Param.TEXT,
)
RULE_WRONG_KINDS = define(
    "rule_wrong_kinds",
    _("Numbers, dates and texts are mixed here, or one stands where another belongs: {fragment}"),
    fragment=Param.TEXT,
)
RULE_NO_ANSWER = define("rule_no_answer", _("It has to be true or false, for example net + tax == total."))
RULE_NOT_A_TABLE = define(
    "rule_not_a_table", _("“{fragment}” is no table (character {place})."), place=Param.NUMBER, fragment=Param.TEXT
)
RULE_NAMES_ONLY = define(
    "rule_names_only", _("This function takes names of fields and columns only: {fragment}"), fragment=Param.TEXT
)
KIND_TWICE = define("kind_twice", _("This kind is listed twice."))

PROBLEM_AT = define("problem_at", _("{place}: {problem}"), place=Param.TEXT, problem=Param.REASON)

# What became of it
DRAFT_PROBLEMS = define(
    "draft_problems",
    _("It cannot be published yet: {problems}"),
    problems=Param.REASONS,
)
DRAFT_NONE = define("no_draft", _("You have no draft of this document type: begin one."))
DRAFT_ELSEWHERE = define(
    "draft_elsewhere",
    _("This draft was changed in another window meanwhile: load it again, what you typed here is not stored."),
)
DRAFT_OVERTAKEN = define(
    "draft_overtaken",
    _(
        "Version {newest} was published after your draft began with {base}: look at what it changed, then begin again from it."
    ),
    newest=Param.TEXT,
    base=Param.TEXT,
)
DRAFT_UNCHANGED = define("draft_unchanged", _("The draft says the same as version {version}."), version=Param.TEXT)
TYPE_KEY_TAKEN = define(
    "type_key_taken", _("There is a document type “{key}” already: choose another name."), key=Param.TEXT
)
TYPE_KEY_FORM = define("type_key_form", _("A key has small letters, digits, hyphens and underscores, at most 60."))
TYPE_TEAM_NOT_MANAGED = define("type_team_not_managed", _("Choose a team whose document types you manage."))
TYPE_IN_USE = define("type_in_use", _("Only a type that was never published can be deleted: retire this one instead."))
COLUMN_NOT_FORMER = define(
    "column_not_former",
    _("“{name}” is no column that is kept under an earlier name or type: only such a one can be taken away."),
    name=Param.TEXT,
)
