"""The check of translations: every string has its German, and the check sees each fault."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CHECK = ROOT / ".ci" / "translations.py"
HEAD = 'msgid ""\nmsgstr ""\n"Language: de\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
WHOLE = 'msgid "Save {n} of <b>%(all)s</b>"\nmsgstr "{n} von <b>%(all)s</b> sichern"\n'
PAGES = 'msgid "One page"\nmsgid_plural "{n} pages"\n'
FAULTS = {
    "missing": "",
    "no longer used": WHOLE + '\nmsgid "Gone"\nmsgstr "Weg"\n',
    "untranslated": WHOLE.replace('"{n} von <b>%(all)s</b> sichern"', '""'),
    "fuzzy": "#, fuzzy\n" + WHOLE,
    "other placeholders": WHOLE.replace("{n} von", "von"),
    "other tags": WHOLE.replace("<b>%(all)s</b> sichern", "%(all)s sichern"),
    "other spaces at the ends": WHOLE.replace("sichern", "sichern "),
}


@pytest.fixture(scope="module")
def check(ci_module) -> ModuleType:
    return ci_module("translations")


def catalog_of(text: str) -> Catalog:
    return read_po(io.BytesIO((HEAD + text).encode()), locale="de")


def template_of(*ids: str | tuple[str, str]) -> Catalog:
    template = Catalog()
    for message in ids:
        template.add(message)
    return template


def test_every_string_has_its_german() -> None:
    """What `make check` runs."""
    done = subprocess.run([sys.executable, CHECK], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_catalogue_is_refused(check: ModuleType, fault: str) -> None:
    template = template_of("Save {n} of <b>%(all)s</b>")
    assert not list(check.offences_of_catalog(catalog_of(WHOLE), template))
    assert [line.partition(":")[0] for line in check.offences_of_catalog(catalog_of(FAULTS[fault]), template)] == [
        fault
    ]


def test_plural_forms_are_compared_one_by_one(check: ModuleType) -> None:
    template = template_of(("One page", "{n} pages"))
    right = 'msgstr[0] "Eine Seite"\nmsgstr[1] "{n} Seiten"\n'
    assert not list(check.offences_of_catalog(catalog_of(PAGES + right), template))
    for wrong in ('msgstr[0] "Eine Seite"\n', right.replace("{n} Seiten", "Seiten"), right.replace("{n} Seiten", "")):
        assert list(check.offences_of_catalog(catalog_of(PAGES + wrong), template)), wrong


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Nothing here</p>", ["Nothing here"]),
        ('<img alt="A page">', ["A page"]),
        ('<button aria-label="Close it">×</button>', ["Close it"]),
        ('<p title="{{ name }}">{% translate "Nothing here" %} · {{ count }}</p>', []),
        ("{% blocktranslate trimmed %}Nothing\n here{% endblocktranslate %}", []),
        ("{% block main_class %}page account{% endblock %}<code>idp</code>", []),
    ],
)
def test_literal_text_of_a_template_is_found(check: ModuleType, template: str, found: list[str]) -> None:
    assert [word for _, word in check.literals_of_template(template)] == found


@pytest.mark.parametrize(
    ("module", "is_found"),
    [
        ('node.textContent = "Saved.";', True),
        ('announce("Saved.");', True),
        ('h("p", { class: "muted" }, "Nothing here")', True),
        ('h("p", { "aria-label": "The page" })', True),
        ('node.textContent = gettext("Saved."); h("p", { class: "muted" }, icon("x"))', False),
        ("node.textContent = `${count}`;", False),
    ],
)
def test_literal_text_of_a_module_is_found(check: ModuleType, module: str, is_found: bool) -> None:
    assert bool(check.literals_of_module(module)) is is_found


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("view.py", '_("One")\nngettext("A page", "%d pages", n)\n', {"One", ("A page", "%d pages")}),
        ("page.html", '{% translate "Two" %}{% include "x" with label=_("Three") %}', {"Two", "Three"}),
        (
            "page.js",
            'label(gettext("Four"), fill(ngettext("{n} file", "{n} files", n)))',
            {"Four", ("{n} file", "{n} files")},
        ),
    ],
)
def test_strings_are_extracted(check: ModuleType, tmp_path: Path, name: str, text: str, found: set[object]) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert {message for message, _ in check.strings_of(path)} == found


def test_text_within_a_template_string_is_found(check: ModuleType, tmp_path: Path) -> None:
    module = tmp_path / "page.js"
    module.write_text('const title = `${label}. ${fill(gettext("{n} of them"), { n })}`;\n')
    assert [message for message, _ in check.strings_of(module)] == ["{n} of them"]
