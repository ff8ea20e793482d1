"""The recipes of CONTRIBUTING.md: what they name exists, and what they say of a forgotten file is true.

The slow tests take a copy of the checkout, leave one file of a recipe's example out, and see that the named test fails.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.urls import get_resolver

from tests.authorization.rules import Row
from tests.authorization.table import ROUTES
from tests.authorization.test_matrix import named_routes
from tests.repository.test_documents import ROOT, is_defined, line_count

PAGE = ROOT / "CONTRIBUTING.md"
MOST_LINES = 120
EXAMPLES = {"type": "percentage", "engine": "tesseract", "page_step": "layout", "screen": "usage"}
RECIPES = ("A field type", "An OCR engine", "A pipeline step", "A screen")

_ROW = re.compile(r"^\| `(?P<file>[^`]+)` \| (?P<what>.+) \| (?P<found>.+) \|$", re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")
_TEST = re.compile(r"`(tests/[\w/<>]+\.py)((?:::\w+)+)`")


@dataclass(frozen=True)
class Ingredient:
    """One row of a recipe."""

    recipe: str
    file: str
    what: str
    test: str  # empty where something else than a test finds it


def filled(text: str) -> str:
    """`<type>` and its like as in the recipe's example."""
    return re.sub(r"<(\w+)>", lambda match: EXAMPLES[match[1]], text)


def ingredients() -> Iterator[Ingredient]:
    for section in PAGE.read_text().split("\n## ")[1:]:
        for row in _ROW.finditer(section):
            test = _TEST.search(row["found"])
            found = test[1] + test[2] if test else ""
            yield Ingredient(section.splitlines()[0], filled(row["file"]), row["what"], found)


ALL = list(ingredients())


def test_the_page_is_short() -> None:
    assert line_count(PAGE) <= MOST_LINES


def test_there_are_four_recipes() -> None:
    assert tuple(dict.fromkeys(each.recipe for each in ALL)) == RECIPES
    assert all(sum(each.recipe == recipe for each in ALL) <= 8 for recipe in RECIPES)


def test_files_of_the_page_exist() -> None:
    named = {filled(text) for text in _CODE.findall(PAGE.read_text()) if re.fullmatch(r"[\w.<>-]+(/[\w.<>-]+)+", text)}
    assert len(named) > 25
    assert {name for name in named | {each.file for each in ALL} if not (ROOT / name).exists()} == set()


def test_tests_of_the_page_exist() -> None:
    named = [(filled(path), *names.split("::")[1:]) for path, names in _TEST.findall(PAGE.read_text())]
    assert [each for each in named if not is_defined(ROOT / each[0], each[1], "".join(each[2:]))] == []


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.file)
def test_names_of_a_row_stand_in_its_file(each: Ingredient) -> None:
    """Names in the middle column are those of code in that file; `<options>` and paths are checked elsewhere."""
    path = ROOT / each.file
    text = path.read_text() if path.is_file() else ""
    names = [name for name in _CODE.findall(each.what) if re.fullmatch(r"\w+", name) and path.is_file()]
    assert [name for name in names if name not in text] == []


def test_commands_of_the_page_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+)", PAGE.read_text())) - targets - {"check"} == set()
    commands = {path.stem for path in ROOT.glob("*/**/management/commands/*.py")}
    assert set(re.findall(r"manage\.py (\w+)", PAGE.read_text())) <= commands


def screens() -> list[Row]:
    """Addresses of pages that a browser asks for."""
    return [row for row in ROUTES if row.method == "GET" and ":" in row.route]


def product_text(*suffixes: str) -> str:
    folders = ("templates", "static/js", "accounts", "documents", "review", "rag", "pdb_sync", "idp_project")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in suffixes]
    return "\n".join(path.read_text() for path in paths if path.name != "urls.py")


def test_every_screen_is_linked() -> None:
    text = product_text(".html", ".js", ".py", ".txt")
    named = set(re.findall(r"""["']([\w-]+:[\w-]+)["']""", text))
    assert {row.route for row in screens()} - named - {"documents:home"} == set()


def test_every_link_leads_to_an_address() -> None:
    linked = set(re.findall(r"""\{% url ["']([\w:-]+)["'](?! as)""", product_text(".html", ".txt")))
    ours = {name for name in linked if not name.startswith("admin:")}
    assert len(ours) > 50
    assert ours - {name for _, name in named_routes(get_resolver().url_patterns)} == set()


