"""Files over HTTP: whole, in part, or not at all when the client has them already.

Source: RFC 9110 (ranges and conditions), RFC 6266 and 8187 (the file's name). Of several ranges the first that can be
had is answered, which the RFC allows and every player understands.
"""

import asyncio
import os
import re
import stat
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from litestar.datastructures import Headers
from litestar.types import Receive, Scope, Send

from melodee.errors import DependencyError
from melodee.file_errors import FileTrouble, file_errors
from melodee.volume_path import VolumePath, opened_folder
from melodee_api.departure import watch
from melodee_api.errors import NotFound, Unavailable

CHUNK = 1 << 18
"""Bytes read and sent at a time: all that a stream keeps in memory, whatever the file's size."""

# A pool of their own: a volume that hangs must not stop what else runs in threads.
_readers = ThreadPoolExecutor(max_workers=16, thread_name_prefix="file-reader")

_RANGE = re.compile(r"([0-9]*)[ \t]*-[ \t]*([0-9]*)")
_ETAG = re.compile(r'(?:W/)?"[^"]*"')


class Unsatisfiable(Exception):
    """None of the ranges lies within the file."""


def parse_range(header: str, size: int) -> range | None:
    """The bytes that a `Range` header asks for of a file of that size; `None` when it is to be ignored.

    Raises `Unsatisfiable` when all ranges begin behind the end.
    """
    unit, equals, specs = header.partition("=")
    if unit.strip().lower() != "bytes" or not equals:
        return None
    matches = [_RANGE.fullmatch(spec.strip()) for spec in specs.split(",") if spec.strip()]
    bounds = [(match[1], match[2]) if match else ("", "") for match in matches]
    if not bounds or any(not _is_valid(first, last) for first, last in bounds):
        return None
    for first, last in bounds:
        if first:
            found = range(_number(first), min(_number(last) + 1, size) if last else size)
        else:
            found = range(max(size - _number(last), 0), size)
        if found:
            return found
    raise Unsatisfiable


def _is_valid(first: str, last: str) -> bool:
    return bool(first or last) and not (first and last and _number(last) < _number(first))


def _number(digits: str) -> int:
    # Beyond any file; Python refuses to read thousands of digits.
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= 30 else 10**30


@dataclass(frozen=True, slots=True)
class Representation:
    """What there is to be sent, and how to know it again."""

    size: int
    etag: str
    """With its quotes; strong: other bytes have another."""
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a request gets of a representation."""

    status: HTTPStatus
    part: range
    """Of its bytes."""
    headers: Mapping[str, str]


def plan(request: Headers, what: Representation) -> Plan:
    """Follows the request's conditions and ranges."""
    headers = {"accept-ranges": "bytes", "etag": what.etag}
    if what.modified is not None:
        headers["last-modified"] = http_date(what.modified)
    if client_has_it(request, what):
        return Plan(HTTPStatus.NOT_MODIFIED, range(0), headers)
    part = None
    if "range" in request and _may_resume(request, what):
        try:
            part = parse_range(request["range"], what.size)
        except Unsatisfiable:
            headers |= {"content-range": f"bytes */{what.size}", "content-length": "0"}
            return Plan(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, range(0), headers)
    if part is None:
        return Plan(HTTPStatus.OK, range(what.size), headers | {"content-length": str(what.size)})
    headers |= {
        "content-range": f"bytes {part.start}-{part.stop - 1}/{what.size}",
        "content-length": str(len(part)),
    }
    return Plan(HTTPStatus.PARTIAL_CONTENT, part, headers)


def client_has_it(request: Headers, what: Representation) -> bool:
    """Whether the request's conditions say that the client has these very bytes."""
    if "if-none-match" in request:
        wanted = request["if-none-match"]
        return wanted.strip() == "*" or any(
            tag.removeprefix("W/") == what.etag for tag in _ETAG.findall(wanted)
        )  # fmt: skip
    since = _parse_date(request.get("if-modified-since"))
    return since is not None and what.modified is not None and what.modified.replace(microsecond=0) <= since


def _may_resume(request: Headers, what: Representation) -> bool:
    condition = request.get("if-range", "").strip()
    if not condition:
        return True
    if condition.startswith(('"', "W/")):
        return condition == what.etag
    date = _parse_date(condition)
    return date is not None and what.modified is not None and what.modified.replace(microsecond=0) == date


