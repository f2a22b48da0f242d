"""Accounts, passwords, the secrets of token login and API keys."""

import stat
import threading
from pathlib import Path

import pytest
from argon2 import PasswordHasher, Type
from cryptography.fernet import Fernet

from melodee import accounts
from melodee.accounts import (
    BadName,
    BadPassword,
    LastAdministrator,
    NameTaken,
    UnknownAccount,
    add_account,
    ensure_admin,
    key_digest,
    make_api_key,
    make_password,
    name_key,
    newer_hash,
    password_matches,
    remove_account,
    revoke_api_keys,
    set_password,
)
from melodee.database import Database, Row
from melodee.settings import DataDirectory
from melodee.token_secrets import TokenKeyUnusable, TokenSecrets, TokenSecretUnreadable


@pytest.fixture
def keys(tmp_path: Path) -> TokenSecrets:
    return TokenSecrets(tmp_path / "keys" / "token.key")


@pytest.fixture
def database(emptied_database_url: str):
    database = Database(emptied_database_url)
    yield database
    database.close()


@pytest.fixture(autouse=True)
def real_hasher(monkeypatch: pytest.MonkeyPatch) -> PasswordHasher:
    """Argon2 costs by design, so that the tests use a cheap one; this is the one that accounts use."""
    real = accounts._hasher
    monkeypatch.setattr(accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return real


def stored(database: Database, name: str) -> Row:
    with database.begin() as db:
        return db.one("account_by_key", key=name_key(name))


def test_a_password_is_kept_as_an_argon2id_hash_and_as_a_secret_that_can_be_read_back(database, keys):
    add_account(database, "ann", "correct horse", keys)

    row = stored(database, "ann")

    assert row.password_hash.startswith("$argon2id$")
    assert password_matches(row.password_hash, "correct horse")
    assert not password_matches(row.password_hash, "correct horse ")
    assert b"correct horse" not in bytes(row.token_secret)
    assert keys.open(bytes(row.token_secret)) == "correct horse"


def test_the_parameters_are_those_that_argon2_recommends(real_hasher):
    assert real_hasher.type is Type.ID
    assert (real_hasher.time_cost, real_hasher.memory_cost) >= (3, 65536)


def test_an_unknown_user_costs_as_much_as_a_wrong_password_and_matches_nothing():
    assert not password_matches(None, "")
    assert not password_matches(None, "anything")
    assert not password_matches("not a hash", "anything")
    assert not password_matches(None, "\udcff")
    assert not password_matches(None, "long" * 100_000)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Ann", "aNN"),
        ("Straße", "STRASSE"),
        ("Zoë", "Zoe\u0308"),
        ("КИНО", "кино"),
        ("ＡＤＭＩＮ", "admin"),
        (" bob ", "BOB"),
    ],
)
def test_names_are_the_same_whatever_their_case_and_unicode_form(database, keys, first, second):
    add_account(database, first, "secret", keys)

    with pytest.raises(NameTaken):
        add_account(database, second, "other", keys)
    assert stored(database, second).name == first.strip()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "a\nb",
        "a\tb",
        "nul\0",
        "adm\u200bin",
        "\u202egnp",
        "\udcff",
        "\u0301",
        "line\u2028separator",
        "x" * 101,
        "\ufdfa" * 100_000,
    ],
)
def test_a_name_that_nobody_could_type_or_tell_apart_is_refused(database, keys, name):
    with pytest.raises(BadName) as refusal:
        add_account(database, name, "secret", keys)
    str(refusal.value).encode()
    assert accounts.accounts(database) == []


@pytest.mark.parametrize(
    "name", ["O'Brien", 'a"b', "a;drop table account", "%(name)s", "💃 dancer", "名前", "a/b\\c", "--help"]
)
def test_awkward_names_are_just_names(database, keys, name):
    add_account(database, name, "secret", keys)

    assert [account.name for account in accounts.accounts(database)] == [name]
    remove_account(database, name)
    assert accounts.accounts(database) == []


@pytest.mark.parametrize("password", ["", "two\nlines", "nul\0", "\udc80", "x" * 1001])
def test_a_password_that_no_player_could_send_is_refused(database, keys, password):
    with pytest.raises(BadPassword):
        add_account(database, "ann", password, keys)
    add_account(database, "bob", "secret", keys)
    with pytest.raises(BadPassword):
        set_password(database, "bob", password, keys)
    assert password_matches(stored(database, "bob").password_hash, "secret")


def test_a_password_typed_in_another_unicode_form_is_the_same(database, keys):
    add_account(database, "ann", "Cafe\u0301 🔑", keys)

    row = stored(database, "ann")
    assert password_matches(row.password_hash, "Café 🔑")
    assert keys.open(bytes(row.token_secret)) == "Café 🔑"


def test_a_new_password_replaces_hash_and_secret(database, keys):
    add_account(database, "Ann", "old", keys)

    set_password(database, "ann", "new", keys)

    row = stored(database, "ann")
    assert password_matches(row.password_hash, "new")
    assert not password_matches(row.password_hash, "old")
    assert keys.open(bytes(row.token_secret)) == "new"


