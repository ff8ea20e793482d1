"""Fits the weights by which scripts are told apart: `python -m benchmarks.quality.fit_scripts --fonts DIR [--rounds N]`.

Lines of Django's own translations are drawn in many fonts, spoiled as scanners spoil them, and read by RapidOCR's
recogniser, upright and upside down; a softmax regression is fitted on what it makes of them. Every fifth line of a script
is left out and judged. `DIR` holds fonts, for example Debian's fonts-noto-core, fonts-noto-cjk, fonts-freefont-ttf,
fonts-hosny-amiri, culmus, fonts-paratype, fonts-thai-tlwg and fonts-unfonts-core, unpacked.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import django
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from idp_project.core.scripts import Script, script_of
from idp_project.providers.ocr.rapidocr import RapidOcrEngine
from idp_project.providers.ocr.script_classifier import TURNED, WEIGHTS_FILE, mass_of

_PAN = "DejaVuSans.ttf DejaVuSerif.ttf DejaVuSansMono.ttf FreeSans.ttf FreeSerif.ttf FreeMono.ttf"
_LATIN = f"{_PAN} NotoSans-*.ttf NotoSerif-*.ttf Liberation*.ttf PT*.ttf"
_SOURCES: dict[Script, tuple[str, str]] = {  # Django's languages, patterns of fonts
    Script.LATIN: ("de en fr es pl tr vi cs fi hu id pt nl sv ro lt", _LATIN),
    Script.CYRILLIC: ("ru uk bg sr mk be kk tg ky mn", _LATIN),
    Script.GREEK: ("el", f"{_PAN} NotoSans-*.ttf NotoSerif-*.ttf Liberation*.ttf GFS*.otf"),
    Script.ARABIC: ("ar fa ckb ur ug", "NotoNaskhArabic-*.ttf NotoSansArabic-*.ttf NotoKufiArabic-*.ttf Amiri-*.ttf"),
    Script.HEBREW: ("he", "NotoSansHebrew-*.ttf NotoSerifHebrew-*.ttf David*.otf FrankRuehl*.ttf Miriam*.ttf FreeSans.ttf"),
    Script.DEVANAGARI: ("hi mr ne", "NotoSansDevanagari-*.ttf NotoSerifDevanagari-*.ttf Lohit-Devanagari.ttf"),
    Script.BENGALI: ("bn", "NotoSansBengali-*.ttf NotoSerifBengali-*.ttf"),
    Script.GURMUKHI: ("pa", "NotoSansGurmukhi-*.ttf NotoSerifGurmukhi-*.ttf"),
    Script.TAMIL: ("ta", "NotoSansTamil-*.ttf NotoSerifTamil-*.ttf"),
    Script.TELUGU: ("te", "NotoSansTelugu-*.ttf NotoSerifTelugu-*.ttf"),
    Script.KANNADA: ("kn", "NotoSansKannada-*.ttf NotoSerifKannada-*.ttf"),
    Script.MALAYALAM: ("ml", "NotoSansMalayalam-*.ttf NotoSerifMalayalam-*.ttf"),
    Script.THAI: ("th", "NotoSansThai-*.ttf NotoSerifThai-*.ttf NotoLoopedThai-*.ttf Garuda.otf Loma.otf"),
    Script.KHMER: ("km", "NotoSansKhmer-*.ttf NotoSerifKhmer-*.ttf"),
    Script.MYANMAR: ("my", "NotoSansMyanmar-*.ttf NotoSerifMyanmar-*.ttf"),
    Script.GEORGIAN: ("ka", "NotoSansGeorgian-*.ttf NotoSerifGeorgian-*.ttf DejaVuSans.ttf FreeSerif.ttf"),
    Script.ARMENIAN: ("hy", "NotoSansArmenian-*.ttf NotoSerifArmenian-*.ttf DejaVuSans.ttf FreeSans.ttf FreeSerif.ttf"),
    Script.ETHIOPIC: ("am", "NotoSansEthiopic-*.ttf NotoSerifEthiopic-*.ttf"),
    Script.HANGUL: ("ko", "NotoSansCJK-*.ttc NotoSerifCJK-*.ttc UnBatang.ttf UnDotum.ttf"),
    Script.HAN: ("zh_Hans zh_Hant ja", "NotoSansCJK-*.ttc NotoSerifCJK-*.ttc"),
}  # fmt: skip
_LINES = 24  # of a script, a round
_KEPT = 700  # characters that tell most
_STEPS, _RATE, _DECAY = 1500, 0.5, 1e-5


def main() -> None:
    """Draws, reads, fits and writes the weights; prints how many left-out lines are told right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fonts", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5, help=f"of {_LINES} lines a script each")
    parser.add_argument("--cache", type=Path, help="a folder that keeps what was read, script by script")
    options = parser.parse_args()
    masses, names = _read_lines(options.fonts, options.rounds, options.cache)
    _fit(masses, names)


