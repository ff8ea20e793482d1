"""The committed packet is what the command makes, small, and has what the demo needs."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from PIL import Image

from idp_project.operations.demo.packet import LEFT_OPEN, Trouble
from idp_project.operations.samples.generator import Recipe
from idp_project.operations.samples.kinds.registry import KINDS
from idp_project.operations.samples.packet import make_samples, write_packet

PACKET = Path(settings.BASE_DIR) / "samples" / "packet"
FONTS = Path(settings.BASE_DIR) / "idp_project" / "operations" / "samples" / "fonts"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packet")
    call_command("make_samples", packet="demo", out=folder, stdout=io.StringIO())
    return folder


def read_labels(folder: Path) -> dict:
    return json.loads((folder / "labels.json").read_text(encoding="utf-8"))


def test_the_committed_labels_are_those_the_command_makes(made: Path) -> None:
    assert read_labels(PACKET) == read_labels(made)
    assert sorted(path.name for path in PACKET.iterdir()) == sorted(path.name for path in made.iterdir())


def test_the_committed_files_are_those_the_command_makes(made: Path) -> None:
    """PDF text to the letter, pixels up to what another version of an image library may round differently."""
    for name in read_labels(PACKET):
        if name.endswith(".pdf"):
            assert page_texts(PACKET / name) == page_texts(made / name)
        elif name.endswith(".xml"):
            assert (PACKET / name).read_bytes() == (made / name).read_bytes()
        else:
            ours, theirs = (np.asarray(Image.open(folder / name).convert("L"), float) for folder in (PACKET, made))
            assert ours.shape == theirs.shape
            assert np.abs(ours - theirs).mean() < 2.0


def page_texts(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return texts


def test_the_packet_is_small_and_has_every_kind_and_a_stack() -> None:
    labels = read_labels(PACKET)
    pages = {True: 0, False: 0}
    for entry in labels.values():
        pages[entry["simulate"] == "digital"] += entry["sub_documents"][-1]["last_page"]
    assert 4 <= pages[False] <= 8 and pages[True] >= 3
    assert sum(path.stat().st_size for path in PACKET.iterdir()) < 2_000_000
    assert {entry["needs_review"] for entry in labels.values()} == {True, False}
    parts = [part for entry in labels.values() for part in entry["sub_documents"]]
    assert {part["type"] for part in parts} == set(KINDS)
    [stack] = [entry for entry in labels.values() if entry["kind"] == "stack" and entry["simulate"] == "scan"]
    assert len(stack["sub_documents"]) == 3 and stack["blank_pages"] and len(stack["turned_pages"]) == 2


def test_what_stays_for_people_is_in_the_packet() -> None:
    labels = read_labels(PACKET)
    assert set(LEFT_OPEN) <= set(labels)
    assert set(LEFT_OPEN.values()) == set(Trouble)


def test_the_command_takes_turns_among_kinds_and_ways(tmp_path: Path) -> None:
    call_command("make_samples", out=tmp_path, count=10, seed=40, stdout=io.StringIO())
    labels = read_labels(tmp_path)
    assert len(labels) == 10
    assert [entry["seed"] for entry in labels.values()] == list(range(40, 50))
    assert {entry["kind"] for entry in labels.values()} == set(KINDS)
    assert {entry["simulate"] for entry in labels.values()} == {"digital", "scan"}
    assert all((tmp_path / name).stat().st_size > 1000 for name in labels)


def test_the_command_makes_only_what_is_asked_for(tmp_path: Path) -> None:
    call_command("make_samples", out=tmp_path, count=3, seed=1, kinds="receipt", simulate="scan", stdout=io.StringIO())
    labels = read_labels(tmp_path)
    assert [(entry["kind"], entry["simulate"]) for entry in labels.values()] == [("receipt", "scan")] * 3


def test_thousands_are_made_one_after_the_other(tmp_path: Path) -> None:
    """Nothing is made before it is asked for, and the labels of what was made are on disk already."""
    asked = []

    def recipes() -> Iterator[Recipe]:
        for seed in range(5000):
            asked.append(seed)
            yield Recipe("registration_form", seed)

    made = write_packet(tmp_path, make_samples(recipes()))
    first, second = next(made), next(made)
    assert (first["seed"], second["seed"]) == (0, 1) and len(asked) == 2
    made.close()
    assert len(list(tmp_path.glob("*.pdf"))) == 2


def test_several_processes_make_the_same_in_the_same_order(tmp_path: Path) -> None:
    for processes in (1, 2):
        out = tmp_path / str(processes)
        call_command("make_samples", out=out, count=4, simulate="digital", processes=processes, stdout=io.StringIO())
    assert (tmp_path / "1" / "labels.json").read_bytes() == (tmp_path / "2" / "labels.json").read_bytes()
    assert list(read_labels(tmp_path / "2")) and read_labels(tmp_path / "2") == read_labels(tmp_path / "1")


@pytest.mark.parametrize("wrong", [{"kinds": "shopping_list"}, {"count": 0}, {"kinds": ","}])
def test_the_command_refuses_what_it_cannot_make(tmp_path: Path, wrong: dict) -> None:
    with pytest.raises(CommandError):
        call_command("make_samples", out=tmp_path, **{"count": 1, **wrong})


def test_every_font_has_its_licence_beside_it() -> None:
    fonts = {path.stem.rpartition("-")[0] for path in FONTS.glob("*.ttf")}
    assert len(fonts) == 8
    for font in fonts:
        licence = (FONTS / f"{font}-OFL.txt").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence
        assert "with Reserved Font Name" not in licence
