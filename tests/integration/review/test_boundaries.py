"""Moving the boundaries of a stack and retyping its sub-documents: only what is touched goes through its steps again."""

from __future__ import annotations

from uuid import UUID

import pytest

from documents.domain.arrangement import WantedSubDocument
from documents.domain.reasons import TYPE_UNKNOWN
from documents.models import FieldValue, StepRun, SubDocument, TableRow
from documents.selectors.arrangement import arrangement_view
from idp_project.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from idp_project.core.tenancy import organization_scope
from review.models import Correction, ReviewTask
from review.services import boundaries, tasks
from tests.factories import files
from tests.factories.desk import PRINTED_SO
from tests.factories.pipeline import Outcome, drain, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


class Desk:
    """A stack of three invoices with wrong totals (pages 1–2, 3–4, 5–6), all in review, and somebody at the desk."""

    drain = staticmethod(drain)

    def __init__(self, cast):
        self.cast = cast
        self.schemas = cast.publish("invoice", "receipt")
        sub_documents = [files.sample(seed=seed, flaw="wrong_total") for seed in (22, 28, 35)]
        self.outcome = Outcome(submit(cast, files.stack("stack.pdf", *sub_documents)))
        drain()
        self.document = self.outcome.document()

    def does(self, action, *arguments, user=None, **options):
        with organization_scope(self.cast.organization.id):
            return action(self.cast.access(user or self.cast.owner), *arguments, **options)

    @property
    def sub_documents(self) -> list[SubDocument]:
        return self.outcome.sub_documents(self.document)

    def ranges(self) -> list[tuple[int, int]]:
        return [(sub_document.first_page, sub_document.last_page) for sub_document in self.sub_documents]

    def claims(self) -> dict[tuple[UUID, str], int]:
        """How often each step of each unit was begun: every claim raises the token."""
        with organization_scope(self.cast.organization.id):
            rows = StepRun.objects.filter(run__document=self.document).values_list("unit_id", "step", "lease_token")
            return {(unit, step): token for unit, step, token in rows}

    def task_of(self, sub_document: SubDocument) -> ReviewTask:
        with organization_scope(self.cast.organization.id):
            return ReviewTask.objects.exclude(status__in=["decided", "closed"]).get(sub_document=sub_document)

    def values(self, sub_document: SubDocument) -> dict[str, str | None]:
        with organization_scope(self.cast.organization.id):
            return dict(sub_document.field_values.filter(table_row=None).values_list("name", "value"))

    def correct(self, sub_document: SubDocument, name: str, text: str) -> None:
        with organization_scope(self.cast.organization.id):
            value = FieldValue.objects.get(sub_document=sub_document, table_row=None, name=name)
        self.does(tasks.field_value_correct, self.task_of(sub_document).id, value.id, text=text)

    def correct_cell(self, sub_document: SubDocument, text: str) -> FieldValue:
        """The first description in its table."""
        with organization_scope(self.cast.organization.id):
            cells = FieldValue.objects.filter(sub_document=sub_document, table_row__isnull=False, name="description")
            cell = cells.order_by("table_row__number").first()
        self.does(tasks.field_value_correct, self.task_of(sub_document).id, cell.id, text=text)
        return cell


SCENE = Desk


@pytest.fixture
def desk(outcome) -> Desk:
    assert [sub_document.status for sub_document in outcome.sub_documents] == ["in_review"] * 3
    return outcome


def test_the_arrangement_counts_the_cells_people_set(desk):
    desk.correct_cell(desk.sub_documents[0], "Set by hand")
    with organization_scope(desk.cast.organization.id):
        sub_documents = arrangement_view(desk.document)["sub_documents"]
    assert [sub_document["persons_cells"] for sub_document in sub_documents] == [1, 0, 0]


