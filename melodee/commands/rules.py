"""`melodee rules`: the metadata rules, and what they would do."""

import sys
from json import dumps
from pathlib import Path

import click
import msgspec

from melodee.commands.options import data_option, option
from melodee.commands.output import print_table
from melodee.rules.errors import BadRules
from melodee.rules.fields import CHANGEABLE, KINDS
from melodee.rules.load import load, load_file
from melodee.rules.preview import Preview, preview
from melodee.rules.rule import Rules, digest
from melodee.settings import DataDirectory
from melodee.text import count, display_path


@click.group("rules")
def command() -> None:
    """Metadata rules: what is done to tags before releases are made of them.

    A set of rules ships with Melodee. Yours stand in rules.toml of the data directory.
    """


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@data_option
def check(data: DataDirectory, file: Path | None) -> None:
    """Check the rules, and print them in their order.

    Looks at FILE instead of the data directory's rules.toml when it is given. The exit code is 1 when anything is
    wrong; all that is wrong is named, with its line.
    """
    try:
        rules = load(data) if file is None else load_file(file)
    except BadRules as error:
        for problem in error.problems:
            click.echo(display_path(f"{error.file}, {problem}"), err=True)
        sys.exit(1)
    rows = [[str(number), rule.name, rule.origin, rule.about] for number, rule in enumerate(rules.rules, 1)]
    print_table(["", "NAME", "FROM", "WHAT FOR"], rows)
    if rules.disabled:
        click.echo(f"Switched off: {', '.join(rules.disabled)}")
    click.echo(f"Version {digest(rules)}")


@command.command("fields")
def fields() -> None:
    """Print the fields that rules look at and change, and what each holds."""
    words = {
        "text": "a text", "texts": "texts", "number": "a whole number", "decimal": "a number", "flag": "true or false",
        "people": "people, by name",
    }  # fmt: skip
    rows = [[name, words[kind], "" if name in CHANGEABLE else "only looked at"] for name, kind in KINDS.items()]
    print_table(["FIELD", "HOLDS", ""], rows)


@command.command("preview")
@click.argument("path", type=click.Path(path_type=Path))
@option(
    "--root", "rules", type=click.Path(path_type=Path), help="What paths are relative to.  [default: PATH's folder]"
)
@option("--json", is_flag=True, help="Print JSON.")
@data_option
def preview_(data: DataDirectory, path: Path, root: Path | None, json: bool) -> None:
    """Show what the rules would make of the tags of PATH, a file or folder anywhere.

    Nothing is changed, and Melodee need not run. Rules see paths as if PATH had been dropped on an inbound volume;
    where it lies on one, name the volume's folder with --root.
    """
    rules = load(data)
    path = path.expanduser().absolute()
    base = root.expanduser().absolute() if root else _root_of(path, data)
    if json:
        files = [msgspec.to_builtins(each) for each in preview(path, base, rules)]
        click.echo(dumps(files, ensure_ascii=False, indent=2))
    else:
        _print(path, base, rules)


def _root_of(path: Path, data: DataDirectory) -> Path:
    """The default volume that it lies on, else the folder around it."""
    around = (volume for volume in (data.inbound, data.storage) if path.is_relative_to(volume))
    return next(around, path.parent)


def _print(path: Path, root: Path, rules: Rules) -> None:
    files = changed = ignored = failed = 0
    for each in preview(path, root, rules):
        files += 1
        changed += bool(each.changes)
        ignored += bool(each.ignored_by)
        failed += bool(each.error)
        for line in _lines(each):
            click.echo(line)
    said = [count(files, "file"), f"{changed} changed", f"{ignored} ignored", f"{failed} unreadable"]
    click.echo(", ".join(said))


def _lines(file: Preview) -> list[str]:
    """A file with its changes; nothing for one that stays as it is."""
    lines = [
        f"  {change.field}: {_value(change.before)} -> {_value(change.after)}  [{', '.join(change.by)}]"
        for change in file.changes
    ]
    if file.ignored_by:
        lines.append(f"  ignored with its release by rule:{file.ignored_by}{file.reason and f': {file.reason}'}")
    if file.error:
        lines.append(f"  unreadable: {file.error}")
    return [file.path, *(display_path(line) for line in lines)] if lines else []


def _value(value: object) -> str:
    return dumps(value, ensure_ascii=False)
