"""The labelled sets: how each is taken through the steps and what counts as right."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from benchmarks.datasets import DATA, RECEIPT, sroie_lines
from benchmarks.quality.contracts import judge_contract
from benchmarks.quality.fax import FINE, STANDARD, fax_of
from benchmarks.quality.invoices import judge_invoice
from benchmarks.quality.proposed import tally_candidates
from benchmarks.quality.reading import ReadPage, read_document
from benchmarks.quality.receipts import judge_receipt
from benchmarks.quality.schemas import AD_ORDER, FARA, STACK
from benchmarks.quality.scoring import Tally, is_same_name, is_same_value
from benchmarks.quality.steps import divide, process
from benchmarks.quality.sure import tally_sure_values
from documents.domain.schema_spec import SchemaSpec

Tallies = dict[str, Tally]


@dataclass(frozen=True)
class Labelled:
    """A file and what is known of it; `pages` where it was read before."""

    path: Path
    labels: Mapping[str, Any]
    pages: tuple[ReadPage, ...] = ()


@dataclass(frozen=True)
class LabelledSet:
    """`judge` gives the tallies of one document by metric name; `ways` of reading: as it is, rasterised, or both. Documents
    with the same value under the label `counts_as_one` are one document of the figures. `folder` where it is not the name.
    """

    name: str
    documents: Callable[[], Iterator[Labelled]]
    judge: Callable[[Sequence[ReadPage], Mapping[str, Any]], Tallies]
    ways: tuple[bool, ...] = (False, True)
    counts_as_one: str = ""
    folder: str = ""
    file: str = "labels.json"

    @property
    def is_there(self) -> bool:
        return (DATA / (self.folder or self.name) / self.file).exists()

    def group_of(self) -> dict[str, str]:
        """By the name of each document's file: what makes it the same as others. Empty where each counts by itself."""
        if not self.counts_as_one:
            return {}
        return {one.path.name: str(one.labels[self.counts_as_one]) for one in self.documents()}

    def read(self, document: Labelled, *, is_rasterised: bool) -> Tallies:
        if document.pages:
            return self.judge(document.pages, document.labels)
        return self.judge(read_document(document.path, is_rasterised=is_rasterised), document.labels)


def _labelled(name: str, folder: str = "", suffix: str = "") -> Callable[[], Iterator[Labelled]]:
    def documents() -> Iterator[Labelled]:
        for key, labels in sorted(json.loads((DATA / name / "labels.json").read_text()).items()):
            yield Labelled(DATA / name / folder / f"{key}{suffix}", labels)

    return documents


def _as_faxes(documents: Callable[[], Iterator[Labelled]], lines: int) -> Callable[[], Iterator[Labelled]]:
    def faxes() -> Iterator[Labelled]:
        for document in documents():
            yield Labelled(fax_of(document.path, lines), document.labels)

    return faxes


def judge_stack(schemas: Sequence[SchemaSpec]) -> Callable[[Sequence[ReadPage], Mapping[str, Any]], Tallies]:
    """Boundaries (first pages but the first), exact ranges, and the types of exact ranges whose type has a schema."""
    keys = {schema.key for schema in schemas}
    names = {"receipt": RECEIPT.key}

    def judge(pages: Sequence[ReadPage], labels: Mapping[str, Any]) -> Tallies:
        found = {(part.first_page, part.last_page): part.schema_key for part in divide(pages, schemas)}
        true = {(part["first_page"], part["last_page"]): part["type"] for part in labels["documents"]}
        cuts, true_cuts = ({first for first, _ in ranges if first > 1} for ranges in (found, true))
        typed = {pair: names.get(kind, kind) for pair, kind in true.items() if names.get(kind, kind) in keys}
        right_types = sum(found.get(pair) == kind for pair, kind in typed.items())
        return {
            "boundaries": Tally(len(cuts & true_cuts), len(cuts), len(true_cuts)),
            "ranges": Tally(len(found.keys() & true.keys()), len(found), len(true)),
            "types": Tally(right_types, len(typed), len(typed)),
        }

    return judge


