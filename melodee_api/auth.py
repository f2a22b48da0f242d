"""Logging in: a password (`u` and `p`), a token (`u`, `t`, `s`) or an API key, on every request.

A password is compared with the readable secret of token login where the account has one, because Argon2 costs tens of
milliseconds by design. Without one it is verified once and an HMAC of it is remembered in this process for a few
minutes. A refused password always costs one Argon2 verification, also for a name that does not exist, so that the time
it takes tells nothing.

Source: Subsonic 1.16.1, "Introduction"; OpenSubsonic, "apiKeyAuthentication".
"""

import asyncio
import hashlib
import hmac
import re
import secrets
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from melodee.accounts import LONGEST_PASSWORD, newer_hash, password_matches
from melodee_api.accounts import Account, Accounts
from melodee_api.errors import (
    ClientTooOld,
    ConflictingMechanisms,
    InvalidApiKey,
    InvalidParameter,
    MissingParameter,
    ServerTooOld,
    Throttled,
    TokenLoginOff,
    UnsupportedMechanism,
    WrongCredentials,
)
from melodee_api.params import Params

API_MAJOR = 1

_VERSION = re.compile(r"([0-9]{1,4})(\.[0-9]{1,4}){0,3}")


_Mechanism = Callable[[Params], Awaitable[Account]]


class Authenticator:
    """Tells who is asking."""

    def __init__(self, accounts: Accounts, clock: Callable[[], float] = time.monotonic) -> None:
        self._accounts = accounts
        self._remembered = RememberedPasswords(clock)
        self._failures = FailureLimit(clock)
        # Each verification takes 64 MB and a processor; whoever sends wrong passwords waits in line.
        self._verifying = asyncio.Semaphore(2)

    async def authenticate(self, params: Params, address: str) -> Account:
        """The account that the request's credentials prove. Raises the `SubsonicError` that says what is wrong."""
        mechanism = self._mechanism(params)
        check_client(params)
        who = (address, _claimed(params))
        self._failures.check(who)
        try:
            account = await mechanism(params)
        except (WrongCredentials, InvalidApiKey):
            self._failures.add(who)
            raise
        self._failures.forget(who)
        return account

    def _mechanism(self, params: Params) -> _Mechanism:
        if "apiKey" in params:
            if any(name in params for name in ("u", "p", "t", "s")):
                raise ConflictingMechanisms
            return self._by_api_key
        if "u" not in params:
            raise UnsupportedMechanism if "jwt" in params else MissingParameter("u")
        if "t" in params and "s" in params:
            return self._by_token
        if "p" in params:
            return self._by_password
        if "t" in params or "s" in params:
            raise MissingParameter("s" if "t" in params else "t")
        raise UnsupportedMechanism if "jwt" in params else MissingParameter("p")

    async def _by_api_key(self, params: Params) -> Account:
        account = await self._accounts.by_api_key(params.raw("apiKey") or "")
        if account is None:
            raise InvalidApiKey
        return _enabled(account)

    async def _by_token(self, params: Params) -> Account:
        account = await self._accounts.by_name(params.raw("u") or "")
        if account is not None and account.token_secret is None:
            # A client that sends both is let in by the password.
            if "p" in params:
                return await self._by_password(params)
            raise TokenLoginOff
        secret = account.token_secret if account is not None and account.token_secret else secrets.token_hex(16)
        right = token_matches(secret, params.raw("s") or "", params.raw("t") or "")
        if account is None or not right:
            raise WrongCredentials
        return _enabled(account)

    async def _by_password(self, params: Params) -> Account:
        password = unicodedata.normalize("NFC", plain_password(params.raw("p") or ""))
        account = await self._accounts.by_name(params.raw("u") or "")
        if not password or len(password) > LONGEST_PASSWORD:
            raise WrongCredentials
        if account is not None and (_same(account.token_secret, password) or self._remembered.knows(account, password)):
            return _enabled(account)
        async with self._verifying:
            stored = account.password_hash if account is not None else None
            right = await asyncio.to_thread(password_matches, stored, password)
            if account is None or not right:
                raise WrongCredentials
            newer = await asyncio.to_thread(newer_hash, account.password_hash, password)
        if newer is not None:
            await self._accounts.replace_hash(account, newer)
        self._remembered.remember(account, password)
        return _enabled(account)


