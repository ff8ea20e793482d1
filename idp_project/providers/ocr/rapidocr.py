"""RapidOCR with the PP-OCRv6 weights that its wheel contains, on the CPU with one thread.

The engine's parts (detector, direction classifier, recogniser) are called one by one, so that crops come from the
page's full resolution, short lines are not padded, and every character's place and confidence is kept.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from idp_project.core.page_text import PageText
from idp_project.providers.errors import ModelMissing
from idp_project.providers.ocr.base import PageImage, ReadLine, check_image, one_page_at_a_time, page_text_of
from idp_project.providers.ocr.crops import RgbImage, cut, is_vertical, quad_of, turned_around
from idp_project.providers.ocr.ctc_words import DecodedLine, decode_greedily, words_of
from idp_project.providers.ocr.orientation import quarter_turns
from idp_project.providers.ocr.reading_order import OcrBox, Quad
from idp_project.providers.ocr.unread_lines import unread_parts
from idp_project.providers.refusals import RAPIDOCR_WITHOUT_WEIGHTS

_WEIGHTS = {
    "Det.model_path": "PP-OCRv6_det_small.onnx",
    "Cls.model_path": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec.model_path": "PP-OCRv6_rec_small.onnx",
}
_READING = 3  # raised when reading order or word splitting change what `recognize` gives
_DETECTION_SIDE = 1280  # longer side: on A4 pages as exact as 2000, at a third of the time
_DETECTION_SHORT_SIDE = 640  # but no less than this for long narrow receipts
_STRIDE = 32  # the detector takes sides that are multiples of it
_LINE_HEIGHT, _SHORTEST_LINE = 48, 64  # pixels, of what the recogniser takes
_MIN_CONFIDENCE = 0.5  # mean of a line; below it PP-OCR reads noise


def engine_parameters() -> dict[str, Any]:
    """The configuration of the bare engine, for comparison in benchmarks: one thread, weights from the wheel.

    Recognising line by line without padding reads more words right than batches of six padded to the longest (0.874
    against 0.854 F1 on receipts) in 60 % of the time.
    """
    folder = _weights_folder()
    return {
        "Global.log_level": "error",
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
        "Det.limit_type": "max",
        "Det.limit_side_len": _DETECTION_SIDE,
        "Rec.rec_batch_num": 1,
        "Rec.rec_img_shape": [3, _LINE_HEIGHT, _SHORTEST_LINE],
        **{key: str(folder / name) for key, name in _WEIGHTS.items()},
    }


def detection_scale(width: int, height: int) -> float:
    """At what share of its size a page is searched for text."""
    return min(1.0, max(_DETECTION_SIDE / max(height, width), _DETECTION_SHORT_SIDE / min(height, width)))


def _weights_folder() -> Path:
    import rapidocr

    folder = Path(rapidocr.__file__).parent / "models"
    missing = [name for name in _WEIGHTS.values() if not (folder / name).is_file()]
    if missing:
        # With explicit paths the library never downloads; without its files there is nothing to read with.
        raise ModelMissing(RAPIDOCR_WITHOUT_WEIGHTS(missing=", ".join(missing)))
    return folder


class RapidOcrEngine:
    """The default OCR engine; the port's contract is in `base.OcrEngine`. Loading takes 1 to 2 s and 120 MB."""

    name = "rapidocr"
    is_inheritable = True

    @staticmethod
    def installation() -> list[str]:
        return []  # its weights come with the package

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        cv2.setNumThreads(1)  # no pool, so that a process may fork after loading
        engine: Any = RapidOCR(params=engine_parameters())
        engine._load_det_model()
        engine._load_cls_model()
        engine._load_rec_model()
        self._detector, self._classifier, self._recognizer = engine.text_det, engine.text_cls, engine.text_rec
        self._lock = Lock()
        self.version = f"{version('rapidocr')} PP-OCRv6-small/{_READING}"

    def recognize(self, image: PageImage) -> PageText:
        check_image(image)
        with one_page_at_a_time(self._lock):
            boxes, unread = self._boxes(image)
        return page_text_of(boxes, image, self, unread)

    def detect_orientation(self, image: PageImage) -> int:
        check_image(image)
        with one_page_at_a_time(self._lock):
            return quarter_turns(image, self)

    def read_line(self, image: PageImage) -> ReadLine:
        check_image(image)
        with one_page_at_a_time(self._lock):
            line = self._read(image)
        return ReadLine(line.text, line.confidence)

    def detect(self, image: RgbImage, side: int) -> list[NDArray[Any]]:
        """For the orientation vote: boxes found on a copy whose longer side is `side` pixels."""
        return self._detect(image, min(1.0, side / max(image.shape[:2])))

    def upside_down_votes(self, crops: Sequence[RgbImage]) -> list[float]:
        """For the orientation vote: −1 upright … 1 upside down."""
        found = self._classifier([cv2.cvtColor(crop, cv2.COLOR_RGB2BGR) for crop in crops]).cls_res
        return [(2 * float(score) - 1) * (1 if "180" in label else -1) for label, score in found]

    def reading_score(self, crops: Sequence[RgbImage]) -> float:
        """For the orientation vote: mean confidence 0..1."""
        return float(np.mean([self._read(crop).confidence for crop in crops]))

    def _boxes(self, page: RgbImage) -> tuple[list[OcrBox], list[Quad]]:
        """What was read, and where nothing or too little was."""
        height, width = page.shape[:2]
        quads = [quad_of(corners) for corners in self._detect(page, detection_scale(width, height))]
        boxes: list[OcrBox] = []
        unread: list[Quad] = []
        for quad in self._directed(page, quads):
            crop = cut(page, quad)
            line = self._read(crop)
            is_read = bool(line.text.strip()) and line.confidence >= _MIN_CONFIDENCE
            if is_read:
                boxes.append(OcrBox(quad, words_of(line, quad)))
            unread += unread_parts(crop, quad, line, is_read=is_read)
        return boxes, unread

    def chances_of(self, crop: RgbImage) -> NDArray[Any]:
        """For the classifier of scripts: columns × characters of a horizontal line, 0..1, the first of them the blank."""
        return self._chances(crop)[0]

    def _read(self, crop: RgbImage) -> DecodedLine:
        chances, share = self._chances(crop)
        return decode_greedily(chances, self._recognizer.postprocess_op.character, len(chances) * share)

    def _chances(self, crop: RgbImage) -> tuple[NDArray[Any], float]:
        """Chances of every column, also of those behind a short line; and the share of them that are the line's own."""
        height, width = crop.shape[:2]
        own = max(1, math.ceil(_LINE_HEIGHT * width / height))
        line = np.zeros((1, 3, _LINE_HEIGHT, max(_SHORTEST_LINE, own)), np.float32)
        line[:, :, :, :own] = _tensor(cv2.resize(crop, (own, _LINE_HEIGHT)))
        return self._recognizer.session(line)[0], own / line.shape[3]

    def _directed(self, page: RgbImage, quads: list[Quad]) -> list[Quad]:
        """Vertical boxes on an upright page run either way: the classifier says which."""
        vertical = [index for index, quad in enumerate(quads) if is_vertical(quad)]
        if vertical:
            votes = self.upside_down_votes([cut(page, quads[index]) for index in vertical])
            for index, vote in zip(vertical, votes, strict=True):
                if vote > 0:
                    quads[index] = turned_around(quads[index])
        return quads

    def _detect(self, image: RgbImage, scale: float) -> list[NDArray[Any]]:
        height, width = image.shape[:2]
        size = tuple(max(_STRIDE, round(side * scale / _STRIDE) * _STRIDE) for side in (width, height))
        interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        chances = self._detector.session(_tensor(cv2.resize(image, size, interpolation=interpolation)))
        corners, _ = self._detector.postprocess_op(chances, (height, width))
        return list(np.asarray(corners, dtype=float))


def _tensor(image: NDArray[Any]) -> NDArray[Any]:
    """Tensor that the networks take: 1 × blue, green, red × height × width, −1..1."""
    return cv2.dnn.blobFromImage(image, 1 / 127.5, mean=(127.5, 127.5, 127.5), swapRB=True)
