"""Every string that people read, and its translations: `make messages` extracts them, `make check` compares.

Strings are taken from Python, templates and browser modules by Babel and Django, without a gettext binary. The source
language is English; a language is a folder in `locale/`. With `write`, catalogues get the new strings and lose those
that are no longer used; a file named after it (`write locale/de/some.po`) gives translations of new strings. Without, the
exit is 1 and one line is printed for each entry that is missing, no longer used, untranslated, fuzzy, or whose placeholders
or tags differ from the source.

To add a language: copy the heads of `locale/de` (language, plural forms) into `locale/<code>/LC_MESSAGES`, run `make messages`,
translate until `make check` is silent; add its regional formats to `LOCALES` in `idp_project/core/regional.py` and its formats of
Django admin to `idp_project/formats`. It is offered once its catalogues are compiled, at the next installation or start.
"""

import html.parser
import importlib
import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize
from sizes import project_files

sys.path.append(str(Path.cwd()))
from idp_project.core.model_words import model_words

LOCALE = Path("locale")
PRODUCT = ("accounts", "documents", "extraction", "review", "rag", "pdb_sync", "idp_project")
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "T"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy", "ngettext_noop"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[#0-9.]*[a-zA-Z]|%(?:\.\d)?[sdfg](?![a-zäöü])|\{\w*\}")
TAG = re.compile(r"</?\w+")


