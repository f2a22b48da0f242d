"""A library that intake works on directly, as in tests/intake."""

from tests.intake.conftest import library

__all__ = ["library"]
