"""Which PostgreSQL is run."""

from pathlib import Path

import pytest

from melodee.postgres.binaries import NoPostgres, find_binaries, wheel_folder


def installation(folder: Path, version: str = "17.4", *, extension: bool = True) -> Path:
    """What looks like an installation of PostgreSQL; returns the folder of its binaries."""
    binaries = folder / "bin"
    binaries.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (binaries / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        (binaries / name).chmod(0o755)
    (folder / "share" / "extension").mkdir(parents=True)
    if extension:
        (folder / "share" / "extension" / "pg_trgm.control").touch()
    return binaries


@pytest.fixture(autouse=True)
def without_a_setting(monkeypatch):
    monkeypatch.delenv("MELODEE_POSTGRES", raising=False)


def test_a_link_to_postgres_in_the_path_leads_to_its_siblings(tmp_path, monkeypatch):
    binaries = installation(tmp_path / "pg")
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "postgres").symlink_to(binaries / "postgres")
    monkeypatch.setenv("PATH", str(tmp_path / "path"), prepend=":")

    found = find_binaries("system")

    assert (found.folder, found.version, found.major, found.wheel) == (binaries, "17.4", 17, False)


def test_the_setting_names_a_folder(tmp_path, monkeypatch):
    binaries = installation(tmp_path / "pg")
    monkeypatch.setenv("MELODEE_POSTGRES", str(binaries))

    assert find_binaries().folder == binaries


def test_a_version_between_releases_is_read(tmp_path):
    assert find_binaries(str(installation(tmp_path / "pg", "19devel"))).major == 19


def test_the_wheel_is_used_when_the_systems_is_hidden(monkeypatch):
    assert wheel_folder() is not None
    monkeypatch.setenv("MELODEE_POSTGRES", "wheel")

    found = find_binaries()

    assert found.wheel
    assert found.folder == wheel_folder()


def test_a_cluster_goes_on_with_the_version_that_made_it(tmp_path, monkeypatch):
    binaries = installation(tmp_path / "pg", "16.1")
    monkeypatch.setenv("PATH", str(binaries), prepend=":")

    wheel = find_binaries("wheel")

    assert find_binaries("auto", major=16).folder == binaries
    assert find_binaries("auto", major=wheel.major).version.startswith(f"{wheel.major}.")


@pytest.mark.parametrize(
    ("version", "extension", "problem"),
    [
        ("14.9", True, "version 14.9 is older than 15"),
        ("17.4", False, "lacks the extension pg_trgm"),
        ("new", True, "says its version is"),
    ],
)
def test_what_will_not_do_is_named_with_the_reason_and_the_mend(tmp_path, version, extension, problem):
    binaries = installation(tmp_path / "pg", version, extension=extension)

    with pytest.raises(NoPostgres) as caught:
        find_binaries(str(binaries))

    assert problem in str(caught.value)
    assert "MELODEE_DATABASE_URL" in str(caught.value)


def test_an_empty_folder_is_no_installation(tmp_path):
    with pytest.raises(NoPostgres, match="no postgres to run"):
        find_binaries(str(tmp_path))


def test_a_program_that_does_not_run_is_no_server(tmp_path):
    binaries = installation(tmp_path / "pg")
    (binaries / "postgres").write_bytes(b"\x7fELF garbage")

    with pytest.raises(NoPostgres, match="does not run"):
        find_binaries(str(binaries))


def test_no_server_for_a_clusters_version_says_which_one_is_missing():
    with pytest.raises(NoPostgres, match="version 99, which made this database"):
        find_binaries("auto", major=99)
