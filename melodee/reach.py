"""Reaching an instance from outside: by its data directory, or by `MELODEE_DATABASE_URL`, which wins."""

import os
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from melodee.database import Database
from melodee.errors import DependencyError, FatalError
from melodee.instance import Instance, NeverStarted, read_environment, running_instance
from melodee.postgres.configure import SUPERUSER
from melodee.settings import DataDirectory
from melodee.settings.database import DATABASE, check_url
from melodee.text import display_path
from melodee.token_secrets import TokenSecrets


class NotRunning(FatalError):
    """Melodee does not run on this data directory: start it with 'melodee up', or name another with --data."""

    code = "not_running"


class StillStarting(DependencyError):
    """Melodee is still starting on this data directory: try again in a moment."""

    code = "still_starting"


class DatabaseAway(DependencyError):
    """The database does not answer."""

    code = "database_away"


class TablesMissing(FatalError):
    """The database lacks tables of this Melodee: run 'melodee db migrate'."""

    code = "tables_missing"


@dataclass(frozen=True)
class Reached:
    """What is known of an instance, whether it runs or not."""

    data: DataDirectory
    running: Instance | None
    """What holds the data directory's lock; `None` also where the parts run without `melodee up`."""
    variables: Mapping[str, str]
    """This process's environment, over what the running instance gave its own parts."""

    @property
    def token_secrets(self) -> TokenSecrets:
        """With the key that the instance uses."""
        return TokenSecrets.of(self.data, self.variables)

    @property
    def database_url(self) -> str | None:
        """`MELODEE_DATABASE_URL`, ours or the running instance's."""
        return self.variables.get(DATABASE) or None

    @property
    def database_is_embedded(self) -> bool:
        """Whether the URL leads to the server that `melodee up` made: nobody else has its password."""
        try:
            kept = (self.data.token_key.parent / "postgres.password").read_text("ascii").strip()
        except (OSError, ValueError):
            return False
        url = make_url(self.require_database_url())
        return url.username == SUPERUSER and url.password == kept

    @property
    def database_url_to_show(self) -> str:
        """The URL without what is secret in it."""
        url = make_url(self.require_database_url())
        secret = [name for name in url.query if "password" in name]
        return url.set(password=None).difference_update_query(secret).render_as_string()

    def require_database_url(self) -> str:
        """The URL. Raises `NotRunning`, `StillStarting` and `SettingError`."""
        url = self.database_url
        if url is None:
            raise (StillStarting if self.running else NotRunning)(path=str(self.data.path))
        check_url(url)
        return url


def reach(data: DataDirectory) -> Reached:
    """Looks at the data directory; nothing need run there."""
    try:
        running = running_instance(data)
        variables = {**_variables(data), **os.environ} if running else dict(os.environ)
    except OSError as error:
        reason = f"The data directory cannot be read ({error.strerror}); run this as the user who runs 'melodee up'"
        raise FatalError(reason, path=str(data.path)) from error
    return Reached(data, running, variables)


_LINE = re.compile(r'^(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\n]*))$', re.MULTILINE | re.DOTALL)


def _variables(data: DataDirectory) -> dict[str, str]:
    """The lines of `melodee.env`, which an instance that has only begun to start may not have written yet."""
    try:
        text = read_environment(data)
    except NeverStarted:
        return {}
    return {
        line[1]: line[3] if line[2] is None else re.sub(r'\\(["\\$`])', r"\1", line[2]) for line in _LINE.finditer(text)
    }


@contextmanager
def open_database(reached: Reached) -> Generator[Database]:
    """The instance's database. Raises `NotRunning`, and from the block `DatabaseAway` and `TablesMissing`."""
    database = Database(reached.require_database_url())
    try:
        with database_errors(reached):
            yield database
    finally:
        database.close()


@contextmanager
def database_errors(reached: Reached) -> Generator[None]:
    """Says in one sentence what the driver says in many."""
    try:
        yield
    except (psycopg.Error, SQLAlchemyError) as error:
        cause = error.__cause__ if isinstance(error, SQLAlchemyError) and error.__cause__ else error
        if isinstance(cause, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn):
            raise TablesMissing from error
        if isinstance(cause, psycopg.OperationalError):
            starting = reached.running is not None and not reached.running.ready
            reason = "It is still starting" if starting else first_line(cause)
            raise DatabaseAway(f"{reason}; 'melodee doctor' looks closer") from error
        raise


def first_line(error: BaseException) -> str:
    """The first line of what the driver says: `connection to server at "…" failed: Connection refused`."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return display_path(lines[0]) if lines else type(error).__name__
