"""What a digest of the extractor covers, and what it does not."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from documents.domain.earned.digests import code_digest, code_digests, extractor_of
from tests.unit.extraction.pages import RECEIPT

SOURCE = '"""Of a module."""\n\n\ndef half(x: int) -> float:\n    """Of x."""\n    return x / 2  # exact\n'


@pytest.mark.parametrize(
    "same",
    [
        SOURCE.replace("Of x.", "Half of it."),
        SOURCE.replace("  # exact", ""),
        SOURCE.replace("Of a module.", "Other words."),
        SOURCE.replace("x / 2", "(x /\n        2)"),
    ],
)
def test_words_for_people_do_not_count(same):
    assert same != SOURCE and code_digest(same) == code_digest(SOURCE)


def test_code_counts():
    assert code_digest(SOURCE.replace("x / 2", "x / 3")) != code_digest(SOURCE)
    assert code_digest(SOURCE.replace("half", "third")) != code_digest(SOURCE)


@pytest.fixture
def checkout(tmp_path) -> Path:
    root = Path(__file__).parents[4]
    for folder in ("extraction/local", "extraction/steps", "extraction/page_steps", "documents/domain"):
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "changed"),
    [
        ("extraction/local/candidates.py", {"reader", "model"}),
        ("documents/domain/field_types/registry.py", {"reader", "model"}),
        ("extraction/local/weights.py", {"model"}),
        ("extraction/steps/merge.py", {"model"}),
        ("documents/domain/checks/sub_document_checks.py", {"model"}),
        ("extraction/steps/confidence_check.py", {"calibrator"}),
        ("extraction/steps/confidence_model.py", {"calibrator"}),
        ("extraction/steps/rivals.py", {"calibrator"}),
        ("documents/domain/reasons.py", set()),
        ("documents/domain/earned/plan.py", set()),
    ],
)
def test_change_of_a_file_changes_its_digests(checkout, file, changed):
    before = code_digests.__wrapped__(checkout)
    path = checkout / file
    path.write_text(path.read_text() + "\n\nADDED = 1\n")
    after = code_digests.__wrapped__(checkout)
    names = ("reader", "model", "calibrator")
    assert {name for name, old, new in zip(names, before, after, strict=True) if old != new} == changed


@pytest.mark.slow
def test_words_count_and_their_comments_do_not(checkout):
    before = code_digests.__wrapped__(checkout)
    path = checkout / "documents/domain/words/en.yaml"
    text = path.read_text()
    path.write_text("# of English\n" + text)
    assert code_digests.__wrapped__(checkout) == before
    path.write_text(text + "\nadded: [word]\n")
    assert code_digests.__wrapped__(checkout)[0] != before[0]


def test_thresholds_and_models_beside_it_count():
    base = extractor_of(RECEIPT, threshold=0.85)
    assert extractor_of(replace(RECEIPT, threshold=0.85), threshold=0.5) == base
    lower = extractor_of(replace(RECEIPT, threshold=0.5), threshold=0.85)
    assert lower.model == base.model and lower.calibrator != base.calibrator
    field = replace(RECEIPT.fields[0], threshold=0.3)
    assert extractor_of(replace(RECEIPT, fields=(field, *RECEIPT.fields[1:])), threshold=0.85) != base
    beside = extractor_of(RECEIPT, threshold=0.85, engines=["ollama llama3"])
    assert (beside.reader, beside.calibrator) == (base.reader, base.calibrator) and beside.model != base.model
