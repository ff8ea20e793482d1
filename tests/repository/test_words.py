"""The words that `make check` refuses: none stand in the repository, and the check sees each of them."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHECK = ROOT / ".ci" / "words.py"

REFUSED = {
    "whence": "Whence it came.",
    "whoever": "For whoever asks.",
    "anew": "Made anew.",
    "is none": "A payload that is none.",
    "so many": "Takes so many bytes.",
    "go on with": "A killed run is gone on with.",
    "gives how many": "Deletes them; gives how many.",
    "changes nothing": "Twice changes nothing.",
    "a … a …": "A row a night.",
    "once a …": "Loaded once a process.",
    "told by": "Held told by the apps.",
    "but for": "All but for the last.",
    "nobody of them": "Nobody of them can sign in.",
    "the like": "Dates and the like.",
    "lot after lot": "Lot after lot.",
    "such as are": "Such as are free.",
    "lot": "The next lot.",
    "bell": "Rings the bell.",
    "piece": "A piece of work.",
    "wall": "Behind the wall.",
    "of before": "The values of before.",
    "doing": "The doing of a step.",
    "ending": "One ending with a reason.",
    "handed": "What it was handed.",
    "looks": "Noted as looks.",
    "re-entry": "The re-entry of a worker.",
    "part": "The part that is approved.",
    "part in SQL": "FROM documents_subdocument AS part",
    "part of a stack": "The parts of a stack.",
}
PLAIN = (
    "x = 1 if y is None else 2  # twice a second",
    "Once a document's pages are read, none of the values it has is one of the allowed ones.",
    "The one value a sub-document has. It is told by e-mail. A row is handed over. It looks like a name.",
    "Stopped on the wall clock, after its wall time. A value from before the move.",
    "What runs once a night for at most a minute. A second that a row names.",
)


@pytest.fixture(scope="module")
def words(ci_module) -> ModuleType:
    return ci_module("words")


def test_no_refused_word_stands_in_the_repository() -> None:
    done = subprocess.run([sys.executable, str(CHECK)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_rule_has_an_example(words: ModuleType) -> None:
    assert set(REFUSED) == {rule.name for rule in words.PROSE}


@pytest.mark.parametrize("rule", REFUSED)
def test_a_refused_turn_is_found(words: ModuleType, rule: str) -> None:
    assert rule in {found.name for _, found, _ in words.offences_of_prose(REFUSED[rule])}


@pytest.mark.parametrize("text", PLAIN)
def test_plain_english_passes(words: ModuleType, text: str) -> None:
    assert [found for _, rule, found in words.offences_of_prose(text) if not rule.folders] == []


def test_a_turn_over_two_lines_is_found(words: ModuleType) -> None:
    assert [line for line, _, _ in words.offences_of_prose("-- First.\n-- A row a\n-- night.")] == [2]


@pytest.mark.parametrize(
    ("name", "refused"), [("LOT", True), ("_lot_of", True), ("Piece", True), ("slot", False), ("sheets_of", True)]
)
def test_a_refused_word_in_a_name_is_found(words: ModuleType, name: str, refused: bool) -> None:
    assert bool(list(words.offences_of_name(name))) is refused


def test_a_rule_of_some_folders_holds_there_alone(words: ModuleType) -> None:
    (rule,) = [rule for rule in words.NAMES if rule.name == "part"]
    assert rule.holds_in(Path("review/views.py")) and not rule.holds_in(Path("tests/conftest.py"))


def test_only_what_python_says_is_prose(words: ModuleType) -> None:
    found = words.offences_of_python('if x is None:  # it is none\n    lots = "anew"\n')
    assert {(line, rule.name) for line, rule, _ in found} == {(1, "is none"), (2, "lot"), (2, "anew")}


@pytest.mark.parametrize("keyword", ["def", "async def"])
def test_long_test_names_are_refused(words: ModuleType, keyword: str) -> None:
    longest, longer = f"test_{'x' * 55}", f"test_{'x' * 56}"
    text = f"class TestIt:\n    {keyword} {longest}(): ...\n    {keyword} {longer}(): ...\n"
    assert list(words.long_test_names(text)) == [(3, longer)]


@pytest.mark.parametrize(
    ("docstring", "found"), [("Of a document.", [(2, "Of")]), ("Status of a document.", []), ("", [])]
)
def test_docstrings_without_a_head_are_found(words: ModuleType, docstring: str, found: list) -> None:
    assert list(words.headless_docstrings(f'def status():\n    """{docstring}"""\n')) == found


def test_exceptions_are_needed_and_have_reasons(words: ModuleType) -> None:
    for path, rule, reason in words.EXCEPTIONS:
        text = (ROOT / path).read_text()
        offences = words.offences_of_python if path.endswith(".py") else words.offences_of_prose
        assert reason and rule in {found.name for _, found, _ in offences(text)}, (path, rule)
