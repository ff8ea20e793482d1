"""The library's own types on labelled documents: how well what an organisation adopts reads papers that nobody tuned it to.

Beside them, `zugferd` and `wildreceipt` are read by the library's invoice and receipt anyway.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks.quality.contracts import judge_contract
from benchmarks.quality.reading import ReadPage
from benchmarks.quality.schemas import LIBRARY
from benchmarks.quality.scoring import Tally
from benchmarks.quality.sets import SETS, SROIE_FIELDS, LabelledSet, judge_fields
from documents.domain.schema_spec import SchemaSpec

FARA_FIELDS = ("registrant_name", "registration_num", "file_date")


def renamed(key: str, names: Mapping[str, str], **changes: Any) -> SchemaSpec:
    """The library's type with fields under the names of a set's labels; checks that speak of them are left out."""
    spec = LIBRARY[key]
    fields = tuple(replace(field, name=names.get(field.name, field.name)) for field in spec.fields)
    return replace(spec, fields=fields, checks=(), **changes)


RECEIPT = renamed(
    "receipt",
    {"merchant_name": "company", "receipt_date": "date", "merchant_address": "address"},
    locale="en_MY",
)
CONTRACT = renamed("contract", {"governing_law": "jurisdiction"}, locale="en_US")
FORM = renamed(
    "registration_form",
    {"business_name": "registrant_name", "application_number": "registration_num", "signed_date": "file_date"},
    locale="en_US",
)


def judge_form(pages: Sequence[ReadPage], labels: Mapping[str, Any]) -> dict[str, Tally]:
    """The three values of a government's form that the library has fields for."""
    return judge_fields(FORM, FARA_FIELDS)(pages, labels["fields"])


def _with(name: str, **changes: Any) -> LabelledSet:
    one = next(each for each in SETS if each.name == name)
    return replace(one, name=f"{name}, type of the library", folder=one.folder or one.name, **changes)


LIBRARY_SETS: tuple[LabelledSet, ...] = (
    _with("sroie_lines", judge=judge_fields(RECEIPT, SROIE_FIELDS)),
    _with("kleister_nda", judge=partial(judge_contract, schema=CONTRACT)),
    _with("vrdu_fara", judge=judge_form),
)
