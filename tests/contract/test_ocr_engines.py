"""No OCR engine is forgotten: each that the registry names has a module, options, documentation and a contract suite."""

from __future__ import annotations

import inspect
import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings

from idp_project.providers import ocr, registry
from idp_project.providers.errors import IdpError
from tests.contract.ocr_engine import OcrEngineForm

ROOT = Path(settings.BASE_DIR)
OPERATIONS = ROOT / "docs" / "operations.md"
PINNED = {
    re.split("[=<>!~ ;]", line)[0]
    for name in ("base.in", "torch.txt")
    for line in (ROOT / "requirements" / name).read_text().splitlines()
}
ENGINES = [name for name in registry.ocr_engine_names() if name != registry.VISION]


def suites_of(name: str) -> list[type]:
    suites = vars(import_module(f"tests.contract.test_{name}")).values()
    return [suite for suite in suites if isinstance(suite, type) and issubclass(suite, OcrEngineForm)]


def arguments_of(name: str) -> dict[str, inspect.Parameter]:
    engine_class = registry.ocr_engine_class(name)
    return dict(inspect.signature(engine_class).parameters)


@pytest.mark.parametrize("name", registry.ocr_engine_names())
def test_engine_has_module_and_contract_suite(name: str) -> None:
    module = import_module(f"idp_project.providers.ocr.{name}")
    assert name in {getattr(value, "name", None) for value in vars(module).values() if isinstance(value, type)}
    own = [suite for suite in suites_of(name) if suite.__module__ == f"tests.contract.test_{name}"]
    assert own, f"no class in tests/contract/test_{name}.py inherits a contract suite"


def test_every_engine_of_the_package_is_registered() -> None:
    names = set()
    for module in pkgutil.iter_modules(ocr.__path__, f"{ocr.__name__}."):
        for found in vars(import_module(module.name)).values():
            if isinstance(found, type) and found.__module__ == module.name and hasattr(found, "recognize"):
                names.add(getattr(found, "name", None))
    assert {name for name in names if isinstance(name, str)} == set(registry.ocr_engine_names())


@pytest.mark.parametrize("name", ENGINES)
def test_engine_has_a_row_in_operations(name: str) -> None:
    assert f"\n| `{name}`" in OPERATIONS.read_text()


@pytest.mark.parametrize("name", ENGINES)
def test_options_are_keyword_arguments_with_defaults(name: str) -> None:
    for argument in arguments_of(name).values():
        assert argument.kind is inspect.Parameter.KEYWORD_ONLY and argument.default is not inspect.Parameter.empty


@pytest.mark.parametrize("name", ENGINES)
def test_installation_says_what_is_there_in_lines(name: str) -> None:
    try:
        lines = registry.ocr_installation(name, settings.OCR_OPTIONS.get(name))
    except IdpError as error:
        lines = [error.message]
    assert all(isinstance(line, str) and line for line in lines)


@pytest.mark.parametrize("name", [name for name in ENGINES if name in PINNED])
def test_vendor_package_is_imported_by_providers_only(name: str) -> None:
    """An engine that comes as a package of its name stands in the contract of vendors' packages."""
    contract = (ROOT / ".importlinter").read_text().partition("[importlinter:contract:vendors]")[2].partition("[")[0]
    assert name in contract.partition("forbidden_modules")[2].split()


def test_settings_give_all_options_of_known_engines() -> None:
    for name, options in settings.OCR_OPTIONS.items():
        assert options.keys() == arguments_of(name).keys()
