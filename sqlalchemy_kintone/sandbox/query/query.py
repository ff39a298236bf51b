"""A compiled query, and how an app's records answer it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy_kintone.sandbox.api import Caller
from sqlalchemy_kintone.sandbox.model import App, Domain, Json, Record
from sqlalchemy_kintone.sandbox.query.binding import Binder
from sqlalchemy_kintone.sandbox.query.context import Context
from sqlalchemy_kintone.sandbox.query.fields import Collection, related_app
from sqlalchemy_kintone.sandbox.query.identifiers import IdScope, narrow
from sqlalchemy_kintone.sandbox.query.ordering import SortKey, sort_keys, sorted_records
from sqlalchemy_kintone.sandbox.query.parser import parse
from sqlalchemy_kintone.sandbox.query.record_test import Items, RecordTest, record_test
from sqlalchemy_kintone.sandbox.query.refusals import not_related_records, syntax_error
from sqlalchemy_kintone.sandbox.query.related import related_records
from sqlalchemy_kintone.sandbox.query.syntax import Condition, OrderKey

Visible = Callable[[Record], bool]


@dataclass(frozen=True, slots=True)
class Selection:
    """What a query answers.

    Attributes:
        records: One page, in order.
        total: How many records match, whatever the page; None unless asked for.
        aborted: Whether a ``like`` found too much and was cut off, so that records are missing.
    """

    records: list[Record]
    total: int | None
    aborted: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A query of one app for one caller, good until the app changes.

    Attributes:
        condition: As written, None for all records.
        order: The keys as written.
        limit: None where not written.
        offset: None where not written.
        aborted: As in ``Selection``.
    """

    condition: Condition | None
    order: tuple[OrderKey, ...]
    limit: int | None
    offset: int | None
    aborted: bool
    _app: App
    _context: Context
    _scope: IdScope
    _test: RecordTest | None
    _keys: tuple[SortKey, ...]

    def select(
        self,
        *,
        visible: Visible | None = None,
        default_limit: int = 100,
        total: bool = False,
    ) -> Selection:
        """One page of the matching records.

        Args:
            visible: Whether the caller may view a record; the others do not count. None for all.
            default_limit: The page's size where the query has no ``limit``.
            total: Whether to count all matching records.
        """
        offset = self.offset or 0
        end = offset + (default_limit if self.limit is None else self.limit)
        tests = [test for test in (self._test, visible) if test is not None]
        if self._by_id and not tests:
            ids, positions = self._positions()
            records = [self._app.records[ids[at]] for at in positions[offset:end]]
            return Selection(records, len(positions) if total else None, self.aborted)
        if self._by_id and not total:
            return Selection(self._first(tests, offset, end), None, self.aborted)
        matching = self._ordered(tests)
        return Selection(matching[offset:end], len(matching) if total else None, self.aborted)

    def ordered(self, visible: Visible | None = None) -> list[Record]:
        """All matching records in order, whatever limit and offset."""
        return self._ordered([test for test in (self._test, visible) if test is not None])

    @property
    def _by_id(self) -> bool:
        """Whether the order is that of the ids; keys after an id decide nothing."""
        return not self._keys or self._keys[0].is_id

    def _positions(self) -> tuple[list[int], range]:
        """Ids and the positions in them that are in scope, in the order of the query."""
        ids, positions = self._scope.of(self._app)
        descending = self._keys[0].descending if self._keys else True
        return ids, positions[::-1] if descending and self._by_id else positions

    def _matching(self, tests: list[RecordTest]) -> Iterator[Record]:
        ids, positions = self._positions()
        records = self._app.records
        for at in positions:
            record = records[ids[at]]
            if all(test(record) for test in tests):
                yield record

    def _first(self, tests: list[RecordTest], offset: int, end: int) -> list[Record]:
        """One page in the order of ids, reading no further than it needs."""
        page: list[Record] = []
        if end == offset:
            return page
        for position, record in enumerate(self._matching(tests), start=1):
            if position > offset:
                page.append(record)
            if position == end:
                break
        return page

    def _ordered(self, tests: list[RecordTest]) -> list[Record]:
        matching = list(self._matching(tests))
        if self._by_id:
            return matching
        seed = f"{self.limit}/{self.offset}"
        return sorted_records(matching, self._keys, self._context, seed)


def compile_query(text: str, app: App, domain: Domain, caller: Caller) -> Query:
    """Read and check a query.

    Args:
        text: The query; ``""`` means all records.
        app: The app to query, which has been deployed.
        domain: The domain of the app.
        caller: Who asks, for the functions and their time zone.

    Raises:
        KintoneError: CB_VA01 for wrong syntax (before all else), GAIA_QU01 and GAIA_QU02 for
            ``limit`` and ``offset``, then what is wrong with the condition, then with the order.
    """
    syntax = parse(text, domain.switches)
    context = Context(domain, caller, domain.clock())
    binder = Binder(app, context)
    scope, test = _compile(syntax.condition, binder, app, context)
    return Query(
        condition=syntax.condition,
        order=syntax.order,
        limit=syntax.limit,
        offset=syntax.offset,
        aborted=binder.aborted,
        _app=app,
        _context=context,
        _scope=scope,
        _test=test,
        _keys=sort_keys(syntax.order, app, context),
    )


def compile_condition(text: str, app: App, domain: Domain, caller: Caller) -> RecordTest:
    """The test of a condition without order or limit, as views and permissions hold them.

    Args:
        text: The condition; ``""`` accepts every record.
        app: The app of the records to test.
        domain: The domain of the app.
        caller: Who asks, for the functions and their time zone.

    Raises:
        KintoneError: As ``compile_query``; CB_VA01 where there is more than a condition.
    """
    context = Context(domain, caller, domain.clock())
    return _condition_test(text, app, context, lambda each: _items(each, app, context))


def _condition_test(
    text: str, app: App, context: Context, items_of: Callable[[Collection], Items]
) -> RecordTest:
    syntax = parse(text, context.switches)
    if syntax.order or syntax.limit is not None or syntax.offset is not None:
        raise syntax_error()
    bound = None if syntax.condition is None else Binder(app, context).bind(syntax.condition)
    return _every_record if bound is None else record_test(bound, items_of, context.switches)


def _every_record(_: Record) -> bool:
    return True


def _compile(
    condition: Condition | None, binder: Binder, app: App, context: Context
) -> tuple[IdScope, RecordTest | None]:
    bound = None if condition is None else binder.bind(condition)
    if bound is None:
        return IdScope(), None
    scope, rest = narrow(bound, context)
    if rest is None:
        return scope, None
    return scope, record_test(rest, lambda each: _items(each, app, context), context.switches)


def _items(collection: Collection, app: App, context: Context) -> Items:
    """The rows of a table, or the related records with the field's own filter applied."""
    if collection.kind == "table":
        return _table_rows(collection)
    prop: Mapping[str, Json] = app.settings.properties[collection.code]
    reference_table = prop["referenceTable"]
    other = related_app(prop, context)
    accepted = _condition_test(reference_table.get("filterCond") or "", other, context, _table_rows)
    return related_records(app, other, reference_table, accepted)


def _table_rows(collection: Collection) -> Items:
    """The rows of a table; related records are refused, as in a related list's own filter."""
    if collection.kind != "table":
        raise not_related_records(collection.code)
    return lambda record: record.values.get(collection.code) or ()