def test_moving_a_boundary_runs_only_what_it_touches_again(desk):
    first, second, third = desk.sub_documents
    desk.correct(first, "invoice_number", "SET-BY-HAND")
    desk.correct(third, "invoice_number", "KEPT-3")
    kept_task, kept_values = desk.task_of(third), desk.values(third)
    before, page_ids = desk.claims(), {number: page for page, number in desk.outcome.pages(desk.document)}
    middle = second.first_page + 1
    desk.does(boundaries.sub_document_move, second.id, first_page=middle)
    desk.drain()
    after = desk.claims()
    assert desk.ranges()[0] == (1, middle - 1) and desk.ranges()[1] == (middle, second.last_page)
    begun = {unit for (unit, step), token in after.items() if token > before[unit, step]}
    assert begun == {first.id, second.id} and all(
        after[sub_document.id, "merge"] == 2 for sub_document in (first, second)
    ), "pages were extracted for this type already; the third sub-document is untouched"
    assert desk.task_of(third) == kept_task and desk.values(third) == kept_values
    with organization_scope(desk.cast.organization.id):
        assert Correction.objects.filter(task=kept_task).count() == 1
    assert desk.values(first)["invoice_number"] == "SET-BY-HAND", "what a person set is not lost"
    assert [sub_document.status for sub_document in desk.sub_documents] == ["in_review"] * 3
    assert any("person has set its pages" in reason.text for reason in desk.task_of(first).reasons)
    assert len(page_ids) == third.last_page


def test_cells_that_a_person_set_stay_where_their_row_stays(desk):
    """In a sub-document that is read again, and in the one that takes over the pages of a sub-document that goes."""
    first, second, third = desk.sub_documents
    untouched = desk.correct_cell(third, "KEPT IN THE THIRD")
    own, inherited = desk.correct_cell(first, "SET IN THE FIRST"), desk.correct_cell(second, "SET IN THE SECOND")
    desk.does(boundaries.sub_document_merge, second.id)
    desk.drain()
    with organization_scope(desk.cast.organization.id):
        sub_document = desk.sub_documents[0]
        values = FieldValue.objects.filter(sub_document=sub_document, table_row__isnull=False)
        for cell, text in ((own, "SET IN THE FIRST"), (inherited, "SET IN THE SECOND")):
            kept = values.get(id=cell.id)
            assert (kept.value, kept.corrected_by_id) == (text, desk.cast.owner.id)
            assert values.filter(table_row=kept.table_row, name=kept.name).count() == 1
        numbers = TableRow.objects.filter(sub_document=sub_document).order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, len(numbers) + 1))
        assert FieldValue.objects.get(id=untouched.id).value == "KEPT IN THE THIRD"
        assert Correction.objects.count() == 3


def test_another_type_extracts_only_its_own_pages_again(desk):
    sub_document, others = desk.sub_documents[0], desk.sub_documents[1:]
    pages = [page for page, number in desk.outcome.pages(desk.document) if number <= sub_document.last_page]
    before = desk.claims()
    desk.does(boundaries.sub_document_retype, sub_document.id, schema_id=desk.schemas["receipt"].id)
    desk.drain()
    begun = {key for key, token in desk.claims().items() if token > before[key]}
    assert {key for key in begun if key[0] in pages} == {(page, "extract_fields") for page in pages}
    assert {unit for unit, _ in begun} == {sub_document.id, *pages}
    sub_document = desk.sub_documents[0]
    assert (
        sub_document.schema_version.schema.key == "receipt"
        and sub_document.type_score == 1.0
        and sub_document.status == "in_review"
    )
    assert "total" in desk.values(sub_document) and "invoice_number" not in desk.values(sub_document)
    assert desk.sub_documents[1:] == others
    joined = desk.outcome.steps(desk.document.id)["ai_extraction"]
    assert (joined.status, joined.units_left) == ("succeeded", 0)


@pytest.mark.slow
def test_splitting_and_merging_give_back_what_was(desk):
    first, second, _ = desk.sub_documents
    before = desk.ranges()
    desk.does(boundaries.sub_document_merge, second.id)
    desk.drain()
    assert desk.ranges() == [(first.first_page, second.last_page), before[2]]
    merged = desk.sub_documents[0]
    assert merged.id == first.id and desk.task_of(merged)
    assert not desk.outcome.steps(second.id), "the step runs of a sub-document that is gone go with it"
    desk.does(boundaries.sub_document_split, merged.id, before_page=second.first_page)
    desk.drain()
    assert desk.ranges() == before
    assert {len(desk.outcome.steps(sub_document.id)) for sub_document in desk.sub_documents} == {7}
    assert all(
        sub_document.boundary_score == 1.0 and sub_document.arranged_by == desk.cast.owner
        for sub_document in desk.sub_documents[:2]
    )


