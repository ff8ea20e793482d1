"""Born-digital pages a second, from upload to routed fields, with two workers on this machine."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks import workload
from benchmarks.catalog import options_of
from benchmarks.page_sets import files_of
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec

TARGET = 5.0  # pages a second

AGREEMENT = SchemaSpec(
    key="benchmark_agreement",
    name="Confidentiality agreement",
    version="1.0",
    locale="en_US",
    keywords=("agreement", "confidential information", "non-disclosure", "disclosing party"),
    fields=(
        FieldSpec("party", FieldType.NAME, "Party", ("Company", "Between", "By and between"), is_required=True),
        FieldSpec("effective_date", FieldType.DATE, "Effective date", ("Dated", "As of"), is_required=True),
        FieldSpec("jurisdiction", FieldType.TEXT, "Governing law", ("Laws of the State of",)),
        FieldSpec("term", FieldType.TEXT, "Term", ("Period of",)),
    ),
)


def main() -> None:
    options = options_of("born_digital")
    with tempfile.TemporaryDirectory() as scratch:
        name, paths = files_of("born_digital", options.documents, Path(scratch))
        schema_id = workload.publish(AGREEMENT) if name == "kleister_nda" else None
        workload.process(paths[:2], schema_id)  # what is loaded on first use is loaded now
        _, timing = workload.process(paths, schema_id)
    rate = timing.pages / timing.whole
    print(
        f"born_digital: {timing.pages} pages of {timing.documents} documents ({name}, {timing.unread} not read): "
        f"{rate:.2f} pages a second from upload to routed fields = {rate / TARGET:.2f} of the target {TARGET:g} "
        f"({timing.pages / timing.pages_only:.2f} while pages are read)"
    )
    spent = sum(timing.cpu.values())
    parts = ", ".join(f"{part} {1000 * seconds / timing.pages:.0f}" for part, seconds in timing.cpu.items())
    print(f"  processor time: {1000 * spent / timing.pages:.0f} ms a page ({parts})")


if __name__ == "__main__":
    main()