def _claimed(params: Params) -> str:
    """What failures are counted by: the name; or the key, of which a wrong one must not lock out all others."""
    name, key = params.raw("u"), params.raw("apiKey")
    if name is not None:
        return "name " + name[:LONGEST_PASSWORD].casefold()
    return "key " + hashlib.sha256(_encoded(key or "")).hexdigest()


def check_client(params: Params) -> None:
    """Raises what is wrong with `v` and `c`. Any minor version is welcome: clients state old and newer ones."""
    version = params.raw("v")
    if version is None:
        raise MissingParameter("v")
    if "c" not in params:
        raise MissingParameter("c")
    match = _VERSION.fullmatch(version)
    if match is None:
        raise InvalidParameter("v", "a version like 1.16.1")
    if int(match[1]) != API_MAJOR:
        raise ClientTooOld if int(match[1]) < API_MAJOR else ServerTooOld


def plain_password(sent: str) -> str:
    """The password that `p` carries: in clear, or after `enc:` the hexadecimal digits of its UTF-8."""
    if sent.startswith("enc:"):
        try:
            return bytes.fromhex(sent[4:]).decode()
        except ValueError:
            pass  # Then it is a password that begins like that.
    return sent


def token_matches(secret: str, salt: str, token: str) -> bool:
    """Whether the token is `md5(secret + salt)`; compared without regard to case, in constant time."""
    # Some systems type accented letters as two characters; the password is kept in the composed form.
    spellings = {secret, unicodedata.normalize("NFD", secret)}
    given = _encoded(token.lower())
    digests = [hashlib.md5(_encoded(text + salt), usedforsecurity=False).hexdigest() for text in sorted(spellings)]
    return any(hmac.compare_digest(digest.encode(), given) for digest in digests)


def _same(secret: str | None, password: str) -> bool:
    return secret is not None and secret != "" and hmac.compare_digest(_encoded(secret), _encoded(password))


def _encoded(text: str) -> bytes:
    # Whatever a client sends is compared, not refused with an error of Python's.
    return text.encode("utf-8", "surrogatepass")


def _enabled(account: Account) -> Account:
    if not account.enabled:
        raise WrongCredentials
    return account


class RememberedPasswords:
    """HMACs of passwords that Argon2 has verified, so that it is not asked at each request."""

    SECONDS = 300
    MOST = 1000

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._until: OrderedDict[bytes, float] = OrderedDict()

    def knows(self, account: Account, password: str) -> bool:
        """Whether this password of this account was verified a short while ago, and is still its password."""
        until = self._until.get(self._digest(account, password))
        return until is not None and self._clock() < until

    def remember(self, account: Account, password: str) -> None:
        """After a successful verification."""
        self._until[self._digest(account, password)] = self._clock() + self.SECONDS
        while len(self._until) > self.MOST:
            self._until.popitem(last=False)

    def _digest(self, account: Account, password: str) -> bytes:
        # The stored hash is part of it: a changed password is forgotten at once.
        text = f"{account.id}\0{account.password_hash}\0{password}"
        return hmac.digest(self._key, _encoded(text), "sha256")


class FailureLimit:
    """Slows guessing down: after `MOST` failures of one name from one address, nothing is tried for a while.

    Counted in each worker by itself: with several, that many more guesses are possible.
    """

    MOST = 10
    SECONDS = 60
    REMEMBERED = 10_000

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()

    def check(self, who: tuple[str, str]) -> None:
        """Raises `Throttled` while the limit is reached."""
        count, until = self._failures.get(who, (0, 0.0))
        left = until - self._clock()
        if left <= 0:
            self._failures.pop(who, None)
        elif count >= self.MOST:
            raise Throttled(int(left) + 1)

    def add(self, who: tuple[str, str]) -> None:
        """After a failure."""
        count, _ = self._failures.pop(who, (0, 0.0))
        self._failures[who] = (count + 1, self._clock() + self.SECONDS)
        while len(self._failures) > self.REMEMBERED:
            self._failures.popitem(last=False)

    def forget(self, who: tuple[str, str]) -> None:
        """After a success."""
        self._failures.pop(who, None)
