"""What the residual SQL has to avoid on older versions of DuckDB."""

from __future__ import annotations

from sqlglot import exp

_TRUNCATIONS = (exp.DateTrunc, exp.DatetimeTrunc, exp.TimestampTrunc)


def avoid_wrong_simplifications(residual: exp.Expression) -> None:
    """Keep DuckDB 1 from simplifying comparisons of ``date_trunc``, which it does wrongly.

    It makes ``date_trunc('month', NULL) <> …`` true where the other side is no start of a month,
    and is off by a period where the session's time zone is not UTC. What adds nothing to the
    truncated value keeps it from recognizing the comparison.
    """
    for truncation in list(residual.find_all(*_TRUNCATIONS)):
        place = truncation.parent
        while isinstance(place, exp.Paren):
            place = place.parent
        if isinstance(place, (exp.Predicate, exp.NullSafeEQ, exp.NullSafeNEQ)):
            nothing = exp.Interval(this=exp.Literal.string("0"), unit=exp.var("SECOND"))
            guarded = exp.Paren(this=exp.Add(this=truncation.copy(), expression=nothing))
            truncation.replace(guarded)
