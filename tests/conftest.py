"""The fixtures of the package's own pytest plug-in, also where the package is not installed."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.sandbox import pytest_plugin


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.is_registered(pytest_plugin):
        config.pluginmanager.register(pytest_plugin, "kintone_sandbox")
