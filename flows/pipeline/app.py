"""Everything a run needs, opened once and closed in order."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from alerts.messages.sites import Sites
from alerts.subscriptions.config import AlertConfig, load_config
from alerts.subscriptions.subscribers import with_subscribers
from alerts.subscriptions.unsubscribe_links import UnsubscribeLinks
from flows.prefect_secrets import VariablesAndSecrets
from flows.settings import Settings, environment, require_home, share_certificates
from reports.errors import ConfigurationError
from reports.garbage_collection import collect_rarely
from reports.register import Register
from reports.sandbox.pool import ReaderPool
from storage.archive import Archive, open_archive
from storage.authorities import is_register_stored, store_register
from storage.backup import UNSUBSCRIBE_KEY
from storage.database import Database
from storage.issue_counts import are_issues_counted
from storage.mutes import active_mutes
from storage.private_files import keep_private_text, make_private_folder
from storage.shared_archive import SharedArchive
from storage.subscribers import all_subscribers, unsubscriptions

if TYPE_CHECKING:
    from alerts.outbox.enqueue import AlertRun
    from scrapers.ofsted import Ofsted

MISPRINT = timedelta(days=7)
"""A printed date may be this far in the future before it counts as impossible."""


@dataclass(frozen=True)
class App:
    """The parts of the program, put together from the settings."""

    settings: Settings
    register: Register
    config: AlertConfig
    config_read_at: datetime
    """When `watch.yaml` and the subscribers were read, in real time."""
    database: Database
    archive: Archive | SharedArchive
    reader: ReaderPool
    open_site: Callable[[], Ofsted]

    @property
    def site(self) -> Ofsted:
        """Ofsted's site. It is opened at the first use, because most commands never use it."""
        return self.open_site()

    @property
    def sites(self) -> Sites:
        """The websites that links in messages and feeds lead to."""
        return Sites(ofsted=self.settings.site_url, public=self.settings.public_url)

    def alert_run(self) -> AlertRun:
        """Return what is needed to compose messages now."""
        # Imported here: composing messages takes more modules than most commands need.
        from alerts.outbox.enqueue import AlertRun

        return AlertRun(
            config=self.config,
            now=self.settings.instant(),
            real_now=datetime.now(UTC),
            sites=self.sites,
        )


@contextmanager
def open_app(settings: Settings, *, variables: Mapping[str, str] | None = None) -> Iterator[App]:
    """Open the parts that `settings` name, and close them after the block.

    `variables` are those that `watch.yaml` may name. None means the variables of the environment.
    The reading process starts only when the first file is read, and no request goes to the site
    before the first poll. Raises ConfigurationError where a setting is wrong, or where no folder is
    set up.
    """
    collect_rarely()
    require_home(settings)
    share_certificates()
    register = register_of(settings)
    config_read_at = datetime.now(UTC)
    config = load_config(
        settings.config,
        register=register,
        environment=VariablesAndSecrets(environment() if variables is None else variables),
    )
    _check_site(settings)
    with ExitStack() as stack:
        # After all checks, so that nothing has changed where a setting is wrong.
        _make_data_folder(settings.data_dir)
        database = Database(settings.database)
        stack.callback(database.close)
        database.migrate()
        with database.read() as session:
            is_current = is_register_stored(session, register) and are_issues_counted(session)
        if not is_current:
            from storage.base_rates import count_all_issues

            with database.write() as session:
                store_register(session, register)
                count_all_issues(session)
        links = unsubscribe_links(settings)
        with database.read() as session:
            config = with_subscribers(
                config,
                all_subscribers(session),
                unsubscriptions(session),
                register=register,
                links=links,
                mutes=active_mutes(session, today=settings.today()),
            )
        yield App(
            settings=settings,
            register=register,
            config=config,
            config_read_at=config_read_at,
            database=database,
            archive=open_archive(settings.archive),
            reader=stack.enter_context(
                ReaderPool(
                    processes=settings.reading_processes,
                    authorities=settings.authorities,
                    latest=settings.today() + MISPRINT,
                    unlimited=settings.unlimited_reading,
                )
            ),
            open_site=cache(lambda: stack.enter_context(_open_site(settings))),
        )


def unsubscribe_links(settings: Settings) -> UnsubscribeLinks | None:
    """Return the links by which recipients unsubscribe; None where nothing can answer them.

    RFC 8058 requires https, and the website of the service answers. The key is made once, in a file
    that only its owner can read.
    """
    if settings.public_url is None or not settings.public_url.startswith("https://"):
        return None
    if not settings.website:
        return None
    key = keep_private_text(settings.data_dir / UNSUBSCRIBE_KEY, secrets.token_hex(32))
    return UnsubscribeLinks(settings.public_url, key.strip().encode())


def _check_site(settings: Settings) -> None:
    """Raise ConfigurationError where the site's address or an allowed host is not valid."""
    if settings.is_public_site and settings.hosts is None:
        return
    from scrapers.hosts import AllowedHosts

    AllowedHosts.from_settings(settings.site_url, settings.hosts)


def _open_site(settings: Settings) -> Ofsted:
    # Imported here: the client and the parsers of pages are slow to load.
    from scrapers.ofsted import Ofsted

    return Ofsted.open(
        settings.site_url,
        allowed_hosts=settings.hosts,
        requests_per_second=settings.requests_per_second,
        contact=settings.contact,
        request_times=settings.data_dir / "request-times",
    )


def _make_data_folder(folder: Path) -> None:
    try:
        make_private_folder(folder)
    except OSError as error:
        raise ConfigurationError(
            f"the data folder {folder} cannot be made: {error.strerror}"
        ) from error


def register_of(settings: Settings) -> Register:
    """Return the register that the settings name, or the one that ships, as it is today."""
    path = settings.authorities
    return (Register.load(path) if path else Register.default()).on(settings.today())
