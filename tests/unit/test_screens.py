"""Templates, styles and modules: vendored files as fetched, nothing inline or from elsewhere, every status has its look."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from documents.domain.pipeline import PageStepName, StepName
from documents.domain.status_traits import StatusTrait
from documents.domain.statuses import DocumentStatus, StepStatus, SubDocumentStatus
from documents.selectors.readable import BATCH_FILTERS
from documents.templatetags import screens
from tests.factories.pipeline_table import altered

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "vendor"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MODULES = sorted((ROOT / "static" / "js").rglob("*.js"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))


def test_vendored_files_are_the_ones_in_the_manifest() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text())
    found = {path.name for path in VENDOR.iterdir()} - {"manifest.json"}
    assert found == set(manifest)
    for name, entry in manifest.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == entry["sha256"], name
        assert entry["version"] and entry["licence"]


def test_the_sprite_holds_the_icons_that_are_drawn_and_no_others() -> None:
    spec = importlib.util.spec_from_file_location("vendor_assets", ROOT / "requirements" / "vendor_assets.py")
    assert spec and spec.loader
    vendor_assets = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(vendor_assets)
    used = vendor_assets.used_icons()
    assert len(used) > 20
    assert used == set(re.findall(r'<symbol id="([\w-]+)"', (VENDOR / "icons.svg").read_text()))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_has_nothing_inline(path: Path) -> None:
    text = path.read_text()
    scripts = re.findall(r"<script\b([^>]*)>", text)
    assert all("src=" in attributes for attributes in scripts), "inline script"
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=", text), "inline style or handler"
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", text), "address on another host"
    assert len(text.splitlines()) <= 150


@pytest.mark.parametrize("path", [*MODULES, *STYLES], ids=lambda path: str(path.relative_to(ROOT)))
def test_own_static_file_loads_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://[a-z]", text)
    assert not re.search(r"\binnerHTML\b|\beval\(|document\.write", text)
    assert len(text.splitlines()) <= 400


@pytest.mark.parametrize("statuses", [StepStatus, DocumentStatus, SubDocumentStatus])
def test_every_status_has_words_and_an_icon(statuses: type) -> None:
    assert {status.value for status in statuses} <= set(screens.STATUSES)


def test_every_step_and_filter_has_words() -> None:
    assert all(screens.step_label(step.value) != step.value for step in (*StepName, *PageStepName))
    assert set(BATCH_FILTERS) <= set(screens.STATUSES)


def test_page_brings_the_statuses_that_its_modules_show() -> None:
    sent = screens.status_table()
    assert sent["failed"] == ("bad", "alert-circle", "Failed", ["broken"]) and sent.keys() == screens.STATUSES.keys()
    scripts = {path for path in MODULES if _imports(path, ROOT / "static" / "js" / "statuses.js", set())}
    pages = [
        page
        for page in TEMPLATES
        if any(f"'{path.relative_to(ROOT / 'static')}'" in page.read_text() for path in scripts)
    ]
    assert len(pages) == 2 and all('statuses|json_script:"statuses"' in page.read_text() for page in pages)


def test_no_module_knows_a_status_by_name() -> None:
    """What follows from a status is a trait in the table that the page brings along."""
    named = re.compile(
        r"""[sS]tatus\s*[!=]==?\s*["'`]|\[\s*["'][^\]]*\]\.includes\([\w.]*status\b|new Set\(\["(?:running|processing)"""
    )
    for path in MODULES:
        assert not named.search(path.read_text()), path
    traits = {trait for *_, found in screens.status_table().values() for trait in found}
    asked = {found for path in MODULES for found in re.findall(r'hasTrait\([\w.]+, "(\w+)"\)', path.read_text())}
    assert asked == traits == set(StatusTrait)


def _imports(module: Path, wanted: Path, seen: set[Path]) -> bool:
    """Whether a module imports another, directly or through others."""
    found = {(module.parent / name).resolve() for name in re.findall(r'from "(\.[^"]+)"', module.read_text())} - seen
    return wanted in found or any(_imports(each, wanted, seen | found) for each in found)


def test_the_browser_gets_the_labels_of_the_table() -> None:
    with altered(StepName.OCR, label="Reading"):
        sent = screens.pipeline_steps()
    assert [step["name"] for step in sent] == [name.value for name in StepName]
    assert {step["label"] for step in sent if step["name"] == "ocr"} == {"Reading"}


PAIRS = [
    *((f"{tone}", f"{tone}-soft") for tone in ("ok", "warn", "bad", "wait", "idle", "accent")),
    *(
        (tone, ground)
        for tone in ("ok", "warn", "bad", "wait", "accent", "muted", "ink")
        for ground in ("surface", "canvas")
    ),
    ("ink", "sunken"),
    ("muted", "sunken"),
    ("muted", "accent-soft"),
    ("bar-ink", "bar"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground"), PAIRS)
def test_colours_of_words_have_enough_contrast(theme: str, front: str, ground: str) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1."""
    colours = _colours(theme)
    assert _contrast(colours[front], colours[ground]) >= 4.5


def _colours(theme: str) -> dict[str, str]:
    text = (ROOT / "static" / "css" / "tokens.css").read_text()
    colours: dict[str, str] = {}
    for wanted in ("light", theme):
        block = re.search(rf'\[data-bs-theme="{wanted}"\] {{(.*?)\n}}', text, re.DOTALL)
        assert block
        colours |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block.group(1)))
    return colours


def _contrast(first: str, second: str) -> float:
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance by WCAG's definition."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_state_of_a_field_has_its_look() -> None:
    for state in ("person", "failed", "needs", "empty", "machine"):
        field = screens.with_presentation({"state": state, "type": "date"})
        assert field["tone"] and field["icon"] and field["state_label"]
        assert field["placeholder"] == "YYYY-MM-DD"


def test_an_access_ends_on_the_day_that_was_chosen() -> None:
    """The forms ask for a last day and store the midnight after it."""
    assert screens.ends_on(datetime(2026, 12, 21, tzinfo=UTC)) == "end of Dec 20, 2026"
    assert screens.ends_on(datetime(2026, 12, 21, 9, 30, tzinfo=UTC)) == "Dec 21, 2026, 9:30 AM"
