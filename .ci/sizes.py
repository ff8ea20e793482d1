"""Sizes and names that CONVENTIONS fixes: exit 1 and one line for each offence.

Modules of at most 400 lines, functions of at most 60 (median 10, nine of ten 30), templates of at most 150, and no
module whose name says nothing.
"""

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MODULE_LINES = 400
FUNCTION_LINES = 60
FUNCTION_MEDIAN = 10
FUNCTION_P90 = 30
TEMPLATE_LINES = 150
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}


def project_files(pattern: str) -> list[Path]:
    """Files that git knows or would take, without migrations and vendored ones."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", pattern]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    paths = [Path(name) for name in names if name]
    return [path for path in paths if path.exists() and not {"migrations", "vendor"} & set(path.parts)]


def functions(path: Path) -> Iterator[tuple[str, int, int]]:
    """Name, first line and length of every function, nested ones too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


def offences_of_module(path: Path) -> Iterator[str]:
    """What one Python file does wrong by itself."""
    lines = len(path.read_text().splitlines())
    if lines > MODULE_LINES:
        yield f"{path}: {lines} lines, at most {MODULE_LINES}"
    if path.stem in EMPTY_NAMES or path.parent.name in EMPTY_NAMES:
        yield f"{path}: a module's name says what lives in it"
    for name, line, length in functions(path):
        if length > FUNCTION_LINES:
            yield f"{path}:{line}: {name} has {length} lines, at most {FUNCTION_LINES}"


def offences_of_all(lengths: list[int]) -> Iterator[str]:
    """What the product's functions do wrong together."""
    median, p90 = statistics.median(lengths), statistics.quantiles(lengths, n=10)[-1]
    print(f"{len(lengths)} functions: median {median:g} lines, nine of ten at most {p90:g}")
    if median > FUNCTION_MEDIAN:
        yield f"median function length {median:g}, at most {FUNCTION_MEDIAN}"
    if p90 > FUNCTION_P90:
        yield f"nine of ten functions at most {p90:g} lines, should be {FUNCTION_P90}"


def main() -> int:
    modules = project_files("*.py")
    product = [path for path in modules if path.parts[0] not in ("tests", "benchmarks")]
    found = [offence for path in modules for offence in offences_of_module(path)]
    found += offences_of_all([length for path in product for _, _, length in functions(path)])
    for path in project_files("templates/*.html"):
        if (lines := len(path.read_text().splitlines())) > TEMPLATE_LINES:
            found.append(f"{path}: {lines} lines, at most {TEMPLATE_LINES}")
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
