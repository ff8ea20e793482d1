"""What one file, and the process that reads it, may cost."""

from __future__ import annotations

from dataclasses import dataclass

# All that a server is given. Pages of 11 MB are otherwise made in blocks of 4 KiB, one page fault each: a quarter of rendering.
SERVER_ENVIRONMENT = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


@dataclass(frozen=True)
class SandboxLimits:
    """`max_*` are sent with every request and enforced before decoding; the rest bind a server that is started here.

    `memory_bytes` is the resident memory of the reading process, `output_bytes` what it may answer with.
    """

    max_bytes: int = 100 * 2**20
    max_pages: int = 500
    max_page_pixels: int = 60_000_000
    max_attachments: int = 100
    memory_bytes: int = 2**30
    cpu_seconds: int = 45
    wall_seconds: int = 55
    output_bytes: int = 512 * 2**20

    def for_request(self) -> dict[str, int]:
        names = ("max_bytes", "max_pages", "max_page_pixels", "max_attachments")
        return {name: getattr(self, name) for name in names}
