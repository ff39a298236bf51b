"""The deals, which most tests of views read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sqlalchemy_kintone.sandbox import Sandbox
from tests.views.deals import deals


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    """The deals, for tests that change nothing."""
    with Sandbox(deals()) as sandbox:
        yield sandbox
