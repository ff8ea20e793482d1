"""The formats that are read, their content types and the extensions of their names."""

from __future__ import annotations

from enum import StrEnum


class FileFormat(StrEnum):
    """The formats that are read."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    TIFF = "tiff"
    WEBP = "webp"
    BMP = "bmp"
    GIF = "gif"
    HEIC = "heic"
    EML = "eml"
    DOCX = "docx"
    XLSX = "xlsx"
    ODT = "odt"
    ODS = "ods"
    DOC = "doc"
    XLS = "xls"
    RTF = "rtf"
    XML = "xml"  # of an electronic invoice; other XML is refused where it is read


CONTENT_TYPES: dict[FileFormat, str] = {
    FileFormat.PDF: "application/pdf",
    FileFormat.PNG: "image/png",
    FileFormat.JPEG: "image/jpeg",
    FileFormat.TIFF: "image/tiff",
    FileFormat.WEBP: "image/webp",
    FileFormat.BMP: "image/bmp",
    FileFormat.GIF: "image/gif",
    FileFormat.HEIC: "image/heic",
    FileFormat.EML: "message/rfc822",
    FileFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileFormat.ODT: "application/vnd.oasis.opendocument.text",
    FileFormat.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    FileFormat.DOC: "application/msword",
    FileFormat.XLS: "application/vnd.ms-excel",
    FileFormat.RTF: "application/rtf",
    FileFormat.XML: "application/xml",
}
# Made into a PDF by LibreOffice, where there is one (`office`); no reader here opens them.
TEXTS = frozenset({FileFormat.DOCX, FileFormat.ODT, FileFormat.DOC, FileFormat.RTF})
SHEETS = frozenset({FileFormat.XLSX, FileFormat.ODS, FileFormat.XLS})
OFFICE_FORMATS = TEXTS | SHEETS
OFFICE_TYPES = frozenset(CONTENT_TYPES[file_format] for file_format in OFFICE_FORMATS)
PDF_TYPE, MESSAGE_TYPE = CONTENT_TYPES[FileFormat.PDF], CONTENT_TYPES[FileFormat.EML]
E_INVOICE_TYPE = CONTENT_TYPES[FileFormat.XML]
CONVERTED_TYPES = OFFICE_TYPES | {MESSAGE_TYPE, E_INVOICE_TYPE}  # read as the PDF that `upload` makes of them
EXTENSIONS: dict[str, FileFormat] = {
    "pdf": FileFormat.PDF,
    "png": FileFormat.PNG,
    "jpg": FileFormat.JPEG,
    "jpeg": FileFormat.JPEG,
    "jpe": FileFormat.JPEG,
    "jfif": FileFormat.JPEG,
    "tif": FileFormat.TIFF,
    "tiff": FileFormat.TIFF,
    "webp": FileFormat.WEBP,
    "bmp": FileFormat.BMP,
    "dib": FileFormat.BMP,
    "gif": FileFormat.GIF,
    "heic": FileFormat.HEIC,
    "heif": FileFormat.HEIC,
    "eml": FileFormat.EML,
    "docx": FileFormat.DOCX,
    "docm": FileFormat.DOCX,
    "xlsx": FileFormat.XLSX,
    "xlsm": FileFormat.XLSX,
    "odt": FileFormat.ODT,
    "ods": FileFormat.ODS,
    "doc": FileFormat.DOC,
    "xls": FileFormat.XLS,
    "rtf": FileFormat.RTF,
    "xml": FileFormat.XML,
}


_PICTURES = frozenset(
    {FileFormat.PNG, FileFormat.JPEG, FileFormat.TIFF, FileFormat.WEBP, FileFormat.BMP, FileFormat.GIF, FileFormat.HEIC}
)


def may_be_named(found: FileFormat, named: FileFormat | None) -> bool:
    """Whether a file of one format may go under the name of the other: browsers and phones name pictures so, office programs
    old documents. Everything else under a wrong name is not what its sender takes it for."""
    return found is named or any({found, named} <= family for family in (_PICTURES, OFFICE_FORMATS))


def named_otherwise(file_name: str, content_type: str) -> tuple[str, str]:
    """`(extension, format)` of a file that is named for another format than it is of; empty texts for any other."""
    extension = file_name.rpartition(".")[2].lower() if "." in file_name else ""
    named = EXTENSIONS.get(extension)
    if named is None or content_type not in CONTENT_TYPES.values():
        return "", ""
    found = format_of_type(content_type)
    return (extension, found.value.upper()) if found is not named else ("", "")


def format_of_type(content_type: str) -> FileFormat:
    """The format of that content type. Raises KeyError."""
    return {known: file_format for file_format, known in CONTENT_TYPES.items()}[content_type]
