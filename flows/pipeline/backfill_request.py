"""What a backfill covers: the options of the command, and the form in Prefect's UI."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from flows.pipeline.app import register_of
from flows.settings import load_settings
from reports.errors import ConfigurationError
from reports.model import Kind
from reports.register import Register


class Region(StrEnum):
    """The nine regions of England, spelled as in the register."""

    NORTH_EAST = "North East"
    NORTH_WEST = "North West"
    YORKSHIRE = "Yorkshire and the Humber"
    EAST_MIDLANDS = "East Midlands"
    WEST_MIDLANDS = "West Midlands"
    EAST = "East of England"
    LONDON = "London"
    SOUTH_EAST = "South East"
    SOUTH_WEST = "South West"


def _with_known_names(schema: dict[str, Any]) -> None:
    """Let Prefect's form offer the councils, and its server refuse any other name.

    The command line also understands other forms of a name (`authority_named`).
    """
    names = sorted({authority.short for authority in _register().authorities})
    schema["items"] = {"type": "string", "enum": names}


def _register() -> Register:
    try:
        return register_of(load_settings())
    except ConfigurationError:
        # The run itself reports what is wrong with the settings.
        return Register.default()


class BackfillRequest(BaseModel):
    """Fill in missing history, or read stored reports again, for the reports chosen here.

    Authorities chosen by name and by region add up; none chosen means all. Any other empty field
    sets no limit. No messages are sent unless "Notify" is on.
    """

    # Shown as a form: titles and descriptions are read by officers, not by programmers.
    model_config = ConfigDict(frozen=True, extra="forbid", title="What to fill in")

    authorities: list[str] = Field(
        default_factory=list,
        title="Authorities",
        description="Choose from the list. Empty: all, or those of the regions below.",
        json_schema_extra=_with_known_names,
    )
    regions: list[Region] = Field(
        default_factory=list,
        title="Regions",
        description="Every authority of these regions.",
    )
    kinds: list[Kind] = Field(
        default_factory=list,
        title="Kinds of report",
        description="Empty: every kind.",
    )
    since: date | None = Field(
        default=None, title="Published since", description="First day of publication to include."
    )
    until: date | None = Field(
        default=None, title="Published until", description="Last day of publication to include."
    )
    reparse: bool = Field(
        default=False,
        title="Read again",
        description="Also read the stored files of reports that were read before.",
    )
    notify: bool = Field(
        default=False,
        title="Notify",
        description=(
            "Send each subscription one digest of what it has not had yet. Do a dry run first: "
            "it shows the number of messages."
        ),
    )
    yes: bool = Field(
        default=False,
        title="Yes, send them",
        description="Required with Notify, so that no messages are sent by mistake.",
    )
    dry_run: bool = Field(
        default=True,
        title="Dry run",
        description="Only show what would be done. Turn this off to do it.",
    )

    @property
    def is_unconfirmed(self) -> bool:
        """Whether it would send messages without confirmation."""
        return self.notify and not self.dry_run and not self.yes

    def check_dates(self) -> None:
        """Raise ConfigurationError where the days are in the wrong order.

        Not a validator: Prefect would show its error in place of the run's.
        """
        if self.since and self.until and self.since > self.until:
            raise ConfigurationError(
                f"The first day of publication ({self.since}) is later than the last ({self.until})"
            )
