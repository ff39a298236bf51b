"""Engines over a fake catalog and over a sandbox that no test here changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import MetaData, Table, create_engine
from sqlalchemy.dialects import registry
from sqlalchemy.engine import Engine

from sqlalchemy_kintone.sandbox.model import Domain
from sqlalchemy_kintone.sandbox.server import Sandbox
from tests.dialect.catalogs import FakeCatalog, FakeConnection

# As the entry points do where the package is installed.
registry.register("kintone", "sqlalchemy_kintone.dialect", "KintoneDialect")
registry.register("kintone.rest", "sqlalchemy_kintone.dialect", "KintoneDialect")
registry.register("kintone.sandbox", "sqlalchemy_kintone.dialect", "KintoneSandboxDialect")


def engine_of(url: str, **options: Any) -> Engine:
    """An engine of SQLAlchemy 2's manners, under 1.4 too."""
    return create_engine(url, future=True, **options)


def url_of(sandbox: Sandbox, **parameters: str) -> str:
    """The SQLAlchemy URL of a sandbox, with its administrator's login unless there is another."""
    access = sandbox.access
    login = {} if "APIToken" in parameters else {"User": access.user, "Password": access.password}
    return f"kintone:///?{urlencode({'Url': access.url, **login, **parameters})}"


@pytest.fixture
def fake_catalog() -> FakeCatalog:
    return FakeCatalog()


@pytest.fixture
def fake_engine(fake_catalog: FakeCatalog) -> Iterator[Engine]:
    engine = engine_of("kintone://", creator=lambda: FakeConnection(fake_catalog))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def demo(kintone_demo_domain: Callable[[], Domain]) -> Iterator[Sandbox]:
    """The demo data on a server of its own, to be read only."""
    with Sandbox(kintone_demo_domain()) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def engine(demo: Sandbox) -> Iterator[Engine]:
    engine = engine_of(url_of(demo))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def tables(engine: Engine) -> dict[str, Table]:
    """The demo's tables, reflected."""
    metadata = MetaData()
    metadata.reflect(engine, views=True)
    return dict(metadata.tables)
