"""The client's side of the conversion of office documents."""

from __future__ import annotations

from idp_project.core.files.formats import FileFormat
from idp_project.core.isolation.client import Sandbox, result_of


class OfficeConverter(Sandbox):
    """Makes PDFs in throw-away processes. Without a socket path a private server is started on first use.

    What it makes comes from an untrusted file and is as untrusted.
    """

    server_module = "idp_project.core.isolation.office.server"

    def convert(self, path: str, file_format: FileFormat) -> bytes:
        """The document as a PDF, cut off one page past the limit. Raises PermanentFailure with a `SandboxCode`, among them
        encrypted, TransientFailure where the server is away.
        """
        return result_of(self._ask(path, "convert", file_format=file_format.value)).data
