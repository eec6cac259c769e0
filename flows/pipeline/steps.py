"""Run the parts of a long job: directly, or as recorded steps (`flows.prefect_runs`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

Result = TypeVar("Result")


def _no_review(_: object) -> str:
    return ""


class StepRunner(Protocol):
    """Runs one part of a job and returns its result.

    `name`, if there is one, is shown instead of `kind`. `review` returns a sentence where the
    result needs review, or an empty text. Raises what `work` raises.
    """

    def __call__(
        self,
        kind: str,
        work: Callable[[], Result],
        *,
        name: str | None = None,
        review: Callable[[Result], str] = ...,
    ) -> Result: ...


def run_step(
    kind: str,
    work: Callable[[], Result],
    *,
    name: str | None = None,
    review: Callable[[Result], str] = _no_review,
) -> Result:
    """Do the work, record nothing, and return the result."""
    return work()
