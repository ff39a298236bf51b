"""The twin of a domain is equal and shares nothing that changes."""

from __future__ import annotations

from sqlalchemy_kintone.sandbox import Domain, Switches
from sqlalchemy_kintone.sandbox.copying import copy_domain
from sqlalchemy_kintone.sandbox.model import App, AppSettings, Group, Record, StoredFile, Token


def _domain() -> Domain:
    domain = Domain(switches=Switches(text_equality="case-insensitive"))
    now = domain.clock()
    live = AppSettings({"a": {"type": "NUMBER"}}, [], {"name": "app"}, {}, {})
    preview = AppSettings({"a": {"type": "NUMBER"}}, [], {"name": "app"}, {}, {})
    app = App(1, "x", now, "x", now, live, preview, records={1: Record(1, 1, {"a": "5"})})
    app.records[1].cache["json"] = b"{}"
    app.cache["index"] = {"5": 1}
    domain.apps[1] = app
    domain.groups["g"] = Group(1, "g", "G")
    domain.tokens["t"] = Token("t", 1, frozenset({"view"}))
    domain.files["f"] = StoredFile("f", "a.txt", "text/plain", b"abc", now)
    return domain


def test_a_copy_is_equal_without_what_was_derived() -> None:
    domain = _domain()
    copy = copy_domain(domain)
    assert copy.switches == domain.switches
    assert copy.clock is domain.clock
    assert (copy.groups, copy.tokens, copy.files) == (domain.groups, domain.tokens, domain.files)
    assert copy.apps[1].settings == domain.apps[1].settings
    record = copy.apps[1].records[1]
    assert (record.id, record.revision, record.values) == (1, 1, {"a": "5"})
    assert record.cache == {}
    assert copy.apps[1].cache == {}
    assert copy.lock is not domain.lock


def test_changes_of_a_copy_stay_in_it() -> None:
    domain = _domain()
    copy = copy_domain(domain)
    app = copy.apps[1]
    app.records[2] = Record(2, 1, {"a": "6"})
    app.settings.properties["b"] = {"type": "DATE"}
    app.settings.general["name"] = "renamed"
    app.preview.properties.clear()
    copy.groups["g"].name = "changed"
    copy.files.clear()
    original = domain.apps[1]
    assert list(original.records) == [1]
    assert list(original.settings.properties) == ["a"]
    assert list(original.preview.properties) == ["a"]
    assert original.name == "app"
    assert domain.groups["g"].name == "G"
    assert list(domain.files) == ["f"]
