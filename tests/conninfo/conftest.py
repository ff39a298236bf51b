"""What all tests of connection parameters start from."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parameters of whoever runs the tests are not meant here."""
    for name in list(os.environ):
        if name.startswith("KINTONE_"):
            monkeypatch.delenv(name)
