"""The form of a backfill in Prefect's UI: what it offers and what the server refuses."""

from __future__ import annotations

import pytest
from prefect.utilities.callables import parameter_schema
from prefect.utilities.schema_tools.validation import ValidationError, validate

from demo.sample import REGISTER_FILE
from flows.watch import backfill


def check(*authorities: str) -> None:
    """As Prefect's server does with what the form sends."""
    schema = parameter_schema(backfill).model_dump_for_openapi()
    validate({"request": {"authorities": list(authorities)}}, schema, raise_on_error=True)


def test_the_form_takes_only_councils_that_exist() -> None:
    check("Havering", "Bournemouth, Christchurch and Poole")
    with pytest.raises(ValidationError, match="'Haverring' is not one of"):
        check("Haverring")


def test_the_form_offers_the_councils_of_the_register_in_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WATCH_AUTHORITIES", str(REGISTER_FILE))
    check("Aldermere")
    with pytest.raises(ValidationError, match="'Havering' is not one of"):
        check("Havering")
