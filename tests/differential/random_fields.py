"""Random fields of every type: what Kintone says of them, what records hold, what SQL sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from hypothesis import strategies as st

from tests.differential.random_forms import Column, Draw, Field, Form, records
from tests.differential.random_system_fields import (
    CLOCKS,
    GONE,
    MOMENTS,
    PEOPLE,
    REMOVED,
    people_columns,
)
from tests.differential.statements import (
    DATE_LITERALS,
    DAYS,
    MOMENT_LITERALS,
    TIME_LITERALS,
    one_of_words,
    quoted,
)

OPTIONS = ("x", "X", "日本", "a b", 'q"q', "it's", "back\\slash", "50%", "😀", "ｘ", "(", "in", "0")
LINKS: Mapping[str, tuple[str, ...]] = {
    "WEB": ("https://example.com/a", "https://example.com/?q='b'&c=1", "https://example.com/日本"),
    "CALL": ("0012-34", "+81 3 1234", "#1"),
    "MAIL": ("a@example.com", "A@example.com", "日本@example.com"),
}
LETTERS = "aA1０ａ日ｶカ゛é\u0301😀'\"\\%_-+.,()$?: \u3000"
KEYS = ("K1", "k2", "日本", "0012", "x y", "it's")
"""The keys of the app that lookups get their values from."""

RELATED_FILTERS = ("", "", 'amount > "0"', 'rank in ("1", "2") or day < "2026-03-04"')
"""What related records are chosen by, in Kintone's language."""

_NUMBER_LITERALS = one_of_words("0.5", "1e3", "-0", "NULL", "12345678901234567890")
_INTERVAL_LITERALS = one_of_words(
    *("INTERVAL 90 MINUTE", "INTERVAL '49:30:00'", "INTERVAL 0 HOUR", "INTERVAL 2 DAY"),
    *("INTERVAL (-90) MINUTE", "NULL"),
)

Make = Callable[[Draw, str, str, Form], Field]


def numbers(digits: int, decimals: int) -> st.SearchStrategy[str]:
    """Within the precision: ends of the range, small ones, any."""
    whole = "9" * (digits - decimals) or "0"
    largest = f"{whole}.{'9' * decimals}" if decimals else whole
    zeros = "0." + "0" * (decimals - 1) if decimals else ""
    smallest = f"{zeros}1" if decimals else "0"
    most = 12 if digits - decimals > 1 else 0
    return st.one_of(
        st.sampled_from([largest, f"-{largest}", smallest, f"-{smallest}", "0", "-0"]),
        st.decimals(-most, most, places=min(decimals, 2)).map(lambda number: f"{number:f}"),
    )


def _texts(more: str) -> st.SearchStrategy[list[str]]:
    """A few texts for values and literals alike, so that they meet."""
    one = st.one_of(
        st.text(LETTERS + more, max_size=8),
        st.sampled_from(["0012", "abc", "ABC", "abc ", " ", "x" * 64, "x" * 64 + "y", "1e3"]),
    )
    return st.lists(one, min_size=1, max_size=6)


def _number(draw: Draw, code: str, kind: str, form: Form) -> Field:
    values = numbers(form.digits, form.decimals)
    column = Column(code, form.number, st.one_of(values, _NUMBER_LITERALS))
    sent = st.one_of(st.just(""), values)
    return Field(code, {"type": kind}, (column,), sent, kept=st.none())


def _text(draw: Draw, code: str, kind: str, form: Form) -> Field:
    texts = draw(_texts("\n\t" if kind == "MULTI_LINE_TEXT" else ""))
    values = st.sampled_from(["", *texts])
    column = Column(code, "VARCHAR", values.map(quoted))
    return Field(code, {"type": kind}, (column,), values, kept=st.none())


def _computed_text(draw: Draw, code: str, kind: str, form: Form) -> Field:
    parts = [*form.codes("SINGLE_LINE_TEXT", "NUMBER", "DROP_DOWN"), '"it\'s"', "12"]
    chosen = draw(st.lists(st.sampled_from(parts), min_size=1, max_size=2))
    literals = st.sampled_from(["it's", "it's12", "abc12", "12"]).map(quoted)
    properties = {"type": "SINGLE_LINE_TEXT", "expression": " & ".join(chosen)}
    return Field(code, properties, (Column(code, "VARCHAR", literals),))


def _link(draw: Draw, code: str, kind: str, form: Form) -> Field:
    protocol = draw(st.sampled_from(sorted(LINKS)))
    values = st.sampled_from(["", *LINKS[protocol]])
    column = Column(code, "VARCHAR", values.map(quoted))
    return Field(code, {"type": kind, "protocol": protocol}, (column,), values, kept=st.none())


