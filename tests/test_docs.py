"""README and docs name what is there, and all of it: commands, variables, endpoints, codes, links, folders."""

import ast
import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import click
import pytest

import melodee
from melodee.commands import group
from melodee.cover_art import LARGEST_PIXELS, LARGEST_SIZE
from melodee.errors import DependencyError, FatalError, MelodeeError, SettingError
from melodee.findings.codes import CODES
from melodee.intake.discover import RETRY_SECONDS
from melodee.intake.outcome import Outcome
from melodee.ledger import STATES
from melodee.path_template import DEFAULT_FOLDERS, RELEASE_FIELDS
from melodee.rules.conditions import TESTS
from melodee.rules.load import ACTIONS, rules_from
from melodee.rules.renumber import KINDS
from melodee.settings import DataDirectory
from melodee.settings.source import variables as settings_variables
from melodee_api.app import endpoints
from melodee_api.endpoint import BINARY, Endpoint
from melodee_api.errors import SubsonicError
from melodee_api.params import MOST_PAIRS
from melodee_api.quirks import _BY_CLIENT
from melodee_api.rest import LONGEST_BODY
from melodee_api.routes.lists import LONGEST_LIST, AlbumListType
from melodee_api.routes.search import MOST
from melodee_api.routes.system import EXTENSIONS
from melodee_api.search_ladder import TIMEOUT_MS

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
API, ARCHITECTURE, INTAKE, OPERATING, PERFORMANCE, RULES = (
    ROOT / "docs" / f"{name}.md" for name in ("api", "architecture", "intake", "operating", "performance", "rules")
)
DOCUMENTS = (README, API, ARCHITECTURE, INTAKE, OPERATING, PERFORMANCE, RULES)
PACKAGES = ("melodee", "melodee_assets", "melodee_api")

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


# Markdown, as far as these documents use it.


class Code(NamedTuple):
    language: str
    text: str


_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def code(document: Path) -> Iterator[Code]:
    """Each line of the code blocks, then each piece of code within text."""
    text = document.read_text("utf-8")
    for language, block in _FENCE.findall(text):
        yield from (Code(language, line.partition(" # ")[0]) for line in block.splitlines())
    yield from (Code("", piece.replace(r"\|", "|")) for piece in re.findall(r"`([^`\n]+)`", _FENCE.sub("", text)))


def rows(document: Path, heading: str) -> list[list[str]]:
    """The cells of all tables whose first heading is this."""
    found: list[list[str]] = []
    inside = False
    for line in document.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells:
            inside = False
        elif inside:
            found.append(cells)
        else:
            inside = cells[0] == heading
    return [cells for cells in found if set(cells[0]) != {"-"}]


def names(document: Path, heading: str) -> list[str]:
    """What stands as code in the first column of the tables with this heading."""
    return [name for cells in rows(document, heading) for name in re.findall(r"`([^`]+)`", cells[0])]


def section(document: Path, heading: str) -> str:
    return document.read_text("utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", document.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_document
def test_links_lead_somewhere(document):
    text = _FENCE.sub("", document.read_text("utf-8"))
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if not link.startswith("http")]

    for link in links:
        path, _, anchor = unquote(link).partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@each_document
def test_lines_are_not_longer_than_the_codes(document):
    for line in _FENCE.sub("", document.read_text("utf-8")).splitlines():
        assert len(line) <= 120 or line.startswith("|"), line


def test_the_map_shows_every_package():
    shown = {link.rstrip("/") for link in re.findall(r"\]\(([^)]+)\)", section(README, "A map of the folders"))}
    folders = {path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "melodee").glob("*/__init__.py")}

    assert folders | set(PACKAGES) <= shown


# Commands.