def _read_lines(fonts: Path, rounds: int, cache: Path | None) -> tuple[NDArray[np.float32], NDArray[Any]]:
    engine = RapidOcrEngine()
    read = [
        _kept(engine, script, fonts, number, cache / f"{script.value}-{number}.npz" if cache else None)
        for number in range(rounds)
        for script in _SOURCES
    ]
    return np.concatenate([masses for masses, _ in read]), np.concatenate([names for _, names in read])


def _kept(
    engine: RapidOcrEngine, script: Script, fonts: Path, number: int, path: Path | None
) -> tuple[NDArray[np.float32], NDArray[Any]]:
    if path and path.exists():
        with np.load(path) as stored:
            return stored["masses"].astype(np.float32), stored["names"]
    found = [
        (mass_of(engine.chances_of(picture)), name)
        for line in _lines(script, fonts, random.Random(f"scripts {script.value} {number}"))
        for picture, name in ((line, script.value), (np.ascontiguousarray(line[::-1, ::-1]), script.value + TURNED))
    ]
    masses, names = np.stack([mass for mass, _ in found]), np.array([name for _, name in found])
    if path:
        np.savez_compressed(path, masses=masses.astype(np.float16), names=names)
    print(script.value, number, flush=True)
    return masses, names


def _lines(script: Script, fonts: Path, chance: random.Random) -> Iterator[NDArray[np.uint8]]:
    languages, patterns = _SOURCES[script]
    texts = [text for language in languages.split() for text in _texts(language, script)]
    folders = (fonts, Path("/usr/share/fonts"))
    files = sorted({str(p) for pattern in patterns.split() for folder in folders for p in folder.rglob(pattern)})
    made = 0
    while made < _LINES:
        file = chance.choice(files)
        text = " ".join(chance.choices(texts, k=chance.randint(1, 3)))[: chance.randint(14, 45)]
        if "Noto" in file and script not in (Script.LATIN, Script.CYRILLIC, Script.GREEK, Script.HAN, Script.HANGUL):
            text = "".join(letter if script_of(letter) else " " for letter in text)  # these fonts have no other letters
        elif chance.random() < 0.3:
            text += f" {chance.randint(1, 99999)}"
        if sum(script_of(letter) is script for letter in text) >= 8:
            yield _spoiled(_drawn(" ".join(text.split()), file, chance), chance)
            made += 1


def _texts(language: str, script: Script) -> Iterator[str]:
    root = Path(django.__file__).parent
    for path in sorted(root.glob(f"contrib/*/locale/{language}/LC_MESSAGES/django.po")) + sorted(
        root.glob(f"conf/locale/{language}/LC_MESSAGES/django.po")
    ):
        for text in re.findall(r'^msgstr(?:\[\d\])? "(.+)"$', path.read_text(), re.M):
            clean = re.sub(r"%\(?[a-z_]*\)?[sd]|\\.|<[^>]*>|[{}]", " ", text)
            if sum(script_of(letter) is script for letter in clean) >= 5:
                yield " ".join(clean.split())