def _choice(draw: Draw, code: str, kind: str, form: Form) -> Field:
    names = draw(st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=5, unique=True))
    properties = {"type": kind, "options": names}
    literals = st.sampled_from([*names, "", REMOVED, names[0].swapcase()]).map(quoted)
    if kind in ("CHECK_BOX", "MULTI_SELECT"):
        column = Column(code, "VARCHAR[]", literals)
        sent = st.lists(st.sampled_from(names), unique=True)
        kept = sent.map(lambda chosen: [REMOVED, *chosen])
        return Field(code, properties, (column,), sent, kept)
    some = names if kind == "RADIO_BUTTON" else ["", *names]
    column = Column(code, "VARCHAR", literals)
    kept = st.sampled_from([REMOVED, "", None])
    return Field(code, properties, (column,), st.sampled_from(some), kept)


def _day(draw: Draw, code: str, kind: str, form: Form) -> Field:
    column = Column(code, "DATE", DATE_LITERALS)
    return Field(code, {"type": kind}, (column,), st.one_of(st.none(), DAYS), kept=st.just(""))


def _hour(draw: Draw, code: str, kind: str, form: Form) -> Field:
    column = Column(code, "TIME", TIME_LITERALS)
    sent = st.sampled_from([None, *CLOCKS])
    return Field(code, {"type": kind}, (column,), sent, kept=st.just(""))


def _moment(draw: Draw, code: str, kind: str, form: Form) -> Field:
    column = Column(code, "TIMESTAMPTZ", MOMENT_LITERALS)
    return Field(code, {"type": kind}, (column,), st.one_of(st.none(), MOMENTS), kept=st.none())


def _people(draw: Draw, code: str, kind: str, form: Form) -> Field:
    one = st.sampled_from(sorted(PEOPLE[kind])).map(lambda name: {"code": name})
    sent = st.lists(one, unique_by=lambda each: each["code"], max_size=3)
    kept = st.sampled_from([[GONE], [GONE, {"code": "sandbox", "name": "Sandbox"}]])
    columns = people_columns(code, kind, "VARCHAR[]")
    return Field(code, {"type": kind}, columns, sent, kept)


def _calculated(draw: Draw, code: str, kind: str, form: Form) -> Field:
    shown = draw(st.sampled_from(sorted(_EXPRESSIONS)))
    expression = draw(st.sampled_from(_EXPRESSIONS[shown](form)))
    sql_type, literals = {
        "DATE": ("DATE", DATE_LITERALS),
        "TIME": ("TIME", TIME_LITERALS),
        "DATETIME": ("TIMESTAMPTZ", MOMENT_LITERALS),
        "HOUR_MINUTE": ("INTERVAL", _INTERVAL_LITERALS),
        "DAY_HOUR_MINUTE": ("INTERVAL", _INTERVAL_LITERALS),
    }.get(shown, (form.number, st.one_of(numbers(form.digits, form.decimals), _NUMBER_LITERALS)))
    properties = {"type": "CALC", "expression": expression, "format": shown}
    return Field(code, properties, (Column(code, sql_type, literals),), kept=st.just(""))


def _of_numbers(form: Form) -> list[str]:
    codes = form.codes("NUMBER")
    own = [made for each in codes for made in (f"{each} * 2", f"1 / {each}", f"-{each}")]
    return [*own, *([f"SUM({', '.join(codes)})"] if codes else []), "1 / 3", "1 / 0"]


def _of_moments(form: Form) -> list[str]:
    codes = form.codes("DATE", "DATETIME")
    return [*codes, *(f"{each} + 86400 * 2 + 5400" for each in codes), "1772582400 + 5400"]


def _of_hours(form: Form) -> list[str]:
    codes = form.codes("TIME")
    return [*codes, *(f"{each} + 1800" for each in codes), "34200"]


def _of_durations(form: Form) -> list[str]:
    own = [f"{each} * 60" for each in form.codes("NUMBER")]
    between = [f"{each} - 1772582400" for each in form.codes("DATE", "DATETIME")]
    return [*own, *between, "5400", "-5400", "178200"]


_EXPRESSIONS: Mapping[str, Callable[[Form], list[str]]] = {
    "NUMBER": _of_numbers,
    "NUMBER_DIGIT": _of_numbers,
    "DATE": _of_moments,
    "DATETIME": _of_moments,
    "TIME": _of_hours,
    "HOUR_MINUTE": _of_durations,
    "DAY_HOUR_MINUTE": _of_durations,
}


