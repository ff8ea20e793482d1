"""What people are told of electronic invoices: where XML and page disagree, and what stands against the XML itself."""

from __future__ import annotations

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

XML_DEVIATES = define(
    "xml_deviates",
    _("{label}: the e-invoice states “{stated}” ({term}), page {page} prints “{printed}”."),
    beside_label=_("the e-invoice states “{stated}” ({term}), page {page} prints “{printed}”."),
    label=Param.TEXT,
    stated=Param.TEXT,
    term=Param.TEXT,
    page=Param.NUMBER,
    printed=Param.TEXT,
)
XML_NOT_PRINTED = define(
    "xml_not_printed",
    _("{label}: the e-invoice states “{stated}” ({term}), which no page prints."),
    beside_label=_("the e-invoice states “{stated}” ({term}), which no page prints."),
    label=Param.TEXT,
    stated=Param.TEXT,
    term=Param.TEXT,
)
XML_ROW_NOT_PRINTED = define(
    "xml_row_not_printed",
    _("Row {row} of the e-invoice ({text}) is on no page."),
    row=Param.NUMBER,
    text=Param.TEXT,
)
ROW_NOT_IN_XML = define(
    "row_not_in_xml",
    _("Page {page} prints a row that the e-invoice does not have: {text}."),
    page=Param.NUMBER,
    text=Param.TEXT,
)
KIND_NOT_IN_XML = define(
    "kind_not_in_xml",
    _("Page {page} calls itself “{word}” ({kind}), the type code of the e-invoice is {type_code}."),
    page=Param.NUMBER,
    word=Param.TEXT,
    kind=Param.WORD,
    type_code=Param.TEXT,
)
E_INVOICE_UNREADABLE = define(
    "e_invoice_unreadable",
    _("The electronic invoice in the file ({name}) could not be read: {failure}"),
    name=Param.TEXT,
    failure=Param.REASON,
)
E_INVOICE_INVALID = define(
    "e_invoice_invalid",
    _("The e-invoice breaks {count} rules: {rules}."),
    count=Param.COUNT,
    rules=Param.TEXT,
)
E_INVOICE_BREAKS_ONE = define("e_invoice_breaks_one", _("The e-invoice breaks the rule {rule}."), rule=Param.TEXT)
SIGNATURE_BROKEN = define(
    "signature_broken", _("The PDF was changed after it was signed, or its signature is not valid.")
)
DEVIATIONS = frozenset(
    {
        XML_DEVIATES.code,
        XML_NOT_PRINTED.code,
        XML_ROW_NOT_PRINTED.code,
        ROW_NOT_IN_XML.code,
        KIND_NOT_IN_XML.code,
    }
)
