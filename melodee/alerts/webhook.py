"""One message to one webhook: an HTTP POST that ends in time whatever the receiver does.

It reads no more of an answer than its head and some bytes, follows a redirect only on the same host, and says what went
wrong without the parts of the address that may be secret.
"""

import contextlib
import hashlib
import hmac
import http.client
import socket
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from melodee import __version__
from melodee.errors import DependencyError
from melodee.text import clean_text

SIGNATURE = "X-Melodee-Signature"
"""`sha256=` and the HMAC-SHA256 of the body in hexadecimal, by the key of `MELODEE_ALERT_SECRET`."""

MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 307, 308)


class NotDelivered(DependencyError):
    """The webhook did not take the message."""

    code = "not_delivered"


def masked(url: str) -> str:
    """The address without what may be secret in it: user, password, path and query."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    rest = "/…" if parts.path.strip("/") or parts.query else ""
    return f"{parts.scheme}://{parts.hostname}{port}{rest}"


def signature(body: bytes, secret: str) -> str:
    """The value of the signature's header."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def post(url: str, body: bytes, *, secret: str = "", timeout: float = 10.0, number: int = 0) -> int:
    """Sends the body as JSON; returns the status, which is 200 to 299. Raises `NotDelivered`.

    `timeout` (s) bounds all of it, but for the look-up of the host's name, which the system bounds. `number` stays the
    same when a message is sent again, so that a receiver can pass over what it has.
    """
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"Melodee/{__version__}",
        "X-Melodee-Alert": str(number),
        **({SIGNATURE: signature(body, secret)} if secret else {}),
    }
    until = time.monotonic() + timeout
    for _ in range(MOST_REDIRECTS + 1):
        status, location = _once(url, body, headers, until)
        if 200 <= status < 300:
            return status
        if status not in _REDIRECTS or not location:
            raise NotDelivered(f"{masked(url)} answered {status}.")
        further = urljoin(url, location)
        if not _same_host(urlsplit(url), urlsplit(further)):
            raise NotDelivered(f"{masked(url)} sends on to another host, {masked(further)}: name that one instead.")
        url = further
    raise NotDelivered(f"{masked(url)} sends on and on.")


def _same_host(one: SplitResult, other: SplitResult) -> bool:
    upgraded = (one.scheme, other.scheme) == ("http", "https")
    return one.hostname == other.hostname and (upgraded or (one.scheme, one.port) == (other.scheme, other.port))


def _once(url: str, body: bytes, headers: Mapping[str, str], until: float) -> tuple[int, str | None]:
    """Status and `Location` of one request."""
    parts = urlsplit(url)
    left = until - time.monotonic()
    if left <= 0:
        raise NotDelivered(f"{masked(url)} took too long.")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=left)
    # A receiver that sends a byte now and then keeps every single wait short: the whole is cut off.
    cut = threading.Timer(left, _cut, [connection])
    cut.daemon = True
    cut.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, {**headers, **_login(parts)})
        # An answer keeps the connection's socket to itself where it is the last one on it.
        with contextlib.closing(connection.getresponse()) as answer:
            if time.monotonic() >= until:
                # What was cut off looks like an answer that has ended.
                raise TimeoutError
            return answer.status, answer.getheader("Location")
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = time.monotonic() >= until
        reason = "took too long" if late or isinstance(error, TimeoutError) else f"could not be reached: {_said(error)}"
        raise NotDelivered(f"{masked(url)} {reason}.") from error
    finally:
        cut.cancel()
        connection.close()


def _login(parts: SplitResult) -> dict[str, str]:
    if not parts.username:
        return {}
    login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Authorization": "Basic " + b64encode(login.encode()).decode()}


def _cut(connection: http.client.HTTPConnection) -> None:
    if isinstance(connection.sock, socket.socket):
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _said(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({error.verify_message})"
    text = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return clean_text(text, 200)