def _lookup(draw: Draw, code: str, kind: str, form: Form) -> Field:
    """A lookup, which may fill an earlier field."""
    of_text = draw(st.booleans())
    own_type, key = ("SINGLE_LINE_TEXT", "key") if of_text else ("NUMBER", "rank")
    targets = [c for c in form.codes("SINGLE_LINE_TEXT") if not _is_filled(c, form)]
    mapped = draw(st.sampled_from([None, *targets]))
    mappings = [{"field": mapped, "relatedField": "amount"}] if mapped else []
    lookup = {
        "relatedApp": {"app": str(form.lookups)},
        "relatedKeyField": key,
        "fieldMappings": mappings,
    }
    fits = [str(rank) for rank in range(len(KEYS)) if rank == 0 or form.digits > form.decimals]
    known = KEYS if of_text else tuple(fits)
    column = (
        Column(code, "VARCHAR", st.sampled_from([*KEYS, "gone"]).map(quoted))
        if of_text
        else Column(code, form.number, st.sampled_from([*known, "0.5"]))
    )
    sent = st.sampled_from(["", *known])
    kept = st.sampled_from(["gone", None]) if of_text else st.none()
    return Field(code, {"type": own_type, "lookup": lookup}, (column,), sent, kept)


def _is_filled(code: str, form: Form) -> bool:
    """Whether Kintone fills a field: computed, by another lookup, or a lookup itself."""
    (own,) = (each.properties for each in form.earlier if each.code == code)
    filled = [
        mapping["field"]
        for each in form.earlier
        for mapping in each.properties.get("lookup", {}).get("fieldMappings", ())
    ]
    return "lookup" in own or "expression" in own or code in filled


def _files(draw: Draw, code: str, kind: str, form: Form) -> Field:
    names = st.sampled_from(["a.txt", "A.txt", "写真.png", "it's"])
    literals = st.sampled_from(["a.txt", "it's", "none"]).map(quoted)
    column = Column(code, "VARCHAR[]", literals)
    return Field(code, {"type": kind}, (column,), st.lists(names, max_size=3))


def _table(draw: Draw, code: str, kind: str, form: Form) -> Field:
    """A table of one to four fields of its own."""
    inner: list[Field] = []
    for _ in range(draw(st.integers(1, 4))):
        within = Form(form.digits, form.decimals, inner, form.lookups)
        inner.append(draw(one_field(form.places.pop(), sorted(IN_TABLES), within)))
    properties = {"type": kind, "fields": {each.code: each.properties for each in inner}}
    return Field(code, properties, sent=records(inner, most=3), inner=tuple(inner))


def _related(draw: Draw, code: str, kind: str, form: Form) -> Field:
    """A list of related records, which is in no record."""
    pairs = [(own, "key") for own in form.codes("SINGLE_LINE_TEXT")]
    pairs += [(own, "rank") for own in form.codes("NUMBER")]
    if not pairs:
        return Field(code, {"type": "GROUP"})
    here, there = draw(st.sampled_from(pairs))
    shown = st.lists(st.sampled_from(["amount", "day", "key"]), max_size=3, unique=True)
    related = {
        "relatedApp": {"app": str(form.lookups)},
        "condition": {"field": here, "relatedField": there},
        "filterCond": draw(st.sampled_from(RELATED_FILTERS)),
        "displayFields": draw(shown),
        "sort": "day asc",
        "size": "5",
    }
    return Field(code, {"type": kind, "referenceTable": related})


IN_TABLES: Mapping[str, Make] = {
    "NUMBER": _number,
    "SINGLE_LINE_TEXT": _text,
    "computed text": _computed_text,
    "MULTI_LINE_TEXT": _text,
    "RICH_TEXT": _text,
    "LINK": _link,
    "DROP_DOWN": _choice,
    "RADIO_BUTTON": _choice,
    "CHECK_BOX": _choice,
    "MULTI_SELECT": _choice,
    "DATE": _day,
    "TIME": _hour,
    "DATETIME": _moment,
    "USER_SELECT": _people,
    "ORGANIZATION_SELECT": _people,
    "GROUP_SELECT": _people,
    "CALC": _calculated,
    "lookup": _lookup,
    "FILE": _files,
}
"""What tables may hold; by Kintone's type, or by what is special about it."""
EVERYWHERE: Mapping[str, Make] = {**IN_TABLES, "SUBTABLE": _table, "REFERENCE_TABLE": _related}


@st.composite
def one_field(draw: Draw, code: str, kinds: Sequence[str], form: Form) -> Field:
    """A field of one of some kinds."""
    kind = draw(st.sampled_from(kinds))
    return EVERYWHERE[kind](draw, code, kind, form)
