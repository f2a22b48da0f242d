"""Where a Subsonic server is: scheme, host, port and the path that it is served below."""

from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from melodee.bench.errors import BadAddress, NotSubsonic

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """A server's address without what is secret."""

    scheme: str
    host: str
    """A name or an address; one of IPv6 without brackets."""
    port: int
    base: str = ""
    """The path that `/rest/…` follows, quoted: empty, or with a slash before and none after."""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.base}"

    def path(self, endpoint: str) -> str:
        """The path of a method. With `.view`, which every server knows and old ones insist on."""
        return f"{self.base}/rest/{endpoint}.view"

    def redirected(self, location: str, endpoint: str) -> "Address":
        """Where `Location`, given for a method of ours, says that the server is.

        Raises `BadAddress` for another host, since credentials are not carried there, and `NotSubsonic` when it leads
        to something else, such as a page to log in.
        """
        target = urlsplit(urljoin(f"{self}/", location))
        path = target.path.removesuffix(".view")
        if not path.endswith(f"/rest/{endpoint}"):
            raise NotSubsonic(f"It leads on to {_shown(target.scheme, target.netloc, target.path)}")
        found = parse_address(f"{target.scheme}://{target.netloc}{path.removesuffix(f'/rest/{endpoint}')}")
        if found.host != self.host:
            raise BadAddress(f"The server leads on to {found}; give that one, if you trust it with your password")
        return found


def parse_address(url: str) -> Address:
    """The address that a URL names; `/rest` at its end does not count. Raises `BadAddress`."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
        (host or "").encode("idna")  # As it is looked up; what cannot be is refused here.
    except ValueError as error:
        raise BadAddress(f"It cannot be read: {error}") from error
    if parts.scheme not in _PORTS or not host:
        raise BadAddress("It reads http://host:4040 or https://host/path")
    if parts.username is not None or parts.password is not None:
        raise BadAddress("User and password are given by --user and --password, not in the URL")
    if parts.query or parts.fragment:
        raise BadAddress("It ends with the path: nothing follows after ? or #")
    if not all(char.isprintable() and char != " " for char in host):
        raise BadAddress("The host's name holds what no name has")
    base = quote(parts.path, safe="/%~!$&'()*+,;=:@").rstrip("/").removesuffix("/rest").rstrip("/")
    return Address(parts.scheme, host, port or _PORTS[parts.scheme], base)


def _shown(scheme: str, netloc: str, path: str) -> str:
    return f"{scheme}://{netloc.rpartition('@')[2]}{path}"
