"""Moving the boundaries of a stack and retyping its parts: only what is touched goes through its steps again."""

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
        parts = [files.sample(seed=seed, flaw="wrong_total") for seed in (22, 28, 35)]
        self.outcome = Outcome(submit(cast, files.stack("stack.pdf", *parts)))
        drain()
        self.document = self.outcome.document()

    def does(self, action, *arguments, user=None, **options):
        with organization_scope(self.cast.organization.id):
            return action(self.cast.access(user or self.cast.owner), *arguments, **options)

    @property
    def parts(self) -> list[SubDocument]:
        return self.outcome.parts(self.document)

    def ranges(self) -> list[tuple[int, int]]:
        return [(part.first_page, part.last_page) for part in self.parts]

    def claims(self) -> dict[tuple[UUID, str], int]:
        """How often each step of each unit was begun: every claim raises the token."""
        with organization_scope(self.cast.organization.id):
            rows = StepRun.objects.filter(run__document=self.document).values_list("unit_id", "step", "lease_token")
            return {(unit, step): token for unit, step, token in rows}

    def task_of(self, part: SubDocument) -> ReviewTask:
        with organization_scope(self.cast.organization.id):
            return ReviewTask.objects.exclude(status__in=["decided", "closed"]).get(sub_document=part)

    def values(self, part: SubDocument) -> dict[str, str | None]:
        with organization_scope(self.cast.organization.id):
            return dict(part.field_values.filter(table_row=None).values_list("name", "value"))

    def correct(self, part: SubDocument, name: str, text: str) -> None:
        with organization_scope(self.cast.organization.id):
            value = FieldValue.objects.get(sub_document=part, table_row=None, name=name)
        self.does(tasks.field_value_correct, self.task_of(part).id, value.id, text=text)

    def correct_cell(self, part: SubDocument, text: str) -> FieldValue:
        """The first description in its table."""
        with organization_scope(self.cast.organization.id):
            cells = FieldValue.objects.filter(sub_document=part, table_row__isnull=False, name="description")
            cell = cells.order_by("table_row__number").first()
        self.does(tasks.field_value_correct, self.task_of(part).id, cell.id, text=text)
        return cell


@pytest.fixture
def desk(prepared) -> Desk:
    _, made = prepared(Desk)
    assert [part.status for part in made.parts] == ["in_review"] * 3
    return made


def test_the_arrangement_counts_the_cells_people_set(desk):
    desk.correct_cell(desk.parts[0], "Set by hand")
    with organization_scope(desk.cast.organization.id):
        parts = arrangement_view(desk.document)["parts"]
    assert [part["persons_cells"] for part in parts] == [1, 0, 0]


def test_moving_a_boundary_runs_only_what_it_touches_again(desk):
    first, second, third = desk.parts
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
    assert begun == {first.id, second.id} and all(after[part.id, "merge"] == 2 for part in (first, second)), (
        "pages were extracted for this type already; the third part is untouched"
    )
    assert desk.task_of(third) == kept_task and desk.values(third) == kept_values
    with organization_scope(desk.cast.organization.id):
        assert Correction.objects.filter(task=kept_task).count() == 1
    assert desk.values(first)["invoice_number"] == "SET-BY-HAND", "what a person set is not lost"
    assert [part.status for part in desk.parts] == ["in_review"] * 3
    assert any("person has set its pages" in reason.text for reason in desk.task_of(first).reasons)
    assert len(page_ids) == third.last_page


def test_cells_that_a_person_set_stay_where_their_row_stays(desk):
    """In a part that is read again, and in the one that takes over the pages of a part that goes."""
    first, second, third = desk.parts
    untouched = desk.correct_cell(third, "KEPT IN THE THIRD")
    own, inherited = desk.correct_cell(first, "SET IN THE FIRST"), desk.correct_cell(second, "SET IN THE SECOND")
    desk.does(boundaries.sub_document_merge, second.id)
    desk.drain()
    with organization_scope(desk.cast.organization.id):
        part = desk.parts[0]
        values = FieldValue.objects.filter(sub_document=part, table_row__isnull=False)
        for cell, text in ((own, "SET IN THE FIRST"), (inherited, "SET IN THE SECOND")):
            kept = values.get(id=cell.id)
            assert (kept.value, kept.corrected_by_id) == (text, desk.cast.owner.id)
            assert values.filter(table_row=kept.table_row, name=kept.name).count() == 1
        numbers = TableRow.objects.filter(sub_document=part).order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, len(numbers) + 1))
        assert FieldValue.objects.get(id=untouched.id).value == "KEPT IN THE THIRD"
        assert Correction.objects.count() == 3


def test_another_type_extracts_the_fields_of_its_pages_again_and_nothing_else(desk):
    part, others = desk.parts[0], desk.parts[1:]
    pages = [page for page, number in desk.outcome.pages(desk.document) if number <= part.last_page]
    before = desk.claims()
    desk.does(boundaries.sub_document_retype, part.id, schema_id=desk.schemas["receipt"].id)
    desk.drain()
    begun = {key for key, token in desk.claims().items() if token > before[key]}
    assert {key for key in begun if key[0] in pages} == {(page, "extract_fields") for page in pages}
    assert {unit for unit, _ in begun} == {part.id, *pages}
    part = desk.parts[0]
    assert part.schema_version.schema.key == "receipt" and part.type_score == 1.0 and part.status == "in_review"
    assert "total" in desk.values(part) and "invoice_number" not in desk.values(part)
    assert desk.parts[1:] == others
    joined = desk.outcome.steps(desk.document.id)["ai_extraction"]
    assert (joined.status, joined.units_left) == ("succeeded", 0)


