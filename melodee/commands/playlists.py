"""`melodee playlists`: what became of playlists that came as files."""

import os
from json import dumps
from typing import Any

import click

from melodee.commands.options import data_option, option
from melodee.commands.output import json_moment, print_table
from melodee.database import Database, Row
from melodee.reach import open_database, reach
from melodee.settings import DataDirectory
from melodee.text import clean_text, display_path


@click.group("playlists")
def command() -> None:
    """Playlists that came as files."""


@command.command("imports")
@option("--json", is_flag=True, help="As JSON, with every line that has no song.")
@data_option
def imports(data: DataDirectory, json: bool) -> None:
    """Each .m3u or .m3u8 that came in, and how many of its lines have a song.

    A line without a song waits: the playlist is completed when the song comes.
    """
    with open_database(reach(data)) as database:
        told = list_imports(database)
    if json:
        click.echo(dumps([_as_json(row, lines) for row, lines in told], ensure_ascii=False, indent=2))
        return
    if not told:
        click.echo("No playlist came as a file.")
        return
    print_table(
        ["PLAYLIST", "SONGS", "OF", "FILE"],
        [[clean_text(row.name, 60), str(row.matched), str(row.lines), f"{row.volume}/{_path(row)}"] for row, _ in told],
    )
    for row, lines in told:
        if lines:
            click.echo(f"\n{clean_text(row.name, 60)}: no song yet for")
            for line in lines:
                click.echo(f"  line {line.line}: {clean_text(line.text, 200)}")


def list_imports(database: Database) -> list[tuple[Row, list[Row]]]:
    """Each playlist that came as a file, with its lines that have no song."""
    with database.autocommit() as db:
        return [
            (row, db.rows("unmatched_playlist_lines", **{"import": row.id}) if row.matched < row.lines else [])
            for row in db.rows("playlist_imports")
        ]


def _path(row: Row) -> str:
    return display_path(os.fsdecode(row.path))


def _as_json(row: Row, lines: list[Row]) -> dict[str, Any]:
    return {
        "name": row.name,
        "playlist": None if row.playlist_id is None else str(row.playlist_id),
        "volume": row.volume,
        "path": _path(row),
        "imported": json_moment(row.imported_at),
        "lines": row.lines,
        "matched": row.matched,
        "unmatched": [{"line": line.line, "text": line.text} for line in lines],
    }
