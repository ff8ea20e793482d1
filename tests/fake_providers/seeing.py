"""How the fake model that sees answers: it reads the picture it was sent, with the engine that is always here."""

from __future__ import annotations

import json
from functools import cache

import cv2
import numpy as np

from idp_project.providers import registry
from idp_project.providers.ocr.base import OcrEngine
from tests.fake_providers.replies import Received, Reply


@cache
def _eyes() -> OcrEngine:
    return registry.ocr_engine("rapidocr")


def see_page(received: Received) -> Reply:
    """The lines of the picture, as the vision engine asks for them."""
    (picture,) = received.images
    pixels = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    lines = _eyes().recognize(np.ascontiguousarray(pixels[:, :, ::-1]).astype(np.uint8)).text.splitlines()
    return Reply(json.dumps({"lines": lines}))
