"""PNG chunks as viewers take them: damage in what nobody sees is no damage to the picture. Child of the sandbox only."""

from __future__ import annotations

from PIL import PngImagePlugin

_ANCILLARY = 0x20  # the first letter of a chunk's name is small: a picture can be shown without it (PNG, 5.4)
_PillowStream = PngImagePlugin.PngStream


class PngStream(_PillowStream):
    """Leaves out remarks that are longer than Pillow takes, and does not compare the check sums of what is not shown."""

    def crc(self, cid: bytes, data: bytes) -> None:
        if cid[0] & _ANCILLARY:
            self.crc_skip(cid, data)
        else:
            super().crc(cid, data)

    def chunk_tEXt(self, pos: int, length: int) -> bytes:  # noqa: N802 - Pillow looks for these names
        try:
            return super().chunk_tEXt(pos, length)
        except ValueError:
            return b""

    def chunk_zTXt(self, pos: int, length: int) -> bytes:  # noqa: N802
        try:
            return super().chunk_zTXt(pos, length)
        except (ValueError, SyntaxError):
            return b""

    def chunk_iTXt(self, pos: int, length: int) -> bytes:  # noqa: N802
        try:
            return super().chunk_iTXt(pos, length)
        except ValueError:
            return b""


def install() -> None:
    """Pillow reads PNGs by this stream from now on, in this process."""
    PngImagePlugin.PngStream = PngStream  # type: ignore[misc]