@pytest.mark.slow
def test_splitting_and_merging_give_back_what_was(desk):
    first, second, _ = desk.parts
    before = desk.ranges()
    desk.does(boundaries.sub_document_merge, second.id)
    desk.drain()
    assert desk.ranges() == [(first.first_page, second.last_page), before[2]]
    merged = desk.parts[0]
    assert merged.id == first.id and desk.task_of(merged)
    assert not desk.outcome.steps(second.id), "the step runs of a part that is gone go with it"
    desk.does(boundaries.sub_document_split, merged.id, before_page=second.first_page)
    desk.drain()
    assert desk.ranges() == before
    assert {len(desk.outcome.steps(part.id)) for part in desk.parts} == {7}
    assert all(part.boundary_score == 1.0 and part.arranged_by == desk.cast.owner for part in desk.parts[:2])


@pytest.mark.slow
def test_what_a_person_set_goes_to_the_part_that_takes_over(desk):
    first, second, _ = desk.parts
    desk.correct(second, "invoice_number", "FROM-THE-SECOND")
    desk.does(boundaries.sub_document_merge, second.id)
    desk.drain()
    assert desk.values(desk.parts[0])["invoice_number"] == "FROM-THE-SECOND"
    with organization_scope(desk.cast.organization.id):
        assert Correction.objects.get().task == desk.task_of(first)


@pytest.mark.slow
def test_the_document_is_delivered_in_its_new_parts(desk):
    desk.does(boundaries.sub_document_merge, desk.parts[1].id)
    desk.drain()
    for part in desk.parts:
        desk.does(tasks.review_task_decide, desk.task_of(part).id, decision="approve", override=PRINTED_SO)
    desk.drain()
    assert [part.status for part in desk.parts] == ["delivered"] * 2
    assert desk.outcome.document().status == "completed"
    with pytest.raises(Conflict) as refused:
        desk.does(boundaries.sub_document_split, desk.parts[0].id, before_page=2)
    assert refused.value.code == "already_decided"


@pytest.mark.slow
def test_no_decision_and_no_correction_while_its_pages_are_read_again(desk):
    part = desk.parts[0]
    task = desk.task_of(part)
    desk.does(boundaries.sub_document_retype, part.id, schema_id=None)
    with pytest.raises(Conflict) as refused:
        desk.does(tasks.review_task_decide, task.id, decision="reject", reason="No.")
    assert refused.value.code == "being_processed"
    with pytest.raises(Conflict):
        desk.does(boundaries.sub_document_split, part.id, before_page=2)
    desk.drain()
    assert desk.parts[0].status == "in_review" and TYPE_UNKNOWN() in desk.task_of(part).reasons


REFUSED = [
    (boundaries.sub_document_split, {"before_page": 1}, InvalidInput),
    (boundaries.sub_document_split, {"before_page": 99}, InvalidInput),
    (boundaries.sub_document_merge, {}, InvalidInput),
    (boundaries.sub_document_move, {"first_page": 2}, InvalidInput),
    (boundaries.sub_document_retype, {"schema_id": UUID(int=7)}, NotFound),
]


@pytest.mark.slow
def test_what_makes_no_sense_or_is_not_theirs_is_refused_and_changes_nothing(desk):
    before, claims = desk.ranges(), desk.claims()
    for action, options, error in REFUSED:
        with pytest.raises(error):
            desk.does(action, desk.parts[0].id, **options)
    for user, error in ((desk.cast.viewer, Forbidden), (desk.cast.outsider, NotFound)):
        with pytest.raises(error):
            desk.does(boundaries.sub_document_merge, desk.parts[1].id, user=user)
    with organization_scope(desk.cast.foreign.id), pytest.raises(NotFound):
        boundaries.sub_document_merge(desk.cast.access(desk.cast.foreign_admin), desk.parts[1].id)
    desk.does(tasks.task_claim, desk.task_of(desk.parts[1]).id, user=desk.cast.teammate)
    with pytest.raises(Conflict) as refused:
        desk.does(boundaries.sub_document_merge, desk.parts[1].id)
    assert refused.value.code == "claimed_by_other"
    assert desk.ranges() == before and desk.claims() == claims


@pytest.mark.slow
def test_parts_that_somebody_else_has_changed_meanwhile_are_not_overwritten(desk):
    seen = [part.first_page for part in desk.parts]
    desk.does(boundaries.sub_document_merge, desk.parts[2].id)
    desk.drain()
    wanted = [WantedSubDocument(1, desk.parts[-1].last_page)]
    with pytest.raises(Conflict) as refused:
        desk.does(boundaries.document_arrange, desk.document.id, wanted, seen=seen)
    assert refused.value.code == "changed_meanwhile"