def _drawn(text: str, file: str, chance: random.Random) -> NDArray[np.uint8]:
    size = chance.randint(18, 52)
    font = ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.RAQM)
    left, top, right, bottom = (int(value) for value in font.getbbox(text))
    margin = [chance.randint(1, 2 + size // 5) for _ in range(4)]
    picture = Image.new("RGB", (right - left + margin[0] + margin[1], bottom - top + margin[2] + margin[3]), "white")
    shade = chance.randint(0, 90)
    ImageDraw.Draw(picture).text((margin[0] - left, margin[2] - top), text, font=font, fill=(shade, shade, shade))
    return np.asarray(picture)


def _spoiled(line: NDArray[np.uint8], chance: random.Random) -> NDArray[np.uint8]:
    height, width = line.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), chance.uniform(-0.6, 0.6), 1)
    image: Any = cv2.warpAffine(line, turn, (width, height), borderValue=(255, 255, 255))
    if chance.random() < 0.6:
        image = cv2.GaussianBlur(image, (0, 0), chance.uniform(0.3, height / 35))
    noise = np.random.default_rng(chance.randint(0, 10**6)).normal(0, chance.choice((0, 4, 10, 18)), (height, width, 1))
    image = np.clip(image.astype(np.float32) * chance.uniform(0.8, 1) + noise, 0, 255).astype(np.uint8)
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, chance.randint(40, 95)])
    assert done
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def _fit(masses: NDArray[np.float32], names: NDArray[Any]) -> None:
    classes = sorted(set(names))
    truth = np.array([classes.index(name) for name in names])
    is_kept_back = (np.arange(len(truth)) // 2) % 5 == 4  # a line and the same line turned stay together
    characters = _telling(masses[~is_kept_back], truth[~is_kept_back], len(classes))
    inputs = masses[:, characters]
    matrix, bias = _regression(inputs[~is_kept_back], truth[~is_kept_back], len(classes))
    guessed = (inputs[is_kept_back] @ matrix + bias).argmax(axis=1)
    expected = truth[is_kept_back]
    print(f"left-out lines told right: {(guessed == expected).mean():.3f} of {len(expected)}")
    for number, name in enumerate(classes):
        mine = expected == number
        wrong = sorted({classes[other] for other in guessed[mine] if other != number})
        print(f"  {name}: {(guessed[mine] == number).mean():.2f} {', '.join(wrong)}")
    np.savez_compressed(
        WEIGHTS_FILE,
        characters=characters.astype(np.int32),
        matrix=matrix.astype(np.float16),
        bias=bias.astype(np.float16),
        classes=np.array(classes),
    )


def _telling(masses: NDArray[np.float32], truth: NDArray[Any], count: int) -> NDArray[np.int64]:
    """Characters whose share differs most between classes; the two that are no characters always."""
    means = np.stack([masses[truth == number].mean(axis=0) for number in range(count)])
    spread = means.std(axis=0)
    spread[-2:] = spread.max() + 1
    return np.sort(np.argsort(-spread)[:_KEPT])


def _regression(
    inputs: NDArray[np.float32], truth: NDArray[Any], count: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Softmax regression by gradient descent with momentum."""
    matrix, bias = np.zeros((inputs.shape[1], count), np.float32), np.zeros(count, np.float32)
    moving, moving_bias = np.zeros_like(matrix), np.zeros_like(bias)
    wanted = np.eye(count, dtype=np.float32)[truth]
    for _ in range(_STEPS):
        scores = inputs @ matrix + bias
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        error = (chances - wanted) / len(truth)
        moving = 0.95 * moving - _RATE * (inputs.T @ error + _DECAY * matrix)
        moving_bias = 0.95 * moving_bias - _RATE * error.sum(axis=0)
        matrix, bias = matrix + moving, bias + moving_bias
    return matrix, bias


if __name__ == "__main__":
    main()
