"""How the benchmark logs in: by token, by the password itself, or by an API key."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Login:
    """Credentials. A text from the command line may hold bytes that are no UTF-8; they are sent as they are."""

    user: str = ""
    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    plain: bool = False
    """Send the password itself, for servers that cannot check a token."""

    def parameters(self) -> Mapping[str, str | bytes]:
        """What goes with each request, with a fresh salt."""
        if self.api_key:
            return {"apiKey": _bytes(self.api_key)}
        user, password = _bytes(self.user), _bytes(self.password)
        if self.plain:
            return {"u": user, "p": f"enc:{password.hex()}"}
        salt = secrets.token_hex(8)
        token = hashlib.md5(password + salt.encode(), usedforsecurity=False).hexdigest()
        return {"u": user, "t": token, "s": salt}

    @property
    def who(self) -> str:
        """For messages."""
        return self.user or "the API key's owner"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
