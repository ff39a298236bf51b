"""Numbers as Kintone keeps them: plain decimal text, rounded to the app's decimal places."""

from __future__ import annotations

import decimal
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_ROUNDING = {
    "HALF_EVEN": decimal.ROUND_HALF_EVEN,
    "UP": decimal.ROUND_UP,
    "DOWN": decimal.ROUND_DOWN,
}

_STRICT = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,4})?")
_LENIENT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")

CONTEXT = decimal.Context(prec=80, rounding=decimal.ROUND_HALF_EVEN, traps=[])
"""Wide enough for Kintone's 30 digits and 10 decimal places through any one operation; signals
no exceptions, so what cannot be computed comes out as NaN or infinity."""


@dataclass(frozen=True, slots=True)
class Precision:
    """An app's ``numberPrecision``.

    Attributes:
        digits: All digits of a number, 1 to 30.
        decimal_places: Digits kept after the point, 0 to 10.
        rounding: The constant of ``decimal`` for ``roundingMode``.
    """

    digits: int = 16
    decimal_places: int = 4
    rounding: str = decimal.ROUND_HALF_EVEN

    def round(self, number: Decimal) -> Decimal:
        """The number with the app's decimal places."""
        quantum = Decimal((0, (1,), -self.decimal_places))
        return number.quantize(quantum, rounding=self.rounding, context=CONTEXT)

    def fits(self, rounded: Decimal) -> bool:
        """Whether the integer part of a rounded number has at most digits - decimal_places digits.

        Seen on a real Kintone: 12 integer digits are stored, 13 refused, at 16 digits and 4 places.
        """
        if not rounded.is_finite():
            return False
        if not rounded or rounded.adjusted() < 0:
            return True
        return rounded.adjusted() + 1 <= self.digits - self.decimal_places


def precision_of(general: Mapping[str, Any]) -> Precision:
    """The precision in ``app/settings.json``; Kintone's defaults (16, 4, HALF_EVEN) without one."""
    raw = general.get("numberPrecision") or {}
    return Precision(
        int(raw.get("digits", 16)),
        int(raw.get("decimalPlaces", 4)),
        _ROUNDING[raw.get("roundingMode", "HALF_EVEN")],
    )


def parse(raw: object) -> Decimal | None:
    """A number as a top-level NUMBER accepts it, or None.

    Accepted: plain and exponent notation with blanks around. Refused (seen): ``abc``, ``1,000``,
    ``.5``, full-width digits, ``0x10``.
    """
    return _parse(_STRICT, raw, str(raw).strip())


def parse_in_table(raw: object) -> Decimal | None:
    """A number as a NUMBER inside a SUBTABLE accepts it, or None (which is stored as ``""``).

    Seen: ``.5`` becomes ``0.5`` and full-width digits become digits there.
    """
    return _parse(_LENIENT, raw, unicodedata.normalize("NFKC", str(raw)).strip())


def _parse(grammar: re.Pattern[str], raw: object, text: str) -> Decimal | None:
    if isinstance(raw, bool) or grammar.fullmatch(text) is None:
        return None
    return Decimal(text)


def plain(number: Decimal) -> str:
    """Plain notation without exponent, leading or trailing zeros: ``1.50E1`` is ``15``."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
