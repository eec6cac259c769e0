"""Secrets that are kept in Prefect, for `${prefect.secret.NAME}` in `watch.yaml`.

They are Secret blocks of the Prefect server, made in its UI under Blocks or with
`prefect block create secret`. They are fetched when `watch.yaml` is read, and not stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from reports.errors import ConfigurationError
from reports.safe_text import quoted

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

SECRET = "prefect.secret."
_ADDRESS = "PREFECT_API_URL"


class VariablesAndSecrets(Mapping[str, str]):
    """Variables of the environment and, under `prefect.secret.NAME`, secrets of Prefect.

    Looking up a secret raises KeyError where there is none of this name, and ConfigurationError
    where Prefect does not answer. Neither error contains the secret.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def __getitem__(self, name: str) -> str:
        if name.startswith(SECRET):
            return _secret(name.removeprefix(SECRET), self._variables)
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)


def _secret(name: str, variables: Mapping[str, str]) -> str:
    # Imported here: Prefect takes seconds to import, and most installations keep secrets in `.env`.
    from httpx import HTTPError
    from prefect.exceptions import ObjectNotFound

    try:
        with prefect_client(variables) as client:
            document = client.read_block_document_by_name(name, "secret")
    except ObjectNotFound as error:
        raise KeyError(name) from error
    except HTTPError as error:
        raise ConfigurationError(
            f"the Prefect server does not give the secret {quoted(name)} ({type(error).__name__})"
        ) from error
    return _text(name, document.data)


def prefect_client(variables: Mapping[str, str]) -> SyncPrefectClient:
    """Return a client of the server that the variables name, or else Prefect's own settings.

    Raises ConfigurationError where neither names one.
    """
    from prefect import get_client
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.settings import get_current_settings

    if url := variables.get(_ADDRESS):
        return SyncPrefectClient(
            url,
            auth_string=variables.get("PREFECT_API_AUTH_STRING"),
            api_key=variables.get("PREFECT_API_KEY"),
        )
    # Without an address, Prefect would start a temporary server, which has no secrets.
    if get_current_settings().api.url is None:
        raise ConfigurationError(
            f"a secret of Prefect needs {_ADDRESS}, the address of the Prefect server"
        )
    return get_client(sync_client=True)


def _text(name: str, data: Mapping[str, Any]) -> str:
    value = data.get("value")
    if not isinstance(value, str):
        raise ConfigurationError(f"the Prefect secret {quoted(name)} is not text")
    return value
