"""Three packages, one direction: the core knows neither Dagster nor Litestar, nor its two users each other."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import melodee

ROOT = Path(melodee.__file__).parent.parent

FORBIDDEN = {
    "melodee": {"dagster", "dagster_postgres", "litestar", "melodee_assets", "melodee_api"},
    "melodee_assets": {"litestar", "melodee_api"},
    "melodee_api": {"dagster", "dagster_postgres", "melodee_assets"},
}


def imported(package: str) -> Iterator[tuple[str, str]]:
    """Each file with each top-level package that it imports, anywhere in it."""
    for file in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                yield str(file.relative_to(ROOT)), name.partition(".")[0]


@pytest.mark.parametrize("package", FORBIDDEN)
def test_a_package_imports_only_what_lies_below_it(package: str) -> None:
    found = list(imported(package))
    assert found
    assert [(file, name) for file, name in found if name in FORBIDDEN[package]] == []
