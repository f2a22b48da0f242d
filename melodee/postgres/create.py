"""Making a cluster.

It is made under a temporary name and renamed when it is whole, so a start that is killed half-way leaves nothing that
the next one would take for a database.
"""

import locale
import os
import secrets
import shutil
import subprocess
from pathlib import Path

from melodee.postgres.cluster import Cluster, ClusterUnusable
from melodee.postgres.configure import CONF, SUPERUSER
from melodee.processes import MARK


def create_cluster(cluster: Cluster, *, mark: str = "") -> None:
    """Makes the cluster: UTF-8, data checksums, one superuser with a random password. Takes seconds.

    `mark` is for the guardian: an initdb that outlives us would write into the next one's work.

    Raises `ClusterUnusable`.
    """
    unfinished = cluster.folder.with_name(f"{cluster.folder.name}.new")
    handed_over = cluster.run / "password"
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        cluster.account.own(unfinished)
        password = _keep_password(cluster.password_file)
        # initdb reads it as the server's user, who may not get at the data directory.
        handed_over.unlink(missing_ok=True)
        _write_private(handed_over, password)
        cluster.account.own(handed_over)
        _initdb(cluster, unfinished, handed_over, mark)
        with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"\n# Melodee writes it anew at each start; what ALTER SYSTEM sets wins.\ninclude = '{CONF}'\n")
        unfinished.rename(cluster.folder)
    except OSError as error:
        raise ClusterUnusable(f"{error.strerror or error}", path=error.filename) from error
    finally:
        handed_over.unlink(missing_ok=True)


def _initdb(cluster: Cluster, folder: Path, password_file: Path, mark: str) -> None:
    command: list[str | Path] = [
        cluster.binaries.initdb,
        f"--pgdata={folder}",
        f"--username={SUPERUSER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        f"--locale={_utf8_locale()}",
        "--data-checksums",
    ]
    if not cluster.durable:
        command.append("--no-sync")
    done = subprocess.run(
        command,
        check=False,
        cwd=cluster.run,
        env={**server_environment(), MARK: mark},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        # Its own group: a Ctrl-C in the terminal is ours to handle, not initdb's.
        start_new_session=True,
        **cluster.account.popen_options(),
    )
    if done.returncode != 0:
        said = " ".join((done.stderr or done.stdout).split()[-60:])
        raise ClusterUnusable(f"{cluster.binaries.initdb} failed: {said}", path=str(folder))


def _utf8_locale() -> str:
    """C.UTF-8: with C, pg_trgm drops each letter that is not ASCII. Older macOS has no C.UTF-8."""
    before = locale.setlocale(locale.LC_CTYPE)
    for name in ("C.UTF-8", "en_US.UTF-8"):
        try:
            locale.setlocale(locale.LC_CTYPE, name)
        except locale.Error:
            continue
        locale.setlocale(locale.LC_CTYPE, before)
        return name
    return "C.UTF-8"


def server_environment() -> dict[str, str]:
    """Of ours, what a program needs to run. The rest might set PostgreSQL behind our back, or is a secret."""
    return {name: value for name, value in os.environ.items() if name.startswith(("PATH", "TMPDIR", "LD_", "DYLD_"))}


def _keep_password(file: Path) -> str:
    """The superuser's password: the one that was kept, else a new one."""
    if file.exists():
        return file.read_text("ascii").strip()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    password = secrets.token_urlsafe(24)
    _write_private(file, password)
    return password


def _write_private(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as opened:
        opened.write(text)
