"""A database fits, is behind, or is ahead of the code: as a table, without a database."""

import pytest

from idp_project.core.schema_comparison import Comparison, Compatibility, Mark, compare

EXPAND, CONTRACT = Mark(Compatibility.EXPAND, "0.2.0"), Mark(Compatibility.CONTRACT, "0.3.0")
ONE, TWO, OTHER = ("documents", "0001"), ("documents", "0002"), ("axes", "0001")


@pytest.mark.parametrize(
    ("applied", "known", "state", "names"),
    [
        ({ONE: EXPAND}, {ONE}, "fits", {}),
        ({ONE: None}, {ONE}, "fits", {}),
        ({ONE: CONTRACT}, {ONE}, "fits", {}),
        ({}, {ONE, TWO}, "behind", {"behind": ("documents.0001", "documents.0002")}),
        ({ONE: EXPAND}, {ONE, OTHER}, "behind", {"behind": ("axes.0001",)}),
        ({ONE: EXPAND, TWO: EXPAND}, {ONE}, "fits", {"ahead_by_expand": ("documents.0002",)}),
        ({ONE: EXPAND, TWO: CONTRACT}, {ONE}, "ahead_by_contract", {"ahead_by_contract": ("documents.0002",)}),
        ({ONE: EXPAND, TWO: None}, {ONE}, "ahead_by_contract", {"ahead_by_contract": ("documents.0002",)}),
        ({ONE: EXPAND, OTHER: None}, {ONE}, "ahead_by_contract", {"ahead_by_contract": ("axes.0001",)}),
        (
            {TWO: CONTRACT, OTHER: EXPAND},
            {ONE},
            "ahead_by_contract",
            {
                "behind": ("documents.0001",),
                "ahead_by_contract": ("documents.0002",),
                "ahead_by_expand": ("axes.0001",),
            },
        ),
    ],
)
def test_comparison_names_what_differs(applied, known, state, names):
    found = compare(applied, known)
    assert found.state == state and found.is_fit == (state == "fits")
    assert found == Comparison(newer_version=found.newer_version, **names)


def test_comparison_names_the_newer_release():
    assert compare({ONE: EXPAND, TWO: CONTRACT}, {ONE}).newer_version == "0.3.0"
