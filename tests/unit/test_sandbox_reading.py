"""What the sandbox reads from good files: places of words that match the pixels, tables, sizes, images."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from idp_project.core.errors import PermanentFailure
from idp_project.core.files.errors import SandboxCode
from idp_project.core.isolation.client import Sandbox
from idp_project.core.isolation.limits import SandboxLimits
from idp_project.core.isolation.wire import Verdict
from tests.factories import files
from tests.hostile.drawing import FONT, assemble, pdf_of, stream, text_at


def image_bytes(image: Image.Image, kind: str, **options) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("boxes", [b"/MediaBox [0 0 300 400]", b"/MediaBox [-50 -20 350 420] /CropBox [10 20 290 380]"])
def test_word_boxes_lie_on_the_ink(sandbox, saved, rotation, boxes):
    content = text_at(40, 300, b"Invoice 4711", 20) + text_at(60, 100, b"Total", 14)
    path = saved(pdf_of(content, page=boxes + b" /Rotate %d" % rotation))

    layer = sandbox.read_text_layer(path, 1)
    image = sandbox.render(path, 1, 144)

    assert sorted(word[0] for word in layer["words"]) == ["4711", "Invoice", "Total"]
    height, width = image.shape[:2]
    assert (width, height) == pytest.approx((layer["width"] * 2, layer["height"] * 2), abs=2)
    ink = image.min(axis=2) < 128
    assert ink.sum() > 300
    covered = np.zeros_like(ink)
    for _, x0, top, x1, bottom, turned, size, is_visible in layer["words"]:
        rows, columns = slice(int(top * 2) - 2, int(bottom * 2) + 3), slice(int(x0 * 2) - 2, int(x1 * 2) + 3)
        assert ink[rows, columns].sum() > 50
        assert (turned, is_visible) == (rotation, True)
        assert size in (pytest.approx(20, abs=0.1), pytest.approx(14, abs=0.1))
        covered[rows, columns] = True
    assert not (ink & ~covered).any()


@pytest.mark.parametrize(("matrix", "turned"), [(b"0 1 -1 0", 270), (b"0 -1 1 0", 90), (b"-1 0 0 -1", 180)])
def test_words_drawn_at_an_angle_are_read_in_their_own_direction(sandbox, saved, matrix, turned):
    content = b"BT /F1 12 Tf %s 150 200 Tm (per 100,000) Tj ET" % matrix
    words = sandbox.read_text_layer(saved(pdf_of(content)), 1)["words"]
    assert {word[0] for word in words} == {"per", "100,000"}
    assert {word[5] for word in words} == {turned}


def test_facts_that_tell_whether_to_trust_a_text_layer(sandbox, saved):
    visible = text_at(40, 300, b"seen")
    hidden = text_at(40, 200, b"mode", prefix=b"3 Tr") + text_at(900, 200, b"away", prefix=b"0 Tr")
    white = text_at(40, 100, b"snow", prefix=b"1 g")
    header = b"0 g 30 40 200 30 re f\n" + text_at(40, 50, b"head", prefix=b"1 g")
    layer = sandbox.read_text_layer(saved(pdf_of(visible + hidden + white + header)), 1)
    assert layer["char_count"] == 20
    assert layer["invisible_ratio"] == pytest.approx(12 / 20)
    assert {word[0]: word[7] for word in layer["words"]} == {
        "seen": True,
        "mode": False,
        "away": False,
        "snow": False,
        "head": True,  # white on black
    }
    assert layer["garbage_ratio"] == 0
    assert layer["image_area"] == 0


def test_characters_without_meaning_are_counted_as_garbage(sandbox, saved):
    cmap = b"1 begincodespacerange <00> <ff> endcodespacerange 2 beginbfchar <41> <e001> <42> <fffd> endbfchar"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 5 0 R >>"
    page = b"/MediaBox [0 0 300 400] /Resources << /Font << /F1 4 0 R >> >>"
    data = pdf_of(text_at(40, 300, b"ABcd"), page=page, extra=[font, stream(cmap)])
    assert sandbox.read_text_layer(saved(data), 1)["garbage_ratio"] == 0.5


def test_what_nobody_could_read_is_no_text(sandbox, saved):
    """A glyph that stands for a novel is cut; a page with more characters than fit on it is read from its image."""
    cmap = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <41> <%s>" % (b"0062" * 2**16)
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 5 0 R >>"
    page = b"/MediaBox [0 0 300 400] /Resources << /Font << /F1 4 0 R >> >>"
    data = pdf_of(text_at(40, 300, b"A"), page=page, extra=[font, stream(cmap + b" endbfchar")])
    assert [word[0] for word in sandbox.read_text_layer(saved(data), 1)["words"]] == ["b" * 32]
    crowded = saved(pdf_of(text_at(40, 300, b"words " * 40_000)), "crowded")
    with pytest.raises(PermanentFailure, match="from its image instead") as refused:
        sandbox.read_text_layer(crowded, 1)
    assert refused.value.code == SandboxCode.DAMAGED
    assert sandbox.render(crowded, 1, 72).min() < 128


def test_doubled_characters_are_one_and_ligatures_spelled_out(sandbox, saved):
    twice = text_at(40, 300, b"Bold") + b"BT /F1 12 Tf 40.3 300 Td (Bold) Tj ET\n" + text_at(40, 200, b"ill \\256")
    words = [word[0] for word in sandbox.read_text_layer(saved(pdf_of(twice)), 1)["words"]]
    assert words == ["Bold", "ill", "fi"]


@pytest.mark.parametrize("angle", [12, 45, -30, 100])
def test_slanted_lines_are_no_words(sandbox, saved, angle):
    a, b = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    matrix = f"{a:.5f} {b:.5f} {-b:.5f} {a:.5f} 120 150 Tm".encode()
    stamp = b"BT /F1 30 Tf %s (PAID IN) Tj 28 TL T* /F1 12 Tf (3 May) Tj ET\n" % matrix
    lines = b"".join(text_at(30, 380 - 14 * n, b"Line %d of the page" % n) for n in range(6))
    layer = sandbox.read_text_layer(saved(pdf_of(lines + stamp)), 1)
    assert [line[0] for line in layer["slanted"]] == ["PAID IN", "3 May"]
    assert {word[0] for word in layer["words"]} == {"Line", "of", "the", "page", *"012345"}
    _, x0, top, x1, bottom = layer["slanted"][0]
    assert 0 < x0 < x1 <= layer["width"] + 60 and -60 < top < bottom <= layer["height"]


def test_stamp_drawn_twice_leaves_the_line_between_alone(sandbox, saved):
    """Imitated bold: the second drawing is no text, and slants no letter of a level line."""
    stamp = b"BT /F1 30 Tf 0.70711 0.70711 -0.70711 0.70711 120 150 Tm (PAID) Tj ET\n"
    lines = b"".join(text_at(30, 380 - 14 * n, b"Line %d of the page" % n) for n in range(6))
    layer = sandbox.read_text_layer(saved(pdf_of(stamp + lines + stamp)), 1)
    assert [line[0] for line in layer["slanted"]] == ["PAID"]
    assert [word[0] for word in layer["words"]].count("page") == 6


def test_page_that_is_slanted_as_a_whole_keeps_its_words(sandbox, saved):
    content = b"BT /F1 12 Tf 0.9848 0.17365 -0.17365 0.9848 40 200 Tm (Invoice 4711) Tj ET"
    layer = sandbox.read_text_layer(saved(pdf_of(content)), 1)
    assert layer["slanted"] == [] and {word[0] for word in layer["words"]} == {"Invoice", "4711"}


@pytest.mark.parametrize("turned", [b"", b"/Rotate 90"])
def test_sign_for_which_the_font_has_no_width_has_a_place(sandbox, saved, turned):
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier-Bold /Encoding /WinAnsiEncoding >>"
    page = b"/MediaBox [0 0 300 400] /Resources << /Font << /F1 4 0 R >> >> " + turned
    layer = sandbox.read_text_layer(saved(pdf_of(text_at(40, 300, b"51,84 \x80"), page=page, extra=[font])), 1)
    text, x0, top, x1, bottom = layer["words"][-1][:5]
    assert text == "€" and x1 - x0 >= 1.5 and bottom - top >= 1.5


def test_what_was_typed_into_a_form_is_read(sandbox, saved):
    field = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Grace Hopper) /DA (/F1 12 Tf 0 g) "
        b"/Rect [40 200 240 220] /F 4 /AP << /N 5 0 R >> >>"
    )
    drawn = stream(
        b"BT /F1 12 Tf 2 4 Td (Grace Hopper) Tj ET",
        b"/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F1 3 0 R >> >>",
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] /DR << /Font << /F1 3 0 R >> >> >> >>",
        b"<< /Type /Pages /Kids [6 0 R] /Count 1 >>",
        FONT,
        field,
        drawn,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Annots [4 0 R] /Contents 7 0 R "
        b"/Resources << /Font << /F1 3 0 R >> >> >>",
        stream(text_at(40, 300, b"Name:")),
    ]
    words = [word[0] for word in sandbox.read_text_layer(saved(assemble(objects)), 1)["words"]]
    assert words == ["Name:", "Grace", "Hopper"]


def test_facts_of_a_pdf(sandbox, saved):
    with pikepdf.open(io.BytesIO(pdf_of(text_at(40, 300, b"The quick brown fox jumps"), b""))) as pdf:
        pdf.docinfo["/Title"] = "Fox\x07"
        pdf.docinfo["/Producer"] = "Maker"
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.attachments["note.txt"] = b"hello"
        target = io.BytesIO()
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    facts = sandbox.inspect(saved(target.getvalue()))
    assert (facts["format"], facts["page_count"], facts["producer"], facts["title"]) == ("pdf", 2, "Maker", "Fox")
    assert facts["pdf_version"] == "1.7"
    assert facts["has_text_layer"] and facts["has_javascript"] and facts["has_attachments"]
    assert not facts["is_encrypted"]
    assert facts["text_sample"] == "The quick brown fox jumps"
    assert facts["sizes"] == [[300, 400], [300, 400]]


def test_several_pages_in_one_go_equal_single_readings(sandbox, saved):
    path = saved(pdf_of(*(text_at(40, 300, b"Page%d" % n) for n in range(1, 21))))
    readings = sandbox.read_pages(path, [20, 1, 7, 99, 2], 72)
    assert [reading.page_number for reading in readings] == [20, 1, 7, 99, 2]
    assert [reading.text_layer["words"][0][0] for reading in readings if reading.text_layer] == [
        "Page20",
        "Page1",
        "Page7",
        "Page2",
    ]
    assert readings[3].image_error.code == readings[3].text_error.code == SandboxCode.PAGE_MISSING
    assert np.array_equal(readings[2].image, sandbox.render(path, 7, 72))
    assert readings[2].text_layer == sandbox.read_text_layer(path, 7)
    assert len(sandbox.read_pages(path, range(1, 21), 36)) == 20


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF"])
def test_images_are_rendered_upright_in_rgb(sandbox, saved, kind):
    image = Image.new("RGB", (90, 60), "white")
    image.paste("red", (0, 0, 45, 30))
    path = saved(image_bytes(image, kind))
    pixels = sandbox.render(path, 1, 300)
    assert pixels.dtype == np.uint8
    assert pixels.shape == (60, 90, 3)  # never enlarged
    assert np.abs(pixels[10, 15].astype(int) - (255, 0, 0)).max() < 40
    assert (pixels[50, 80] > 230).all()
    assert sandbox.inspect(path)["format"] == kind.lower()
    layer = sandbox.read_text_layer(path, 1)
    assert (layer["words"], layer["image_area"]) == ([], 1.0)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "PNG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_tag_is_applied(sandbox, saved, kind, orientation):
    """The corner that the tag says is the page's top-left comes out top-left. EXIF 2.3, tag 274."""
    stored = {1: (0, 0), 2: (0, 1), 3: (1, 1), 4: (1, 0), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}[orientation]
    pixels = np.full((40, 80, 3), 255, np.uint8)
    pixels[20 * stored[0] : 20 * stored[0] + 20, 40 * stored[1] : 40 * stored[1] + 40] = 0
    exif = Image.Exif()
    exif[274] = orientation
    path = saved(image_bytes(Image.fromarray(pixels), kind, exif=exif, dpi=(200, 100)))

    shown = sandbox.render(path, 1, 400)
    width, height = sandbox.page_sizes(path)[0]

    is_sideways = orientation >= 5
    assert (width, height) == pytest.approx((28.8, 28.8), abs=0.1)  # 80 px at 200 dpi, 40 px at 100 dpi
    assert shown.shape[0] == shown.shape[1] == 80, is_sideways  # square pixels at the better resolution
    assert shown[20, 20].max() < 60
    assert shown[60, 60].min() > 200
    assert shown[20, 60].min() > 200


