"""The documentation's table of switches is the code's."""

from __future__ import annotations

from pathlib import Path

from tests.sandbox.switch_table import switch_table


def test_the_documentation_has_every_switch() -> None:
    page = Path(__file__).parents[2] / "docs" / "sandbox.md"
    assert switch_table() in page.read_text(encoding="utf-8")
