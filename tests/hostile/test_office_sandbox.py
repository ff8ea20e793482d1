"""LibreOffice reads untrusted files in isolation: it reaches nothing, fetches nothing, runs nothing, and ends by name."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PIL import Image

from idp_project.core.errors import PermanentFailure
from idp_project.core.files.errors import SandboxCode
from idp_project.core.files.formats import FileFormat
from idp_project.core.isolation.client import Sandbox
from idp_project.core.isolation.limits import SandboxLimits
from idp_project.core.isolation.office.client import OfficeConverter
from idp_project.core.isolation.office.installation import found_office
from tests.factories import office
from tests.hostile.servers import OFFICE, ROOT, SETTINGS, ProbingServer

LIMITS = SandboxLimits(cpu_seconds=3, wall_seconds=5, output_bytes=20 * 2**20)
pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not found_office(), reason="LibreOffice with Writer and Calc is not installed"),
]


every_mode = pytest.mark.parametrize("server", SETTINGS, indirect=True)


@pytest.fixture
def server(request):
    server = ProbingServer(OFFICE, LIMITS, getattr(request, "param", "as it is"))
    yield server
    server.stop()


@pytest.fixture
def probe(server, tmp_path):
    """What a child of it finds when it tries this."""
    path = tmp_path / "asked"

    def ask(what):
        path.write_text(what)
        answer = OfficeConverter(server.socket_path, LIMITS)._ask(str(path), "convert", file_format="docx")
        return answer.frames[0].values if answer.frames else answer.death.code

    return ask


def skip_without_private_memory(server):
    if "private memory" in server.log.read_text():
        pytest.skip(f"this machine does not allow private memory: {server.log.read_text()}")


@every_mode
def test_a_child_that_is_taken_over_reaches_nothing(server, probe, tmp_path):
    target = tmp_path / "secret"
    target.write_text("secret")
    seen = probe(f"look {target}")
    assert seen.pop("environment") == {}
    assert seen.pop("descriptors") == [0, 1, 2, 3, 4]
    assert seen.pop("process") != server.process.pid
    assert len(seen) == 14 and set(seen.values()) == {"PermissionError"}, seen
    assert target.read_text() == "secret"
    environment = Path("/proc", str(server.process.pid), "environ").read_bytes()
    assert b"=" not in environment.replace(b"GLIBC_TUNABLES=glibc.malloc.hugetlb=1", b"")


@every_mode
def test_it_has_threads_but_no_process(probe):
    assert probe("tasks") == {"thread": ["ran"], "process": "PermissionError", "socket": "PermissionError"}


@every_mode
def test_its_sockets_lead_nowhere(probe):
    seen = probe("sockets")
    assert not seen.pop("socket is there")
    assert (seen.pop("binding"), seen.pop("listening")) == ("allowed", "allowed")  # it is told so
    assert seen.pop("accepting") == "OSError"
    assert set(seen.values()) == {"PermissionError"} and len(seen) == 5, seen


def test_it_writes_only_in_its_private_folder_which_is_removed(server, probe):
    skip_without_private_memory(server)
    seen = probe("files")
    assert (seen.pop("own"), seen.pop("too much")) == ("allowed", "OSError")
    assert set(seen.values()) == {"PermissionError"} and len(seen) == 6, seen
    assert sorted(entry.name for entry in server.work.iterdir()) == ["first"]
    assert not any(Path(f"{server.socket_path}.work").iterdir())  # nobody else sees it, and no disk


def test_an_unremovable_folder_ends_the_server(server, probe):
    skip_without_private_memory(server)
    assert probe("build") == {"folders": 3000}
    assert server.process.wait(10) == 0
    assert "cannot be removed" in server.log.read_text()
    assert not any(Path(f"{server.socket_path}.work").iterdir())


def test_one_that_does_not_end_is_ended(server, probe):
    assert probe("sleep") == SandboxCode.TOO_SLOW
    assert sorted(entry.name for entry in server.work.iterdir()) == ["first"]


# --- documents


@pytest.fixture
def listener():
    """A server on loopback that notes what it is asked for."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as opened:

        def answer() -> None:
            while True:
                try:
                    channel, _ = opened.accept()
                except OSError:
                    return
                with channel:
                    asked.append(channel.recv(200))
                    channel.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{opened.getsockname()[1]}", asked
        opened.shutdown(socket.SHUT_RDWR)