def test_image_sizes_follow_a_believable_resolution_only(sandbox, saved):
    image = Image.new("L", (1654, 2339), 255)
    at_200 = saved(image_bytes(image, "PNG", dpi=(200, 200)), "a")
    by_camera = saved(image_bytes(image, "PNG", dpi=(72, 72)), "b")
    assert sandbox.page_sizes(at_200)[0] == pytest.approx((595.4, 842), abs=1)
    assert sandbox.page_sizes(by_camera)[0] == pytest.approx((595.4, 842), abs=1)
    assert sandbox.render(at_200, 1, 100).shape == (1170, 827, 3)
    assert sandbox.render(at_200, 1, 400).shape == (2339, 1654, 3)


def test_frames_are_pages(sandbox, saved):
    frames = [Image.new("RGB", (30 + 10 * n, 40), color) for n, color in enumerate(("red", "lime", "blue"))]
    path = saved(image_bytes(frames[0], "TIFF", save_all=True, append_images=frames[1:]))
    assert sandbox.inspect(path)["page_count"] == 3
    assert [sandbox.render(path, n, 300)[5, 5].tolist() for n in (1, 2, 3)] == [[255, 0, 0], [0, 255, 0], [0, 0, 255]]
    assert sandbox.render(path, 3, 300).shape == (40, 50, 3)
    gray = [Image.new("L", (20, 20), shade) for shade in (0, 90, 180)]
    moving = saved(image_bytes(gray[0], "GIF", save_all=True, append_images=gray[1:]), "b")
    assert len(sandbox.page_sizes(moving)) == 3


