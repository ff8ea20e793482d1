"""What people are told of the groups of words that an organisation can extend: under which heading, in which words.

A group of `Words` that is missing here cannot be extended on the screen; a test names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from idp_project.core.translation import gettext_noop as _


@dataclass(frozen=True)
class WordGroup:
    """`label` in words of the source language; `section` is the heading that it stands under."""

    label: str
    section: str


_AMOUNTS, _DATES = _("Labels of amounts"), _("Labels of dates and periods")
_PARTIES, _FIELDS = _("Names and addresses"), _("Names of fields and columns")
_TABLES, _PAGES = _("Tables"), _("Titles, pages, forms")

WORD_GROUPS: Mapping[str, WordGroup] = {
    "total": WordGroup(_("Total"), _AMOUNTS),
    "subtotal": WordGroup(_("Sum without tax"), _AMOUNTS),
    "tax": WordGroup(_("Amount of tax"), _AMOUNTS),
    "payment": WordGroup(_("Payment and change"), _AMOUNTS),
    "other_amount": WordGroup(_("Other amount, not the total"), _AMOUNTS),
    "base_word": WordGroup(_("Word before the amount that a rate is of (“20 % on 100.00”)"), _AMOUNTS),
    "per_cent": WordGroup(_("Per cent"), _AMOUNTS),
    "per_year": WordGroup(_("Per year, behind a rate of interest"), _AMOUNTS),
    "issue_date": WordGroup(_("Date of the document"), _DATES),
    "due_date": WordGroup(_("Due date"), _DATES),
    "other_date": WordGroup(_("Other date"), _DATES),
    "period_begin": WordGroup(_("Beginning of a period"), _DATES),
    "period_end": WordGroup(_("End of a period"), _DATES),
    "period_joint": WordGroup(_("Word between the two days of a period"), _DATES),
    "month_name": WordGroup(_("Name of a month"), _DATES),
    "issuer": WordGroup(_("Issuer, in the name of a field"), _PARTIES),
    "recipient": WordGroup(_("Recipient, in the name of a field"), _PARTIES),
    "recipient_label": WordGroup(_("Label of the recipient"), _PARTIES),
    "legal_form": WordGroup(_("Legal form"), _PARTIES),
    "legal_form_filler": WordGroup(_("Word between or behind legal forms"), _PARTIES),
    "company_ending": WordGroup(_("End of a company’s name"), _PARTIES),
    "institution": WordGroup(_("End of an institution’s name"), _PARTIES),
    "business": WordGroup(_("Word in the name of a business"), _PARTIES),
    "not_a_name": WordGroup(_("Not a name"), _PARTIES),
    "registrar": WordGroup(_("Word before the number of a registration"), _PARTIES),
    "street": WordGroup(_("Street"), _PARTIES),
    "street_ending": WordGroup(_("End of the name of a street"), _PARTIES),
    "place": WordGroup(_("Town, region or country"), _PARTIES),
    "contact": WordGroup(_("Telephone, e-mail, website: not a line of an address"), _PARTIES),
    "not_in_address": WordGroup(_("First word of a line that is not part of an address"), _PARTIES),
    "subtotal_name": WordGroup(_("Sum without tax, in the name of a field"), _FIELDS),
    "tax_name": WordGroup(_("Tax, in the name of a field"), _FIELDS),
    "total_name": WordGroup(_("Total, in the name of a field"), _FIELDS),
    "other_date_name": WordGroup(_("Other date, in the name of a field"), _FIELDS),
    "order_name": WordGroup(_("Order, in the name of a schema"), _FIELDS),
    "quantity_name": WordGroup(_("Column of quantities"), _FIELDS),
    "unit_price_name": WordGroup(_("Column of unit prices"), _FIELDS),
    "debit_name": WordGroup(_("Column of what goes out"), _FIELDS),
    "credit_name": WordGroup(_("Column of what comes in"), _FIELDS),
    "signed_amount": WordGroup(_("Column for both, told apart by sign"), _FIELDS),
    "label_filler": WordGroup(_("Word around a label that does not make it another label"), _FIELDS),
    "table_end": WordGroup(_("First words behind a table"), _TABLES),
    "tax_table": WordGroup(_("Heading of a table of taxes"), _TABLES),
    "not_a_row": WordGroup(_("First word of a line that is not a row"), _TABLES),
    "carried_sum": WordGroup(_("Sum carried to or from another page"), _TABLES),
    "carried_line": WordGroup(_("Sum carried over, in a line of the table"), _TABLES),
    "carried_row": WordGroup(_("Sum carried over, in the text of a row"), _TABLES),
    "continued": WordGroup(_("Continued"), _TABLES),
    "unit": WordGroup(_("Unit of a quantity"), _TABLES),
    "heading": WordGroup(_("Title of a document or of a section"), _PAGES),
    "page": WordGroup(_("Page"), _PAGES),
    "page_with_total": WordGroup(_("Page, only before “2 of 3”"), _PAGES),
    "page_of": WordGroup(_("Word between page and number of pages"), _PAGES),
    "number_word": WordGroup(_("Number, between a label and the number itself"), _PAGES),
    "form_label": WordGroup(_("Label on forms"), _PAGES),
    "form_number": WordGroup(_("Word before the number of a printed form"), _PAGES),
    "everyday": WordGroup(_("Everyday word that does not tell documents apart"), _PAGES),
}
