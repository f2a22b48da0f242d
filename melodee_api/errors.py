"""The errors that Subsonic knows, each a class whose docstring is its message.

They are answered in an envelope with HTTP status 200. Source: Subsonic 1.16.1 and OpenSubsonic, `responses/error`.
"""

from typing import ClassVar


class SubsonicError(Exception):
    """A generic error."""

    code: ClassVar[int] = 0
    status: ClassVar[int] = 200
    """Of HTTP: some clients treat any other status as a broken server, so that only throttling has one of its own."""
    retry_after: int | None = None
    """Seconds until it makes sense to try again."""

    def __init__(self, message: str = "") -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        super().__init__(self.message)


class NotImplementedHere(SubsonicError):
    """Not implemented by this server."""


class TooLarge(SubsonicError):
    """The request is too large."""


class MissingParameter(SubsonicError):
    """Required parameter is missing."""

    code = 10

    def __init__(self, name: str) -> None:
        super().__init__(f"Required parameter is missing: {name}")


class InvalidParameter(SubsonicError):
    """Parameter has a value that cannot be used."""

    code = 10

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"Parameter {name} must be {expected}")


class ClientTooOld(SubsonicError):
    """Incompatible Subsonic REST protocol version. Client must upgrade."""

    code = 20


class ServerTooOld(SubsonicError):
    """Incompatible Subsonic REST protocol version. Server must upgrade."""

    code = 30


class WrongCredentials(SubsonicError):
    """Wrong username or password."""

    code = 40


class TokenLoginOff(SubsonicError):
    """Token authentication is not available for this account; log in with its password or an API key."""

    code = 41


class UnsupportedMechanism(SubsonicError):
    """Provided authentication mechanism is not supported."""

    code = 42


class ConflictingMechanisms(SubsonicError):
    """Multiple conflicting authentication mechanisms provided."""

    code = 43


class InvalidApiKey(SubsonicError):
    """Invalid API key."""

    code = 44


class NotAllowed(SubsonicError):
    """The account is not authorized for the given operation."""

    code = 50


class NotFound(SubsonicError):
    """The requested data was not found."""

    code = 70


class MissingPicture(NotFound):
    """There is no picture of this."""

    status = 404
    """Players draw one of their own when there is none, and know it by this."""


class Unavailable(SubsonicError):
    """The music folder is not available at the moment."""


class Throttled(SubsonicError):
    """Too many failed logins; try again later."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__()


class Busy(SubsonicError):
    """The server has more to do than it can; try again in a moment."""

    status = 429
    """Not 503, which players and proxies take for a server that is broken, and some replace its answer by their own."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__()