def test_an_heic_photo_is_decoded_with_its_frames(sandbox, saved):
    path = saved(files.heic("two-frames"))
    assert (sandbox.inspect(path)["format"], sandbox.inspect(path)["page_count"]) == ("heic", 2)
    pixels = sandbox.render(path, 1, 300)
    assert pixels.shape == (60, 90, 3)
    assert np.abs(pixels[10, 15].astype(int) - (255, 0, 0)).max() < 40 and (pixels[50, 80] > 230).all()
    assert np.abs(sandbox.render(path, 2, 300)[30, 30].astype(int) - (0, 0, 255)).max() < 40


def test_an_heic_photo_is_measured_before_it_is_decoded(saved):
    """2,114,664 pixels; one box of the file says so, or something else."""
    data = files.heic("invoice-0014")
    for limit, code in ((1754 * 1241, None), (1754 * 1241 - 1, SandboxCode.TOO_MANY_PIXELS)):
        verdicts: list[Verdict] = []
        limits = SandboxLimits(max_page_pixels=limit)
        sandbox = Sandbox(limits=limits, on_verdict=lambda _, verdict, kept=verdicts: kept.append(verdict))
        if code is None:
            assert sandbox.render(saved(data), 1, 300).shape == (1754, 1241, 3)
            continue
        with pytest.raises(PermanentFailure) as refused:
            sandbox.render(saved(data), 1, 300)
        assert refused.value.code == code
        assert verdicts[0].cpu_seconds < 0.1


