"""Who runs the server. PostgreSQL refuses to run as root, so root hands it to a user that exists."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from melodee.errors import FatalError


class NoServerAccount(FatalError):
    """PostgreSQL cannot run as this user."""

    code = "no_server_account"


class PopenOptions(TypedDict, total=False):
    """What `subprocess` needs to start something as another user."""

    user: int
    group: int
    extra_groups: list[int]
    umask: int


@dataclass(frozen=True)
class Account:
    """A user of the machine."""

    name: str
    uid: int
    gid: int

    @property
    def is_current(self) -> bool:
        """Whether that is who we run as."""
        return self.uid == os.geteuid()

    def popen_options(self) -> PopenOptions:
        """The arguments of `subprocess.Popen` that start a process as this user, and private to it."""
        if self.is_current:
            return {"umask": 0o077}
        return {"user": self.uid, "group": self.gid, "extra_groups": [], "umask": 0o077}

    def can_enter(self, folder: Path) -> bool:
        """Whether the user may pass through every folder down to this one; asked of the system, which knows of ACLs."""
        return self._may_execute(folder)

    def can_run(self, program: Path) -> bool:
        """Whether the user may reach and execute a program."""
        return self._may_execute(program)

    def _may_execute(self, path: Path) -> bool:
        if self.is_current:
            return os.access(path, os.X_OK)
        asked = subprocess.run(
            ["/bin/sh", "-c", 'test -x "$0"', path],
            check=False,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self.popen_options(),
        )
        return asked.returncode == 0

    def own(self, path: Path) -> None:
        """Give the user a file or folder that we made; nothing to do when it is ours to use."""
        if not self.is_current:
            os.chown(path, self.uid, self.gid)


def server_account(owner_of: Path | None = None) -> Account:
    """The user to run the server as: ourselves, or for root the owner of the cluster that is there, else `postgres`,
    else `nobody`.

    initdb demands that the user has an entry in the password database; without one, as in a container with an
    arbitrary user id, this raises `NoServerAccount`. So does a cluster that belongs to somebody else.
    """
    uid = os.geteuid()
    owner = owner_of.stat().st_uid if owner_of else None
    if uid != 0:
        if owner is not None and owner != uid:
            raise NoServerAccount(
                f"The database belongs to {_name(owner)}: run 'melodee up' as that user or as root", path=str(owner_of)
            )
        return _entry(uid) or _missing(uid)
    if owner:
        return _entry(owner) or _missing(owner)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise NoServerAccount(
        "It does not run as root, and there is no user postgres or nobody: add one, or run 'melodee up' as another user"
    )


def _entry(uid: int) -> Account | None:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _missing(uid: int) -> Account:
    raise NoServerAccount(
        f"User id {uid} has no name on this machine: give it an entry in /etc/passwd, or set MELODEE_DATABASE_URL"
    )


def _name(uid: int) -> str:
    entry = _entry(uid)
    return f"user {entry.name}" if entry else f"user id {uid}"