def test_token_login_that_was_switched_off_stays_off(database, keys):
    add_account(database, "ann", "old", keys)
    with database.begin() as db:
        db.connection.exec_driver_sql("update account set token_secret = null")

    set_password(database, "ann", "new", keys)

    assert stored(database, "ann").token_secret is None
    assert [account.token_login for account in accounts.accounts(database)] == [False]


def test_a_hash_with_older_parameters_is_made_anew(database, keys):
    add_account(database, "ann", "secret", keys)
    row = stored(database, "ann")
    assert newer_hash(row.password_hash, "secret") is None
    weak = PasswordHasher(time_cost=1, memory_cost=16, parallelism=2).hash("secret")

    new = newer_hash(weak, "secret")
    with database.begin() as db:
        assert db.run("replace_password_hash", account=row.id, old="changed meanwhile", new=new) == 0
        assert db.run("replace_password_hash", account=row.id, old=row.password_hash, new=new) == 1

    assert password_matches(stored(database, "ann").password_hash, "secret")


def test_an_administrator_may_do_everything_and_a_listener_may_listen(database, keys):
    add_account(database, "boss", "secret", keys, admin=True)
    add_account(database, "ann", "secret", keys)

    boss, ann = stored(database, "boss"), stored(database, "ann")

    assert (boss.admin, boss.upload_role, boss.share_role) == (True, True, True)
    assert (ann.admin, ann.upload_role, ann.stream_role, ann.download_role) == (False, False, True, True)


def test_the_last_administrator_stays(database, keys):
    add_account(database, "boss", "secret", keys, admin=True)
    add_account(database, "ann", "secret", keys)

    with pytest.raises(LastAdministrator):
        remove_account(database, "BOSS")
    remove_account(database, "ann")
    add_account(database, "chief", "secret", keys, admin=True)
    remove_account(database, "boss")

    assert [account.name for account in accounts.accounts(database)] == ["chief"]


def test_a_disabled_administrator_does_not_count(database, keys):
    add_account(database, "boss", "secret", keys, admin=True)
    add_account(database, "retired", "secret", keys, admin=True)
    with database.begin() as db:
        db.connection.exec_driver_sql("update account set enabled = false where name = 'retired'")

    with pytest.raises(LastAdministrator):
        remove_account(database, "boss")
    remove_account(database, "retired")


