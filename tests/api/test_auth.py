"""Logging in."""

import asyncio
import hashlib
import unicodedata

import pytest
from argon2 import PasswordHasher

from melodee.accounts import add_account, make_api_key, password_matches, set_password
from melodee.async_database import AsyncDatabase
from melodee.database import Database
from melodee.token_secrets import TokenSecrets
from melodee_api import auth
from melodee_api.accounts import Account, DatabaseAccounts, Role
from melodee_api.auth import Authenticator, FailureLimit, RememberedPasswords, check_client, plain_password
from melodee_api.errors import (
    ClientTooOld,
    ConflictingMechanisms,
    InvalidApiKey,
    InvalidParameter,
    MissingParameter,
    ServerTooOld,
    SubsonicError,
    Throttled,
    TokenLoginOff,
    UnsupportedMechanism,
    WrongCredentials,
)
from melodee_api.params import Params

PASSWORD = "pass&+% wörd"
WEAK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
STRONG_HASH = PasswordHasher().hash(PASSWORD)


class Listed:
    """Accounts in memory."""

    def __init__(self, *accounts: Account) -> None:
        self.accounts = {account.name.casefold(): account for account in accounts}
        self.keys: dict[str, Account] = {}
        self.newer: list[str] = []

    async def by_name(self, name: str) -> Account | None:
        return self.accounts.get(name.casefold())

    async def by_api_key(self, key: str) -> Account | None:
        return self.keys.get(key)

    async def replace_hash(self, account: Account, new: str) -> None:
        self.newer.append(f"{account.name} {new[:9]}")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts() -> Listed:
    return Listed(
        Account(1, "Änne", WEAK.hash(PASSWORD), PASSWORD),
        Account(2, "hashed", STRONG_HASH),
        Account(3, "gone", WEAK.hash(PASSWORD), PASSWORD, enabled=False),
    )


@pytest.fixture
def authenticator(accounts: Listed, clock: Clock) -> Authenticator:
    accounts.keys["key"] = accounts.accounts["änne"]
    accounts.keys["key of gone"] = accounts.accounts["gone"]
    return Authenticator(accounts, clock)


