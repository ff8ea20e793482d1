"""LibreOffice's own main program, called as a library: so that a child needs no other program. Child only.

Not LibreOfficeKit: that opens documents with a window, whose parts the packages for servers lack.
"""

from __future__ import annotations

import ctypes
import json
from enum import StrEnum
from pathlib import Path

from idp_project.core.files.errors import ParseFailure, SandboxCode
from idp_project.core.files.formats import SHEETS, FileFormat
from idp_project.core.isolation.office.installation import SYSTEM_LIBRARY, main_library

# Named, so that no other of its many import filters is asked for its opinion of the file.
_FILTERS = {
    FileFormat.DOCX: "MS Word 2007 XML",
    FileFormat.XLSX: "Calc MS Excel 2007 XML",
    FileFormat.ODT: "writer8",
    FileFormat.ODS: "calc8",
    FileFormat.DOC: "MS Word 97",
    FileFormat.XLS: "MS Excel 97",
    FileFormat.RTF: "Rich Text Format",
}


class Target(StrEnum):
    """What LibreOffice is to make: a PDF, or of another spreadsheet one of the format that is made ready for printing."""

    PDF = "pdf"
    XLSX = "xlsx"


def convert(
    program: Path, profile: Path, source: Path, file_format: FileFormat, most_pages: int, kind: Target = Target.PDF
) -> Path:
    """Writes a PDF of at most this many pages, or a workbook, beside the source. Raises ParseFailure (damaged) if LibreOffice
    writes none."""
    exporter = "calc_pdf_Export" if file_format in SHEETS else "writer_pdf_Export"
    options = json.dumps({"PageRange": {"type": "string", "value": f"1-{most_pages}"}})
    target = source.with_suffix(f".{kind}")
    made = f"pdf:{exporter}:{options}" if kind is Target.PDF else f"xlsx:{_FILTERS[FileFormat.XLSX]}"
    asked = [f"--infilter={_FILTERS[file_format]}", "--convert-to", made]
    _main(program, profile, *asked, "--outdir", str(source.parent), str(source))
    if not target.is_file() or not target.stat().st_size:
        raise ParseFailure(SandboxCode.DAMAGED)
    return target


def fill_profile(program: Path, profile: Path) -> None:
    """The first start with a profile fills it, and then asks to be started again."""
    _main(program, profile, "--terminate_after_init")


def _main(program: Path, profile: Path, *arguments: str) -> int:
    """Once per process. The exit code."""
    system = ctypes.CDLL(str(program / SYSTEM_LIBRARY), mode=ctypes.RTLD_GLOBAL)
    library = ctypes.CDLL(str(main_library(program)))
    words = [str(program / "soffice.bin"), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    encoded = [word.encode() for word in (*words, *arguments)]
    system.sal_detail_initialize(len(encoded), (ctypes.c_char_p * (len(encoded) + 1))(*encoded, None))
    return int(library.soffice_main())
