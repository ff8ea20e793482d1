"""The client's side: hands a file to a sandboxed child, turns its answer or its death into values or named errors."""

from __future__ import annotations

import json
import logging
import mmap
import os
import socket
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from idp_project.core.errors import PermanentFailure
from idp_project.core.files.errors import SandboxCode, reason_from_child, refusal, unavailable
from idp_project.core.isolation.limits import SandboxLimits
from idp_project.core.isolation.private_server import PrivateServer
from idp_project.core.isolation.wire import MAX_MESSAGE, BadFrame, Frame, Verdict, read_frames

if TYPE_CHECKING:
    from numpy.typing import NDArray

logger = logging.getLogger(__name__)
_PAGES_A_CHILD = 16
_QUEUE_SECONDS = 300.0
_GRACE_SECONDS = 15.0
_EXIT_NO_MEMORY = 70
_MEMORY_SHARE = 0.6  # a crash above this share of the limit was a failed allocation
_CPU_SIGNAL, _KILL_SIGNAL = 24, 9


@dataclass(frozen=True)
class ParsedPage:
    """One page of `read_pages`. What could not be read is None and has its error; the other part still counts."""

    page_number: int
    image: NDArray[Any] | None = None
    text_layer: dict[str, Any] | None = None
    image_error: PermanentFailure | None = None
    text_error: PermanentFailure | None = None


