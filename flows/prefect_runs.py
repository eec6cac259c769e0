"""How a run appears in Prefect's UI: its steps, its name, and how it ends."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from prefect import State, get_client, runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import StateType
from prefect.states import Completed, Failed

from flows.artifacts import show_failure
from flows.serve.lifetime import end_with_service
from flows.settings import Settings, load_settings
from reports.errors import InspectionWatchError
from reports.london import LONDON

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

NEEDS_REVIEW = "Needs review"
NEEDS_REVIEW_TAG = "needs-review"
"""A state of a run: done, but something needs review. Also a tag, to filter the runs by."""


def recorded_step(
    kind: str,
    work: Callable[[], Result],
    *,
    name: str | None = None,
    review: Callable[[Result], str] = lambda result: "",
) -> Result:
    """Do `work` as one task run (`flows.pipeline.steps.StepRunner`), and return its result.

    The task run ends as "Needs review" where `review` returns a sentence. Neither the arguments nor
    the result pass through Prefect: it would hash, copy and store them, and neither databases nor
    connections allow that.
    """
    results: list[Result] = []
    errors: list[InspectionWatchError] = []

    def run() -> State[None] | None:
        try:
            results.append(work())
        except InspectionWatchError as error:
            errors.append(error)
            return Failed(message=str(error))
        sentence = review(results[0])
        return _needs_review(sentence) if sentence else None

    as_task = task(
        name=kind,
        # A function, because Prefect would replace braces in a plain name.
        task_run_name=lambda: name or kind,
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    state = as_task(run)(return_state=True)
    if errors:
        raise errors[0]
    if not results:
        state.result()  # raises what the work raised
    return results[0]


def named(kind: str) -> Callable[[], str]:
    """Return a function that gives a run its first name: its kind and its start, London time."""

    def name() -> str:
        return f"{kind} · {moment(_settings())}"

    return name


def moment(settings: Settings) -> str:
    """Return the present moment in words, London time."""
    return f"{settings.instant().astimezone(LONDON):%a %-d %B %Y, %H:%M}"


def ended(headline: str, *, message: str, needs_review: bool) -> State[None]:
    """Add `headline` to the name of the run, and return its final state."""
    if needs_review:
        _rename(f"⚠ {headline}", tag=NEEDS_REVIEW_TAG)
        logger.warning("%s", message)
        return _needs_review(message)
    _rename(headline)
    logger.info("%s", message)
    return Completed(message=message)


def _needs_review(message: str) -> State[None]:
    """Return the state of a run that needs review.

    Prefect shows a state in the colour of its type, and has no type for this. A completed run is
    green and a failed one red, so this has the type of a crashed one, which is orange.
    """
    return State(type=StateType.CRASHED, name=NEEDS_REVIEW, message=message)


def as_state(work: Callable[[], State[None]], *, is_scheduled: bool = True) -> State[None]:
    """Do `work`. An InspectionWatchError ends the run as failed, with a sentence and no traceback.

    Any other exception is a fault in the program: Prefect shows it with its traceback.
    `is_scheduled` is False for a flow that only runs on request.
    """
    end_with_service()
    try:
        return work()
    except InspectionWatchError as error:
        sentence = str(error)
        logger.error("%s", sentence)
        show_failure(sentence, is_scheduled=is_scheduled)
        _rename("⚠ failed", tag=NEEDS_REVIEW_TAG)
        return Failed(message=sentence)


def _rename(headline: str, *, tag: str | None = None) -> None:
    run = runtime.flow_run
    tags = [*run.tags, tag] if tag else None
    with get_client(sync_client=True) as client:
        client.update_flow_run(run.id, name=f"{run.name} · {headline}", tags=tags)


def _settings() -> Settings:
    try:
        return load_settings()
    except InspectionWatchError:
        # The run itself reports what is wrong with the settings; a run without a name could not.
        return Settings.model_construct()