def judge_fara(pages: Sequence[ReadPage], labels: Mapping[str, Any]) -> Tallies:
    """The type of the part that the first page belongs to, that the file is one document, and its fields."""
    parts = process(pages, FARA)
    wanted = {"Amendment": "fara_amendment", "Dissemination Report": "fara_dissemination_report"}[labels["doc_type"]]
    first = parts[0] if parts else None
    is_right = first is not None and first.detected.schema_key == wanted
    expected = {name: value for name, value in labels["fields"].items() if value}
    found = first.fields if first else {}
    verdicts: dict[str, bool] = {}
    for name, value in expected.items():
        candidate = found.get(name)
        if candidate is None:
            continue
        if name == "registrant_name":
            verdicts[name] = is_same_name(candidate.value, value)
        else:
            verdicts[name] = is_same_value(candidate.value, candidate.raw_text, value)
    right, given = sum(verdicts.values()), len(verdicts)
    return {
        **tally_sure_values(parts[:1], verdicts),
        "types": Tally(int(is_right), 1, 1),
        "whole": Tally(int(len(parts) == 1), len(parts), 1),
        "fields": Tally(right, given, len(expected)),
    }


def judge_fields(
    schema: SchemaSpec, names: Sequence[str]
) -> Callable[[Sequence[ReadPage], Mapping[str, Any]], Tallies]:
    """Every labelled field against the first part of the file that has a value for it, and each field by itself."""

    def judge(pages: Sequence[ReadPage], labels: Mapping[str, Any]) -> Tallies:
        known = labels.get("labels", labels)
        parts = process(pages, (schema,))
        tallies: Tallies = {}
        verdicts: dict[str, bool] = {}
        for name in names:
            if not known.get(name):
                continue
            chosen = next((part.fields[name] for part in parts if name in part.fields), None)
            is_right = chosen is not None and is_same_value(chosen.value, chosen.raw_text, known[name])
            tallies[name] = Tally(int(is_right), int(chosen is not None), 1)
            if chosen is not None:
                verdicts[name] = is_right
        counts = [(tally.right, tally.given, tally.labelled) for tally in tallies.values()]
        tallies["fields"] = Tally(*(sum(column) for column in zip(*counts, strict=True)))
        expected = {name: [known[name]] for name in names if known.get(name)}
        return tallies | tally_candidates(pages, parts, expected) | tally_sure_values(parts, verdicts)

    return judge


@lru_cache(maxsize=1)
def _receipt_lines() -> tuple[Labelled, ...]:
    """The receipts of sroie_lines: recognised before, so no OCR runs."""
    return tuple(Labelled(Path(page.id), page.labels, (ReadPage(1, {}, page.page_text),)) for page in sroie_lines())


SROIE_FIELDS = ("company", "date", "address", "total")
AD_FIELDS = ("contract_num", "advertiser", "gross_amount", "flight_from", "flight_to")

SETS: tuple[LabelledSet, ...] = (
    LabelledSet("packets_real", _labelled("packets_real"), judge_stack(STACK)),
    LabelledSet("packets", _labelled("packets"), judge_stack(STACK)),
    LabelledSet("vrdu_fara", _labelled("vrdu_fara"), judge_fara),
    LabelledSet("sroie", _labelled("sroie", "img", ".jpg"), judge_fields(RECEIPT, SROIE_FIELDS), ways=(False,)),
    LabelledSet(
        "sroie_lines",
        lambda: iter(_receipt_lines()),
        judge_fields(RECEIPT, SROIE_FIELDS),
        ways=(False,),
        file="train.jsonl.gz",
    ),
    LabelledSet("vrdu_adbuy", _labelled("vrdu_adbuy"), judge_fields(AD_ORDER, AD_FIELDS)),
    LabelledSet("kleister_nda", _labelled("kleister_nda"), judge_contract),
    LabelledSet("zugferd", _labelled("zugferd"), judge_invoice, counts_as_one="content"),
    *(
        LabelledSet(
            f"zugferd as fax, 204 × {lines}", _as_faxes(_labelled("zugferd"), lines), judge_invoice,
            ways=(False,), counts_as_one="content", folder="zugferd",
        )
        for lines in (FINE, STANDARD)
    ),
    LabelledSet("wildreceipt", _labelled("wildreceipt"), judge_receipt, ways=(False,)),
)  # fmt: skip


def all_sets() -> tuple[LabelledSet, ...]:
    """Those of fields and stacks, then those of layouts."""
    from benchmarks.quality.layouts import LAYOUT_SETS
    from benchmarks.quality.library import LIBRARY_SETS

    return SETS + LIBRARY_SETS + LAYOUT_SETS


def set_named(name: str) -> LabelledSet:
    """Raises StopIteration if none exists."""
    return next(one for one in all_sets() if one.name == name)