@dataclass(frozen=True)
class Forgotten:
    """What is left out of the example: the lines that match go, or (without a pattern) the file."""

    file: str
    says: str  # what the failure names
    pattern: str = ""
    test: str = ""  # where the recipe names none: what fails all the same

    def leave_out(self, root: Path) -> None:
        path = root / self.file
        if not self.pattern:
            path.unlink()
            return
        text = path.read_text()
        rest = re.sub(self.pattern, "", text, flags=re.MULTILINE | re.DOTALL)
        assert rest != text, "nothing was left out"
        path.write_text(rest)


TYPES = "tests/contract/test_field_types.py"
ENGINES = "tests/contract/test_ocr_engines.py"
PIPELINE = "tests/repository/test_pipeline.py"
USE = r"<div hx-get=\"\{% url 'documents:organization_use' %\}.*?</div>"
FORGOTTEN = (
    Forgotten("documents/domain/schema_spec.py", "PERCENTAGE", r"^    PERCENTAGE = .*?\n", TYPES),
    Forgotten("documents/domain/field_types/percentage.py", "placeholder", r"^    placeholder = .*?\n", TYPES),
    Forgotten("documents/domain/field_types/registry.py", "percentage", r" PercentageRules,$", TYPES),
    Forgotten("documents/domain/words/en.yaml", "unit_price_name", r"^unit_price_name: .*?\n"),
    Forgotten("documents/domain/words/__init__.py", "per_cent", r"^    per_cent: .*?\n", TYPES),
    Forgotten("documents/domain/words/groups.py", "per_cent", r'^    "per_cent": .*?\n'),
    Forgotten("extraction/local/weights.py", "percentage", r'^    "percentage": _table\(.*?^    \),\n', TYPES),
    Forgotten("tests/contract/test_field_types.py", "percentage", r"^class TestPercentage.*?(?=^class TestCurrency)"),
    Forgotten("idp_project/providers/ocr/tesseract.py", "tesseract"),
    Forgotten("idp_project/providers/registry.py", "tesseract", r'^    "tesseract": .*?\n'),
    Forgotten("idp_project/settings/base.py", "seconds", r'^        "seconds": .*?\n'),
    Forgotten(".importlinter", "rapidocr", r"^    rapidocr\n"),
    Forgotten("docs/operations.md", "tesseract", r"^\| `tesseract` .*?\n"),
    Forgotten("tests/contract/test_tesseract.py", "tesseract", r"(?<=^class TestTesseract)\(OcrEngineContract\)"),
    Forgotten("documents/domain/pipeline.py", "layout", r"^        Step\(P\.LAYOUT.*?\n"),
    Forgotten("extraction/page_steps/layout.py", "layout", "", PIPELINE),
    Forgotten("extraction/pipeline.py", "LAYOUT", r"^    P\.LAYOUT: .*?\n"),
    Forgotten("docs/pipeline.md", "describe_pipeline", r"^[^\n]*`layout`.*?\n"),
    Forgotten("tests/repository/test_pipeline.py", "layout", r'"layout", ', PIPELINE),
    Forgotten("documents/views/usage.py", "usage", "", "tests/repository/test_recipes.py"),
    Forgotten("documents/urls.py", "organization_use", r'^    path\("use/".*?\n'),
    Forgotten("templates/accounts/organization/overview.html", "organization_use", USE),
    Forgotten(
        "tests/authorization/table.py", "organization_use", r'^    Row\("GET", "documents:organization_use".*?\n'
    ),
)
# Optional, or found by what no short test can show; the table says how.
NOT_TRIED = {
    *("requirements/base.in", "extraction/warm_up.py", "documents/migrations", "documents/selectors/usage.py"),
    *("documents/services", "templates/documents/organization_use.html", "static/js"),
}


def test_every_row_is_tried() -> None:
    tried = [each.file for each in FORGOTTEN]
    assert {each.file for each in ALL} == {*tried, *NOT_TRIED} and not NOT_TRIED & set(tried)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what git knows or would take."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    copy = tmp_path_factory.mktemp("checkout")
    for name in names:
        if name and (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    return copy


@pytest.mark.slow
@pytest.mark.parametrize("forgotten", FORGOTTEN, ids=lambda forgotten: forgotten.file)
def test_a_forgotten_file_is_found(checkout: Path, forgotten: Forgotten) -> None:
    test = forgotten.test or next(each.test for each in ALL if each.file == forgotten.file)
    forgotten.leave_out(checkout)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "IDP_TEST"))}
    command = [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:randomly", "-x", test]
    try:
        done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, timeout=110)
    finally:
        shutil.copy(ROOT / forgotten.file, checkout / forgotten.file)
    said = done.stdout + done.stderr
    assert done.returncode != 0 and forgotten.says in said, said
