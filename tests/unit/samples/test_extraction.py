"""The demonstration's schemas read the samples they were made for: born-digital here, scans in the slow tests."""

from pathlib import Path

import pytest

from documents.domain.statuses import Route
from idp_project.operations.samples import generate
from idp_project.operations.samples.kinds.registry import KINDS
from tests.unit.samples.reading import read_sample


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_born_digital_sample_is_read_as_labelled_and_needs_nobody(kind: str, tmp_path: Path) -> None:
    sample = generate(kind, 11, locale="en_GB", size="short")
    [truth] = sample.labels["sub_documents"]
    [part] = read_sample(sample, tmp_path)
    assert part.detected.schema_key == kind
    assert {name: part.fields[name] for name in truth["fields"]} == truth["fields"]
    assert list(part.rows) == [row for rows in truth["tables"].values() for row in rows]
    assert (part.route, part.reasons) == (Route.AUTO, ())


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_scanned_samples_are_of_the_right_type_and_mostly_read_right(kind: str, tmp_path: Path) -> None:
    right = labelled = 0
    for seed in range(3, 7):
        sample = generate(kind, seed, "scan", locale="en_GB", size="short")
        [truth] = sample.labels["sub_documents"]
        [part] = read_sample(sample, tmp_path)
        assert part.detected.schema_key == kind
        right += sum(part.fields.get(name) == value for name, value in truth["fields"].items())
        labelled += len(truth["fields"])
        if part.route is Route.AUTO:
            assert {name: part.fields[name] for name in truth["fields"]} == truth["fields"]
    assert right >= 0.85 * labelled
