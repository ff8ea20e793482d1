"""The client's side of the conversion of office documents."""

from __future__ import annotations

from idp_project.core.files.formats import FileFormat
from idp_project.core.isolation.client import Sandbox, result_of
from idp_project.core.isolation.memory_file import held_in_memory
from idp_project.core.isolation.office.soffice import Target


class OfficeConverter(Sandbox):
    """Makes PDFs in throw-away processes. Without a socket path a private server is started on first use.

    What it makes comes from an untrusted file and is as untrusted.
    """

    server_module = "idp_project.core.isolation.office.server"

    def convert(self, path: str, file_format: FileFormat) -> bytes:
        """The document as a PDF, cut off one page past the limit. Raises PermanentFailure with a `SandboxCode`, among them
        encrypted, TransientFailure where the server is away.
        """
        made = result_of(self._ask(path, "convert", file_format=file_format.value, target=Target.XLSX.value))
        if made.values.get("target") != Target.XLSX.value:
            return made.data
        with held_in_memory(made.data, "workbook") as workbook:  # its columns are widened there
            asked = {"file_format": FileFormat.XLSX.value, "target": Target.PDF.value}
            return result_of(self._ask(workbook, "convert", **asked)).data