@pytest.fixture
def verifications(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that Argon2 was asked about."""
    asked: list[str] = []

    def counting(password_hash: str | None, password: str) -> bool:
        asked.append(password)
        return password_matches(password_hash, password)

    monkeypatch.setattr(auth, "password_matches", counting)
    return asked


def login(authenticator: Authenticator, address: str = "10.0.0.1", **params: str) -> Account:
    pairs = {"v": "1.16.1", "c": "test", **params}
    return asyncio.run(authenticator.authenticate(Params(pairs.items()), address))


def token(password: str, salt: str) -> dict[str, str]:
    return {"t": hashlib.md5((password + salt).encode()).hexdigest(), "s": salt}


@pytest.mark.parametrize(
    "sent", [{"p": PASSWORD}, {"p": "enc:" + PASSWORD.encode().hex()}, {"p": "enc:" + PASSWORD.encode().hex().upper()}]
)
@pytest.mark.parametrize("name", ["änne", "ÄNNE", "hashed", "Hashed"])
def test_c1_c9_a_password_lets_in_clear_or_encoded_whatever_the_case_of_the_name(authenticator, name, sent):
    assert login(authenticator, u=name, **sent).name.casefold() == name.casefold()


def test_c1_a_token_lets_in(authenticator):
    sent = token(PASSWORD, "c19b2d")

    assert login(authenticator, u="änne", **sent).id == 1
    assert login(authenticator, u="änne", t=sent["t"].upper(), s="c19b2d").id == 1


def test_c9_a_password_typed_with_combining_marks_is_the_same(authenticator):
    apart = unicodedata.normalize("NFD", PASSWORD)
    assert apart != PASSWORD

    assert login(authenticator, u="änne", p=apart).id == 1
    assert login(authenticator, u="änne", **token(apart, "salt")).id == 1


def test_c2_an_api_key_lets_in_by_itself(authenticator):
    assert login(authenticator, apiKey="key").id == 1
    with pytest.raises(InvalidApiKey) as error:
        login(authenticator, apiKey="other")
    assert error.value.code == 44


@pytest.mark.parametrize("more", [{"u": "änne"}, {"p": PASSWORD}, {"t": "x"}, {"s": "x"}, {"u": "änne", "p": PASSWORD}])
def test_c2_an_api_key_beside_another_mechanism_is_error_43(authenticator, more):
    with pytest.raises(ConflictingMechanisms) as error:
        login(authenticator, apiKey="key", **more)
    assert error.value.code == 43


def test_c2_a_mechanism_that_we_do_not_have_is_error_42(authenticator):
    for sent in ({"jwt": "x"}, {"u": "änne", "jwt": "x"}):
        with pytest.raises(UnsupportedMechanism) as error:
            login(authenticator, **sent)
        assert error.value.code == 42


def test_c3_an_account_without_token_login_answers_41_so_that_the_client_sends_the_password(authenticator):
    with pytest.raises(TokenLoginOff) as error:
        login(authenticator, u="hashed", **token(PASSWORD, "salt"))
    assert error.value.code == 41
    assert login(authenticator, u="hashed", **token(PASSWORD, "salt"), p=PASSWORD).id == 2


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ({}, "u"), ({"p": "x"}, "u"), ({"u": "", "p": "x"}, "u"), ({"u": "x"}, "p"), ({"u": "x", "p": ""}, "p"),
        ({"u": "x", "t": "y"}, "s"), ({"u": "x", "s": "y"}, "t"), ({"u": "x", "s": "y", "t": ""}, "t"),
        ({"u": "x", "p": "y", "v": ""}, "v"), ({"u": "x", "p": "y", "c": ""}, "c"), ({"apiKey": "key", "c": ""}, "c"),
        ({"apiKey": ""}, "u"),
    ],
)  # fmt: skip
def test_c4_c10_what_is_missing_is_error_10_and_named(authenticator, sent, name):
    with pytest.raises(MissingParameter, match=f": {name}$") as error:
        login(authenticator, **sent)
    assert error.value.code == 10


def test_k1_an_empty_password_beside_a_token_counts_as_absent(authenticator):
    assert login(authenticator, u="änne", **token(PASSWORD, "salt"), p="").id == 1


@pytest.mark.parametrize(
    "sent",
    [
        {"u": "änne", "p": "wrong"}, {"u": "änne", "p": "enc:"}, {"u": "änne", "p": "enc:zz"},
        {"u": "änne", "p": "enc:ff"},
        {"u": "änne", "p": PASSWORD.upper()}, {"u": "änne", "p": PASSWORD + "\0"}, {"u": "änne", "p": "x" * 65536},
        {"u": "änne", "t": "wrong", "s": "salt"}, {"u": "änne", "t": "", "s": "", "p": "wrong"},
        {"u": "änne", "t": "é\udce9", "s": "\U0001f3b5"}, {"u": "änne", **token("", "salt")},
        {"u": "nobody", "p": PASSWORD}, {"u": "nobody", **token(PASSWORD, "salt")},
        {"u": "nobody", **token("", "salt")},
        {"u": "x" * 65536, "p": "x"}, {"u": "\0", "p": "x"}, {"u": "' or 1=1 --", "p": "' or 1=1 --"},
        {"u": "gone", "p": PASSWORD}, {"u": "gone", **token(PASSWORD, "salt")}, {"apiKey": "key of gone"},
        {"u": "hashed", "p": "wrong"}, {"u": "hashed", "p": "\udce9"},
    ],
)  # fmt: skip
def test_c4_c12_whatever_is_wrong_gets_the_same_error_40(authenticator, sent):
    with pytest.raises(WrongCredentials) as error:
        login(authenticator, **sent)
    assert (error.value.code, error.value.message) == (40, "Wrong username or password.")


@pytest.mark.parametrize("version", ["1.16.1", "1.2.0", "1.0.0", "1.17.0", "1.99", "1"])
def test_a4_any_version_of_the_first_api_is_welcome(version):
    check_client(Params({"v": version, "c": "iSub"}.items()))


@pytest.mark.parametrize(
    ("version", "kind", "code"),
    [
        ("0.9", ClientTooOld, 20), ("2.0.0", ServerTooOld, 30), ("9999.1", ServerTooOld, 30),
        ("x", InvalidParameter, 10), ("1.x", InvalidParameter, 10), ("1.16.1.1.1", InvalidParameter, 10),
        ("9" * 65536, InvalidParameter, 10), ("-1", InvalidParameter, 10), ("１", InvalidParameter, 10),
    ],
)  # fmt: skip
def test_c4_another_api_is_refused(version, kind, code):
    with pytest.raises(kind) as error:
        check_client(Params({"v": version, "c": "test"}.items()))
    assert error.value.code == code


def test_a_password_that_begins_like_an_encoded_one_is_itself():
    assert plain_password("enc:ripted") == "enc:ripted"
    assert plain_password("enc:616263") == "abc"


def test_a_password_costs_no_argon2_where_the_secret_can_be_read(authenticator, verifications):
    login(authenticator, u="änne", p=PASSWORD)
    login(authenticator, u="änne", **token(PASSWORD, "salt"))

    assert verifications == []


def test_a_password_without_a_secret_is_verified_once_in_a_while(authenticator, verifications, clock):
    for _ in range(3):
        login(authenticator, u="hashed", p=PASSWORD)
    assert verifications == [PASSWORD]

    clock.now += RememberedPasswords.SECONDS + 1
    login(authenticator, u="hashed", p=PASSWORD)
    assert verifications == [PASSWORD] * 2


def test_a_changed_password_is_forgotten_at_once(authenticator, accounts):
    login(authenticator, u="hashed", p=PASSWORD)
    accounts.accounts["hashed"] = Account(2, "hashed", WEAK.hash("new"))

    with pytest.raises(WrongCredentials):
        login(authenticator, u="hashed", p=PASSWORD)
    assert login(authenticator, u="hashed", p="new").id == 2


def test_a_refused_password_always_costs_one_verification_whoever_it_is_for(authenticator, verifications):
    for name in ("änne", "hashed", "nobody"):
        with pytest.raises(WrongCredentials):
            login(authenticator, u=name, p="wrong")

    assert verifications == ["wrong"] * 3


def test_a_hash_of_old_parameters_is_renewed_when_the_password_is_known(authenticator, accounts):
    accounts.accounts["hashed"] = Account(2, "hashed", WEAK.hash(PASSWORD))

    login(authenticator, u="hashed", p=PASSWORD)

    assert accounts.newer == ["hashed $argon2id"]


def test_what_is_remembered_is_bounded(clock, accounts):
    remembered = RememberedPasswords(clock)
    for number in range(RememberedPasswords.MOST + 10):
        remembered.remember(accounts.accounts["hashed"], f"password {number}")

    assert not remembered.knows(accounts.accounts["hashed"], "password 9")
    assert remembered.knows(accounts.accounts["hashed"], "password 10")


def fail(authenticator: Authenticator, times: int, **sent: str) -> None:
    for _ in range(times):
        with pytest.raises(SubsonicError) as error:
            login(authenticator, **sent)
        assert error.value.code in (40, 44)


def test_c11_guessing_is_slowed_down_for_one_name_from_one_address(authenticator, clock):
    wrong = {"u": "änne", **token("wrong", "salt")}
    fail(authenticator, FailureLimit.MOST, **wrong)

    with pytest.raises(Throttled) as error:
        login(authenticator, u="ÄNNE", p=PASSWORD)
    assert (error.value.status, error.value.code) == (429, 0)
    assert 0 < error.value.retry_after <= FailureLimit.SECONDS + 1
    assert login(authenticator, u="änne", p=PASSWORD, address="10.0.0.2").id == 1
    assert login(authenticator, u="hashed", p=PASSWORD).id == 2

    clock.now += FailureLimit.SECONDS
    assert login(authenticator, u="änne", p=PASSWORD).id == 1


def test_c6_c11_a_success_resets_the_count_and_a_few_failures_do_no_harm(authenticator):
    for _ in range(3):
        fail(authenticator, FailureLimit.MOST - 1, u="änne", **token("wrong", "salt"))
        login(authenticator, u="änne", p=PASSWORD)


def test_c11_what_is_remembered_of_failures_is_bounded(clock):
    limit = FailureLimit(clock)
    for number in range(FailureLimit.REMEMBERED + 10):
        limit.add(("address", str(number)))

    assert len(limit._failures) == FailureLimit.REMEMBERED


def test_secrets_do_not_show_when_an_account_is_printed(accounts):
    printed = repr(accounts.accounts["änne"])

    assert PASSWORD not in printed
    assert "argon2" not in printed


def test_accounts_and_keys_of_the_database_log_in(database_url, tmp_path):
    database, keys = Database(database_url), TokenSecrets(tmp_path / "token.key")
    add_account(database, "Änne", PASSWORD, keys)
    key = make_api_key(database, "Änne")

    async def work() -> None:
        pool = AsyncDatabase(database_url)
        authenticator = Authenticator(DatabaseAccounts(pool, keys))

        async def login(**sent: str) -> Account:
            return await authenticator.authenticate(Params({"v": "1.16.1", "c": "test", **sent}.items()), "::1")

        account = await login(u="ÄNNE", **token(PASSWORD, "salt"))
        assert (account.name, account.admin, account.roles >= {Role.STREAM, Role.DOWNLOAD}) == ("Änne", False, True)
        assert (await login(apiKey=key)).id == account.id
        set_password(database, "Änne", "another", keys)
        with pytest.raises(WrongCredentials):
            await login(u="Änne", **token(PASSWORD, "salt"))
        for hostile in ("\0", "\udce9", "x" * 65536, "%", "Ann_"):
            with pytest.raises(WrongCredentials):
                await login(u=hostile, p="x")
            with pytest.raises(InvalidApiKey):
                await login(apiKey=hostile)

        # Without the key that sealed the secrets there is no token login, but passwords work.
        without = Authenticator(DatabaseAccounts(pool, TokenSecrets(tmp_path / "other.key")))
        pairs = {"v": "1.16.1", "c": "test", "u": "Änne"}
        with pytest.raises(TokenLoginOff):
            await without.authenticate(Params((pairs | token("another", "salt")).items()), "::1")
        assert (await without.authenticate(Params((pairs | {"p": "another"}).items()), "::1")).id == account.id
        await pool.close()

    asyncio.run(work())
    database.close()
