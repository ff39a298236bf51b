"""The refusals of the query language, by what is wrong.

Codes and statuses were recorded on real Kintones unless said otherwise.
"""

from __future__ import annotations

from sqlalchemy_kintone.sandbox.errors import KintoneError, invalid_input


def syntax_error() -> KintoneError:
    """CB_VA01 under ``query``: the text is no query."""
    return invalid_input({"query": ["unsupported query format"]})


def malformed(detail: str) -> KintoneError:
    """GAIA_IL08: well-formed, but a function's arguments or a value cannot be used so."""
    return KintoneError("GAIA_IL08", f"The query is invalid. {detail}")


def unknown_field(code: object) -> KintoneError:
    """GAIA_IQ11."""
    return KintoneError("GAIA_IQ11", f"Specified field ({code}) not found.")


def not_related_records(code: object) -> KintoneError:
    """GAIA_IR02: a dotted name whose first part is not a related-records field."""
    return KintoneError("GAIA_IR02", f"Field {code} is not a field of related records.")


def operator_refused(code: object, operator: str) -> KintoneError:
    """GAIA_IQ03: the field's type has no such operator."""
    return KintoneError(
        "GAIA_IQ03", f"Operator {operator} cannot be used for the field type of field {code}."
    )


def table_operator_refused(code: object, operator: str) -> KintoneError:
    """GAIA_IQ07: ``=`` or ``!=`` on a field inside a table."""
    return KintoneError(
        "GAIA_IQ07",
        f"Operator {operator} cannot be used for the field type of field {code} in a table.",
    )


def unknown_option(code: object, option: str) -> KintoneError:
    """GAIA_IQ10: the field has no such option."""
    return KintoneError("GAIA_IQ10", f'The option "{option}" does not exist in field {code}.')


def unknown_user(code: str) -> KintoneError:
    """GAIA_IL42: no such user, group or organization (reported by third parties)."""
    return KintoneError("GAIA_IL42", f"User, group or organization ({code}) not found.")


def invalid_day(argument: str) -> KintoneError:
    """GAIA_IQ23: a day of the month that is not 1 to 31."""
    return KintoneError(
        "GAIA_IQ23", f"The day ({argument}) is invalid. Specify an integer from 1 to 31."
    )


def invalid_unit() -> KintoneError:
    """GAIA_IQ25: the unit of ``FROM_TODAY``."""
    return KintoneError(
        "GAIA_IQ25",
        'The second argument of FROM_TODAY() must be "DAYS", "WEEKS", "MONTHS" or "YEARS".',
    )


def not_sortable(code: object) -> KintoneError:
    """GAIA_IS02: the field's type cannot be sorted by."""
    return KintoneError("GAIA_IS02", f"Field {code} cannot be used as a sort condition.")


def limit_too_high() -> KintoneError:
    """GAIA_QU01."""
    return KintoneError("GAIA_QU01", "limit must be 500 or less.")


def offset_too_high() -> KintoneError:
    """GAIA_QU02."""
    return KintoneError("GAIA_QU02", "offset must be 10,000 or less.")


def process_management_off() -> KintoneError:
    """GAIA_ST02: any use of a status field in an app whose process management is off."""
    return KintoneError("GAIA_ST02", "Process management is disabled.")
