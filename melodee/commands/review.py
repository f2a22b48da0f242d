"""`melodee review`: releases that wait for a person, and what is decided about them."""

import getpass
import sys
from collections.abc import Callable, Iterator
from json import dumps
from typing import Any, TypeVar

import click

from melodee.commands.options import data_option, option
from melodee.commands.review_output import as_json, details_as_json, print_details, print_summary
from melodee.database import Database
from melodee.errors import DependencyError, MelodeeError
from melodee.reach import open_database, reach
from melodee.review.deciding import approve, reject
from melodee.review.listing import PAGE, STATES, details, releases
from melodee.settings import DataDirectory
from melodee.text import count, display_path

F = TypeVar("F", bound=Callable[..., Any])


class NothingChosen(MelodeeError):
    """Say which releases are meant: their numbers, as 'melodee review list' shows them, or --all."""

    code = "nothing_chosen"


@click.group("review")
def command() -> None:
    """Releases that wait for a person, and what is decided about them.

    Which ones wait is the setting MELODEE_REVIEW's to say. What waits lies on staging, plays for nobody, and holds
    nothing else up.
    """


def _within(flag: str, **settings: Any) -> Callable[[F], F]:
    return option(flag, within="review", **settings)


@command.command("list")
@_within("--state", type=click.Choice(STATES), help="Releases in this state.  [default: waiting]")
@_within("--code", metavar="CODE", help="Only those with a finding of this code.")
@_within("--batch", metavar="KEY", help="Only those of this batch.")
@_within("--limit", type=click.IntRange(1, 10_000), metavar="N", help=f"Show so many at most.  [default: {PAGE}]")
@_within("--after", type=int, metavar="ID", help="Go on after the release with this number.")
@option("--json", is_flag=True, help="Print JSON.")
@data_option
def list_(  # noqa: PLR0917 - the options
    data: DataDirectory,
    state: str | None,
    code: str | None,
    batch: str | None,
    limit: int | None,
    after: int | None,
    json: bool,
) -> None:
    """Show releases that wait, oldest first, with what there is to say about each."""
    state = state or "waiting"
    with open_database(reach(data)) as database:
        page = releases(database, state=state, code=code, batch=batch, after=after or 0, limit=limit or PAGE)
    if json:
        found = {"releases": [as_json(each) for each in page.releases], "after": page.after}
        click.echo(dumps(found, ensure_ascii=False, indent=2))
        return
    for each in page.releases:
        print_summary(each)
    if page.after is not None:
        click.echo(f"There are more; the next with --after {page.after}.")
    elif not page.releases:
        narrowed = " with this code or batch" if code or batch else ""
        click.echo(f"Nothing waits{narrowed}." if state == "waiting" else f"No release{narrowed} is {state}.")


@command.command("show")
@click.argument("number", metavar="ID", type=int)
@option("--json", is_flag=True, help="Print JSON.")
@data_option
def show(data: DataDirectory, number: int, json: bool) -> None:
    """Show all that is known of a release: files and tags, findings and what to do, changed values, history."""
    with open_database(reach(data)) as database:
        found = details(database, number)
    if json:
        click.echo(dumps(details_as_json(found), ensure_ascii=False, indent=2))
    else:
        print_details(found)


@command.command("approve")
@click.argument("numbers", metavar="[ID]...", nargs=-1, type=int)
@_within("--all", is_flag=True, help="All that wait.")
@_within("--note", metavar="TEXT", help="What is to be remembered about it.")
@data_option
def approve_(data: DataDirectory, numbers: tuple[int, ...], all: bool, note: str | None) -> None:  # noqa: A002
    """Let releases be published.

    The running Melodee takes them up within seconds; nothing else of their batches is done again.
    """
    if bool(numbers) == all:
        raise NothingChosen
    with open_database(reach(data)) as database:
        refused = _each(
            _waiting(database) if all else iter(numbers), lambda number: approve(database, number, _who(), note or "")
        )
    _end(refused, "approved")


@command.command("reject")
@click.argument("numbers", metavar="ID...", nargs=-1, type=int, required=True)
@_within("--reason", metavar="TEXT", required=True, help="Why; whoever dropped it wants to know.")
@_within("--return", is_flag=True, help="Put the files back where they were dropped.")
@data_option
def reject_(data: DataDirectory, numbers: tuple[int, ...], reason: str, **flags: bool) -> None:
    """Take releases out of intake.

    Their files go to the hidden folder .rejected of the inbound volume that they were dropped on, where they are kept
    for MELODEE_KEEP_REJECTED days. With --return they go where they were dropped, and are passed over until one of them
    changes.
    """
    with open_database(reach(data)) as database:

        def decide(number: int) -> None:
            brought = reject(database, number, _who(), reason, return_=flags["return"]).brought
            if brought.folder is not None:
                place = display_path(brought.folder) or "its top"
                click.echo(f"{number}: {count(brought.moved, 'file')} moved to {place} on the volume of the drop.")
            if brought.left:
                click.echo(f"{count(brought.left, 'file')} of {number} could not be moved: 'melodee failures list'")

        refused = _each(iter(numbers), decide)
    _end(refused, "rejected")


def _each(numbers: Iterator[int], decide: Callable[[int], object]) -> tuple[int, int]:
    """How many were decided, and how many were not: why not is said at once. What all need and is away ends it."""
    done = refused = 0
    for number in numbers:
        try:
            decide(number)
            done += 1
        except DependencyError:
            raise
        except MelodeeError as error:
            click.echo(f"melodee: {number}: {error}", err=True)
            refused += 1
    return done, refused


def _end(decided: tuple[int, int], word: str) -> None:
    done, refused = decided
    if done or not refused:
        click.echo(f"{count(done, 'release')} {word}.")
    if refused:
        sys.exit(1)


def _waiting(database: Database) -> Iterator[int]:
    """All that wait when it is their turn; a page may have been decided by somebody else meanwhile."""
    after: int | None = 0
    while after is not None:
        page = releases(database, after=after, limit=1000)
        yield from (each.id for each in page.releases)
        after = page.after


def _who() -> str:
    """The name of the operating system's user."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "somebody"
