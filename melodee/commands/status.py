"""`melodee status`: what runs and where, and the library in numbers."""

from dataclasses import asdict
from json import dumps
from typing import Any

import click

from melodee.commands.options import data_option, option
from melodee.commands.output import print_table, size
from melodee.database import Database
from melodee.leaf_work.stale import unseen_leaves
from melodee.leaf_work.under_way import UnderWay, under_way
from melodee.library_numbers import library_numbers
from melodee.reach import Reached, open_database, reach
from melodee.rules.errors import BadRules
from melodee.rules.load import load
from melodee.settings import DataDirectory
from melodee.text import display_path
from melodee.volumes import by_kind, volumes


@click.command("status")
@option("--json", is_flag=True, help="Print JSON.")
@data_option
def command(data: DataDirectory, json: bool) -> None:
    """Show what runs and where, the volumes, and what is in the library.

    Every file on the volumes is in one state: pending (on its way), published, waiting (for a person), rejected, failed
    or ignored (not music); seen is their sum.
    """
    reached = reach(data)
    with open_database(reached) as database:
        found = _status(reached, database)
    if json:
        click.echo(dumps(found, ensure_ascii=False, indent=2))
    else:
        _print(found)


def _status(reached: Reached, database: Database) -> dict[str, Any]:
    running = reached.running
    with database.begin() as db:
        numbers = library_numbers(db)
        server = db.one("server_facts")
        places = by_kind(volumes(db))
        passes = under_way(db)
    return {
        "running": running is not None,
        "ready": running is not None and running.ready,
        "url": running and running.url,
        "dagster_url": running and running.dagster_url,
        "pid": running and running.pid,
        "since": running and running.started_at,
        "data": display_path(str(reached.data.path)),
        "database": {
            "kind": "embedded" if reached.database_is_embedded else "external",
            "url": reached.database_url_to_show,
            "version": server.version_name if server else None,
        },
        "volumes": [
            {
                "id": volume.id,
                "name": volume.name,
                "kind": volume.kind,
                "path": volume.path,
                "free_bytes": volume.free_bytes(),
            }
            for volume in places
        ],
        "files": {**numbers.files, "seen": numbers.seen},
        "songs": numbers.songs,
        "albums": numbers.albums,
        "artists": numbers.artists,
        "leaf_work": [asdict(each) for each in passes],
        "rules": _rules(reached, database),
    }


def _rules(reached: Reached, database: Database) -> dict[str, Any]:
    """How many leaves have not seen the metadata rules in force."""
    try:
        found = unseen_leaves(database, load(reached.data))
    except BadRules as error:
        return {"leaves": None, "unseen": None, "what": str(error)}
    return {"leaves": found.leaves, "unseen": found.unseen, "what": found.sentence if found.unseen else ""}


def _print(found: dict[str, Any]) -> None:
    database = found["database"]
    lines = [("Data", found["data"]), ("Database", f"PostgreSQL {database['version']}, {database['kind']}")]
    if found["running"]:
        since = f"process {found['pid']}, since {found['since']}"
        state = "running" if found["ready"] else "starting"
        lines = [("Melodee", f"{state}, {since}"), ("Players", found["url"]), ("Dagster", found["dagster_url"]), *lines]
    else:
        lines = [("Melodee", "not started by 'melodee up' on this data directory"), *lines]
    for name, value in lines:
        click.echo(f"{name:<9} {value}")
    click.echo()
    print_table(
        ["VOLUME", "KIND", "FREE", "PATH"],
        [
            [
                volume["name"],
                volume["kind"],
                "away" if volume["free_bytes"] is None else size(volume["free_bytes"]),
                display_path(volume["path"]),
            ]
            for volume in found["volumes"]
        ],
    )
    click.echo()
    files = [f"{state} {number}" for state, number in found["files"].items()]
    click.echo(f"Files     {', '.join(files)}")
    click.echo(f"Library   songs {found['songs']}, albums {found['albums']}, artists {found['artists']}")
    for each in found["leaf_work"]:
        click.echo(f"Work      {UnderWay(**each).sentence}")
    if found["rules"]["what"]:
        click.echo(f"Rules     {found['rules']['what']}")
    if found["files"]["waiting"]:
        click.echo("'melodee review list' says what waits for a person and why.")
    if found["files"]["failed"]:
        click.echo("'melodee failures list' says what failed and why.")
