"""What all tests of the shell start from."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The account of whoever runs the tests is not meant here."""
    for name in list(os.environ):
        if name.startswith("KINTONE_"):
            monkeypatch.delenv(name)
