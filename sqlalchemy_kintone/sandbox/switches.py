"""The switches for what is not known of Kintone.

Every behaviour that no public source settles is a choice here, so that a client can be proved
right under each of them. The defaults are the likeliest reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Switches:
    """How this sandbox answers where Kintone's own answer is not established.

    Attributes:
        text_equality: Whether ``=``/``in`` on text tells upper from lower case.
        text_prefix_unit: What the 64 compared characters of text are counted in.
        text_order: Whether ``order by`` on text compares whole values or 64 characters.
        empty_dates_in_ranges: What an empty DATE, TIME, DATETIME or CALC is under ``< <= > >=``.
        empty_dates_in_equality: Whether an empty date or CALC is found by ``= ""`` and passes
            ``!= "x"``, or whether such a comparison never matches it.
        empty_order: Where empty NUMBER, DATE, TIME, DATETIME and CALC values sort ascending.
        empty_option: Whether ``in ("")`` is allowed on RADIO_BUTTON, CHECK_BOX, MULTI_SELECT and
            the user-like fields, or refused with GAIA_IQ10.
        option_case: Whether options in a condition are matched with their case.
        unknown_user: Whether an unknown user, group or organization code in a condition is an
            error (GAIA_IL42) or matches nothing.
        datetime_seconds: Whether seconds in a DATETIME literal are cut off or compared.
        bare_date_zone: The zone of a DATETIME literal that is only a date.
        upper_case_keywords: Whether ``AND``, ``ORDER BY`` … are understood.
        category_in: Whether CATEGORY may be used with ``in``.
        rich_text_is_empty: Whether RICH_TEXT may be used with ``is empty``.
        table_conditions: Whether several positive conditions on one table must hold on the same
            row also across ``or`` and parentheses, or only where directly joined by ``and``.
        ties: The order of records that ``order by`` leaves equal.
        record_number_app_code: Whether ``RECORD_NUMBER = "APP-12"`` is understood.
        unknown_fields: Whether an unknown code in ``fields`` is left out or an error.
        limit_zero: Whether ``limit 0`` is accepted.
        order_by_revision: Whether ``order by $revision`` is accepted.
        check_box_order: The order of the values of a CHECK_BOX or MULTI_SELECT.
        omitted_cells: Whether the cells that a written row with a known id leaves out are kept or
            get their defaults.
        radio_emptied: Whether writing nothing to a RADIO_BUTTON, which cannot be empty, chooses its
            default or is refused.
        other_app_token: The error for a token that is of another app.
        update_key_missing_status: The HTTP status of GAIA_RE20.
        token_reads_settings: Whether an API token may read app settings (number precision).
        token_zone: The time zone of an API token's date functions.
        hidden_fields_listed: Whether form/fields.json lists fields that the caller may not view.
        primary_organization_empty: What ``PRIMARY_ORGANIZATION()`` does for a user with none.
        number_literal_full_width: Whether full-width digits in a number literal are digits.
        keyword_codes: Whether a field whose code is a keyword, such as ``by``, can be named.
        unknown_escape: Whether a backslash in a query's string may stand before any character.
        invalid_date_literal: Whether a DATE, TIME or DATETIME literal that is none is an error
            (GAIA_IL08) or matches nothing.
        calc_formats: Whether a CALC shown as a date, time or duration can be compared with a
            literal of that form, or matches none.
        related_conditions: Whether several positive conditions on one list of related records,
            joined by ``and``, must hold for the same related record.
        related_negatives: Whether a negative condition on related records must hold for all of
            them (and at least one) or for some.
        search_index_lag: Whether ``like`` finds a record at once, or only after the minute in which
            it was written.
    """

    text_equality: Literal["exact", "case-insensitive"] = "exact"
    text_prefix_unit: Literal["code-point", "utf-16"] = "code-point"
    text_order: Literal["full", "prefix"] = "full"
    empty_dates_in_ranges: Literal["lowest", "never", "highest"] = "lowest"
    empty_dates_in_equality: Literal["matches", "never"] = "matches"
    empty_order: Literal["first", "last"] = "first"
    empty_option: Literal["allowed", "error"] = "allowed"
    option_case: Literal["exact", "folded"] = "exact"
    unknown_user: Literal["error", "nothing"] = "error"
    datetime_seconds: Literal["truncate", "compare"] = "truncate"
    bare_date_zone: Literal["user", "utc"] = "user"
    upper_case_keywords: Literal["accept", "refuse"] = "accept"
    category_in: Literal["accept", "refuse"] = "accept"
    rich_text_is_empty: Literal["accept", "refuse"] = "refuse"
    table_conditions: Literal["anywhere", "joined"] = "joined"
    ties: Literal["id-desc", "id-asc", "shuffled"] = "id-desc"
    record_number_app_code: Literal["accept", "refuse"] = "accept"
    unknown_fields: Literal["ignore", "error"] = "ignore"
    limit_zero: Literal["accept", "refuse"] = "accept"
    order_by_revision: Literal["accept", "refuse"] = "refuse"
    check_box_order: Literal["written", "defined"] = "defined"
    omitted_cells: Literal["kept", "default"] = "kept"
    radio_emptied: Literal["default", "refuse"] = "default"
    other_app_token: Literal["GAIA_IA02", "GAIA_NO01"] = "GAIA_NO01"
    update_key_missing_status: Literal[400, 404] = 404
    token_reads_settings: Literal["allow", "refuse"] = "allow"
    token_zone: Literal["UTC", "Asia/Tokyo"] = "UTC"
    hidden_fields_listed: Literal["list", "hide"] = "hide"
    primary_organization_empty: Literal["ignored", "nothing"] = "ignored"
    number_literal_full_width: Literal["digits", "refuse"] = "digits"
    keyword_codes: Literal["refuse", "accept"] = "refuse"
    unknown_escape: Literal["refuse", "character"] = "refuse"
    invalid_date_literal: Literal["error", "nothing"] = "error"
    calc_formats: Literal["compared", "unmatched"] = "compared"
    related_conditions: Literal["same", "each"] = "same"
    related_negatives: Literal["all", "some"] = "all"
    search_index_lag: Literal["none", "minute"] = "none"
