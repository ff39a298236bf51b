"""Apps of one page of which a statement wants several things: one request reads all of them.

Parts of an app, each with a condition or limit of its own, cost a request each. Where the app is
known to fit into a page, that page costs one, and DuckDB does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy_kintone.catalog.model import Table
from sqlalchemy_kintone.plan.conditions import local
from sqlalchemy_kintone.plan.first_records import first_records
from sqlalchemy_kintone.plan.model import FirstRecords, LocalCondition, PlanOptions
from sqlalchemy_kintone.plan.paging import Page, page_of
from sqlalchemy_kintone.plan.predicates.server_functions import calls_in
from sqlalchemy_kintone.plan.pushdown import Filter, filters_of
from sqlalchemy_kintone.plan.scope import Scope
from sqlalchemy_kintone.plan.sources import Source

_SMALL = "one request reads all of the app, of which the statement wants several parts"

_Part = tuple["str | None", "Page | FirstRecords | None"]
"""A condition and a page: what one request asks for."""

IsSmall = Callable[[Table], bool]
"""Whether an app is known to fit into one page."""


def read_whole(
    sources: Iterable[Source],
    scopes: Iterable[Scope],
    options: PlanOptions,
    is_small: IsSmall,
) -> frozenset[str]:
    """The scans to be read whole as their parts would take several requests.

    Args:
        sources: Where the statement reads apps.
        scopes: The SELECTs that read apps.
        options: What planning needs to know of the connection.
        is_small: Which apps are small.

    Returns:
        The names of the scans.
    """
    apps = [each for each in _by_app(sources) if len(each) > 1 and is_small(each[0].table)]
    if not apps:
        return frozenset()
    asked: dict[str, tuple[Filter, _Part]] = {}
    for scope in scopes:
        filters = filters_of(scope, options)
        page = page_of(scope, filters, min(options.page_size, 500)) or first_records(
            scope, filters, options
        )
        asked |= {found.source.scan: (found, (found.text, page)) for found in filters}
    whole: set[str] = set()
    for places in apps:
        wanted = [source for source in places if not _is_never(source, asked)]
        found = [asked[source.scan] for source in wanted if source.scan in asked]
        parts = {part for _, part in found} | {
            None for source in wanted if source.scan not in asked
        }
        if len(parts) > 1 and not any(_calls_kintone(each) for each, _ in found):
            whole |= {source.scan for source in wanted}
    return frozenset(whole)


def _by_app(sources: Iterable[Source]) -> Iterable[Sequence[Source]]:
    """Where the statement reads each app."""
    found: dict[tuple[str, int], list[Source]] = {}
    for source in sources:
        table = source.table
        if table.holds_records and table.saved_list is None:
            found.setdefault((table.schema, table.app_id), []).append(source)
    return found.values()


def unasked(found: Filter) -> Filter:
    """The filter of a scan that is read whole: DuckDB checks all of it."""
    conditions = tuple(replace(each, translation=local(_SMALL)) for each in found.conditions)
    left = tuple(LocalCondition(each.node.sql(dialect="duckdb"), _SMALL) for each in conditions)
    return Filter(found.source, conditions, local(_SMALL), left)


def _is_never(source: Source, asked: Mapping[str, tuple[Filter, _Part]]) -> bool:
    return source.scan in asked and asked[source.scan][0].translation.never


def _calls_kintone(found: Filter) -> bool:
    """Whether a condition has a function that only Kintone can compute."""
    return any(next(calls_in(each.node), None) is not None for each in found.conditions)
