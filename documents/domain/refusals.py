"""What is refused about batches, files, documents, schemas and deliveries."""

from __future__ import annotations

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

FILE_WITH_HIDDEN_VALUES = define(
    "file_with_hidden_values",
    _("The file has values that only those see who review it: look at its pages, where they are blacked out."),
)
ALREADY_APPROVED = define(
    "already_approved", _("A sub-document of this document is approved already: withdraw it first.")
)
ALREADY_DELETED = define("already_deleted", _("This document is deleted already."))
AUTO_APPROVAL_BY_MANAGERS = define(
    "auto_approval_by_managers",
    _("Only managers of this type and administrators of the organisation can change its automatic approval."),
)
BATCH_BEING_DELETED = define(
    "batch_being_deleted",
    _("The batch of this Idempotency-Key is being deleted. To submit the files again, send a new key."),
)
BLIND_PERCENT_BOUNDS = define("blind_percent_bounds", _("The blind sample is 0 to 100 per cent."))
BATCH_CANCELLED = define("batch_cancelled", _("The batch of this document was cancelled."))
BATCH_HAS_TOO_MANY_FILES = define("batch_has_too_many_files", _("A batch has at most {most} files."), most=Param.NUMBER)
BATCH_HELD = define("batch_held", _("This batch is under a legal hold: nothing of it is deleted."))
BATCH_ID_FORM = define("batch_id_form", _("batch_id must be a UUID."))
CONTENT_UNREADABLE = define("content_unreadable", _("The approved content cannot be read."))
DATABASE_AWAY = define("database_away", _("The database went away."))
DECIDED_BY_PERSON = define(
    "decided_by_person",
    _(
        "A person has decided on sub-documents of this document, or corrected them. Reading its pages again would "
        "lose that: upload the file again instead."
    ),
)
DOCUMENT_DELETED = define(
    "document_deleted", _("The pages of this document are deleted: nothing can be looked up in it.")
)
DOCUMENT_HELD = define("document_held", _("Its batch is under a legal hold: nothing of it is deleted."))
EARLIER_FAILURE = define("earlier_failure", _("An earlier step of this document failed: try that one again."))
EMPTY_DOCUMENT = define("empty_document", _("The file has no pages. Check the original and send it again."))
FILE_LENGTH_MISSING = define("file_length_missing", _("Say how long the file is: a number of bytes."))
FILE_REFUSED = define("file_refused", _("The file itself was refused: upload a corrected one."))
FILE_TOO_LARGE = define(
    "file_too_large",
    _("The file has {size} bytes; at most {most} are allowed. Split or compress it."),
    size=Param.COUNT,
    most=Param.COUNT,
)
FILE_TOO_LONG = define(
    "file_too_long",
    _("The file has {pages} pages; at most {most} are allowed. Split it."),
    pages=Param.COUNT,
    most=Param.COUNT,
)
HOLD_FORM = define("hold_form", _("is_held is yes or no."))
IDEMPOTENCY_KEY_FORM = define(
    "idempotency_key_form",
    _("An Idempotency-Key has 1 to {most} printable characters. Nothing was stored."),
    most=Param.NUMBER,
)
ILLEGAL_TRANSITION = define(
    "illegal_transition", _("{present} may not become {wanted}."), present=Param.TEXT, wanted=Param.TEXT
)
INVALID_FILE_NAME = define("invalid_file_name", _("The file name must be UTF-8 in base64."))
MORE_THAN_DECLARED = define("more_than_declared", _("More bytes than the {size} that were declared."), size=Param.COUNT)
NAME_WITH_ZERO_BYTE = define("name_with_zero_byte", _("No name contains a zero byte."))
NOTHING_FAILED = define("nothing_failed", _("Nothing has failed here."))
NOTHING_FAILED_IN_BATCH = define("nothing_failed_in_batch", _("Nothing has failed in “{name}”."), name=Param.TEXT)
NOT_DEAD = define("not_dead", _("This delivery is not dead."))
NOT_ENDED = define("not_ended", _("This document has not ended: decide it or wait for it, or cancel its batch first."))
NOT_PUBLISHED = define("not_published", _("“{name}” has no published version: choose another type."), name=Param.TEXT)
NOT_SCANNED = define("not_scanned", _("The file is not looked through yet. Try again in a moment."))
NO_FILES = define("no_files", _("Choose at least one file."))
ONLY_DELIVERED_CORRECTED = define(
    "only_delivered_corrected", _("Only what is in the production database, or was withdrawn, can be corrected.")
)
OVERRIDE_TEXT_FORM = define(
    "override_text_form", _("The reason is plain text of at most {most} characters."), most=Param.NUMBER
)
OVERRIDE_TEXT_MISSING = define("override_text_missing", _("Say in your own words why it is approved all the same."))
OWN_GRANT = define("own_grant", _("You can use it already."))
OWN_SHARE = define("own_share", _("You can see it already."))
PAGES_LEFT_OUT = define("pages_left_out", _("The sub-documents must take all {pages} pages."), pages=Param.NUMBER)
PAGES_EACH_ONCE = define("pages_each_once", _("The pages must be all those of the document, each once."))
PAGES_CHANGED_MEANWHILE = define(
    "pages_changed_meanwhile", _("Somebody has changed the pages of this document meanwhile: look at it again.")
)
PAGES_NOT_READ = define("pages_not_read", _("The pages of this document have not been read yet."))
PAGES_OUT_OF_ORDER = define("pages_out_of_order", _("Every page must belong to exactly one sub-document, in order."))
PAGE_TOO_LARGE = define(
    "page_too_large",
    _("Page {page} has {pixels} pixels at {dpi} dpi; at most {most} are allowed. Scan it smaller."),
    page=Param.NUMBER,
    pixels=Param.COUNT,
    dpi=Param.NUMBER,
    most=Param.COUNT,
)
PAGE_WITHOUT_PICTURE = define("page_without_picture", _("This page has no picture yet."))
UPLOAD_BY_PERSON = define("upload_by_person", _("Only a person sends files in parts."))
PAUSE_FORM = define("pause_form", _("is_paused is yes or no."))
PERMISSION_NEEDED = define(
    "permission_needed", _("You need the permission “{permission}” for this."), permission=Param.WORD
)
SCHEMA_RETIRED = define(
    "schema_retired",
    _("“{name}” is retired: choose another type, or have a super admin take it into use again."),
    name=Param.TEXT,
)
SCHEMA_SHARED_BY_MANAGERS = define(
    "schema_shared_by_managers", _("Only managers of its team can open this schema to others.")
)
SCHEMA_UNKNOWN = define("schema_unknown", _("There is no schema “{key}”."), key=Param.TEXT)
SCHEMA_UNREADABLE = define(
    "schema_unreadable", _("The schema {schema} cannot be understood: publish its next version."), schema=Param.TEXT
)
SCHEMA_VERSION_IMMUTABLE = define(
    "schema_version_immutable",
    _("Version {version} of {name} is published and immutable: raise its number."),
    version=Param.TEXT,
    name=Param.TEXT,
)
SHARES_MORE_THAN_OWN = define("shares_more_than_own", _("Nobody can share what they may not do themselves."))
SHARE_ENDED = define("share_ended", _("This time is in the past."))
SHARE_TOO_LONG = define("share_too_long", _("A share lasts a year at most."))
SHARE_WITHOUT_OBJECT = define("share_without_object", _("Name a document or a batch."))
STATUS_FILTER_UNKNOWN = define(
    "status_filter_unknown", _("There is no filter for this status: choose one from the list.")
)
TARGET_UNKNOWN = define("target_unknown", _("The target is 95, 98, 99 or 99.9 per cent of documents."))
TROUBLE_FILTER_UNKNOWN = define(
    "trouble_filter_unknown", _("There is no filter for this status: choose {known}."), known=Param.TEXT
)
UNDELIVERED = define(
    "undelivered", _("Something of this document is on its way to the production database, or a dead letter.")
)
UNKNOWN_OVERRIDE = define(
    "unknown_override", _("Choose a reason for the failed checks: one of {known}."), known=Param.TEXT
)
SAY_COPY_OR_NEW = define(
    "say_copy_or_new",
    _("The same was received before: say whether this is a new document or a correction. If it is a copy, reject it."),
)
NOT_RECEIVED_BEFORE = define("not_received_before", _("No earlier document is the same: choose another reason."))
UNKNOWN_PRIORITY = define("unknown_priority", _("A priority is -1, 0 or 1."))
UNKNOWN_QUEUE = define("unknown_queue", _("There is no such queue."))
UNKNOWN_TYPE = define("unknown_type", _("A document of unknown type cannot be approved: choose its type first."))
UPLOAD_GONE = define("upload_gone", _("An uploaded file is not here any more. Send it again."))
UPLOAD_INCOMPLETE = define(
    "upload_incomplete", _("“{file_name}” has not arrived completely yet."), file_name=Param.TEXT
)
UPLOAD_METADATA_REPEATED = define(
    "upload_metadata_repeated", _("Upload-Metadata says one thing more than once: say it once.")
)
UPLOAD_METADATA_UNKNOWN = define(
    "upload_metadata_unknown",
    _("Not known in Upload-Metadata: {names}. Known are: {known}."),
    names=Param.TEXT,
    known=Param.TEXT,
)
VIRUS_FOUND = define(
    "virus_found", _("The virus scanner found “{found}” in this file. Do not open it."), found=Param.TEXT
)
VIRUS_IN_FILE = define("virus_in_file", _("A virus was found in this file: it is not given out."))

