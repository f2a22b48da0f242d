"""`melodee volume`: the folders that Melodee works in."""

from json import dumps
from pathlib import Path

import click

from melodee.commands.options import data_option, option
from melodee.commands.output import print_table, size
from melodee.commands.scanning import scan
from melodee.path_template import DEFAULT_FOLDERS
from melodee.reach import open_database, reach
from melodee.scan.requests import ask_for_scan
from melodee.settings import DataDirectory
from melodee.text import display_path
from melodee.volume_folders import same_file_system
from melodee.volumes import KINDS, add_volume, by_kind, volumes


@click.group("volume")
def command() -> None:
    """Folders that Melodee works in.

    Files are dropped on an inbound volume, wait on a staging volume, and stay on a storage volume, which players show
    as a music folder. 'melodee up' makes one of each.
    """


@command.command("add")
@click.argument("name")
@click.argument("path", type=click.Path(path_type=Path))
@option("--kind", type=click.Choice(KINDS), required=True, help="What the folder is for.")
@option(
    "--template",
    metavar="T",
    help=f"How folders on a storage volume are named.  [default: {DEFAULT_FOLDERS}]",
)
@option("--in-place", is_flag=True, help="Catalogue a storage volume's files where they are; nothing is written there.")
@data_option
def add(  # noqa: PLR0917 - click passes them by name
    name: str, path: Path, kind: str, template: str | None, in_place: bool, data: DataDirectory
) -> None:
    """Make the folder PATH a volume called NAME.

    The folder must exist and be readable and writable, and lie neither inside nor around another volume. A staging
    volume lies on the file system of a storage volume, so that publishing moves files instead of copying them. With
    --in-place the folder may be read-only: its files are never moved, renamed or removed.
    """
    with open_database(reach(data)) as database:
        place = path.expanduser().absolute()
        added = add_volume(database, name, place, kind, template, in_place=in_place, data=data)
        with database.begin() as db:
            staging = volumes(db, "staging")
        if in_place:
            ask_for_scan(database, added.id, "melodee volume add")
    click.echo(f"Added the {kind} volume {added.name}: {display_path(added.path)}")
    if in_place:
        click.echo("A scan of it was asked for; 'melodee volume scan --wait' follows one.")
    elif kind == "storage" and not any(same_file_system(added.root, other.root) for other in staging):
        click.echo(
            "No staging volume is on its file system, so what is published here is copied once more. "
            "'melodee volume add NAME PATH --kind staging' adds one; it may be a hidden folder of this volume."
        )


command.add_command(scan)


@command.command("list")
@option("--json", is_flag=True, help="Print JSON.")
@data_option
def list_(data: DataDirectory, json: bool) -> None:
    """Show all volumes, and what is free on them."""
    with open_database(reach(data)) as database, database.begin() as db:
        found = by_kind(volumes(db))
    free = [volume.free_bytes() for volume in found]
    if json:
        rows = [
            {
                "id": volume.id,
                "name": volume.name,
                "kind": volume.kind,
                "path": volume.path,
                "template": volume.template,
                "in_place": volume.in_place,
                "free_bytes": free_bytes,
            }
            for volume, free_bytes in zip(found, free, strict=True)
        ]
        click.echo(dumps(rows, ensure_ascii=False, indent=2))
        return
    print_table(
        ["NAME", "KIND", "FREE", "PATH", "TEMPLATE"],
        [
            [
                volume.name,
                f"{volume.kind}, in place" if volume.in_place else volume.kind,
                "away" if free_bytes is None else size(free_bytes),
                display_path(volume.path),
                volume.template or "",
            ]
            for volume, free_bytes in zip(found, free, strict=True)
        ],
    )
