"""Schemas for the labelled sets, as somebody who knows the forms would write them; not tuned to single documents."""

from __future__ import annotations

from benchmarks.datasets import RECEIPT
from documents.domain.library import library_types
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec

AD_ORDER = SchemaSpec(
    key="broadcast_ad_order",
    name="Broadcast ad order",
    version="1.0",
    locale="en_US",
    keywords=("contract", "order", "invoice", "advertiser", "station", "spots", "flight dates", "broadcast", "wideorbit",
              "agency", "air date", "air time"),
    fields=(
        FieldSpec("contract_num", FieldType.IDENTIFIER, "Contract #",
                  ("Contract / Revision", "Contract Number", "Contract No", "Order #", "Order / Rev", "Order Number", "Invoice #",
                   "Contract", "Order"), is_required=True),
        FieldSpec("advertiser", FieldType.NAME, "Advertiser", ("Client", "Advertiser Name"), is_required=True),
        FieldSpec("gross_amount", FieldType.AMOUNT, "Gross Amount",
                  ("Gross Total", "Total Gross", "Grand Total", "Gross", "Total Amount", "Totals", "Total", "Order Total"),
                  is_required=True),
        FieldSpec("flight_from", FieldType.DATE, "Flight Start Date",
                  ("Flight Dates", "Flight", "Schedule Dates", "Contract Dates", "Start Date", "Order Start Date", "From"),
                  is_required=True),
        FieldSpec("flight_to", FieldType.DATE, "Flight End Date",
                  ("Flight Dates", "Flight", "Schedule Dates", "Contract Dates", "End Date", "Order End Date", "To"),
                  is_required=True),
    ),
)  # fmt: skip

_REGISTRATION = (
    FieldSpec("registrant_name", FieldType.NAME, "Name of Registrant", ("Registrant", "Name of registrant"), is_required=True),
    FieldSpec("registration_num", FieldType.IDENTIFIER, "Registration No.", ("Registration Number", "Reg. No."),
              pattern=r"\d{3,5}", is_required=True),
    FieldSpec("file_date", FieldType.DATE, "Date", ("Date of report", "Received by NSD/FARA Registration Unit", "Dated")),
)  # fmt: skip
AMENDMENT = SchemaSpec(
    key="fara_amendment",
    name="Amendment to Registration Statement",
    version="1.0",
    locale="en_US",
    keywords=("amendment", "amendment to registration statement", "this amendment", "purpose or purposes", "execution"),
    fields=_REGISTRATION,
)
DISSEMINATION = SchemaSpec(
    key="fara_dissemination_report",
    name="Dissemination Report",
    version="1.0",
    locale="en_US",
    keywords=(
        "dissemination report",
        "material transmitted",
        "political propaganda",
        "number of copies",
        "transmitted",
    ),
    fields=(
        *_REGISTRATION[:2],
        FieldSpec("file_date", FieldType.DATE, "Date of report", ("Date",)),
    ),
)
CONTRACT = SchemaSpec(
    key="nda_contract",
    name="Confidentiality agreement",
    version="1.0",
    locale="en_US",
    keywords=("confidentiality agreement", "non disclosure agreement", "nondisclosure agreement", "confidential information",
              "agreement", "governing law", "in witness whereof"),
    fields=(
        FieldSpec("party", FieldType.NAME, "Party", ("By and between", "Between")),
        FieldSpec("effective_date", FieldType.DATE, "Effective date", ("Dated as of", "Date", "As of")),
        FieldSpec("jurisdiction", FieldType.TEXT, "Governing law", ("Laws of the state of",)),
        FieldSpec("term", FieldType.TEXT, "Term", ("For a period of",)),
    ),
)  # fmt: skip

NDA = SchemaSpec(
    key="confidentiality_agreement",
    name="Confidentiality agreement",
    version="1.0",
    locale="en_US",
    keywords=CONTRACT.keywords,
    fields=(
        FieldSpec("party", FieldType.NAME, "Party", ("Parties",), is_required=True, is_list=True),
        FieldSpec("effective_date", FieldType.DATE, "Effective date"),
        FieldSpec("jurisdiction", FieldType.CLAUSE, "Governing law"),
        FieldSpec("term", FieldType.CLAUSE, "Term"),
    ),
)

STACK = (AD_ORDER, AMENDMENT, DISSEMINATION, CONTRACT, RECEIPT)
FARA = (AMENDMENT, DISSEMINATION)

LIBRARY = {each.key: each.spec("en") for each in library_types()}
"""What a new organisation can adopt, by key."""
