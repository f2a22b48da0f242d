"""What a failure of a whole batch leads to.

A bad file or release never gets here: it is a row in the list of failures, and its batch goes on. What does get here is
something that all items need. Where that may come back by itself (a database, a mount, room on a disk), the asset is
tried again for about five minutes; where it cannot, repeating it would only hide it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from dagster._utils.interrupts import raise_interrupts_as
from psycopg import InterfaceError, OperationalError
from sqlalchemy.exc import OperationalError as PoolError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from melodee.errors import DependencyError, MelodeeError

DEPENDENCY_RETRY = dg.RetryPolicy(max_retries=5, delay=5, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
"""Waits of about 5, 15, 35, 75 and 155 seconds."""


class Interrupted(dg.DagsterError, dg.DagsterExecutionInterruptedError):
    """The run was told to stop."""


_MAY_HEAL = (DependencyError, OSError, OperationalError, InterfaceError, PoolError, PoolExhausted)


@contextmanager
def only_what_may_heal_is_retried() -> Iterator[None]:
    """Lets through what the retry policy is for; all else becomes a failure that is final.

    An interruption is final too: with the in-process executor Dagster repeats an asset that was cancelled from the UI,
    because it asks the policy about interruptions as well (dagster-io/dagster#15026). It never asks about its own
    errors, so ours is both. Inside, it is a KeyboardInterrupt, at which psycopg cancels the statement that runs; at
    Dagster's own error it does not, and what the connection then says looks as if it could heal.
    """
    try:
        with raise_interrupts_as(KeyboardInterrupt):
            yield
    except _MAY_HEAL:
        raise
    except KeyboardInterrupt as error:
        raise Interrupted from error
    except Exception as error:
        if isinstance(error, MelodeeError):
            raise dg.Failure(str(error), metadata={"code": error.code}, allow_retries=False) from error
        reason = f"A mistake in Melodee: {type(error).__name__}: {error}"
        raise dg.Failure(reason, metadata={"code": "unexpected"}, allow_retries=False) from error
