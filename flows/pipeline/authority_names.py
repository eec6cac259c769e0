"""Authorities as people name them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from flows.pipeline.app import App
from reports.errors import ConfigurationError
from storage.authorities import find_authority
from storage.models import Authority


def authority_named(app: App, session: Session, name: str) -> Authority:
    """The authority that a person means. Raises ConfigurationError with the nearest name."""
    authority = find_authority(session, app.register, name)
    if authority is None:
        near = app.register.nearest_names(name)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ConfigurationError(f"{name!r} is not in the register{hint}")
    return authority
