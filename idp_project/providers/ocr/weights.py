"""EasyOCR's weights: which files a choice of languages needs, their digests, and whether they are there.

They come from a release page and not from a package, so a person puts them into place; nothing here downloads. The files
are pickles, which can run code when they are loaded: a file with another digest is not loaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from idp_project.providers.errors import ModelMissing
from idp_project.providers.refusals import EASYOCR_LANGUAGES_UNKNOWN, EASYOCR_WEIGHTS_UNUSABLE, EASYOCR_WITHOUT_NETWORK

PROJECT = "JaidedAI/EasyOCR"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class WeightFile:
    """One file as the project published it: `release` is the tag, the archive there is called after the file, `.zip`."""

    name: str
    release: str
    sha256: str

    @property
    def archive(self) -> str:
        return self.name.rpartition(".")[0] + ".zip"


@dataclass(frozen=True)
class _Script:
    """A recognition network of the library, and the languages it was trained for; English goes with each."""

    network: str
    file: WeightFile
    languages: frozenset[str]


DETECTOR = WeightFile(
    "craft_mlt_25k.pth", "pre-v1.1.6", "4a5efbfb48b4081100544e75e1e2b57f8de3d84f213004b14b85fd4b3748db17"
)
_SCRIPTS = tuple(
    _Script(network, WeightFile(file, release, sha256), frozenset(languages.split()))
    for network, file, release, sha256, languages in (
        ("english_g2", "english_g2.pth", "v1.3", "e2272681d9d67a04e2dff396b6e95077bc19001f8f6d3593c307b9852e1c29e8", "en"),
        ("latin_g2", "latin_g2.pth", "v1.3", "aaa95be1c4a9cb3496879bed7c520886ce1164f89e026f0c54488394e74e8c55",
         "af az bs cs cy da de es et fr ga hr hu id is it ku la lt lv mi ms mt nl no oc pi pl pt ro rs_latin sk sl sq sv sw "
         "tl tr uz vi"),
        ("cyrillic_g2", "cyrillic_g2.pth", "v1.6.1", "48d0f3b58f28aa64651ab1032cc2d498c4de25135829668e87c14e7a07529f29",
         "ru rs_cyrillic be bg uk mn"),
        ("devanagari_g1", "devanagari.pth", "pre-v1.1.6",
         "1a8d0abb2032c0ec9d06639bc078b7686c10cf3b8193fe42a6382bc6846ae4a3", "hi mr ne"),
        ("bengali_g1", "bengali.pth", "v1.1.8", "28d10d7dab96bf38c1d190d09a65a732130f5f34b28dcbd7e51aba3366146896", "bn as"),
        ("thai_g1", "thai.pth", "pre-v1.1.6", "3ebbb9321b9c7c694e169cd23cc37f3c0bd2a160f5b539602bbef80e663e0a17", "th"),
        ("tamil_g1", "tamil.pth", "v1.1.7", "1e5e3336a4d4923da6246a76338c02cf9b366cfb3d1a84182bfc3d11df7d5a4d", "ta"),
        ("telugu_g2", "telugu.pth", "v1.2", "a73ba1c65f8b3e7b18df3104c1f137970510ce51e3e1d9341506292730fa3c43", "te"),
        ("kannada_g2", "kannada.pth", "v1.2", "3cc308972bccb2c483741e90e87f2941c1b40d84cf548115f48372d288deb0f0", "kn"),
        ("zh_sim_g2", "zh_sim_g2.pth", "v1.3", "cb678fdef09d651e7763ca551ad790dc89f0b2e3d2a640484330e338fb574c7a", "ch_sim"),
        ("zh_tra_g1", "chinese.pth", "pre-v1.1.6",
         "19ecc60f4e079eb2cd7f25f3513fc996cf80819fc1f1d0aee24c58402cc4776d", "ch_tra"),
        ("japanese_g2", "japanese_g2.pth", "v1.3", "afbb32b0485297de5a7c1f59aeecac12c69f32b15cedd3c3d8c2e8529de85af3", "ja"),
        ("korean_g2", "korean_g2.pth", "v1.3", "ecdead53c909748aad74bc2f2beeab3e3ad751134db6335e97ea19f879ca407e", "ko"),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What a choice of languages needs: the library's name of the network, and the files."""

    network: str
    files: tuple[WeightFile, WeightFile]


@dataclass(frozen=True)
class WeightState:
    """`problem` is empty for a file that is there and is the published one."""

    file: WeightFile
    path: Path
    problem: str

    @property
    def lines(self) -> list[str]:
        """For people: name, state and digest; for a file that is missing also where it comes from and goes."""
        lines = [f"{self.file.name}: {self.problem or 'is there'}; SHA-256 {self.file.sha256}"]
        if self.problem:
            release, archive = self.file.release, self.file.archive
            lines.append(f"  from the releases of {PROJECT}, tag {release}: unpack {archive} and put the file at")
            lines.append(f"  {self.path}")
        return lines


def known_languages() -> tuple[str, ...]:
    """EasyOCR's own codes; scripts that run from right to left are not offered."""
    return tuple(sorted({language for script in _SCRIPTS for language in script.languages}))


def wanted_for(languages: Sequence[str]) -> Wanted:
    """Raises ModelMissing where one of the languages is not known, or no network reads all of them."""
    unknown = sorted(set(languages) - set(known_languages()))
    if unknown or not languages:
        raise ModelMissing(
            EASYOCR_LANGUAGES_UNKNOWN(languages=", ".join(unknown) or "no language", known=", ".join(known_languages()))
        )
    for script in _SCRIPTS:
        if set(languages) <= {*script.languages, "en"}:
            return Wanted(script.network, (DETECTOR, script.file))
    raise ModelMissing(EASYOCR_WITHOUT_NETWORK(languages=", ".join(languages)))


def states_of(wanted: Wanted, folder: Path) -> list[WeightState]:
    """Reads every file once, about a second for 100 MB."""
    return [WeightState(file, folder / file.name, _problem(file, folder / file.name)) for file in wanted.files]


def check_weights(wanted: Wanted, folder: Path) -> None:
    """Raises ModelMissing for the files that are absent or are not the published ones."""
    problems = [f"{state.file.name} {state.problem}" for state in states_of(wanted, folder) if state.problem]
    if problems:
        raise ModelMissing(EASYOCR_WEIGHTS_UNUSABLE(folder=folder, problems="; ".join(problems)))


def _problem(file: WeightFile, path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stored:
            while block := stored.read(_BLOCK):
                digest.update(block)
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return "" if digest.hexdigest() == file.sha256 else "is another file than the published one"
