"""Which extractor read a document: digests of its code and words, so that evidence for one is not taken for another.

Comments, docstrings, blank lines and places in the file do not count: what is hashed is the syntax tree. A module that is
not listed as another one's belongs to the model: then a change too many costs a rescoring, never a wrong approval.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from documents.domain.schema_spec import SchemaSpec

_ROOT = Path(__file__).parents[3]
_READER = ("extraction/local", "extraction/page_steps/extract_fields.py", "documents/domain/field_types")
_READER_TOO = ("documents/domain/words", *(f"documents/domain/{name}.py" for name in ("numbers", "dates", "notation")))
_RANKER = ("extraction/local/ranking.py", "extraction/local/weights.py")
_CALIBRATOR = tuple(f"extraction/steps/{name}.py" for name in ("confidence_check", "confidence_model", "rivals"))
_EVERYTHING = (*(f"extraction/{name}" for name in ("local", "learning", "steps", "page_steps")), "documents/domain")
_NO_VALUES_MODULES = (  # of documents/domain, that no value comes from
    "approved arrangement auto_approval batch_status consumers deadline_rules duplicates field_ids library master_lists "
    "overrides paper_dates pipeline reason_groups reasons refusals rule_reasons signature_reasons statuses sum_reasons "
    "typed_columns"
)
_NO_VALUES = (
    "documents/domain/drafts",
    "documents/domain/earned",
    *(f"documents/domain/{name}.py" for name in _NO_VALUES_MODULES.split()),
)
BUILT_IN = "local"  # the name of the built-in extractor in provenances
E_INVOICE = "e_invoice"  # of values that were not read: an electronic invoice states them
_LENGTH = 16  # hexadecimal digits


@dataclass(frozen=True)
class Extractor:
    """Digests of what finds candidates (`reader`), of what makes values of them (`model`, the reader included), and of what
    decides how sure they are and which may be automatic (`calibrator`, thresholds included)."""

    reader: str
    model: str
    calibrator: str


def extractor_of(schema: SchemaSpec, *, threshold: float, engines: Collection[str] = ()) -> Extractor:
    """The built-in extractor as it reads that type. `threshold` is the system's, for a schema without one; `engines` are
    the language models that read the pages beside it, by name and version. A learned model adds its own digest there.
    """
    reader, model, calibrator = code_digests()
    base = schema.threshold if schema.threshold is not None else threshold
    thresholds = [base, *((field.name, field.threshold) for field in schema.fields if field.threshold is not None)]
    return Extractor(reader, _short(model, *sorted(set(engines))), _short(calibrator, json.dumps(thresholds)))


def engines_of(candidates: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The engines beside the built-in one that stored candidates come from, by name and version."""
    places = (candidate["provenance"] for candidate in candidates)
    return frozenset(
        f"{place['engine']} {place['engine_version']}"
        for place in places
        if place["engine"] not in (BUILT_IN, E_INVOICE)
    )


@lru_cache(maxsize=1)
def code_digests(root: Path = _ROOT) -> tuple[str, str, str]:
    """Of reader, model and calibrator, from the files of this installation; takes a second, once per process."""
    files = {path: _digest(root / path) for path in _files(root)}
    groups = (
        [path for path in files if _is_in(path, (*_READER, *_READER_TOO)) and path not in _RANKER],
        [path for path in files if path not in _CALIBRATOR],
        list(_CALIBRATOR),
    )
    reader, model, calibrator = (_short(*(f"{path} {files[path]}" for path in sorted(group))) for group in groups)
    return reader, model, calibrator


def _files(root: Path) -> Iterator[str]:
    for folder in _EVERYTHING:
        for path in (root / folder).rglob("*"):
            name = path.relative_to(root).as_posix()
            if path.suffix in (".py", ".yaml") and not _is_in(name, _NO_VALUES):
                yield name


def _is_in(path: str, places: Collection[str]) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in places)


def _digest(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".yaml":
        lines = (line.rstrip() for line in text.splitlines())
        return _short(*(line for line in lines if line and not line.lstrip().startswith("#")))
    return code_digest(text)


def code_digest(source: str) -> str:
    """Of Python source: its syntax tree without docstrings. The same under every Python that we support."""
    tokens: list[str] = []
    _walk(ast.parse(source), tokens)
    return _short(*tokens)


def _walk(node: object, tokens: list[str]) -> None:
    """Empty fields are left out: later Pythons have more of them."""
    if isinstance(node, ast.AST):
        tokens.append(type(node).__name__)
        for name in node._fields:
            value = getattr(node, name, None)
            if name == "body" and isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                value = _without_docstring(node)
            if value is not None and value != []:
                tokens.append(name)
                _walk(value, tokens)
        tokens.append(")")
    elif isinstance(node, list):
        for item in node:
            _walk(item, tokens)
        tokens.append("]")
    else:
        tokens.append(repr(node))


def _without_docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
    return node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body


def _short(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:_LENGTH]