def http_date(moment: datetime) -> str:
    """As HTTP writes it."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


def _parse_date(text: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime((text or "")[:100])
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def content_disposition(name: str, *, inline: bool = False) -> str:
    """The header that names a file. Any character may be in the name; old clients get one in ASCII."""
    name = "".join(char if char.isprintable() and char not in "/\\" else "_" for char in name) or "_"
    plain = "".join(char if char.isascii() and char not in '"%' else "_" for char in name)
    exact = quote(name.encode("utf-8", "replace"), safe="!#$&+-.^_`|~")
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{exact}"


class FileResponse:
    """An ASGI response that sends a regular file. Raises `NotFound` when it cannot be opened, `Unavailable` when its
    volume is away. No symbolic link is followed on the way through a volume.

    It reads from the file that it opened, also when another takes its name meanwhile. When the client goes, reading
    stops; when the file turns out shorter than it was, the connection is cut.
    """

    def __init__(
        self, path: str | Path | VolumePath, content_type: str, headers: Mapping[str, str] | None = None
    ) -> None:
        self.path = path
        self.headers = {"content-type": content_type, "x-content-type-options": "nosniff", **(headers or {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request."""
        loop = asyncio.get_running_loop()
        try:
            descriptor, what = await loop.run_in_executor(_readers, _open, self.path)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError, FileTrouble):
            raise NotFound from None
        except DependencyError:
            raise Unavailable from None
        try:
            planned = plan(Headers.from_scope(scope), what)
            await start(send, planned, self.headers)
            if _is_head(scope) or not planned.part:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                return
            with watch(receive) as has_gone:
                for chunk in _chunks(planned.part):
                    content = await loop.run_in_executor(_readers, _read, descriptor, chunk)
                    if has_gone():
                        return
                    more = chunk.stop < planned.part.stop
                    await send({"type": "http.response.body", "body": content, "more_body": more})
        finally:
            os.close(descriptor)


class ContentResponse:
    """An ASGI response that sends bytes which are in memory, under the same conditions as a file."""

    def __init__(
        self, content: bytes, content_type: str, what: Representation, headers: Mapping[str, str] | None = None
    ) -> None:
        self.content, self.what = content, what
        self.headers = {"content-type": content_type, "x-content-type-options": "nosniff", **(headers or {})}

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answers the request."""
        planned = plan(Headers.from_scope(scope), self.what)
        await start(send, planned, self.headers)
        part = b"" if _is_head(scope) else self.content[planned.part.start : planned.part.stop]
        await send({"type": "http.response.body", "body": part, "more_body": False})


async def start(send: Send, planned: Plan, headers: Mapping[str, str]) -> None:
    """Sends status and headers; those that describe a body are left out where there is none."""
    if not planned.part and planned.status is not HTTPStatus.OK:
        headers = {name: value for name, value in headers.items() if not name.startswith("content-")}
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in {**headers, **planned.headers}.items()]
    await send({"type": "http.response.start", "status": planned.status, "headers": encoded})


def _is_head(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["method"] == "HEAD"


def _open(path: str | Path | VolumePath) -> tuple[int, Representation]:
    # Not blocking, so that a pipe that lies where a file should does not hold the thread.
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
    if isinstance(path, VolumePath):
        with opened_folder(path) as folder, file_errors(path.full):
            descriptor = os.open(path.name, flags | os.O_NOFOLLOW, dir_fd=folder)
    else:
        descriptor = os.open(path, flags)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise FileNotFoundError
    etag = f'"{status.st_size:x}-{status.st_mtime_ns:x}-{status.st_ino:x}"'
    return descriptor, Representation(status.st_size, etag, datetime.fromtimestamp(status.st_mtime, UTC))


def _read(descriptor: int, part: range) -> bytes:
    content = os.pread(descriptor, len(part), part.start)
    if len(content) < len(part):
        raise EOFError("the file has become shorter")
    return content


def _chunks(part: range) -> Iterator[range]:
    for first in range(part.start, part.stop, CHUNK):
        yield range(first, min(first + CHUNK, part.stop))