def strings_of(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """(text or (singular, plural), context) of every marked string of one file."""
    text = path.read_text()
    method = {".py": "python", ".js": "javascript"}.get(path.suffix, "python")
    if path.suffix in (".html", ".txt"):
        text = f"({templatize(text, origin=str(path))}\n)"  # within brackets the tokenizer ignores indentation
    options = {"parse_template_string": True}  # also what is within `${…}` of a browser module
    for _, message, _, context in extract(method, io.BytesIO(text.encode()), keywords=KEYWORDS, options=options):
        yield message, context


def files_of(domain: str) -> list[Path]:
    """Where the strings of a domain are: `djangojs` is what the browser's modules say, `django` everything else."""
    if domain == "djangojs":
        return project_files("static/js/*.js")
    modules = [path for path in project_files("*.py") if path.parts[0] in PRODUCT]
    return [*modules, *project_files("templates/*.html"), *project_files("templates/*.txt"), *files_of_admin()]


def files_of_admin() -> list[Path]:
    """Of the package that draws Django admin, which has no catalogues of its own; of its optional parts we use the filters."""
    (folder,) = importlib.import_module("unfold").__path__
    paths = [path for pattern in ("*.py", "*.html") for path in Path(folder).rglob(pattern)]
    return [path for path in paths if "contrib" not in path.parts or "filters" in path.parts]


def name_of(path: Path) -> str:
    """As a catalogue states where a string is: without the place of the virtual environment."""
    return str(path).rpartition("site-packages/")[2]


def template_of(domain: str) -> Catalog:
    """Every string of the domain with the files that it is in."""
    catalog = Catalog()
    if domain == "django":
        for model, text in model_words():
            catalog.add(text, locations=[(model, 1)])
    for path in sorted(files_of(domain), key=lambda path: (path.is_absolute(), str(path))):
        for message, context in strings_of(path):
            catalog.add(message, locations=[(name_of(path), 1)], context=context)
    return catalog


def languages() -> list[str]:
    """Those with a folder."""
    return sorted(path.parent.name for path in LOCALE.glob("*/LC_MESSAGES"))


def path_of(language: str, domain: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.po"


def read(path: Path, language: str) -> Catalog:
    """The catalogue; an empty one if there is no file yet."""
    if not path.exists():
        return Catalog(locale=language, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str, domain: str, compendium: Path | None = None) -> None:
    """Writes the catalogue with every present string; translations stay, new strings are empty unless a compendium (a
    .po file of that language) has them."""
    path = path_of(language, domain)
    catalog, template = read(path, language), template_of(domain)
    template.creation_date = catalog.creation_date  # else every run changes the file
    catalog.update(template, no_fuzzy_matching=True)
    catalog.fuzzy = False
    known = read(compendium, language) if compendium else Catalog()
    for message in catalog:
        is_empty = not any(message.string) if isinstance(message.string, list | tuple) else not message.string
        if message.id and is_empty and (found := known.get(message.id, message.context)):
            message.string = found.string
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=120, ignore_obsolete=True, include_lineno=False, sort_by_file=True)


def offences_of_catalog(catalog: Catalog, template: Catalog) -> Iterator[str]:
    """What is wrong with a catalogue, given the strings that the product has."""
    present = {_key(message): message for message in catalog if message.id}
    wanted = {_key(message) for message in template if message.id}
    for key in sorted(wanted - set(present), key=str):
        yield f"missing: {key[0]!r}"
    for key in sorted(set(present) - wanted, key=str):
        yield f"no longer used: {key[0]!r}"
    yield from (f"no longer used: {message.id!r}" for message in catalog.obsolete.values())
    for key in sorted(wanted & set(present), key=str):
        yield from (f"{fault}: {key[0]!r}" for fault in faults_of(present[key], catalog.num_plurals))


def _key(message: Message) -> tuple[str | tuple[str, ...], str | None]:
    return (tuple(message.id) if isinstance(message.id, list | tuple) else message.id), message.context


def faults_of(message: Message, plurals: int) -> Iterator[str]:
    """Of one entry."""
    is_plural = isinstance(message.id, list | tuple)
    sources = list(message.id) if is_plural else [message.id]
    texts = list(message.string) if isinstance(message.string, list | tuple) else [message.string]
    if message.fuzzy:
        yield "fuzzy"
    if len(texts) != (plurals if is_plural else 1) or not all(texts):
        yield "untranslated"
        return
    for number, text in enumerate(texts):
        allowed = sources if is_plural and number == 0 else sources[-1:]
        if sorted(PLACEHOLDER.findall(text)) not in [sorted(PLACEHOLDER.findall(source)) for source in allowed]:
            yield "other placeholders"
        if sorted(TAG.findall(text)) not in [sorted(TAG.findall(source)) for source in allowed]:
            yield "other tags"
        if _ends(text) != _ends(sources[-1]):
            yield "other spaces at the ends"


def _ends(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()


class _Literals(html.parser.HTMLParser):
    """Text of a template that stands outside of translation tags: letters in text nodes and in attributes that people read."""

    READ = ("title", "placeholder", "aria-label", "alt", "data-confirm", "data-label", "label")
    SILENT = ("script", "style", "code", "kbd", "svg")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.silent += tag in self.SILENT
        for name, value in attributes:
            if name in self.READ or (tag == "input" and name == "value" and ("type", "submit") in attributes):
                self.note(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in self.SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.note(data)

    def note(self, text: str) -> None:
        lines = (line.strip() for line in text.splitlines())
        self.found += [(self.getpos()[0], line) for line in lines if re.search(r"[^\W\d_]{2,}", line)]


TRANSLATED = re.compile(
    r"{%\s*block \w*class\s*%}.*?{%\s*endblock\s*%}"
    r"|{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}"
    r"|{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
NAMES = {"IDP", "API", "PDF", "JSON", "CSV", "PDB", "URL", "SHA-256"}
"""Names of things, the same in every language."""


def literals_of_template(text: str) -> list[tuple[int, str]]:
    """(line, text) of what a template says without asking for a translation."""
    parser = _Literals()
    parser.feed(TRANSLATED.sub(lambda match: "\n" * match.group().count("\n"), text))
    parser.close()
    return [(line, word) for line, word in parser.found if word.strip(" ·:.,") not in NAMES]


SPOKEN = re.compile(
    r"""(?:textContent|title|placeholder|ariaLabel|message)\s*=\s*(["'`])(?P<assigned>[^"'`]*)\1"""
    r"""|\b(?:alert|confirm|prompt|announce|notify|showError)\(\s*(["'`])(?P<called>[^"'`]*)\3"""
    r"""|["']?(?:title|placeholder|aria-label|alt)["']?:\s*(["'`])(?P<attribute>[^"'`]*)\5"""
    r"""|\bh\(\s*"\w+",\s*\{[^}]*\},\s*(["'`])(?P<child>[^"'`]*)\7""",
)


def literals_of_module(text: str) -> list[tuple[int, str]]:
    """(line, text) of words that a browser module shows without `gettext`, as far as a simple rule sees it."""
    text = re.sub(r"/\*.*?\*/", lambda match: "\n" * match.group().count("\n"), text, flags=re.DOTALL)
    found = []
    for match in SPOKEN.finditer(text):
        said = next(group for name, group in match.groupdict().items() if group is not None or name == "child") or ""
        words = re.sub(r"\$\{[^}]*\}", "", said)
        if re.search(r"[A-Za-z]{2,}", words) and words not in NAMES:
            found.append((text.count("\n", 0, match.start()) + 1, said))
    return found


def unmarked() -> Iterator[str]:
    """Literal text in templates and browser modules."""
    for path in project_files("templates/*.html"):
        yield from (f"{path}:{line}: not translatable: {text}" for line, text in literals_of_template(path.read_text()))
    for path in project_files("static/js/*.js"):
        yield from (f"{path}:{line}: not translatable: {text}" for line, text in literals_of_module(path.read_text()))


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp_project.settings.test")
    django.setup()
    domains = [(language, domain) for language in languages() for domain in ("django", "djangojs")]
    if "write" in sys.argv:
        for language, domain in domains:
            compendiums = (Path(name) for name in sys.argv[2:] if Path(name).is_relative_to(LOCALE / language))
            update(language, domain, next(compendiums, None))
    found = list(unmarked())
    for language, domain in domains:
        path = path_of(language, domain)
        found += [f"{path}: {fault}" for fault in offences_of_catalog(read(path, language), template_of(domain))]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
