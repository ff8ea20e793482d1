"""A changed extractor: examined documents are judged again from what is stored, and only what it gets right counts."""

from __future__ import annotations

import pytest

from documents.domain.earned import digests
from documents.models import ApprovedVersion, Evidence, FieldValue, Gate, PageCandidates, Schema
from documents.selectors.earning import rescoring_count
from extraction.local import extractor
from extraction.runner import rescoring
from extraction.runner.trial import stored_pages
from idp_project.core.tenancy import organization_scope
from review.models import ReviewTask
from review.services import tasks
from tests.factories import files
from tests.factories.evidence import newest_version
from tests.factories.pipeline import Outcome, submit
from tests.factories.pipeline import drain as drain_queues

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


def examined(cast):
    """An invoice, every field of which a person has confirmed."""
    cast.publish("invoice", is_automatic=False)
    outcome = Outcome(submit(cast, files.sample()))
    drain_queues()
    access = cast.access(cast.owner)
    with organization_scope(cast.organization.id):
        task = ReviewTask.objects.get()
        for value in FieldValue.objects.filter(sub_document=outcome.sub_document()):
            tasks.field_value_correct(access, task.id, value.id, text=value.value or value.raw_text)
        tasks.review_task_decide(access, task.id, decision="approve")
    drain_queues()
    return outcome


SCENE = examined


@pytest.fixture
def changed(monkeypatch):
    """changed("model"): from now on the digest of that part of the extractor is another one."""
    present = dict(zip(("reader", "model", "calibrator"), digests.code_digests(), strict=True))

    def changed(*parts: str) -> None:
        found = tuple("another" if name in parts else digest for name, digest in present.items())
        for module in (digests, rescoring):
            monkeypatch.setattr(module, "code_digests", lambda: found)

    return changed


def fresh_row(inside) -> Evidence:
    return inside(Evidence.objects.get, source="rescored")


def test_nothing_is_due_while_nothing_changed(outcome, inside):
    assert inside(Evidence.objects.get).is_right
    assert rescoring.gates_rescore_due() == 0


@pytest.mark.parametrize("parts", [("model",), ("reader", "model"), ("calibrator",)])
def test_new_extractor_is_judged_on_what_is_stored(outcome, inside, changed, parts):
    origin = inside(Evidence.objects.get)
    changed(*parts)
    version = inside(lambda: newest_version(Schema.objects.get(key="invoice")))
    assert inside(rescoring_count, version) == 1
    assert rescoring.gates_rescore_due() == 1
    row = fresh_row(inside)
    assert (row.is_right, row.is_in_range, row.decided_at) == (True, True, origin.decided_at)
    assert (row.model, row.calibrator) != (origin.model, origin.calibrator)
    gate = inside(Gate.objects.get, model=row.model, calibrator=row.calibrator, stratum="other")
    assert (gate.n, gate.errors) == (1, 0) and inside(rescoring_count, version) == 0
    assert rescoring.gates_rescore_due() == 0


def test_what_the_new_one_gets_wrong_is_an_error(outcome, inside, changed, monkeypatch):
    changed("model")
    ranked = extractor.rank_page

    def other(reading, schema, *more):
        found = ranked(reading, schema, *more)
        return [one for one in found if one.field != "due_date"]

    monkeypatch.setattr(stored_pages, "rank_page", other)
    rescoring.gates_rescore_due()
    row = fresh_row(inside)
    assert (row.is_right, row.wrong_fields) == (False, ["due_date"])


def test_old_models_gate_stays_the_old_models(outcome, inside, changed):
    old = inside(Gate.objects.get, stratum="other")
    changed("model")
    rescoring.gates_rescore_due()
    assert inside(Gate.objects.get, id=old.id).n == 1 and inside(Gate.objects.filter(stratum="other").count) == 2


def test_documents_it_was_trained_on_prove_nothing(cast, outcome, inside, changed):
    changed("model")
    schema = inside(Schema.objects.get, key="invoice")
    trained_on = {outcome.sub_document().id}
    assert rescoring.schema_rescore(cast.organization.id, schema.id, trained_on=trained_on) == 0


def test_what_is_gone_cannot_be_rescored(outcome, inside, changed):
    changed("reader", "model")
    inside(lambda: outcome.document().pages.update(text=None))
    assert rescoring.gates_rescore_due() == 0


def test_text_is_read_again_where_the_reader_has_changed(outcome, inside, changed):
    inside(lambda: PageCandidates.objects.all().delete())
    changed("reader", "model")
    rescoring.gates_rescore_due()
    assert fresh_row(inside).is_right


def test_corrected_truth_is_what_counts(outcome, inside, changed):
    """The newest approved version is the truth, not what the first decision said."""
    changed("model")
    version = inside(ApprovedVersion.objects.get)
    version.content["fields"][0]["value"] = "something else"
    inside(version.save)
    rescoring.gates_rescore_due()
    row = fresh_row(inside)
    assert (row.is_right, row.wrong_fields) == (False, [version.content["fields"][0]["name"]])
