"""What people are told of files and pages: what was not read, what stands aside, what came under another name."""

from __future__ import annotations

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

PAGE_SCRIPT_UNREADABLE = define(
    "page_script_unreadable",
    _("Page {page} is printed in {script} script, which cannot be read on this machine."),
    page=Param.NUMBER,
    script=Param.WORD,
)
PAGE_HARDLY_READ = define(
    "page_hardly_read",
    _("Page {page} was hardly read: {share} of its print could not be read."),
    page=Param.NUMBER,
    share=Param.PERCENT,
)
FORM_NOT_SHOWN = define(
    "form_not_shown",
    _(
        "The file is a form that only Adobe Reader can show (XFA): what can be read is a placeholder page. "
        "Open it there, print it to a PDF and send that."
    ),
)
FILES_NOT_READ = define(
    "files_not_read",
    _("Files that are embedded in this one were not read: {names}. Look at them in the original."),
    names=Param.TEXT,
)
SEVERAL_ON_PAGE = define(
    "several_on_page",
    _("Page {page} seems to show {count} documents side by side or below each other: only one of them is read."),
    page=Param.NUMBER,
    count=Param.NUMBER,
)
SEPARATOR_PAGE = define("separator_page", _("A separator sheet: it parts the documents of the stack."))
COVERING_TEXT = define("covering_text", _("The covering text of an e-mail: the documents came as its attachments."))
COVER_OF_FILES = define(
    "cover_of_files", _("The cover page of a collection of files, which are documents of their own.")
)
SIGNATURE_PICTURE = define("signature_picture", _("A picture of an e-mail's signature or design."))
NAMED_OTHERWISE = define(
    "named_otherwise",
    _("The file is named .{extension}, but it is a {format} file. It was read as what it is."),
    extension=Param.TEXT,
    format=Param.TEXT,
)
E_INVOICE_LEFT = define(
    "e_invoice_left", _("The file carries its values as an electronic invoice too ({names})."), names=Param.TEXT
)
PICTURES_LEFT = define(
    "pictures_left", _("Pictures of its signature or design were not taken as documents: {names}"), names=Param.TEXT
)