@dataclass(frozen=True)
class Attachment:
    """A file that came with an e-mail: the sender's name for it, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class ReceivedXml:
    """The XML of an electronic invoice: `name` of the file inside the PDF ("" for XML alone), its bytes, its tree as plain values
    (`readers.bounded_xml`), the files inside it. `schema`: which XSD it was checked against, what its messages are."""

    name: str
    xml: bytes
    tree: dict[str, Any]
    attachments: tuple[Attachment, ...] = ()
    schema: dict[str, Any] = field(default_factory=dict)


@dataclass
class _Answer:
    frames: list[Frame] = field(default_factory=list)
    death: PermanentFailure | None = None


class Sandbox:
    """Reads untrusted files in throw-away processes. Implements the pipeline's `FileParser`; safe to share by threads.

    Without a socket path (`SANDBOX_SOCKET` unset) a private server is started on first use and ends with this process.
    Every method raises PermanentFailure with a `SandboxCode` when the file is at fault, TransientFailure
    (sandbox_unavailable) when the sandbox is away. `on_verdict` sees how each child ended: time, memory, signal.
    """

    server_module = "idp_project.core.isolation.server"

    def __init__(
        self,
        socket_path: str = "",
        limits: SandboxLimits | None = None,
        on_verdict: Callable[[str, Verdict], None] | None = None,
    ) -> None:
        self.limits = limits or SandboxLimits()
        self._on_verdict = on_verdict
        self._server = None if socket_path else PrivateServer.shared(self.limits, self.server_module)
        self._socket_path = socket_path

    @classmethod
    def from_environment(cls, limits: SandboxLimits | None = None) -> Sandbox:
        return cls(os.environ.get("SANDBOX_SOCKET", ""), limits)

    def inspect(self, path: str) -> dict[str, Any]:
        """Facts of the file: format, page_count, is_encrypted (opens without a password all the same), producer, title,
        pdf_version, has_text_layer (of sampled pages), has_javascript, has_attachments, is_repaired (was damaged and is read
        as rebuilt), text_sample (at most 4,000 characters), sizes (points, first 20 pages); of an e-mail its sender.
        """
        return self._one(path, "inspect").values

    def inspect_scan(self, path: str, dpi: int) -> tuple[dict[str, Any], ParsedPage | None]:
        """The facts of `inspect`; with them what `render` gives of the first page, where the file has no text of its own.

        What keeps that page from being rendered is in its reading, so that nobody waits for it twice.
        """
        answer = self._ask(path, "inspect_scan", dpi=dpi)
        facts = result_of(answer).values
        if facts["has_text_layer"]:
            return facts, None
        return facts, _image_reading(1, _frame_or_failure(replace(answer, frames=answer.frames[1:])))

    def page_sizes(self, path: str) -> list[tuple[float, float]]:
        """Width and height of every page in points, upright by the file's own rotation.

        An image counts its pixels at its own resolution; one that does not know it is taken for 8.27 inches wide (at
        its shorter side).
        """
        sizes = self._one(path, "page_sizes").values["sizes"]
        return [(float(width), float(height)) for width, height in sizes]

    def render(self, path: str, page_number: int, dpi: int) -> NDArray[Any]:
        """RGB uint8, height × width × 3, upright by the file's own rotation.

        Images are made smaller to `dpi`, never larger; a PDF page over the pixel limit is rendered at less than `dpi`,
        down to 20. Raises too_many_pixels beyond that, before decoding.
        """
        return self._one(path, "render", page_number=page_number, dpi=dpi).arrays[0]

    def read_text_layer(self, path: str, page_number: int) -> dict[str, Any]:
        """Words, slanted lines and trust facts of one page, in points: see `text_layer.TextLayerReader.read`."""
        return self._one(path, "read_text_layer", page_number=page_number).values

    def read_pages(self, path: str, page_numbers: Sequence[int], view_dpi: int) -> list[ParsedPage]:
        """Image and text layer of several pages, the file opened once for up to 16 of them. In the order asked for.

        A page whose reading kills the child is read again alone, part by part; the others never suffer.
        """
        readings: list[ParsedPage] = []
        while len(readings) < len(page_numbers):
            chunk = page_numbers[len(readings) : len(readings) + _PAGES_A_CHILD]
            answer = self._ask(path, "read_pages", page_numbers=list(chunk), view_dpi=view_dpi)
            pairs = list(zip(answer.frames[::2], answer.frames[1::2], strict=False))
            readings += [_reading(number, *pair) for number, pair in zip(chunk, pairs, strict=False)]
            if len(pairs) < len(chunk):
                if answer.death is None:
                    result_of(answer)  # raises what kept the file from being opened
                readings.append(self._read_alone(path, chunk[len(pairs)], view_dpi))
        return readings

    def make_pdf(self, path: str) -> bytes:
        """An e-mail as the PDF that is read of it. Raises PermanentFailure encrypted, nested_too_deep, too_many_attachments,
        too_many_headers, too_many_pages; what it makes comes from an untrusted file and is as untrusted.
        """
        return self._one(path, "make_pdf").data

    def read_attachments(self, path: str) -> list[Attachment]:
        """The files that an e-mail brings along, messages inside it among them, in their order, and the documents that are
        embedded in a PDF; none of other files."""
        answer = self._ask(path, "read_attachments")
        for frame in answer.frames:
            if "code" in frame.values:
                raise _failure(frame)
        if answer.death:
            raise answer.death
        return [Attachment(str(frame.values["name"]), frame.data) for frame in answer.frames]

    def read_e_invoice(self, path: str) -> ReceivedXml | None:
        """The electronic invoice that a PDF carries or that an XML file is; None for files without one.

        Raises PermanentFailure xml_external_entity, xml_entities, xml_with_dtd, xml_too_large, not_an_e_invoice, damaged,
        too_many_attachments.
        """
        answer = self._ask(path, "read_e_invoice")
        values = result_of(answer).values
        if not values["is_found"]:
            return None
        for frame in answer.frames:
            if "code" in frame.values:
                raise _failure(frame)
        if answer.death:
            raise answer.death
        first, *others = answer.frames
        attached = tuple(Attachment(str(frame.values["name"]), frame.data) for frame in others)
        return ReceivedXml(str(values["name"]), first.data, values["tree"], attached, values["schema"])

    def read_signatures(self, path: str, trusted: Sequence[str] = ()) -> list[dict[str, Any]]:
        """What is known of the signatures of a PDF: see `pdf_signatures.read_signatures`; none of other files. `trusted`:
        certificates of issuers, as PEM."""
        return list(self._one(path, "read_signatures", trusted=list(trusted)).values["signatures"])

    def _read_alone(self, path: str, number: int, dpi: int) -> ParsedPage:
        image = self._ask(path, "render", page_number=number, dpi=dpi)
        text = self._ask(path, "read_text_layer", page_number=number)
        return _reading(number, *(_frame_or_failure(answer) for answer in (image, text)))

    def _one(self, path: str, operation: str, **arguments: Any) -> Frame:
        return result_of(self._ask(path, operation, **arguments))

    def _ask(self, path: str, operation: str, **arguments: Any) -> _Answer:
        request = {"operation": operation, "arguments": arguments, "limits": self.limits.for_request()}
        output = os.memfd_create("sandbox", os.MFD_CLOEXEC)
        try:
            with self._opened(path) as source:
                verdict = self._exchange(json.dumps(request).encode(), [source, output])
            if self._on_verdict:
                self._on_verdict(operation, verdict)
            answer = _Answer(death=_cause_of_death(verdict, self.limits))
            answer.frames = _frames(output)
        except BadFrame:
            answer.death = answer.death or refusal(SandboxCode.PARSER_CRASHED)
        finally:
            os.close(output)
        if answer.death:
            logger.warning("sandbox: %s ended with %s (%s)", operation, answer.death.code, verdict)
        return answer

    @contextmanager
    def _opened(self, path: str) -> Iterator[int]:
        """The file, read only, after the checks that need no parser."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError as error:
            raise refusal(SandboxCode.FILE_MISSING) from error
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise refusal(SandboxCode.NOT_A_DOCUMENT)
            if status.st_size == 0:
                raise refusal(SandboxCode.EMPTY_FILE)
            if status.st_size > self.limits.max_bytes:
                raise refusal(SandboxCode.TOO_MANY_BYTES)
            yield descriptor
        finally:
            os.close(descriptor)

    def _exchange(self, request: bytes, descriptors: list[int]) -> Verdict:
        """One request, its verdict. A server that dies or restarts meanwhile is asked once more."""
        for is_last in (False, True):
            try:
                return self._exchange_once(request, descriptors)
            except (OSError, EOFError) as error:
                if is_last or isinstance(error, TimeoutError):
                    raise unavailable(type(error).__name__) from error
                os.ftruncate(descriptors[1], 0)
                os.lseek(descriptors[1], 0, os.SEEK_SET)
                os.lseek(descriptors[0], 0, os.SEEK_SET)
                time.sleep(0.2)
        raise AssertionError("unreachable")

    def _exchange_once(self, request: bytes, descriptors: list[int]) -> Verdict:
        path = self._server.ensure_running() if self._server else self._socket_path
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET | socket.SOCK_CLOEXEC) as channel:
            channel.settimeout(_GRACE_SECONDS)
            channel.connect(path)
            socket.send_fds(channel, [request], descriptors)
            channel.settimeout(_QUEUE_SECONDS)
            message = _received(channel)
            if message["event"] == "refused":
                raise OSError(message["reason"])
            channel.settimeout(self.limits.wall_seconds + _GRACE_SECONDS)
            if message["event"] == "started":
                message = _received(channel)
        del message["event"]
        return Verdict(**message)


