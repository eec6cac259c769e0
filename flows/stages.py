"""How a run looks in Prefect's UI: its stages, its name in words, and how it ends."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from prefect import State, get_client, runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed

from flows.artifacts import show_failure
from flows.serve.lifetime import end_with_service
from flows.settings import LONDON, Settings, load_settings
from reports.errors import InspectionWatchError

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

# Beside "Completed", "Failed", …: done, but somebody must look. Also a tag, to filter the runs by.
# Prefect shows it in the colour of its type (green), hence the sign in the name of the run.
NEEDS_PERSON = "Needs a person"
NEEDS_PERSON_TAG = "needs-a-person"


def stage(
    kind: str,
    work: Callable[[], Result],
    *,
    name: str | None = None,
    concern: Callable[[Result], str] = lambda result: "",
) -> Result:
    """Do `work` as one task run. A `concern` (a sentence) makes it end as one for a person.

    Neither what goes in nor what comes out passes through Prefect, which would try to hash, copy
    and store it: databases and connections bear none of it.
    """
    results: list[Result] = []
    troubles: list[InspectionWatchError] = []

    def run() -> State[None] | None:
        try:
            results.append(work())
        except InspectionWatchError as error:
            troubles.append(error)
            return Failed(message=str(error))
        sentence = concern(results[0])
        return Completed(name=NEEDS_PERSON, message=sentence) if sentence else None

    as_task = task(
        name=kind,
        # By a function, because Prefect would fill in braces within a plain name.
        task_run_name=lambda: name or kind,
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    state = as_task(run)(return_state=True)
    if troubles:
        raise troubles[0]
    if not results:
        state.result()  # raises what the work raised
    return results[0]


def named(kind: str) -> Callable[[], str]:
    """The first name of a run: what it is and when it looked, London time."""

    def name() -> str:
        return f"{kind} · {moment(_settings())}"

    return name


def moment(settings: Settings) -> str:
    """The present moment as people write it."""
    return f"{settings.instant().astimezone(LONDON):%a %-d %B %Y, %H:%M}"


def ended(headline: str, *, message: str, needs_person: bool) -> State[None]:
    """Put what was found into the run's name, and end the run."""
    if needs_person:
        _rename(f"⚠ {headline}", tag=NEEDS_PERSON_TAG)
        logger.warning("%s", message)
        return Completed(name=NEEDS_PERSON, message=message)
    _rename(headline)
    logger.info("%s", message)
    return Completed(message=message)


def in_words(work: Callable[[], State[None]]) -> State[None]:
    """Do `work`; trouble that we know of ends the run as failed with a sentence, not a traceback.

    Anything else is a fault in the program, and Prefect shows it with its traceback.
    """
    end_with_service()
    try:
        return work()
    except InspectionWatchError as error:
        sentence = str(error)
        logger.error("%s", sentence)
        show_failure(sentence)
        _rename("⚠ failed", tag=NEEDS_PERSON_TAG)
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
        # The run itself will say what is wrong with them; a run without a name would not.
        return Settings.model_construct()
