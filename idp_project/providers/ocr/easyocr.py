"""EasyOCR with weights that a person has put into place, on the GPU where there is one, else on one core.

The library's parts (detector, grouping, recogniser) are called one by one, so that every character's place and
confidence is kept. torch is imported when an engine is constructed, and nowhere else.
"""

from __future__ import annotations

import math
import sys
import tempfile
import warnings
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from operator import attrgetter
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from idp_project.core.page_text import PageText
from idp_project.providers.errors import EngineMissing, ModelMissing
from idp_project.providers.ocr.base import PageImage, ReadLine, check_image, one_page_at_a_time, page_text_of
from idp_project.providers.ocr.crops import RgbImage, cut, is_vertical, quad_of, turned_around
from idp_project.providers.ocr.ctc_words import DecodedLine, decode_greedily, words_of
from idp_project.providers.ocr.orientation import quarter_turns
from idp_project.providers.ocr.reading_order import OcrBox, Quad
from idp_project.providers.ocr.weights import check_weights, states_of, wanted_for
from idp_project.providers.refusals import EASYOCR_NOT_INSTALLED, EASYOCR_OTHER_WEIGHTS

_FOLDER, _LANGUAGES = Path("easyocr"), ("en",)
_READING = 1  # raised when grouping, reading order or word splitting change what `recognize` gives
_DETECTION_SIDE = 1280  # longer side; the library's 2560 takes four times as long and 3 GB of memory instead of 1.3
_SMALLEST_BOX = 10  # pixels of its longer side; the library's 20 loses single digits on pages of 100 dpi
_HEIGHT = 64  # of a line, as the recognisers were trained
_CONTRAST_BELOW = 0.1  # where a line reads worse than this it is tried again with more contrast, as the library does
_CONTRAST = 0.5
_THRESHOLDS = {"text_threshold": 0.7, "low_text": 0.4, "link_threshold": 0.4}  # the library's own
# torchvision's compiled part wants a GPU's libraries. Without them its import stops at operators nobody calls here.
_OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


def _check_installed() -> None:
    """Raises EngineMissing. Imports nothing."""
    missing = [name for name in ("torch", "torchvision", "easyocr") if find_spec(name) is None]
    if missing:
        raise EngineMissing(EASYOCR_NOT_INSTALLED(missing=", ".join(missing)))


@cache
def _libraries() -> tuple[Any, Any]:
    """torch and easyocr; several seconds and 400 MB."""
    torch = import_module("torch")
    _declare_operators(torch)
    return torch, import_module("easyocr")


def _declare_operators(torch: Any) -> None:
    spec = find_spec("torchvision")
    assert spec is not None and spec.origin is not None
    try:
        torch.ops.load_library(str(Path(spec.origin).parent / "_C.so"))
    except OSError:
        library = torch.library.Library("torchvision", "DEF")
        for operator in _OPERATORS:
            library.define(operator)
        torch.library._of_torchvision = library  # the declarations end with the object


