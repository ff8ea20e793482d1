"""EasyOCR keeps the contract of OCR engines where it is installed: with its real weights, else with random ones."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from idp_project.providers import registry
from idp_project.providers.errors import EngineMissing, ModelMissing
from idp_project.providers.ocr import easyocr
from idp_project.providers.ocr.base import OcrEngine
from idp_project.providers.ocr.weights import states_of, wanted_for
from tests.contract.ocr_engine import ROWS, SIZE, WIDTH, OcrEngineContract, OcrEngineForm, drawn_page
from tests.factories.easyocr_weights import expect_weights, write_random_weights

CHECKOUT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("EASYOCR_FOLDER", CHECKOUT / "var" / "easyocr"))
HAS_REAL = not any(state.problem for state in states_of(wanted_for(["en"]), REAL))
Contract = OcrEngineContract if HAS_REAL else OcrEngineForm
needs_easyocr = pytest.mark.skipif(find_spec("easyocr") is None, reason="EasyOCR is not installed (make easyocr)")


@needs_easyocr
@pytest.mark.slow
class TestEasyOcr(Contract):  # type: ignore[valid-type,misc]
    folder: ClassVar[Path]

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _weights(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            cls.folder = REAL
            if not HAS_REAL:
                cls.folder = tmp_path_factory.mktemp("easyocr")
                write_random_weights(cls.folder)
                expect_weights(cls.folder, patch)
            yield

    @classmethod
    def load(cls) -> OcrEngine:
        return registry.ocr_engine("easyocr", {"folder": cls.folder})

    def test_lines_begin_where_they_were_drawn(
        self, engine: OcrEngine, record_property: Callable[[str, object], None]
    ) -> None:
        read = engine.recognize(drawn_page().image)
        record_property(
            "figures",
            f"EasyOCR: its contract was kept with {'its real weights' if HAS_REAL else 'weights of random values'}"
            f" ({REAL} {'holds' if HAS_REAL else 'does not hold'} the published ones).",
        )
        assert len(read.lines) == len(ROWS)
        for line, row in zip(read.lines, ROWS, strict=True):
            assert abs(line.polygon.bounding_box.left * WIDTH - row[0][0]) < SIZE

    @pytest.mark.parametrize("turned", [1, 3])
    def test_a_page_on_its_side_is_turned(self, engine: OcrEngine, turned: int) -> None:
        assert engine.detect_orientation(np.rot90(drawn_page().image, -turned)) % 2 == 1

    def test_a_forkable_engine_says_so(self, engine: OcrEngine) -> None:
        assert engine.is_inheritable is not engine._torch.cuda.is_available()  # type: ignore[attr-defined]

    def test_it_leaves_no_folder_on_the_import_path(self, engine: OcrEngine) -> None:
        assert [entry for entry in sys.path if entry.startswith("/tmp/") and not Path(entry).exists()] == []


class _Explosive:
    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (Path(os.environ["EXPLODED"]),)


@needs_easyocr
@pytest.mark.slow
def test_unpublished_files_are_never_unpickled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLODED", str(tmp_path / "exploded"))
    for file in wanted_for(["en"]).files:
        (tmp_path / file.name).write_bytes(pickle.dumps(_Explosive()))
    with pytest.raises(ModelMissing, match=r"craft_mlt_25k\.pth is another file.*english_g2\.pth is another file"):
        registry.ocr_engine("easyocr", {"folder": tmp_path})
    assert not (tmp_path / "exploded").exists()


@needs_easyocr
@pytest.mark.slow
def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"craft_mlt_25k\.pth is missing; latin_g2\.pth is missing.*check_ocr"):
        registry.ocr_engine("easyocr", {"folder": tmp_path, "languages": ("de", "en")})


def test_without_the_library_the_engine_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(easyocr, "find_spec", lambda name: None)
    with pytest.raises(EngineMissing, match="make easyocr"):
        registry.ocr_engine("easyocr")


@pytest.mark.parametrize(
    ("languages", "network"),
    [
        (("en",), "english_g2"),
        (("de", "fr"), "latin_g2"),
        (("ru", "en"), "cyrillic_g2"),
        (("ja", "en"), "japanese_g2"),
    ],
)
def test_languages_choose_the_network(languages: tuple[str, ...], network: str) -> None:
    assert wanted_for(languages).network == network


@pytest.mark.parametrize(
    ("languages", "reason"), [(("tlh",), "tlh"), ((), "no language"), (("ja", "de"), "one script"), (("ar",), "ar")]
)
def test_languages_that_cannot_be_read_are_named(languages: tuple[str, ...], reason: str) -> None:
    with pytest.raises(ModelMissing, match=reason):
        wanted_for(languages)


@pytest.mark.slow
def test_nothing_imports_torch_unless_the_engine_is_chosen() -> None:
    script = (
        "import django, sys; django.setup()\n"
        "from extraction.worker import preload; preload()\n"
        "assert 'rapidocr' in sys.modules\n"
        "print([name for name in ('torch', 'torchvision', 'easyocr') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "idp_project.settings.test"},
        capture_output=True,
        text=True,
        timeout=110,
        check=True,
    )
    assert done.stdout.strip() == "[]"
