"""Options that commands spell alike; each flag `--some-thing` has the environment variable `MELODEE_SOME_THING`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from melodee.settings import ApiSettings, DataDirectory
from melodee.settings.source import choose

F = TypeVar("F", bound=Callable[..., Any])


def option(flag: str, within: str = "", **settings: Any) -> Callable[[F], F]:
    """`click.option` with its environment variable, which `--help` shows.

    `within` is the command whose alone the flag is: `--user` within `bench` is `MELODEE_BENCH_USER`.
    """
    name = "-".join(filter(None, ("melodee", within, flag.removeprefix("--"))))
    variable = name.replace("-", "_").upper()
    return click.option(flag, envvar=variable, show_envvar=True, **settings)


def data_option(function: F) -> F:
    """`--data DIR`, passed to the command as `data: DataDirectory`."""

    def convert(_context: click.Context, _parameter: click.Parameter, value: Path | None) -> DataDirectory:
        data = DataDirectory(value.expanduser().absolute()) if value else DataDirectory.from_environment()
        choose(data)
        return data

    return option(
        "--data",
        type=click.Path(path_type=Path),
        metavar="DIR",
        # Before the others, whose defaults may stand in its melodee.toml.
        is_eager=True,
        callback=convert,
        help="Where this instance keeps its state.  [default: $XDG_DATA_HOME/melodee]",
    )(function)


def workers_option(function: F) -> F:
    """`--workers N`, passed to the command as `workers: int`."""
    return option(
        "--workers",
        type=click.IntRange(1, 1000),
        default=lambda: ApiSettings.from_environment().workers,
        show_default="one for each processor, four at most",
        help="Processes that serve players.",
    )(function)