class EasyOcrEngine:
    """The port's contract is in `base.OcrEngine`. Loading takes 5 s and 500 MB, a page at most 1.4 GB.

    Raises EngineMissing where torch or the library is not installed, ModelMissing for weights that are absent or not
    the published ones, and for languages it has no network for.
    """

    name = "easyocr"

    @staticmethod
    def installation(*, folder: Path = _FOLDER, languages: Sequence[str] = _LANGUAGES, **_: Any) -> list[str]:
        return [line for state in states_of(wanted_for(languages), folder) for line in state.lines]

    def __init__(self, *, folder: Path = _FOLDER, languages: Sequence[str] = _LANGUAGES, has_gpu: bool = True) -> None:
        """`folder` holds the weights, `languages` are its own codes, `has_gpu` allows a GPU where there is one."""
        wanted = wanted_for(languages)
        _check_installed()
        check_weights(wanted, folder)
        torch, _ = _libraries()
        torch.set_num_threads(1)
        cv2.setNumThreads(1)
        is_on_gpu = has_gpu and torch.cuda.is_available()
        self._torch = torch
        self._reader = _reader(languages, folder, wanted.network, "cuda" if is_on_gpu else False)
        ignored = set(self._reader.character) - set(self._reader.lang_char)
        self._ignored = [index + 1 for index, letter in enumerate(self._reader.character) if letter in ignored]
        self._lock = Lock()
        self.is_inheritable = not is_on_gpu
        self.version = f"{version('easyocr')} {wanted.network}/{_READING}"

    def recognize(self, image: PageImage) -> PageText:
        check_image(image)
        page = np.ascontiguousarray(image)
        with one_page_at_a_time(self._lock):
            boxes = self._boxes(page)
        return page_text_of(boxes, image, self)

    def detect_orientation(self, image: PageImage) -> int:
        check_image(image)
        with one_page_at_a_time(self._lock):
            return quarter_turns(image, self)

    def read_line(self, image: PageImage) -> ReadLine:
        check_image(image)
        with one_page_at_a_time(self._lock):
            line = self._read(cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY))
        return ReadLine(line.text, line.confidence)

    def detect(self, image: RgbImage, side: int) -> list[NDArray[Any]]:
        """For the orientation vote: boxes found on a copy whose longer side is `side` pixels."""
        reader = self._reader
        found = reader.get_textbox(
            reader.detector,
            np.ascontiguousarray(image),
            canvas_size=side,
            mag_ratio=1.0,
            poly=False,
            device=reader.device,
            optimal_num_chars=None,
            **_THRESHOLDS,
        )
        return [np.asarray(corners, dtype=float).reshape(4, 2) for corners in found[0]]

    def upside_down_votes(self, crops: Sequence[RgbImage]) -> list[float]:
        """For the orientation vote: none, EasyOCR has no classifier of directions."""
        return [0.0] * len(crops)

    def reading_score(self, crops: Sequence[RgbImage]) -> float:
        """For the orientation vote: mean confidence 0..1."""
        lines = [self._read(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)) for crop in crops]
        return float(np.mean([line.confidence for line in lines]))

    def _boxes(self, page: PageImage) -> list[OcrBox]:
        gray = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
        boxes: list[OcrBox] = []
        for quad in self._quads(page):
            chosen, line = self._directed(gray, quad)
            if line.text.strip():
                boxes.append(OcrBox(chosen, words_of(line, chosen)))
        return boxes

    def _quads(self, page: PageImage) -> list[Quad]:
        """Fragments of lines, as the library joins the words its detector finds."""
        height, width = page.shape[:2]
        level, tilted = self._reader.detect(
            page, min_size=_SMALLEST_BOX, canvas_size=_DETECTION_SIDE, reformat=False, **_THRESHOLDS
        )
        corners = [[(x1, y1), (x2, y1), (x2, y2), (x1, y2)] for x1, x2, y1, y2 in level[0]]
        clipped = [np.clip(np.asarray(box, dtype=float), 0, (width, height)) for box in (*corners, *tilted[0])]
        return [quad_of(box) for box in clipped if min(np.ptp(box, axis=0)) >= 2]

    def _directed(self, gray: Any, quad: Quad) -> tuple[Quad, DecodedLine]:
        """What stands in the box; of vertical boxes the direction that reads better."""
        line = self._read(cut(gray, quad))
        if is_vertical(quad):
            other = self._read(cut(gray, turned_around(quad)))
            if other.confidence > line.confidence:
                return turned_around(quad), other
        return quad, line

    def _read(self, crop: Any) -> DecodedLine:
        line = self._decode(crop)
        if line.confidence >= _CONTRAST_BELOW:
            return line
        sharper = self._decode(import_module("easyocr.recognition").adjust_contrast_grey(crop, target=_CONTRAST))
        return max(line, sharper, key=attrgetter("confidence"))

    def _decode(self, crop: Any) -> DecodedLine:
        """Decodes a line; takes no letter that the language does not have."""
        torch = self._torch
        pixels, share = _line_image(crop)
        with torch.inference_mode():
            tensor = torch.from_numpy(pixels)[None, None].to(self._reader.device)
            scores = self._reader.recognizer(tensor, torch.zeros((1, 1), dtype=torch.long, device=tensor.device))
            chances = torch.softmax(scores[0], dim=1).cpu().numpy()
        chances[:, self._ignored] = 0.0
        chances /= chances.sum(axis=1, keepdims=True)
        return decode_greedily(chances, self._reader.converter.character, max(1.0, len(chances) * share))


def _reader(languages: Sequence[str], folder: Path, network: str, device: str | bool) -> Any:
    """The library's reader. It wants a folder of our own networks on the import path: it gets an empty one, for a moment."""
    _, easyocr = _libraries()
    with tempfile.TemporaryDirectory() as empty, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what torch will do away with, addressed to the library
        try:
            return easyocr.Reader(
                list(languages),
                gpu=device,
                model_storage_directory=str(folder),
                user_network_directory=empty,
                recog_network=network,
                download_enabled=False,
                verbose=False,
            )
        except FileNotFoundError as error:  # the library's own check, by MD5
            raise ModelMissing(EASYOCR_OTHER_WEIGHTS()) from error
        finally:
            if empty in sys.path:
                sys.path.remove(empty)


def _line_image(crop: Any) -> tuple[NDArray[np.float32], float]:
    """The line at the height the recogniser takes, −1..1, its last column repeated to a whole multiple of that height.

    Also the share of the width that is the line's own.
    """
    height, width = crop.shape[:2]
    own = max(1, int(_HEIGHT * width / height))
    whole = math.ceil(own / _HEIGHT) * _HEIGHT
    scaled = cv2.resize(crop, (own, _HEIGHT), interpolation=cv2.INTER_LINEAR)
    padded = cv2.copyMakeBorder(scaled, 0, 0, 0, whole - own, cv2.BORDER_REPLICATE)
    return (padded.astype(np.float32) / 127.5 - 1.0).astype(np.float32), own / whole
