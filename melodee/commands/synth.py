"""`melodee synth`: a synthetic catalogue of any size, to measure and to try things on."""

import time

import click

from melodee import accounts
from melodee.commands.options import data_option, option
from melodee.commands.output import print_table
from melodee.database import Database
from melodee.reach import open_database, reach
from melodee.settings import CatalogueSettings, DataDirectory
from melodee.synth.listeners import name_of
from melodee.synth.load import Account, Loader
from melodee.synth.shape import Shape

_STAGES = ("generation", "copy", "index build", "snapshots")


@click.command("synth")
@option("--songs", within="synth", type=int, required=True, metavar="N", help="How many songs.")
@option("--albums", within="synth", type=int, metavar="N", help="How many albums.  [default: a tenth of the songs]")
@option("--artists", within="synth", type=int, metavar="N", help="How many artists.  [default: 3 for 100 songs]")
@option("--users", within="synth", type=int, default=50, show_default=True, metavar="N", help="How many listeners.")
@option(
    "--seed",
    within="synth",
    type=int,
    default=1,
    show_default=True,
    metavar="N",
    help="Another one, another catalogue.",
)
@option(
    "--password",
    within="synth",
    metavar="TEXT",
    help="The password of all listeners.  [default: a random one, printed]",
)
@data_option
def command(
    *,
    data: DataDirectory,
    songs: int,
    albums: int | None,
    artists: int | None,
    users: int,
    seed: int,
    password: str | None,
) -> None:
    """Load a synthetic catalogue into the running instance.

    It has the shape of a real library: artists, genres and words by Zipf's law, a large vocabulary in several scripts,
    boxes, compilations and audiobooks, listeners with stars, plays and playlists, covers, and some songs with a file.
    The same numbers and the same seed give the same catalogue. It takes the place of an earlier synthetic one; a
    catalogue with real music is left alone. The service goes on answering; what is dropped meanwhile waits.
    """
    reached = reach(data)
    began = time.monotonic()
    shape = Shape(
        songs=songs,
        albums=max(songs // 10, 1) if albums is None else albums,
        artists=max(songs * 3 // 100, 2) if artists is None else artists,
        users=users,
        seed=seed,
        leaf_rows=CatalogueSettings.from_environment().leaf_rows,
    )
    given = password or accounts.make_password()
    with open_database(reached) as database:
        account = Loader(database, data, reached.token_secrets, shape, given, click.echo).load()
        total = time.monotonic() - began
        _print_disk(database, shape.songs)
    _print_seconds(account, shape.songs, total)
    click.echo(f"Listeners: {name_of(0)} to {name_of(users - 1)}, all with the password {given}")


def _print_disk(database: Database, songs: int) -> None:
    with database.autocommit() as db:
        tables = db.rows("disk_of_tables")
    rows = [
        [row.name, f"{row.rows_bytes / songs:.1f}", f"{row.index_bytes / songs:.1f}"]
        for row in tables
        if (row.rows_bytes + row.index_bytes) / songs >= 0.1
    ]
    whole = sum(row.rows_bytes + row.index_bytes for row in tables)
    print_table(["BYTES A SONG", "ROWS", "INDEXES"], rows)
    click.echo(f"disk {whole / 1e9:.2f} GB ({whole / songs:.0f} bytes a song)")


def _print_seconds(account: Account, songs: int, total: float) -> None:
    """One line a stage, as scripts read them."""
    for stage in _STAGES:
        seconds = account.seconds.get(stage, 0.0)
        rate = f" ({account.rows / seconds:,.0f} rows/s, {songs / seconds:,.0f} songs/s)" if stage == "copy" else ""
        click.echo(f"{stage} {seconds:.1f} s{rate}")
    click.echo(f"total {total:.1f} s")
    loading = total - account.seconds.get("generation", 0.0)
    click.echo(f"loaded {songs} songs in {loading:.1f} s without generation ({songs / loading:,.0f} songs/s)")