def _received(channel: socket.socket) -> dict[str, Any]:
    message = channel.recv(MAX_MESSAGE)
    if not message:
        raise EOFError("the server ended the connection")
    return dict(json.loads(message))


def _frames(output: int) -> list[Frame]:
    size = os.fstat(output).st_size
    if size == 0:
        return []
    return list(read_frames(memoryview(mmap.mmap(output, size, access=mmap.ACCESS_COPY))))


def result_of(answer: _Answer) -> Frame:
    """The first frame. Raises what kept the child from writing it."""
    frame = _frame_or_failure(answer)
    if "code" in frame.values:
        raise _failure(frame)
    return frame


def _frame_or_failure(answer: _Answer) -> Frame:
    if answer.frames:
        return answer.frames[0]
    failure = answer.death or refusal(SandboxCode.PARSER_CRASHED)
    return Frame({"code": failure.code, "reason": failure.reason.to_dict()})


def _failure(frame: Frame) -> PermanentFailure:
    """The error that a child reported; a code outside the closed list counts as a crash."""
    values = frame.values
    if values.get("detail"):
        logger.info("sandbox: %s (%s)", values.get("code"), str(values["detail"])[:200])
    try:
        return refusal(SandboxCode(values["code"]), reason_from_child(values.get("reason")))
    except ValueError:
        return refusal(SandboxCode.PARSER_CRASHED)


def _reading(number: int, image: Frame, text: Frame) -> ParsedPage:
    reading = _image_reading(number, image)
    if "code" in text.values:
        return replace(reading, text_error=_failure(text))
    return replace(reading, text_layer=text.values)


def _image_reading(number: int, image: Frame) -> ParsedPage:
    has_image = "code" not in image.values and bool(image.arrays)
    return ParsedPage(number, image.arrays[0]) if has_image else ParsedPage(number, image_error=_failure(image))


def _cause_of_death(verdict: Verdict, limits: SandboxLimits) -> PermanentFailure | None:
    """Why a child ended other than by itself, None for a clean end."""
    if verdict.is_clean:
        return None
    if verdict.stopped_by == "wall" or verdict.signal == _CPU_SIGNAL or verdict.cpu_seconds >= limits.cpu_seconds:
        return refusal(SandboxCode.TOO_SLOW)
    is_full = verdict.max_rss_bytes >= _MEMORY_SHARE * limits.memory_bytes
    if is_full or verdict.exit_code == _EXIT_NO_MEMORY or verdict.signal == _KILL_SIGNAL:
        return refusal(SandboxCode.TOO_MUCH_MEMORY)
    return refusal(SandboxCode.PARSER_CRASHED)
