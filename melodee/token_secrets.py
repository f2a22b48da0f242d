"""Secrets of token login: passwords that can be read back, encrypted with a key that is not in the database.

Subsonic's token is `md5(password + salt)` with a salt of the player's choice, so no one-way hash can check it. Whoever
has only the database, or only the key, has no password.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from melodee.errors import FatalError, MelodeeError
from melodee.settings import DataDirectory

VARIABLE = "MELODEE_TOKEN_KEY"
"""The key itself, for services on several hosts; it wins over the file."""


class TokenKeyUnusable(FatalError):
    """The key that encrypts the secrets of token login cannot be used."""

    code = "token_key_unusable"


class TokenSecretUnreadable(MelodeeError):
    """The secret of token login was encrypted with another key: set the password of the user again."""

    code = "token_secret_unreadable"


class TokenSecrets:
    """Encrypts and decrypts the secrets of one instance."""

    def __init__(self, file: Path, given: str = "") -> None:
        self.file, self._given = file, given
        self._fernet: Fernet | None = None

    @classmethod
    def of(cls, data: DataDirectory, variables: Mapping[str, str] = os.environ) -> "TokenSecrets":
        """With the key in `MELODEE_TOKEN_KEY`, else the one in the data directory."""
        return cls(data.token_key, variables.get(VARIABLE, ""))

    def seal(self, password: str) -> bytes:
        """The password, encrypted. Makes the key when there is none yet. Raises `TokenKeyUnusable`."""
        return (self._key() or self._make_key()).encrypt(password.encode())

    def open(self, secret: bytes) -> str:
        """The password that `seal` encrypted. Raises `TokenSecretUnreadable` and `TokenKeyUnusable`."""
        fernet = self._key()
        if fernet is None:
            raise TokenSecretUnreadable("There is no key", path=str(self.file))
        try:
            return fernet.decrypt(secret).decode()
        except InvalidToken as error:
            raise TokenSecretUnreadable from error

    def _key(self) -> Fernet | None:
        if self._fernet is None:
            if self._given:
                self._fernet = _fernet(self._given, VARIABLE)
            elif (text := self._read()) is not None:
                self._fernet = _fernet(text, str(self.file))
        return self._fernet

    def _read(self) -> str | None:
        try:
            return self.file.read_text("ascii", errors="replace").strip()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TokenKeyUnusable(error.strerror or str(error), path=str(self.file)) from error

    def _make_key(self) -> Fernet:
        """Makes the file in one step, so that nobody reads half a key and of two who make one, the first wins."""
        folder = self.file.parent
        unfinished = folder / f".{self.file.name}.{secrets.token_hex(8)}"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(Fernet.generate_key() + b"\n")
                    file.flush()
                    os.fsync(file.fileno())
                os.link(unfinished, self.file)
            except FileExistsError:
                pass
            finally:
                unfinished.unlink(missing_ok=True)
            _sync_folder(folder)
        except OSError as error:
            reason = f"It could not be made: {error.strerror or error}; or set {VARIABLE}"
            raise TokenKeyUnusable(reason, path=str(self.file)) from error
        key = self._key()
        if key is None:
            raise TokenKeyUnusable("It vanished", path=str(self.file))
        return key


def _fernet(text: str, origin: str) -> Fernet:
    try:
        return Fernet(text)
    except ValueError as error:
        reason = "It is not a key: bring back the right one; without it, each user needs a new password"
        raise TokenKeyUnusable(reason, path=origin) from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
