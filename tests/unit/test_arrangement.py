"""Which sub-documents stay, change, come and go when a stack is rearranged."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.domain.arrangement import PresentSubDocument, WantedSubDocument, check_partition, plan_arrangement
from idp_project.core.errors import InvalidInput

TYPE, OTHER = UUID(int=1), UUID(int=2)


def present(*ranges: tuple[int, int]) -> list[PresentSubDocument]:
    return [PresentSubDocument(uuid4(), first, last, TYPE) for first, last in ranges]


def wanted(*ranges: tuple[int, int]) -> list[WantedSubDocument]:
    return [WantedSubDocument(first, last) for first, last in ranges]


@st.composite
def cuts_of(draw: st.DrawFn, pages: int) -> list[tuple[int, int]]:
    firsts = sorted({1, *draw(st.sets(st.integers(2, pages), max_size=pages - 1))})
    return list(zip(firsts, [first - 1 for first in firsts[1:]] + [pages], strict=True))


@given(st.integers(2, 12).flatmap(lambda pages: st.tuples(cuts_of(pages), cuts_of(pages))))
def test_every_wanted_sub_document_has_one_taker(pair) -> None:
    now, then = present(*pair[0]), wanted(*pair[1])
    plan = plan_arrangement(now, then)
    kept = {sub_document.id: sub_document for sub_document in now}
    covered = [(kept[i].first_page, kept[i].last_page) for i in plan.untouched]
    covered += [
        (sub_document.first_page, sub_document.last_page) for sub_document in (*plan.changed.values(), *plan.created)
    ]
    assert sorted(covered) == pair[1], "the wanted sub-documents, each once"
    assert {*plan.untouched, *plan.changed, *plan.removed} == set(kept)
    assert len(plan.untouched) + len(plan.changed) + len(plan.removed) == len(now)
    assert set(plan.removed.values()) <= set(plan.changed)
    same = set(pair[0]) & set(pair[1])
    assert {(kept[i].first_page, kept[i].last_page) for i in plan.untouched} == same, "what stays is not touched"


def test_a_moved_boundary_touches_its_two_neighbours() -> None:
    now = present((1, 3), (4, 5), (6, 6))
    plan = plan_arrangement(now, wanted((1, 2), (3, 5), (6, 6)))
    assert plan.untouched == (now[2].id,) and not plan.created and not plan.removed
    assert plan.changed[now[0].id].last_page == 2 and plan.changed[now[1].id].first_page == 3


def test_only_another_type_touches_the_sub_document() -> None:
    now = present((1, 1), (2, 2))
    plan = plan_arrangement(now, [WantedSubDocument(1, 1, False, OTHER), WantedSubDocument(2, 2, False, TYPE)])
    assert set(plan.changed) == {now[0].id} and plan.untouched == (now[1].id,)


@pytest.mark.parametrize(
    "ranges", [[], [(2, 3)], [(1, 1), (3, 3)], [(1, 2), (2, 3)], [(1, 2)], [(1, 4)], [(1, 0), (1, 3)]]
)
def test_sub_documents_must_take_every_page_once(ranges) -> None:
    with pytest.raises(InvalidInput):
        check_partition(wanted(*ranges), 3)