def commands(
    command: click.Command = group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """All commands that do something, by their words."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None
        yield from commands(inner, (*path, name))


COMMANDS = dict(commands())


class Call(NamedTuple):
    """`melodee user list|add NAME [--admin]` is one of `user list` and `user add`, with --admin."""

    commands: list[tuple[str, ...]]
    flags: list[str]


def calls(document: Path) -> Iterator[Call]:
    for language, text in code(document):
        if language == "sql":
            continue
        for words in re.findall(r"(?:^|(?<!from)[\s(]|bin/)melodee ([a-z][^;)#&]*)", text):
            first, *rest = words.split()
            if any(path[0] == first and len(path) > 1 for path in COMMANDS):
                yield Call([(first, word) for word in rest[0].split("|")] if rest else [], _flags(rest))
            else:
                yield Call([(first,)], _flags(rest))


def _flags(words: list[str]) -> list[str]:
    return [word.strip("[]") for word in words if word.strip("[]").startswith("--")]


@each_document
def test_commands_and_their_flags_are_there(document):
    for call in calls(document):
        assert set(call.commands) <= set(COMMANDS), call
        known = {flag for path in call.commands for option in COMMANDS[path].params for flag in option.opts}
        assert set(call.flags) <= known, call


def test_the_readme_names_every_command_and_flag():
    table = "\n".join(cells[0] for cells in rows(README, "command"))
    named = {path for call in calls(README) for path in call.commands}

    assert named == set(COMMANDS)
    for path, command in COMMANDS.items():
        for option in command.params:
            if isinstance(option, click.Option) and option.opts[0] != "--data":
                assert option.opts[0] in table, (path, option.opts)


# Variables.


def constants() -> Iterator[str]:
    """Every string in the packages that stands for itself."""
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def variables_in_code() -> set[str]:
    found = {text for text in constants() if re.fullmatch(r"MELODEE_[A-Z_]+", text)}
    found |= {str(option.envvar) for command in COMMANDS.values() for option in command.params if option.envvar}
    for file in ("dagster.yaml", "workspace.yaml", ".ci/run"):
        found |= set(re.findall(r"(?:env: |export )(MELODEE_[A-Z_]+)", (ROOT / file).read_text("utf-8")))
    return found


def test_variables_of_the_code_and_of_the_docs_are_the_same():
    named = {name for document in DOCUMENTS for name in re.findall(r"MELODEE_[A-Z_]+", document.read_text("utf-8"))}

    assert named == variables_in_code()


def defaults() -> dict[str, str]:
    """Of settings that are fields of a dataclass, and of options; by variable."""
    found: dict[str, str] = {}
    for command in COMMANDS.values():
        for option in command.params:
            if option.envvar and option.default and isinstance(option.default, str | int):
                found[str(option.envvar)] = str(option.default)
    for variable, default in settings_variables().items():
        if default not in (None, "", ()):
            found[variable] = _as_documented(default)
    return found


def _as_documented(default: object) -> str:
    """Switches are 0 and 1; lists have commas."""
    if isinstance(default, bool):
        return str(int(default))
    if isinstance(default, tuple):
        texts = [str(each) for each in default]
        # Where blanks or commas count, a list is written as JSON.
        plain = all(text == text.strip() and "," not in text for text in texts)
        return ", ".join(texts) if plain else json.dumps(texts, ensure_ascii=False)
    return str(default)


def test_defaults_are_those_of_the_code():
    said = {names_[0].strip("`"): names_[1].strip("`") for names_ in rows(OPERATING, "variable")}

    assert len(defaults()) > 10
    assert {variable: said.get(variable) for variable in defaults()} == defaults()


def test_the_data_directory_is_described():
    data = DataDirectory(Path("/data"))
    parts = {
        getattr(data, name).relative_to(data.path).parts[0]
        for name, value in vars(DataDirectory).items()
        if isinstance(value, property)
    }

    assert parts <= {name.rstrip("/") for name in names(OPERATING, "in it")}


def test_fields_of_templates_are_named():
    text = section(OPERATING, "Volumes")

    assert f"`{DEFAULT_FOLDERS}`" in text
    assert {f"`{field}`" for field in RELEASE_FIELDS} <= set(re.findall(r"`\w+`", text))


# Dagster.


def test_what_dagster_shows_is_described():
    graph = json.loads((ROOT / "tests" / "assets" / "graph.json").read_text("utf-8"))
    others = {*graph["jobs"], *graph["sensors"], *graph["schedules"]} | {name.split(":")[1] for name in graph["checks"]}

    assert set(names(OPERATING, "asset")) == set(graph["assets"])
    assert others <= set(names(OPERATING, "there is also"))
    assert set(names(OPERATING, "number")) == {*Outcome().as_metadata(), "failures"}


# States and codes.


def subclasses(kind: type[MelodeeError]) -> Iterator[type[MelodeeError]]:
    for package in ("melodee",):
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    waiting = kind.__subclasses__()
    while waiting:
        found = waiting.pop()
        waiting += found.__subclasses__()
        if found.__module__.startswith("melodee."):
            yield found


INTAKE = (
    "melodee.audio.",
    "melodee.rules.errors",
    "melodee.intake.",
    "melodee.scan.",
    "melodee.cover_art",
    "melodee.file_errors",
    "melodee.leaf_work.",
)
"""Modules whose errors end as rows of failures or in a run's metadata; those of others are sentences of a command."""

ELSEWHERE = {
    "accounts", "alerts", "async_database", "bench", "catalogue", "commands", "errors", "failures", "ffmpeg", "folders",
    "instance", "migrations", "path_template", "postgres", "reach", "review", "rules", "sidecars", "supervisor",
    "synth", "token_secrets", "up", "volume_probe", "volumes",
}  # fmt: skip


def literal_codes(*calls_: tuple[str, int]) -> set[str]:
    """Strings at the given place of calls in intake: `Odd(path, "symlink", …)` is ("Odd", 1)."""
    found: set[str] = set()
    for file in (*(ROOT / "melodee" / "intake").glob("*.py"), *(ROOT / "melodee" / "audio").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args):
                    places = [args[place] for call, place in calls_ if call == name and place < len(args)]
                    found |= {str(place.value) for place in places if isinstance(place, ast.Constant)}
                case _:
                    pass
    return found


def documented(heading: str, until: str) -> set[str]:
    """Codes of a table of the chapter on failure codes, by the sentence that it follows."""
    chapter = section(OPERATING, "Failure codes").partition(heading)[2].partition(until)[0]
    return set(re.findall(r"^\| `(\w+)`", chapter, re.MULTILINE))


ITEMS = ("Of a file or folder:", "Warnings are")
WARNINGS = ("Warnings are", "A whole batch fails")
BATCHES = ("A whole batch fails", "\n## ")


def test_every_module_with_errors_is_known_to_these_tests():
    others = {kind.__module__ for kind in subclasses(MelodeeError) if not kind.__module__.startswith(INTAKE)}

    assert {module.split(".")[1] for module in others} <= ELSEWHERE


def test_codes_of_items_are_all_described():
    codes = {
        kind.code
        for kind in subclasses(MelodeeError)
        if kind.__module__.startswith(INTAKE) and not issubclass(kind, DependencyError | FatalError)
    }
    codes |= literal_codes(("Odd", 1), ("Problem", 0), ("Failure", 2)) | set(RETRY_SECONDS)

    assert documented(*ITEMS) == codes


def test_codes_of_mended_files_are_all_described():
    mends = literal_codes(("Mend", 0), ("note", 0))

    of_sidecars = {"cue_disagrees", "hidden_track", "unused_cue", "unreadable_sidecar", "unmatched_lines"}
    assert documented(*WARNINGS) == (mends | of_sidecars) - {"missing_tag"}
    assert mends <= set(CODES)


def test_findings_are_those_of_the_code():
    said = {cells[0].strip("`"): cells[1:] for cells in rows(OPERATING, "finding")}

    assert said == {
        code: [
            f"{about.severity}{', harmful' if about.harmful else ''}",
            f"`{about.group}`",
            about.explanation,
            about.remedy,
        ]
        for code, about in CODES.items()
    }


def test_codes_of_whole_batches_are_all_described():
    fatal = {
        kind.code
        for kind in (*subclasses(DependencyError), *subclasses(FatalError))
        if kind.__module__.startswith((*INTAKE, "melodee.volumes"))
    }
    unexpected = re.findall(r'"code": "(\w+)"', (ROOT / "melodee_assets" / "retries.py").read_text("utf-8"))

    assert documented(*BATCHES) == fatal | {SettingError.code} | set(unexpected)


def test_states_are_those_of_the_ledger():
    assert names(OPERATING, "state")[: len(STATES)] == list(STATES)
    reasons = literal_codes(("_row", 3))
    assert reasons <= set(re.findall(r"`(\w+)`", section(OPERATING, "States of files")))


# Rules.


def test_rules_are_described():
    text = RULES.read_text("utf-8")

    assert names(RULES, "rule") == [rule.name for rule in rules_from("").rules]
    assert names(RULES, "action") == list(ACTIONS)
    assert names(RULES, "test") == list(TESTS)
    assert {f"`{kind}`" for kind in KINDS} <= set(re.findall(r"`\w+`", text))


def test_the_example_of_rules_is_right():
    examples = [block for language, block in _FENCE.findall(RULES.read_text("utf-8")) if language == "toml"]

    assert [rule.name for rule in rules_from(examples[0]).rules][-4:] == [
        "bootlegs",
        "producers in comments",
        "several_genres",
        "samples",
    ]


# The API.


def who(endpoint: Endpoint) -> str:
    if endpoint.public:
        return "anybody"
    if endpoint.admin:
        return "administrators"
    return f"the role `{endpoint.role}`" if endpoint.role else "everyone with an account"


def test_the_table_of_endpoints_is_the_registry():
    table = {cells[0].strip("`"): cells[1:] for cells in rows(API, "endpoint")}
    special = {"tokenInfo", "getUser"}  # They look closer themselves.

    assert set(table) == set(endpoints())
    for name, endpoint in endpoints().items():
        answer, callers = table[name]
        result = endpoint.result
        assert answer == ("empty" if result is None else result if result == BINARY else f"`{result}`"), name
        assert callers.startswith(who(endpoint)) or name in special, name


def test_extensions_lists_and_clients_are_those_of_the_code():
    text = API.read_text("utf-8")

    versions = {
        cells[0].strip("`"): [int(version) for version in cells[1].split(",")] for cells in rows(API, "extension")
    }
    assert versions == EXTENSIONS
    assert {f"`{kind}`" for kind in AlbumListType} <= set(re.findall(r"`\w+`", section(API, "Lists")))
    assert all(re.search(rf"\b{client}\b", text, re.IGNORECASE) for client in _BY_CLIENT)


def test_error_codes_are_those_of_the_code():
    waiting, codes = [SubsonicError], set[int]()
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        codes.add(kind.code)

    assert {int(code) for cells in rows(API, "code") for code in cells[0].split(",")} == codes


def test_limits_are_those_of_the_code():
    limits = section(API, "Limits")

    for number in (
        f"| {LONGEST_LIST} (", f"| {MOST:,} of each", f"| {TIMEOUT_MS / 1000:g} s;", f"{LONGEST_BODY >> 20} MB",
        f"{MOST_PAIRS:,} parameters", f"{LARGEST_SIZE:,} pixels", f"{LARGEST_PIXELS // 1_000_000} megapixels",
    ):  # fmt: skip
        assert number in limits
    assert melodee.__version__
