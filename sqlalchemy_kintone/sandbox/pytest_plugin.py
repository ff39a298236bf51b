"""Fixtures for tests against a Kintone: ``kintone_sandbox`` is a sandbox with the demo data.

Loaded by pytest wherever the package is installed, so it imports nothing until a test asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sqlalchemy_kintone.sandbox.model import Domain
    from sqlalchemy_kintone.sandbox.server import Sandbox


@pytest.fixture(scope="session")
def kintone_sandbox_server() -> Iterator[Sandbox]:
    """One server for the whole session; its domain is replaced for each test."""
    from sqlalchemy_kintone.sandbox.model import Domain
    from sqlalchemy_kintone.sandbox.server import Sandbox

    with Sandbox(Domain()) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def kintone_demo_domain() -> Callable[[], Domain]:
    """A function that gives a fresh domain with the demo data in milliseconds."""
    from sqlalchemy_kintone.sandbox.copying import copy_domain
    from sqlalchemy_kintone.sandbox.model import Domain
    from sqlalchemy_kintone.sandbox.seeds import seed

    template = Domain()
    seed(template, "demo")
    return lambda: copy_domain(template)


@pytest.fixture
def kintone_sandbox(
    kintone_sandbox_server: Sandbox, kintone_demo_domain: Callable[[], Domain]
) -> Sandbox:
    """A running sandbox with the demo data as seeded, an empty log, and no faults.

    ``kintone_sandbox.access`` has its URL, user, password and API tokens. Other tests' changes
    are not seen; requests that outlive their test would be.
    """
    kintone_sandbox_server.reset(kintone_demo_domain())
    return kintone_sandbox_server
