"""EasyOCR's two files with weights of random values, for machines without the real ones.

One channel of the detector carries darkness, so that it finds what is printed; all other values are random, and the
recogniser reads nonsense. Everything else (library, files, digests, networks, decoding) is the real thing.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from idp_project.providers.ocr import weights
from idp_project.providers.ocr.easyocr import _libraries

_SEED = 7
_WHITE = (255 / 255 - 0.406) / 0.225 + (255 / 255 - 0.456) / 0.224 + (255 / 255 - 0.485) / 0.229  # as CRAFT sees it
_DARKNESS = 0.1
_LIVELINESS = {"FeatureExtraction": 1.7, "SequenceModeling": 3.0, "Prediction": 30.0}  # else one letter everywhere


def write_random_weights(folder: Path) -> None:
    """Writes both files for English."""
    torch, _ = _libraries()
    with torch.random.fork_rng():
        torch.manual_seed(_SEED)
        models = {"craft_mlt_25k.pth": _detector(torch), "english_g2.pth": _recogniser(torch)}
    for name, model in models.items():
        torch.save({f"module.{key}": value for key, value in model.state_dict().items()}, folder / name)


def expect_weights(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Makes the product and the library take exactly the files of the folder for the published ones."""
    _libraries()
    config = import_module("easyocr.config")
    for entry in (config.detection_models["craft"], config.recognition_models["gen2"]["english_g2"]):
        patch.setitem(entry, "md5sum", hashlib.md5((folder / entry["filename"]).read_bytes()).hexdigest())
    patch.setattr(weights, "DETECTOR", _expecting(weights.DETECTOR, folder))
    english, *others = weights._SCRIPTS
    patch.setattr(weights, "_SCRIPTS", (replace(english, file=_expecting(english.file, folder)), *others))


def _expecting(file: weights.WeightFile, folder: Path) -> weights.WeightFile:
    return replace(file, sha256=hashlib.sha256((folder / file.name).read_bytes()).hexdigest())


def _detector(torch: Any) -> Any:
    """One channel carries darkness through the network, spread a little so that letters of a line touch."""
    model = import_module("easyocr.craft").CRAFT(pretrained=False).eval()
    first = model.basenet.slice1[0]
    with torch.no_grad():
        first.weight[0] = 0.0
        first.weight[0, :, 1, 1] = -_DARKNESS
        first.bias[0] = _DARKNESS * _WHITE
        for name in ("basenet.slice1.3", "basenet.slice1.7", "basenet.slice1.10"):
            _carry(model.get_submodule(name), 0)
        _carry(model.upconv4.conv[0], model.upconv4.conv[0].in_channels - 128)  # the first of the skipped channels
        for layer in (model.upconv4.conv[3], *model.conv_cls):
            if isinstance(layer, torch.nn.Conv2d):
                _carry(layer, 0, spread=layer.kernel_size[0] > 1)
        last = model.conv_cls[-1]
        last.weight[1], last.bias[1] = last.weight[0], last.bias[0]
    return model


def _carry(layer: Any, channel: int, *, spread: bool = False) -> None:
    """Channel 0 of the layer's output is the given channel of its input."""
    layer.weight[0] = 0.0
    layer.bias[0] = 0.0
    if spread:
        layer.weight[0, channel] = 1.0
    else:
        middle = layer.kernel_size[0] // 2
        layer.weight[0, channel, middle, middle] = 1.0


def _recogniser(torch: Any) -> Any:
    letters = import_module("easyocr.config").recognition_models["gen2"]["english_g2"]["characters"]
    model = import_module("easyocr.model.vgg_model").Model(
        input_channel=1, output_channel=256, hidden_size=256, num_class=len(letters) + 1
    )
    with torch.no_grad():
        for part, factor in _LIVELINESS.items():
            for weight in getattr(model, part).parameters():
                weight.mul_(factor)
    return model


if __name__ == "__main__":
    write_random_weights(Path(sys.argv[1]))