@pytest.mark.slow
def test_what_a_person_set_goes_to_the_one_that_takes_over(desk):
    first, second, _ = desk.sub_documents
    desk.correct(second, "invoice_number", "FROM-THE-SECOND")
    desk.does(boundaries.sub_document_merge, second.id)
    desk.drain()
    assert desk.values(desk.sub_documents[0])["invoice_number"] == "FROM-THE-SECOND"
    with organization_scope(desk.cast.organization.id):
        assert Correction.objects.get().task == desk.task_of(first)


@pytest.mark.slow
def test_the_document_is_delivered_in_its_new_sub_documents(desk):
    desk.does(boundaries.sub_document_merge, desk.sub_documents[1].id)
    desk.drain()
    for sub_document in desk.sub_documents:
        desk.does(tasks.review_task_decide, desk.task_of(sub_document).id, decision="approve", override=PRINTED_SO)
    desk.drain()
    assert [sub_document.status for sub_document in desk.sub_documents] == ["delivered"] * 2
    assert desk.outcome.document().status == "completed"
    with pytest.raises(Conflict) as refused:
        desk.does(boundaries.sub_document_split, desk.sub_documents[0].id, before_page=2)
    assert refused.value.code == "already_decided"


@pytest.mark.slow
def test_no_decision_or_correction_while_pages_are_read_again(desk):
    sub_document = desk.sub_documents[0]
    task = desk.task_of(sub_document)
    desk.does(boundaries.sub_document_retype, sub_document.id, schema_id=None)
    with pytest.raises(Conflict) as refused:
        desk.does(tasks.review_task_decide, task.id, decision="reject", reason="No.")
    assert refused.value.code == "being_processed"
    with pytest.raises(Conflict):
        desk.does(boundaries.sub_document_split, sub_document.id, before_page=2)
    desk.drain()
    assert desk.sub_documents[0].status == "in_review" and TYPE_UNKNOWN() in desk.task_of(sub_document).reasons


REFUSED = [
    (boundaries.sub_document_split, {"before_page": 1}, InvalidInput),
    (boundaries.sub_document_split, {"before_page": 99}, InvalidInput),
    (boundaries.sub_document_merge, {}, InvalidInput),
    (boundaries.sub_document_move, {"first_page": 2}, InvalidInput),
    (boundaries.sub_document_retype, {"schema_id": UUID(int=7)}, NotFound),
]


@pytest.mark.slow
def test_senseless_or_foreign_changes_are_refused_unchanged(desk):
    before, claims = desk.ranges(), desk.claims()
    for action, options, error in REFUSED:
        with pytest.raises(error):
            desk.does(action, desk.sub_documents[0].id, **options)
    for user, error in ((desk.cast.viewer, Forbidden), (desk.cast.outsider, NotFound)):
        with pytest.raises(error):
            desk.does(boundaries.sub_document_merge, desk.sub_documents[1].id, user=user)
    with organization_scope(desk.cast.foreign.id), pytest.raises(NotFound):
        boundaries.sub_document_merge(desk.cast.access(desk.cast.foreign_admin), desk.sub_documents[1].id)
    desk.does(tasks.task_claim, desk.task_of(desk.sub_documents[1]).id, user=desk.cast.teammate)
    with pytest.raises(Conflict) as refused:
        desk.does(boundaries.sub_document_merge, desk.sub_documents[1].id)
    assert refused.value.code == "claimed_by_other"
    assert desk.ranges() == before and desk.claims() == claims


@pytest.mark.slow
def test_sub_documents_changed_by_others_are_not_overwritten(desk):
    seen = [sub_document.first_page for sub_document in desk.sub_documents]
    desk.does(boundaries.sub_document_merge, desk.sub_documents[2].id)
    desk.drain()
    wanted = [WantedSubDocument(1, desk.sub_documents[-1].last_page)]
    with pytest.raises(Conflict) as refused:
        desk.does(boundaries.document_arrange, desk.document.id, wanted, seen=seen)
    assert refused.value.code == "changed_meanwhile"
