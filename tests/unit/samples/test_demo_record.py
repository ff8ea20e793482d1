"""The demonstration's record is what the extractor of today makes of the same documents."""

from __future__ import annotations

import pytest

from documents.domain.earned.plan import plan_of, standing_of
from documents.domain.earned.record import DemonstrationRecord, Outcome, TypeRecord
from documents.selectors.earned import demonstration_record
from idp_project.operations.demo import recording
from idp_project.operations.demo.packet import PACKET
from idp_project.operations.samples.generator import Recipe, make_sample


def test_record_has_400_documents_of_every_type_on_other_seeds():
    record = demonstration_record()
    assert record is not None
    for spec in recording.schemas():
        found = record.types[spec.key]
        assert len(found.outcomes) >= 400 and set(found.outcomes) <= {one.value for one in Outcome}
        assert found.first_seed > max(
            int(part) for path in PACKET.iterdir() for part in path.stem.split("-") if part.isdigit()
        )


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_first_40_of_each_type_come_out_as_recorded():
    record = demonstration_record()
    assert record is not None
    assert recording.compare(record, recording.COMPARED) == []


def test_outdated_record_is_named_by_its_types():
    one = TypeRecord("old", "old", 1, "r" * 400)
    assert set(recording.outdated(DemonstrationRecord({"invoice": one}))) == {spec.key for spec in recording.schemas()}
    assert recording.outdated(None)


def test_wrong_value_and_a_missing_row_are_told_from_right_ones():
    """A record that counted them as right would prove nothing."""
    assert standing_of(plan_of(950), TypeRecord("m", "c", 1, "r" * 89 + "wr").verdicts).is_open is False
    sample = make_sample(Recipe("receipt", recording.FIRST_SEED))
    found = recording.read_sample(sample)
    outcome = recording.judge(sample, found)
    truth = sample.labels["sub_documents"][0]
    if outcome is Outcome.RIGHT:
        name = next(name for name, value in truth["fields"].items() if value)
        truth["fields"][name] = "something else"
        assert recording.judge(sample, found) is Outcome.WRONG
    assert recording.judge(sample, []) is Outcome.PERSON