def test_two_administrators_who_remove_each_other_at_once_leave_one(database, keys):
    add_account(database, "a", "secret", keys, admin=True)
    add_account(database, "b", "secret", keys, admin=True)
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def remove(name: str) -> None:
        start.wait()
        try:
            remove_account(database, name)
            outcomes.append("removed")
        except LastAdministrator:
            outcomes.append("refused")

    threads = [threading.Thread(target=remove, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["refused", "removed"]
    assert len(accounts.accounts(database)) == 1


def test_who_is_not_there_is_named_in_the_error(database, keys):
    for act in (
        lambda: remove_account(database, "no\nbody"),
        lambda: set_password(database, "no\nbody", "secret", keys),
        lambda: make_api_key(database, "no\nbody"),
        lambda: revoke_api_keys(database, "no\nbody"),
    ):
        with pytest.raises(UnknownAccount, match=r"no\\nbody"):
            act()


def test_what_a_removed_account_rated_leaves_the_averages(database, keys):
    ann = add_account(database, "ann", "secret", keys)
    bob = add_account(database, "bob", "secret", keys)
    with database.begin() as db:
        run = db.connection.exec_driver_sql
        for kind in ("album", "song"):
            ratings = f"({ann}, 1, 5), ({ann}, 2, 4), ({bob}, 1, 2)"
            run(f"insert into {kind}_annotation (account_id, {kind}_id, rating) values {ratings}")
            run(f"insert into {kind}_rating ({kind}_id, total, votes) values (1, 7, 2), (2, 4, 1)")

    remove_account(database, "ann")

    with database.begin() as db:
        for kind in ("album", "song"):
            left = db.connection.exec_driver_sql(f"select {kind}_id, total, votes from {kind}_rating").all()
            assert left == [(1, 2, 1)]


def test_an_api_key_is_kept_as_a_digest_and_finds_its_account(database, keys):
    account = add_account(database, "ann", "secret", keys)

    first, second = make_api_key(database, "ANN", "phone"), make_api_key(database, "ann", "l\0ap\ntop" * 100)

    assert first != second
    with database.begin() as db:
        assert db.one("account_by_api_key", digest=key_digest(first)).id == account
        assert db.one("account_by_api_key", digest=key_digest(first + " ")) is None
        dump = str(db.connection.exec_driver_sql("select * from api_key").all())
    assert first not in dump
    assert [row.api_keys for row in accounts.accounts(database)] == [2]
    assert revoke_api_keys(database, "ann") == 2
    with database.begin() as db:
        assert db.one("account_by_api_key", digest=key_digest(first)) is None


def test_the_first_start_makes_an_administrator_with_the_password_that_was_given(database, keys):
    assert ensure_admin(database, "given", keys) is None

    row = stored(database, "admin")
    assert row.admin
    assert password_matches(row.password_hash, "given")


def test_without_one_it_makes_up_a_password_and_tells_it_once(database, keys):
    made = ensure_admin(database, None, keys)

    assert made is not None
    assert password_matches(stored(database, "admin").password_hash, made)
    assert ensure_admin(database, None, keys) is None
    assert ensure_admin(database, "other", keys) is None
    assert password_matches(stored(database, "admin").password_hash, made)


def test_no_administrator_is_made_where_there_is_any_account(database, keys):
    add_account(database, "ann", "secret", keys)

    assert ensure_admin(database, None, keys) is None
    assert [account.name for account in accounts.accounts(database)] == ["ann"]


def test_first_starts_at_the_same_time_make_one_administrator(database, keys):
    made: list[str | None] = []
    start = threading.Barrier(4)

    def first_start() -> None:
        start.wait()
        made.append(ensure_admin(database, None, keys))

    threads = [threading.Thread(target=first_start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    told = [password for password in made if password]
    assert len(told) == 1
    assert password_matches(stored(database, "admin").password_hash, told[0])


def test_a_made_password_has_every_sort_of_character_and_none_that_a_shell_reads():
    for _ in range(200):
        made = make_password()
        assert len(made) == 20
        assert any(char.islower() for char in made)
        assert any(char.isupper() for char in made)
        assert any(char.isdigit() for char in made)
        assert any(not char.isalnum() for char in made)
        assert made[0].isalpha()
        assert not set(made) & set("'\"\\$`!&%#?+ <>|;()*{}[]^@=,:/")


def test_the_key_is_private_and_is_made_once(tmp_path):
    data = DataDirectory(tmp_path / "data")
    secret = TokenSecrets.of(data, {}).seal("secret")

    assert stat.S_IMODE(data.token_key.stat().st_mode) == 0o600
    assert stat.S_IMODE(data.token_key.parent.stat().st_mode) == 0o700
    assert [file.name for file in data.token_key.parent.iterdir()] == ["token.key"]
    before = data.token_key.read_bytes()
    assert TokenSecrets.of(data, {}).open(secret) == "secret"
    TokenSecrets.of(data, {}).seal("another")
    assert data.token_key.read_bytes() == before


def test_of_those_who_make_the_key_at_once_all_use_the_same(tmp_path):
    file = tmp_path / "keys" / "token.key"
    sealed: list[bytes] = []
    start = threading.Barrier(8)

    def seal() -> None:
        start.wait()
        sealed.append(TokenSecrets(file).seal("secret"))

    threads = [threading.Thread(target=seal) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [TokenSecrets(file).open(secret) for secret in sealed] == ["secret"] * 8
    assert [entry.name for entry in file.parent.iterdir()] == ["token.key"]


def test_a_key_from_the_environment_wins_and_nothing_is_written(tmp_path):
    data, key = DataDirectory(tmp_path), Fernet.generate_key().decode()

    secret = TokenSecrets.of(data, {"MELODEE_TOKEN_KEY": key}).seal("secret")

    assert not data.token_key.exists()
    assert TokenSecrets.of(DataDirectory(tmp_path / "other"), {"MELODEE_TOKEN_KEY": key}).open(secret) == "secret"


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 44, b"x" * 100_000])
def test_a_damaged_key_is_said_and_never_replaced(tmp_path, content):
    file = tmp_path / "token.key"
    file.write_bytes(content)

    with pytest.raises(TokenKeyUnusable):
        TokenSecrets(file).seal("secret")
    with pytest.raises(TokenKeyUnusable):
        TokenSecrets(file).open(b"anything")
    assert file.read_bytes() == content


def test_a_wrong_key_in_the_environment_is_said():
    with pytest.raises(TokenKeyUnusable, match="MELODEE_TOKEN_KEY"):
        TokenSecrets(Path("unused"), "not a key").seal("secret")


def test_a_secret_of_another_key_cannot_be_read(tmp_path):
    secret = TokenSecrets(tmp_path / "a" / "token.key").seal("secret")

    with pytest.raises(TokenSecretUnreadable):
        TokenSecrets(tmp_path / "b" / "token.key").open(secret)
    assert not (tmp_path / "b").exists()
    TokenSecrets(tmp_path / "b" / "token.key").seal("another")
    with pytest.raises(TokenSecretUnreadable):
        TokenSecrets(tmp_path / "b" / "token.key").open(secret)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder where not even root may write")
def test_a_place_that_takes_no_key_is_said():
    with pytest.raises(TokenKeyUnusable, match="MELODEE_TOKEN_KEY"):
        TokenSecrets(Path("/proc/self/no-such-folder/token.key")).seal("secret")


def test_a_file_where_the_folder_should_be_is_said(tmp_path):
    (tmp_path / "keys").write_text("")

    with pytest.raises(TokenKeyUnusable, match="Not a directory"):
        TokenSecrets(tmp_path / "keys" / "token.key").seal("secret")
