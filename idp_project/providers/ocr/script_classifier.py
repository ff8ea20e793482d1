"""Which script a line is printed in, and whether it stands on its head, by what the recogniser makes of it.

PP-OCR has no letters for most scripts, but what it takes a foreign line for differs from script to script. A softmax
regression over the probability that each of some hundred characters gets in the line tells them apart; its weights lie
beside this module and are fitted by `benchmarks.quality.fit_scripts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idp_project.core.scripts import Script

WEIGHTS_FILE = Path(__file__).with_name("script_weights.npz")
TURNED = " turned"  # behind a script's name: the class of its lines upside down


@dataclass(frozen=True)
class ScriptVote:
    """Of some lines together. `share` is its probability, 0..1, of being the most likely of all classes."""

    script: Script
    is_turned: bool
    share: float


@dataclass(frozen=True)
class _Weights:
    characters: NDArray[np.int64]
    matrix: NDArray[np.float32]
    bias: NDArray[np.float32]
    classes: tuple[str, ...]


def mass_of(chances: NDArray[Any]) -> NDArray[np.float32]:
    """The share of each character in what a line's columns are not blank with; the last two: how much that is altogether,
    and how much is decoded. `chances` is columns × characters, the first of which is the blank.
    """
    letters = chances[:, 1:].sum(axis=0)
    total = float(letters.sum())
    best = chances.argmax(axis=1)
    decoded = float(np.count_nonzero(best[1:][best[1:] != best[:-1]])) if len(best) > 1 else 0.0
    shares = np.sqrt(letters / (total + 1e-6))
    return np.concatenate([shares, [total / len(chances), decoded / len(chances)]]).astype(np.float32)


def vote(lines: Sequence[NDArray[Any]], turned: Sequence[NDArray[Any]]) -> ScriptVote | None:
    """The script of lines that belong together, each given as its chances, and as those of the same line upside down; None
    without lines.

    Every line counts, a sure one more than a doubtful one; no single line decides.
    """
    if not lines:
        return None
    weights = _load()
    names = list(weights.classes)
    other = [names.index(name.removesuffix(TURNED) if name.endswith(TURNED) else name + TURNED) for name in names]
    scores = _scores(lines, weights) + _scores(turned, weights)[:, other]
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    mean = chances.mean(axis=0)
    best = int(mean.argmax())
    return ScriptVote(Script(names[best].removesuffix(TURNED)), names[best].endswith(TURNED), float(mean[best]))


def _scores(lines: Sequence[NDArray[Any]], weights: _Weights) -> NDArray[np.float32]:
    masses = np.stack([mass_of(line)[weights.characters] for line in lines])
    return np.asarray(masses @ weights.matrix + weights.bias, np.float32)


@cache
def _load() -> _Weights:
    with np.load(WEIGHTS_FILE) as stored:
        return _Weights(
            stored["characters"].astype(np.int64),
            stored["matrix"].astype(np.float32),
            stored["bias"].astype(np.float32),
            tuple(str(name) for name in stored["classes"]),
        )
