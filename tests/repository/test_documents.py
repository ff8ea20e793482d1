"""The documents are tests: sizes, links, images, generated pages, and that what they name exists."""

import ast
import re
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from idp_project.core.files.errors import SandboxCode

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
GENERATED = {"limits.md", "pipeline.md", "queries.md", "quality.md", "roles.md"}
WAY_OF_A_FILE = (
    "`batch_submit → document_advance → pipeline.py → (review_task_decide) → sub_document_approve → event_deliver "
    "→ pdb_record_apply`"
)
README_LINES, DOCS_LINES, ADR_LINES = 150, 1400, 40
IMAGE_BYTES = 300_000
COMMANDS = {"make run", "make test"}

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_TEST_NAME = re.compile(r"`(tests/[\w/]+\.py)::(\w+)(?:::(\w+))?`")
_CODE_BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_MACHINE = re.compile(r"/work/|/tmp/plan|/root/|\bpypi\.org|registry\.npmjs|deb\.debian\.org", re.IGNORECASE)


def pages() -> list[Path]:
    """README, changelog, CONTRIBUTING and every page below docs/, generated ones too."""
    return [README, ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]


def hand_written() -> list[Path]:
    return [path for path in sorted(DOCS.rglob("*.md")) if path.name not in GENERATED]


def records() -> list[Path]:
    return sorted((DOCS / "adr").glob("*.md"))


def line_count(path: Path) -> int:
    """Without the figures that `make bench-quality` writes."""
    return len(re.sub(r"<!-- figures.*?<!-- end of figures -->", "", path.read_text(), flags=re.DOTALL).splitlines())


def anchor(heading: str) -> str:
    """As the usual hosts make it from a heading's text."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def test_sizes() -> None:
    assert line_count(README) <= README_LINES
    assert sum(line_count(path) for path in hand_written()) <= DOCS_LINES
    assert {path.name: line_count(path) for path in records() if line_count(path) > ADR_LINES} == {}


def test_records_of_decisions_are_numbered_one_after_the_other() -> None:
    numbers = [int(path.name.partition("-")[0]) for path in records()]
    assert numbers == list(range(1, len(numbers) + 1)) and numbers
    for number, path in zip(numbers, records(), strict=True):
        text = path.read_text()
        assert text.startswith(f"# {number}. "), path
        for part in ("## Context", "## Decision", "## Consequences"):
            assert part in text, f"{path} has no {part}"


def test_the_readme_names_the_two_commands_in_one_block() -> None:
    blocks = [set(block.splitlines()) for block in _CODE_BLOCK.findall(README.read_text())]
    assert any(block == COMMANDS for block in blocks)
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)`", "\n".join(path.read_text() for path in pages())))
    assert named and named <= targets


def test_the_readme_counts_the_packages_that_are_installed() -> None:
    locks = [ROOT / "requirements" / name for name in ("lock.txt", "weights.txt")]
    pins = [line for path in locks for line in path.read_text().splitlines() if re.match(r"[a-z0-9][\w.-]*==", line)]
    assert f"({len(pins)} packages, " in README.read_text()


def test_readmes_section_on_tests_names_the_command_of_ci() -> None:
    section = re.search(r"^## +Test.*?(?=^## )", README.read_text(), re.MULTILINE | re.DOTALL)
    assert section is not None
    assert re.search(r"^make test\b", section.group(), re.MULTILINE)


@pytest.mark.parametrize("page", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text()):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, fragment = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), f"{page.name} links to {target}"
        if fragment:
            headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
            assert fragment in {anchor(heading) for heading in headings}, f"{page.name} links to {target}"


def test_images_exist_are_shown_and_small() -> None:
    shown = {
        (page.parent / target).resolve()
        for page in pages()
        for target in _LINK.findall(page.read_text())
        if target.endswith(".png")
    }
    present = set((DOCS / "images").glob("*.png"))
    assert present and shown == present
    for image in present:
        assert image.read_bytes().startswith(b"\x89PNG")
        assert image.stat().st_size < IMAGE_BYTES, image.name


def test_the_way_of_a_file_stands_first_and_every_station_exists() -> None:
    lines = [line for line in (DOCS / "architecture.md").read_text().splitlines() if line]
    assert lines[1] == WAY_OF_A_FILE
    stations = [name.strip("() ") for name in WAY_OF_A_FILE.strip("`").split("→")]
    command = ["git", "grep", "-hE", r"^ *def \w+\(", "--", "documents", "extraction", "review", "pdb_sync"]
    source = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    defined = set(re.findall(r"def (\w+)\(", source))
    assert [name for name in stations if name not in defined and name != "pipeline.py"] == []
    assert (ROOT / "extraction" / "pipeline.py").is_file()


@pytest.mark.parametrize("command", ["describe_roles", "describe_limits"])
def test_generated_pages_are_up_to_date(command: str) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command(command, "--check", stdout=StringIO())
    assert ended.value.code == 0, f"run `manage.py {command}`"


def test_promises_name_tests_that_exist() -> None:
    named = _TEST_NAME.findall((DOCS / "reliability.md").read_text())
    assert len(named) > 20
    missing = [f"{path}::{name}" for path, name, inner in named if not is_defined(ROOT / path, name, inner)]
    assert missing == []


def test_every_promise_names_a_test() -> None:
    rows = re.findall(r"^\| (?!promise|-)(.+)$", (DOCS / "reliability.md").read_text(), re.MULTILINE)
    assert rows and [row for row in rows if not _TEST_NAME.search(row)] == []


def is_defined(path: Path, name: str, inner: str) -> bool:
    """A function of the module, or (with `inner`) a method of one of its classes or of their bases elsewhere."""
    if not path.is_file():
        return False
    top = {node.name: node for node in ast.parse(path.read_text()).body if hasattr(node, "name")}
    if name not in top:
        return False
    return not inner or inner in {node.name for node in ast.walk(top[name]) if isinstance(node, ast.FunctionDef)}


def setting_defaults() -> dict[str, object]:
    """Environment names in settings/base.py with their defaults; None where the default is no plain value."""
    found: dict[str, object] = {}
    for node in ast.walk(ast.parse((ROOT / "idp_project/settings/base.py").read_text())):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and ast.unparse(node.func.value) == "env"
        ):
            name, *default = node.args
            if isinstance(name, ast.Constant):
                found[str(name.value)] = plain_value(default[0]) if default else None
    return found


def plain_value(node: ast.expr) -> object:
    try:
        return eval(compile(ast.Expression(node), "default", "eval"), {"__builtins__": {}})
    except (NameError, TypeError, AttributeError):
        return None


def test_operations_state_every_setting_with_its_default() -> None:
    text = (DOCS / "operations.md").read_text()
    defaults = setting_defaults()
    assert len(defaults) > 25
    assert [name for name in defaults if f"`{name}`" not in text] == []
    stated = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+?) \|", text, re.MULTILINE))
    numbers = {name: default for name, default in defaults.items() if type(default) in (int, float)}
    assert len(numbers) > 10
    assert {name: stated.get(name) for name in numbers} == {name: str(value) for name, value in numbers.items()}


@pytest.mark.parametrize("page", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_speak_of_the_product_alone(page: Path) -> None:
    assert _MACHINE.findall(page.read_text()) == []


def test_every_reason_why_a_file_is_not_read_is_explained():
    explained = (DOCS / "operations.md").read_text()
    assert {code.value for code in SandboxCode if f"`{code.value}`" not in explained} == set()
