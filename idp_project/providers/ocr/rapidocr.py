"""RapidOCR with the PP-OCRv6 weights that its wheel contains, on the CPU with one thread.

The engine's parts (detector, direction classifier, recogniser) are called one by one, so that crops come from the
page's full resolution, short lines are not padded, and every character's place and confidence is kept.
"""

from __future__ import annotations

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
from idp_project.providers.ocr.base import OcrOptions, PageImage, check_image, one_page_at_a_time, page_text_of
from idp_project.providers.ocr.crops import BgrImage, cut, is_vertical, quad_of, turned_around
from idp_project.providers.ocr.ctc_words import DecodedLine, words_of
from idp_project.providers.ocr.orientation import quarter_turns
from idp_project.providers.ocr.reading_order import OcrBox, Quad

_WEIGHTS = {
    "Det.model_path": "PP-OCRv6_det_small.onnx",
    "Cls.model_path": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec.model_path": "PP-OCRv6_rec_small.onnx",
}
_READING = 1  # raised when reading order or word splitting change what `recognize` gives
_DETECTION_SIDE = 1280  # longer side: on A4 pages as exact as 2000, at a third of the time
_DETECTION_SHORT_SIDE = 640  # but no less than this for long narrow receipts
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
        "Rec.rec_img_shape": [3, 48, 64],
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
        raise ModelMissing(f"RapidOCR's weights are not installed: {', '.join(missing)}. Install rapidocr again.")
    return folder


class RapidOcrEngine:
    """The default OCR engine; the port's contract is in `base.OcrEngine`. Loading takes 1 to 2 s and 120 MB."""

    name = "rapidocr"
    is_inheritable = True

    def __init__(self, options: OcrOptions) -> None:
        from rapidocr import RapidOCR

        cv2.setNumThreads(1)  # no pool, so that a process may fork after loading
        self._engine: Any = RapidOCR(params=engine_parameters())
        self._engine.return_word_box = True
        self._engine._load_det_model()
        self._engine._load_cls_model()
        self._engine._load_rec_model()
        self._lock = Lock()
        self.version = f"{version('rapidocr')} PP-OCRv6-small/{_READING}"

    def recognize(self, image: PageImage) -> PageText:
        check_image(image)
        page = np.ascontiguousarray(image[:, :, ::-1])
        with one_page_at_a_time(self._lock):
            boxes = self._boxes(page)
        return page_text_of(boxes, image, self)

    def detect_orientation(self, image: PageImage) -> int:
        check_image(image)
        page = np.ascontiguousarray(image[:, :, ::-1])
        with one_page_at_a_time(self._lock):
            return quarter_turns(page, self)

    def detect(self, image: BgrImage, side: int) -> list[NDArray[Any]]:
        """For the orientation vote: boxes found on a copy whose longer side is `side` pixels."""
        return self._detect(image, min(1.0, side / max(image.shape[:2])))

    def upside_down_votes(self, crops: Sequence[BgrImage]) -> list[float]:
        """For the orientation vote: −1 upright … 1 upside down."""
        found = self._engine.text_cls(list(crops)).cls_res
        return [(2 * float(score) - 1) * (1 if "180" in label else -1) for label, score in found]

    def reading_score(self, crops: Sequence[BgrImage]) -> float:
        """For the orientation vote: mean confidence 0..1."""
        return float(np.mean(self._engine.recognize_txt(list(crops)).scores))

    def _boxes(self, page: BgrImage) -> list[OcrBox]:
        height, width = page.shape[:2]
        scale = detection_scale(width, height)
        quads = [quad_of(corners) for corners in self._detect(page, scale)]
        quads = self._directed(page, quads)
        if not quads:
            return []
        found = self._engine.recognize_txt([cut(page, quad) for quad in quads])
        boxes: list[OcrBox] = []
        for quad, text, score, info in zip(quads, found.txts, found.scores, found.word_results, strict=True):
            if not text.strip() or score < _MIN_CONFIDENCE:
                continue
            columns = [column for word in info.word_cols for column in word]
            boxes.append(OcrBox(quad, words_of(DecodedLine(text, info.confs, columns, info.line_txt_len), quad)))
        return boxes

    def _directed(self, page: BgrImage, quads: list[Quad]) -> list[Quad]:
        """Vertical boxes on an upright page run either way: the classifier says which."""
        vertical = [index for index, quad in enumerate(quads) if is_vertical(quad)]
        if vertical:
            votes = self.upside_down_votes([cut(page, quads[index]) for index in vertical])
            for index, vote in zip(vertical, votes, strict=True):
                if vote > 0:
                    quads[index] = turned_around(quads[index])
        return quads

    def _detect(self, image: BgrImage, scale: float) -> list[NDArray[Any]]:
        interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        scaled = image if scale == 1 else cv2.resize(image, None, fx=scale, fy=scale, interpolation=interpolation)
        detector = self._engine.text_det
        detector.limit_side_len = max(scaled.shape[:2])  # scaled already
        found = detector(scaled)
        if found.boxes is None:
            return []
        ratio = np.array([image.shape[1] / scaled.shape[1], image.shape[0] / scaled.shape[0]])
        return [np.asarray(corners) * ratio for corners in found.boxes]