def linked_picture(address):
    picture = f'<draw:image xlink:href="{address}" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/>'
    frame = f'<draw:frame svg:width="5cm" svg:height="5cm" text:anchor-type="as-char">{picture}</draw:frame>'
    return office.odt("A letter", body=f"<text:p>{frame}</text:p>")


@pytest.fixture
def converted(tmp_path):
    """The PDF of an office document, in a file."""

    def convert(data, file_format, limits=None):
        source, made = tmp_path / f"document.{file_format}", tmp_path / "made.pdf"
        source.write_bytes(data)
        made.write_bytes(OfficeConverter(limits=limits).convert(str(source), file_format))
        return made

    return convert


@pytest.fixture
def unprotected(tmp_path):
    """The PDF that LibreOffice makes of it without our isolation: that what is refused would work there."""

    def convert(data, file_format):
        source = tmp_path / f"unprotected.{file_format}"
        source.write_bytes(data)
        words = [f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf"]
        command = [str(Path(found_office(), "soffice")), *words, "--outdir", str(tmp_path), str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return source.with_suffix(".pdf")

    return convert


def words_of(pdf):
    return " ".join(word[0] for word in Sandbox().read_text_layer(str(pdf), 1)["words"])


def picture_area(pdf):
    return Sandbox().read_text_layer(str(pdf), 1)["image_area"]


def test_nothing_is_fetched(listener, converted, unprotected):
    address, asked = listener
    letter = linked_picture(f"{address}/pixel.png")
    unprotected(letter, FileFormat.ODT)
    assert asked
    asked.clear()
    assert words_of(converted(letter, FileFormat.ODT)) == "A letter"
    assert not asked


def test_no_other_file_gets_into_the_pages(converted, unprotected, tmp_path):
    Image.new("RGB", (300, 300), "red").save(tmp_path / "secret.png")
    letter = linked_picture((tmp_path / "secret.png").as_uri())
    assert picture_area(unprotected(letter, FileFormat.ODT)) > 0
    assert picture_area(converted(letter, FileFormat.ODT)) == 0


def test_macros_do_not_run(converted):
    """Bound to the document's opening. LibreOffice would ask a person, and nobody is there, even without our settings."""
    address = "vnd.sun.star.script:Standard.M.Main?language=Basic&amp;location=document"
    listener = (
        f'<script:event-listener script:language="ooo:script" script:event-name="dom:load" xlink:href="{address}"/>'
    )
    library = 'xmlns:library="http://openoffice.org/2000/library"'
    module = 'xmlns:script="http://openoffice.org/2000/script" script:name="M" script:language="StarBasic"'
    parts = {
        "Basic/script-lc.xml": f'<library:libraries {library}><library:library library:name="Standard"/></library:libraries>',
        "Basic/Standard/script-lb.xml": f'<library:library {library} library:name="Standard"><library:element library:name="M"/>'
        "</library:library>",
        "Basic/Standard/M.xml": f'<script:module {module}>Sub Main\nThisComponent.Text.String = "ran"\nEnd Sub</script:module>',
    }
    head = f"<office:scripts><office:event-listeners>{listener}</office:event-listeners></office:scripts>"
    assert words_of(converted(office.odt("Before", head=head, parts=parts), FileFormat.ODT)) == "Before"


def laughs():
    """Entities of entities: 20^8 times "lol"."""
    entities = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 20}">' for n in range(8))
    start = f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol">{entities}]>'
    content = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": f"{start}<l>&i;</l>"}
    return office.packed(content, stored=["mimetype"])


LIMITED = SandboxLimits(cpu_seconds=6, wall_seconds=12, max_pages=20)
BOMBS = {
    "declared": (
        lambda: office.docx("x", parts={"word/media/image1.bin": bytes(401 * 2**20)}),
        FileFormat.DOCX,
        {SandboxCode.TOO_MANY_BYTES},
    ),
    "empty paragraphs": (
        lambda: office.docx("x", body="<w:p/>" * (50 * 2**20)),
        FileFormat.DOCX,
        {SandboxCode.TOO_MUCH_MEMORY, SandboxCode.TOO_SLOW},
    ),
    "tables in tables": (
        lambda: office.docx("x", body="<w:tbl><w:tr><w:tc>" * 20_000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 20_000),
        FileFormat.DOCX,
        {SandboxCode.TOO_SLOW, SandboxCode.TOO_MUCH_MEMORY, SandboxCode.PARSER_CRASHED},
    ),
    "entities": (laughs, FileFormat.ODT, {SandboxCode.DAMAGED, SandboxCode.TOO_SLOW, SandboxCode.TOO_MUCH_MEMORY}),
    "noise": (lambda: office.compound_file({"WordDocument": bytes(20_000)}), FileFormat.DOC, {SandboxCode.DAMAGED}),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_by_name_and_the_next_file_works(name, converted):
    build, file_format, codes = BOMBS[name]
    with pytest.raises(PermanentFailure) as refused:
        converted(build(), file_format, LIMITED)
    assert refused.value.code in codes
    assert words_of(converted(office.docx("Good"), FileFormat.DOCX, LIMITED)) == "Good"


def test_a_huge_table_is_cut_off_one_page_past_the_limit(converted):
    made = converted(office.xlsx([[str(number)] * 4 for number in range(5_000)]), FileFormat.XLSX, LIMITED)
    assert len(Sandbox().page_sizes(str(made))) == LIMITED.max_pages + 1


GOOD = {
    FileFormat.DOCX: lambda: office.docx("Invoice 12", rows=[["Total", "10.00"]]),
    FileFormat.XLSX: lambda: office.xlsx([["Invoice 12"], ["Total", "10.00"]]),
    FileFormat.ODT: lambda: office.odt("Invoice 12", "Total", "10.00"),
    FileFormat.ODS: lambda: office.ods([["Invoice 12"], ["Total", "10.00"]]),
    FileFormat.RTF: lambda: office.rtf("Invoice 12", "Total", "10.00"),
}


@pytest.mark.parametrize("file_format", GOOD)
def test_every_format_becomes_pages_with_text(file_format, converted):
    assert "Invoice 12 Total 10.00" in words_of(converted(GOOD[file_format](), file_format))


def old(tmp_path, data, file_format, into):
    """The same in the format of earlier years, as LibreOffice writes it."""
    source = tmp_path / f"new.{file_format}"
    source.write_bytes(data)
    words = [f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", into]
    command = [str(Path(found_office(), "soffice")), *words, "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return source.with_suffix(f".{into}").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize(("file_format", "into"), [(FileFormat.DOCX, "doc"), (FileFormat.XLSX, "xls")])
def test_formats_of_earlier_years_become_pages_with_text(file_format, into, converted, tmp_path):
    data = old(tmp_path, GOOD[file_format](), file_format, into)
    assert "Invoice12Total10.00" in words_of(converted(data, FileFormat(into))).replace(" ", "")


def test_the_ordinary_sandbox_opens_no_office_document(tmp_path):
    path = tmp_path / "letter.docx"
    path.write_bytes(office.docx("Hello"))
    with pytest.raises(PermanentFailure) as refused:
        Sandbox().inspect(str(path))
    assert refused.value.code == SandboxCode.UNSUPPORTED_FORMAT


def test_a_server_without_libreoffice_says_so_and_ends(tmp_path):
    command = [sys.executable, "-m", "idp_project.core.isolation.office.server", f"--socket={tmp_path}/s"]
    ended = subprocess.run(
        [*command, f"--program={tmp_path}"], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True
    )
    assert ended.returncode == 2 and "LibreOffice with Writer and Calc is not installed" in ended.stderr
