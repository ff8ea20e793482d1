"""Words that CONVENTIONS refuses: exit 1, and one line for each place with the better word.

Prose is comments, docstrings, messages, templates, scripts, SQL comments and Markdown. Names are the identifiers of Python,
split into their words. Migrations, vendored files, decisions (docs/adr), the change log and the text of sample documents
stay as they were written. Names of tests have at most 60 characters.
"""

import ast
import io
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sizes import project_files

FOLDERS = (
    *("accounts", "documents", "extraction", "review", "rag", "pdb_sync", "idp_project", "templates"),
    *("static", "tests", "benchmarks", "docs"),
)
LEFT_OUT = ("docs/adr/", "tests/repository/test_words.py")
TEST_NAME_LENGTH = 60

# What "a row a night" counts by. Times are left out after a number or "once": "twice a second" is plain English.
_UNIT = (
    "document|page|batch|job|process|sub-document|organi[sz]ation|role|line|key|field|person|file|row|column|team|type|"
    "unit|run|step|worker|queue|schema|kind|call|account|cell|table|request|session|model|night|"
    "device|folder|recipe|text|vector"
)
_NO_VERB = r"(?!'s| (has|have|is|was|names|of its)\b)"
_NO_NOUN = (
    "that|which|of|in|as|to|for|with|from|is|has|by|at|on|when|where|and|or|than|after|before|once|whom|what|names"
)


@dataclass(frozen=True)
class Rule:
    """A refused turn and what to write instead. `pattern` is a regular expression, matched without regard to case
    unless it says otherwise; in names it matches whole words of an identifier."""

    name: str
    pattern: str
    better: str
    folders: tuple[str, ...] = ()  # where it holds; everywhere if empty

    def holds_in(self, path: Path) -> bool:
        return not self.folders or path.parts[0] in self.folders


PROSE = (
    Rule("whence", r"\bwhence\b", "where … from"),
    Rule("whoever", r"\bwhoever\b", "anyone who, no matter who"),
    Rule("anew", r"\banew\b", "again"),
    Rule("is none", r"(?-i:\b(is|are) none\b(?! of\b))", "is not valid, does not exist, if none exists"),
    Rule("so many", r"\bso many\b", "this many"),
    Rule("go on with", r"\b(go|goes|gone|going|went) on with\b", "continue, resume"),
    Rule("gives how many", r"\bgives how many\b", "returns how many, returns their number"),
    Rule("changes nothing", r"\b(twice|again|repeat\w*|second \w+)( it)? changes nothing\b", "is idempotent"),
    Rule("a … a …", rf"(?<!the )\b(a|an|one) (?!({_NO_NOUN})\b)[\w-]+ an? ({_UNIT})\b{_NO_VERB}", "one … per …"),
    Rule("once a …", rf"\b(once|numbered) (?-i:an?) (?!night)({_UNIT})\b{_NO_VERB}", "per …"),
    Rule("told by", r"\b(held )?told by\b(?! (e-mail|signal)\b)", "by, recognised by, registered by"),
    Rule("but for", r"\bbut for\b(?! \w+ing)", "except"),
    Rule("nobody of them", r"\bnobody of\b", "none of them"),
    Rule("the like", r"\bthe like\b", "others, similar"),
    Rule("lot after lot", r"\blot after lot\b", "chunk by chunk"),
    Rule("such as are", r"\bsuch as are\b", "those that are"),
    Rule("lot", r'(?<!"a )\blots?\b', "chunk"),
    Rule("bell", r"\bbells?\b", "notification, wake-up"),
    Rule("piece", r"\bpieces?\b", "fragment, unit, work item"),
    Rule(
        "wall",
        r"\b(a|the|all|missing|second|first|last|its) walls?\b(?! (clock|time))|\bwalls (up|stand)\b",
        "restriction, isolation, row-level security",
    ),
    Rule(
        "of before",
        r"\b(those|values?|rows|readings|definitions|records|columns|ones) of before\b",
        "earlier values, earlier rows",
    ),
    Rule("doing", r"\b(an?|the|its|each|every) doings?\b", "work"),
    Rule("ending", r"\b(an?|the|its|one|no|right|without|name's) endings?\b|\bendings\b", "outcome, end, extension"),
    Rule("handed", r"\bhanded\b(?! (over|in|out|to)\b)", "given, passed"),
    Rule("looks", r"\b(noted|counts?|has|have|one|three|two) (as )?looks?\b", "view, noted as viewed"),
    Rule("re-entry", r"\bre-?entry\b", "re-extraction"),
    Rule("part", r"\bparts?\b", "sub-document", ("templates", "static", "review")),
    Rule("part in SQL", r"\bdocuments_subdocument AS part\b", "sub_document"),
    Rule("part of a stack", r"\bparts? of (the|a|this) stacks?\b", "sub-document"),
)
NAMES = (
    Rule("lot", "lots?", "chunk"),
    Rule("bell", "bells?", "notification, wake_up"),
    Rule("piece", "pieces?", "fragment"),
    Rule("doing", "doings?", "work"),
    Rule("ending", "endings?(?=$)", "outcome, end, extension"),
    Rule("handed", "handed(?!_(over|in|out))", "given, passed"),
    Rule("looks", "looks(?=$)", "views, tone"),
    Rule("re-entry", "reentry", "reextraction"),
    Rule("whoever", "whoever|anew|whence", "who, again"),
    Rule("part", "parts?", "sub_document", ("documents", "review")),
    Rule("sheet", "sheets?", "view", ("documents", "review")),
)

