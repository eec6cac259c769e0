"""What is wrong with a value in `watch.yaml` or among the settings, in plain words."""

from __future__ import annotations

MUST_BE: dict[str, str] = {
    "tuple_type": "must be a list in square brackets, such as [{example}]",
    "too_short": "is empty; it needs at least one entry",
    "string_type": "must be text; put it in quotes",
    "string_too_short": "is empty",
    "string_too_long": "is longer than {max_length} characters",
    "string_pattern_mismatch": "has characters that are not allowed here",
    "model_type": "must be keys with values, such as {{names: [Havering]}}",
    "model_attributes_type": "must be keys with values, such as {{names: [Havering]}}",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "uuid_type": "must be an ID, such as 2f3a9c1e-7b64-4d0b-8a55-0c9d1e2f3a4b",
    "uuid_parsing": "must be an ID, such as 2f3a9c1e-7b64-4d0b-8a55-0c9d1e2f3a4b",
    "float_parsing": "must be a number",
    "datetime_parsing": "must be a date and a time, such as 2026-06-30T13:00",
    "datetime_from_date_parsing": "must be a date and a time, such as 2026-06-30T13:00",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be {ge:g} or more",
    "less_than_equal": "must be {le:g} or less",
}
"""What a value must be, by pydantic's type of the fault; {…} is filled from its context. Pydantic's
own messages are written for programmers."""