PAGE_QUOTA_REACHED = define(
    "page_quota_reached",
    _(
        "Your organisation may process {most} pages a month and has processed {pages}. Try again next month, or ask for a "
        "higher quota."
    ),
    most=Param.COUNT,
    pages=Param.COUNT,
)
PAGE_QUOTA_TOO_SMALL = define(
    "page_quota_too_small",
    _(
        "The document has {pages} pages; your organisation has processed {used} of its {most} this month. Try again next "
        "month, or ask for a higher quota."
    ),
    pages=Param.COUNT,
    used=Param.COUNT,
    most=Param.COUNT,
)
STORAGE_QUOTA_REACHED = define(
    "storage_quota_reached",
    _(
        "Your organisation keeps {kept} of files and may keep {most}; {more} more have no room. Delete what is not needed, "
        "or ask for a higher quota."
    ),
    kept=Param.BYTES,
    most=Param.BYTES,
    more=Param.BYTES,
)
FILE_OVER_LIMIT = define(
    "file_over_limit",
    _("The file is larger than {most}, the limit here. Split or compress it."),
    most=Param.BYTES,
)
WRONG_OFFSET = define("wrong_offset", _("{size} bytes have arrived: continue from byte {size}."), size=Param.NUMBER)
PAGES_AT_WORK = define(
    "pages_at_work", _("These pages are being processed at this moment: try again when they are done.")
)
PAGES_REJECTED = define("pages_rejected", _("This was rejected: its pages cannot be changed any more."))
PAGES_APPROVED = define("pages_approved", _("This is approved already: its pages and type cannot be changed any more."))
PAGES_CANCELLED = define("pages_cancelled", _("The batch was cancelled."))
OWN_WORD_FORM = define(
    "own_word_form",
    _("A word has 1 to {most} characters, of which at least one is a letter or a digit."),
    most=Param.NUMBER,
)
OWN_WORD_GROUP = define("own_word_group", _("“{group}” is not one of the groups of words."), group=Param.TEXT)
OWN_WORD_KNOWN = define("own_word_known", _("“{word}” is known in this group already."), word=Param.TEXT)
OWN_WORD_LANGUAGE = define(
    "own_word_language", _("“{language}” is not a language that documents are read in."), language=Param.TEXT
)
OWN_WORD_MONTH = define("own_word_month", _("Choose the month for the name of a month, and no month for other words."))
OWN_WORDS_TOO_MANY = define("own_words_too_many", _("At most {most} words are kept: remove some."), most=Param.COUNT)
SCHEMA_MANAGED_BY_TEAM = define("schema_managed_by_team", _("Only managers of its team can change this schema."))
REHEARSAL_SAMPLE_EMPTY = define(
    "rehearsal_sample_empty",
    _("No approved document of this type that you may see has its text stored: there is nothing to compare with."),
)
SCHEMA_MANAGED_BY_ORGANIZATION = define(
    "schema_managed_by_organization", _("Only managers of the whole organisation can change this schema.")
)
PAGES_AT_ONCE = define("pages_at_once", _("Ask for at most {most} pages at once."), most=Param.NUMBER)
BATCHES_NOT_CHOSEN = define(
    "batches_not_chosen", _("Choose batches in the list first, then what is to be done with them.")
)
FIELD_ID_TWICE = define("field_id_twice", _("The same id stands at two fields."))
LIBRARY_LANGUAGE_UNKNOWN = define(
    "library_language_unknown",
    _("The library has no types in “{language}”: choose one of {known}."),
    language=Param.TEXT,
    known=Param.TEXT,
)
LIBRARY_TYPE_UNKNOWN = define("library_type_unknown", _("The library has no type “{key}”."), key=Param.TEXT)
SCHEMA_ADOPTED_BY_MANAGERS = define(
    "schema_adopted_by_managers", _("Only managers of a team can give it a type of the library.")
)
SCHEMA_ADOPTED_BY_ORGANIZATION = define(
    "schema_adopted_by_organization",
    _("Only managers of the whole organisation can take a type of the library into use for every team: choose a team."),
)
SCHEMA_KEY_TAKEN = define(
    "schema_key_taken",
    _("There is a type with the key “{key}” already: choose another one, for example “{offered}”."),
    key=Param.TEXT,
    offered=Param.TEXT,
)
LIST_FORM = define(
    "list_form",
    _("The file cannot be read as CSV: save it as “CSV UTF-8”, with one line of names of columns at the top."),
)
LIST_TOO_LARGE = define(
    "list_too_large",
    _("A list has at most {rows} rows, {columns} columns and {most}."),
    rows=Param.NUMBER,
    columns=Param.NUMBER,
    most=Param.BYTES,
)
LIST_EMPTY = define("list_empty", _("The list has no rows below the names of its columns."))
LIST_COLUMN_NAMES = define(
    "list_column_names",
    _("The first line names the columns: at most {most}, each with another name of at most {longest} characters."),
    most=Param.NUMBER,
    longest=Param.NUMBER,
)
LIST_LINE_LENGTH = define(
    "list_line_length",
    _("Line {line} has more entries than the {columns} columns."),
    line=Param.NUMBER,
    columns=Param.NUMBER,
)
LIST_TEXT_LENGTH = define(
    "list_text_length",
    _("Line {line} has an entry of more than {most} characters."),
    line=Param.NUMBER,
    most=Param.NUMBER,
)
LIST_KEY_TAKEN = define(
    "list_key_taken", _("There is a list “{key}” already: replace it, or choose another name."), key=Param.TEXT
)
LIST_IN_USE = define(
    "list_in_use", _("Document types name this list: {types}. Take it out of them first."), types=Param.TEXT
)
LIST_COLUMN_IN_USE = define(
    "list_column_in_use",
    _("The file has no column “{column}”, which document types name: {types}."),
    column=Param.TEXT,
    types=Param.TEXT,
)
LIST_NOT_MANAGED = define(
    "list_not_managed",
    _("Lists are changed by managers of the document types of their team, or of the whole organisation."),
)
ANALYST_LOGIN_TAKEN = define(
    "analyst_login_taken",
    _("There is a login “{name}” already: close it first, or choose another name."),
    name=Param.TEXT,
)
ANALYST_LOGIN_CLOSED = define(
    "analyst_login_closed", _("The login “{name}” is closed: make it again under its name."), name=Param.TEXT
)
SUPER_ADMINS_ONLY = define("super_admins_only", _("Only administrators of the whole installation may do this."))
LIBRARY_TYPE_BROKEN = define("library_type_broken", _("The library cannot use this: {detail}"), detail=Param.TEXT)
LIBRARY_KEY_FORM = define("library_key_form", _("A key of the library has small letters, digits and underscores."))
