"""The share of errors that reviewers are taken to miss."""

import pytest

from documents.domain.earned.reviewers import CAUTIOUS, reviewer_error


@pytest.mark.parametrize(("people", "documents"), [(0, 0), (4, 1000), (5, 49)])
def test_cautious_figure_stands_for_few_people_or_documents(people, documents):
    found = reviewer_error(people=people, documents=documents, slipped=0)
    assert (found.missed, found.is_cautious) == (CAUTIOUS, True)


def test_few_people_who_err_more_are_not_flattered():
    assert reviewer_error(people=2, documents=20, slipped=6).missed == pytest.approx(0.3)


def test_five_people_give_an_upper_bound():
    found = reviewer_error(people=5, documents=200, slipped=2)
    assert not found.is_cautious and 0.01 < found.missed < 0.04