def test_an_heic_photo_that_ends_too_early_says_so(sandbox, saved):
    with pytest.raises(PermanentFailure) as refused:
        sandbox.inspect(saved(files.heic("invoice-0014")[:30_000]))
    assert refused.value.code == SandboxCode.TRUNCATED


def test_transparency_becomes_paper_and_deep_pixels_keep_shades(sandbox, saved):
    clear = saved(image_bytes(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG"), "a")
    assert sandbox.render(clear, 1, 300).min() == 255
    deep = Image.fromarray(np.linspace(0, 65535, 400).astype(np.uint16).reshape(20, 20))
    shades = sandbox.render(saved(image_bytes(deep, "PNG"), "b"), 1, 300)
    assert shades[0, 0].max() == 0 and shades[19, 19].min() == 255
    assert abs(int(shades[10, 0, 0]) - 128) < 4


@pytest.mark.parametrize("excess", [-1, 0, 1])
def test_limits_hold_at_the_limit_and_refuse_above_it(saved, excess):
    picture = image_bytes(Image.new("L", (100, 100)), "PNG")
    pages = pdf_of(*[b""] * 5)
    cases = [
        (picture, {"max_page_pixels": 10_000 - excess}, SandboxCode.TOO_MANY_PIXELS),
        (pages, {"max_pages": 5 - excess}, SandboxCode.TOO_MANY_PAGES),
        (pages, {"max_bytes": len(pages) - excess}, SandboxCode.TOO_MANY_BYTES),
    ]
    for data, limits, code in cases:
        sandbox, path = Sandbox(limits=SandboxLimits(**limits)), saved(data)
        if excess <= 0:
            sandbox.render(path, 1, 72)
        else:
            with pytest.raises(PermanentFailure) as refused:
                sandbox.render(path, 1, 72)
            assert refused.value.code == code


def test_a_huge_pdf_page_is_rendered_smaller_rather_than_refused(saved):
    sandbox = Sandbox(limits=SandboxLimits(max_page_pixels=1_000_000))
    poster = saved(pdf_of(b"", page=b"/MediaBox [0 0 2400 2400]"))
    height, width, _ = sandbox.render(poster, 1, 200).shape
    assert 950_000 < height * width <= 1_000_000
    wall = saved(pdf_of(b"", page=b"/MediaBox [0 0 14400 14400]"), "wall")
    with pytest.raises(PermanentFailure) as refused:
        sandbox.render(wall, 1, 200)
    assert refused.value.code == SandboxCode.TOO_MANY_PIXELS


@pytest.mark.parametrize("revision", [2, 3, 4, 6])
def test_encrypted_files_say_so_and_owner_passwords_are_harmless(sandbox, saved, revision):
    def encrypted(user: str) -> str:
        rule = pikepdf.Encryption(owner="owner", user=user, R=revision, aes=revision >= 4, metadata=revision >= 4)
        target = io.BytesIO()
        with pikepdf.open(io.BytesIO(pdf_of(text_at(40, 300, b"Secret")))) as pdf:
            pdf.save(target, encryption=rule)
        return saved(target.getvalue(), user or "open")

    for ask in (sandbox.inspect, sandbox.page_sizes, lambda path: sandbox.render(path, 1, 72)):
        with pytest.raises(PermanentFailure) as refused:
            ask(encrypted("user"))
        assert refused.value.code == SandboxCode.ENCRYPTED
    readable = encrypted("")
    assert sandbox.inspect(readable)["is_encrypted"]
    assert sandbox.read_text_layer(readable, 1)["words"][0][0] == "Secret"


def test_a_truncated_pdf_that_still_opens_is_accepted(sandbox, saved):
    whole = pdf_of(text_at(40, 300, b"Half"), text_at(40, 300, b"gone"))
    cut = saved(whole[: whole.index(b"xref")])
    assert sandbox.inspect(cut)["page_count"] == 2
    with pytest.raises(PermanentFailure) as refused:
        sandbox.inspect(saved(whole[:60], "stump"))
    assert refused.value.code in (SandboxCode.TRUNCATED, SandboxCode.DAMAGED)


def test_missing_and_empty_files(sandbox, saved, tmp_path):
    for path, code in (
        (str(tmp_path / "none"), SandboxCode.FILE_MISSING),
        (saved(b""), SandboxCode.EMPTY_FILE),
        ("/dev/null", SandboxCode.NOT_A_DOCUMENT),
    ):
        with pytest.raises(PermanentFailure) as refused:
            sandbox.inspect(path)
        assert refused.value.code == code


def test_neighbouring_equal_letters_are_kept_at_every_size(tmp_path: Path) -> None:
    from fpdf import FPDF

    words = ["Ballpoint", "Industrieallee", "technician", "Millimetre", "illicit", "1111", "0.00"]
    document = FPDF()
    document.add_page()
    for size in (5, 7, 8.3, 9, 10.5, 12, 17, 26):
        document.set_font("Helvetica", size=size)
        document.multi_cell(0, size / 2, " ".join(words), new_x="LMARGIN", new_y="NEXT")
    path = tmp_path / "letters.pdf"
    document.output(str(path))
    found = [word[0] for word in Sandbox().read_text_layer(str(path), 1)["words"]]
    assert found == words * 8


def test_a_letter_drawn_twice_for_imitated_bold_counts_once(tmp_path: Path) -> None:
    from fpdf import FPDF

    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=12)
    for offset in (0, 0.12):
        document.text(20 + offset, 30, "Ballpoint total")
    path = tmp_path / "bold.pdf"
    document.output(str(path))
    assert [word[0] for word in Sandbox().read_text_layer(str(path), 1)["words"]] == ["Ballpoint", "total"]
