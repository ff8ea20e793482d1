"""The bare OCR engine, for comparison: `python -m benchmarks.bare_ocr IMAGES.npz DEALER`, one process, one thread.

Same engine configuration as the product's adapter, text searched for at the same scale. It loads, says "ready", waits for
a line, takes numbers of images from the pipe DEALER, which it shares with others, until none are left, and prints how
many seconds of processor time that took.
"""

from __future__ import annotations

import os
import sys
import time

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidocr import RapidOCR

from idp_project.providers.ocr.rapidocr import detection_scale, engine_parameters


def main() -> None:
    cv2.setNumThreads(1)
    engine = RapidOCR(params=engine_parameters())
    with np.load(sys.argv[1]) as stored:
        images = [stored[name][:, :, ::-1].copy() for name in stored.files]  # BGR, as the engine takes it
    engine(images[0])  # loads its parts
    print("ready", flush=True)
    sys.stdin.readline()
    began, dealer = time.process_time(), int(sys.argv[2])
    while number := os.read(dealer, 2):
        _read(engine, images[int.from_bytes(number)])
    print(time.process_time() - began, flush=True)


def _read(engine: RapidOCR, image: NDArray[np.uint8]) -> None:
    height, width = image.shape[:2]
    engine.text_det.limit_side_len = round(max(height, width) * detection_scale(width, height))
    engine(image)


if __name__ == "__main__":
    main()