_UPLOAD = "the parts of an upload, which are not sub-documents"
_API = "the name of a field of the API"
# (file, rule, reason): a file may keep the word where it is not the one that is meant.
EXCEPTIONS = (
    ("documents/domain/words/__init__.py", "ending", "the endings of names, a term of grammar"),
    ("documents/domain/parties.py", "ending", "the endings of names, a term of grammar"),
    ("documents/domain/parties.py", "part", "of a phrase"),
    ("documents/domain/field_types/amount.py", "part", "of a text that stands on several lines"),
    ("documents/domain/field_types/base.py", "part", "of a text that stands on several lines"),
    ("documents/domain/field_types/matching.py", "piece", "a stretch of a line"),
    ("documents/domain/field_types/name.py", "part", "of a text that stands on several lines"),
    ("documents/domain/field_types/phone.py", "part", "of a text that stands on several lines"),
    ("documents/domain/field_types/vat_number.py", "part", "of a text that stands on several lines"),
    ("rag/domain/codes.py", "lot", "written in documents: “lot 4711”"),
    ("rag/domain/codes.py", "piece", "a unit of quantity in documents"),
    ("extraction/local/table_body.py", "piece", "a stretch of a line; renamed with the field types"),
    ("extraction/local/tables.py", "piece", "a stretch of a line; renamed with the field types"),
    ("accounts/services/sign_in/passwords.py", "handed", "the salt of links that were sent already"),
    ("idp_project/providers/llm/extraction_prompt.py", "piece", "sent to models in the words that were measured"),
    (
        "idp_project/operations/supervisor/management/commands/prepare.py",
        "ending",
        "the name of an argument of Django's",
    ),
    ("documents/api/uploads.py", "part", _UPLOAD),
    ("documents/models/upload.py", "part", _UPLOAD),
    ("documents/services/intake/uploads.py", "part", _UPLOAD),
    ("documents/storage.py", "part", _UPLOAD),
    ("review/serializers/tasks.py", "part", _API),
    ("templates/accounts/_link_token.html", "part", "of a link"),
    ("static/js/i18n.js", "part", "what the browser's Intl calls them"),
    ("static/js/ask/thread.js", "part", "of an answer"),
    ("static/js/batch/page.js", "part", "of a row of the page"),
    ("static/js/desk/fields.js", "part", "of a list"),
    ("static/js/upload/page.js", "part", _UPLOAD),
    ("static/js/upload/transfer.js", "part", _UPLOAD),
    ("tests/integration/review/test_checks_again.py", "piece", "a unit of quantity in documents"),
    ("tests/unit/extraction/test_subdocument_detection.py", "piece", "a unit of quantity in documents"),
)
_EXCEPTED = frozenset((path, rule) for path, rule, _ in EXCEPTIONS)
_HEADLESS = {"Of", "As", "By", "In", "From", "Where", "Without"}
_HEADS_TO_COME = {  # edited elsewhere at this time
    "accounts/services/mail/account_mail.py",
    "idp_project/core/readers/embedded_files.py",
    "pdb_sync/domain/record_rows.py",
}
_WITH_HEADS = {"accounts", "idp_project", "pdb_sync", "rag"}  # folders whose docstrings follow the rule
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_STRINGS = {tokenize.STRING, tokenize.COMMENT, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
_LINE_START = re.compile(r"\n[ \t#*/-]*")
_PROSE = tuple((rule, re.compile(rule.pattern.replace(" ", r"\s"), re.IGNORECASE)) for rule in PROSE)
_NAMES = tuple((rule, re.compile(rf"(^|_)({rule.pattern})(_|$)")) for rule in NAMES)


def offences_of_prose(text: str, first_line: int = 1) -> Iterator[tuple[int, Rule, str]]:
    """Line, rule and match of each refused turn. A turn may be broken over two lines."""
    joined = _LINE_START.sub("\n", text)
    for rule, pattern in _PROSE:
        for match in pattern.finditer(joined):
            yield first_line + joined.count("\n", 0, match.start()), rule, match.group()


def offences_of_name(name: str) -> Iterator[tuple[Rule, str]]:
    """The refused words of an identifier."""
    words = "_".join(_WORD.findall(name)).lower()
    yield from ((rule, name) for rule, pattern in _NAMES if pattern.search(words))


def offences_of_python(text: str) -> Iterator[tuple[int, Rule, str]]:
    """Of comments and strings as prose, of identifiers as names (each name once)."""
    names: dict[str, int] = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in _STRINGS:
            yield from offences_of_prose(token.string, token.start[0])
        elif token.type == tokenize.NAME:
            names.setdefault(token.string, token.start[0])
    for name, line in names.items():
        yield from ((line, rule, found) for rule, found in offences_of_name(name))


def offences_of_file(path: Path) -> Iterator[tuple[int, Rule, str]]:
    """What one file does wrong, exceptions left out."""
    text = path.read_text()
    found = list(offences_of_python(text) if path.suffix == ".py" else offences_of_prose(text))
    found += [(1, rule, name) for rule, name in offences_of_name(path.stem)]
    yield from (each for each in found if each[1].holds_in(path) and (str(path), each[1].name) not in _EXCEPTED)


def checked_files() -> Iterator[Path]:
    """Product, tests, benchmarks and documentation."""
    for pattern in ("*.py", "*.html", "*.txt", "*.js", "*.css", "*.md", "*.sql"):
        for path in project_files(pattern):
            if str(path) in ("README.md", "CONTRIBUTING.md") or (
                path.parts[0] in FOLDERS and not str(path).startswith(LEFT_OUT)
            ):
                yield path


def long_test_names(text: str) -> Iterator[tuple[int, str]]:
    """Line and name of each test function whose name is longer than CONVENTIONS allows."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if node.name.startswith("test_") and len(node.name) > TEST_NAME_LENGTH:
            yield node.lineno, node.name


def headless_docstrings(text: str) -> Iterator[tuple[int, str]]:
    """Line and first word of each function's docstring that begins with neither a verb nor the subject."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = (ast.get_docstring(node) or " ").split(" ")[0]
            if first in _HEADLESS:
                yield node.body[0].lineno, first


def main() -> int:
    counts: Counter[str] = Counter()
    for path in checked_files():
        for line, rule, found in offences_of_file(path):
            counts[rule.name] += 1
            print(f"{path}:{line}: “{' '.join(found.split())}”: write {rule.better}")
    for path in project_files("*.py"):
        if path.parts[0] not in _WITH_HEADS or str(path) in _HEADS_TO_COME:
            continue
        for line, found in headless_docstrings(path.read_text()):
            counts["headless docstring"] += 1
            print(f"{path}:{line}: “{found} …”: begin the docstring with a verb or the subject")
    for path in project_files("tests/*.py"):
        for line, name in long_test_names(path.read_text()):
            counts["long test name"] += 1
            print(f"{path}:{line}: “{name}”: write a name of at most {TEST_NAME_LENGTH} characters")
    print(f"{counts.total()} refused words and names")
    if "--count" in sys.argv:
        print(*(f"{count:5} {name}" for name, count in counts.most_common()), sep="\n")
    return 1 if counts else 0


if __name__ == "__main__":
    sys.exit(main())
