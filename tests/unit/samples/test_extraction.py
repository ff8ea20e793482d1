"""The demonstration's schemas read the samples they were made for: born-digital here, scans in the slow tests."""

from pathlib import Path

import pytest

from documents.domain.statuses import Route
from idp_project.operations.samples import generate
from idp_project.operations.samples.kinds.registry import KINDS
from tests.unit.samples.reading import read_sample


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_born_digital_sample_is_read_as_labelled_unaided(kind: str, tmp_path: Path) -> None:
    sample = generate(kind, 11, locale="en_GB", size="short")
    [truth] = sample.labels["sub_documents"]
    [sub_document] = read_sample(sample, tmp_path)
    assert sub_document.detected.schema_key == kind
    assert {name: sub_document.fields[name] for name in truth["fields"]} == truth["fields"]
    assert list(sub_document.rows) == [row for rows in truth["tables"].values() for row in rows]
    assert (sub_document.route, sub_document.reasons) == (Route.AUTO, ())


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_scanned_samples_have_the_right_type_and_most_values(kind: str, tmp_path: Path) -> None:
    right = labelled = 0
    for seed in range(3, 7):
        sample = generate(kind, seed, "scan", locale="en_GB", size="short")
        [truth] = sample.labels["sub_documents"]
        [sub_document] = read_sample(sample, tmp_path)
        assert sub_document.detected.schema_key == kind
        right += sum(sub_document.fields.get(name) == value for name, value in truth["fields"].items())
        labelled += len(truth["fields"])
        if sub_document.route is Route.AUTO:
            assert {name: sub_document.fields[name] for name in truth["fields"]} == truth["fields"]
    assert right >= 0.85 * labelled
