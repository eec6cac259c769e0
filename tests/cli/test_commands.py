"""The command as other programs use it: exit codes, stdout and stderr, JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from cli.command_list import COMMANDS
from cli.commands.deliveries import state_named
from demo.documents import render
from demo.sample import REGISTER_FILE, sample_history, sample_site
from reports.errors import ConfigurationError
from storage.models import Delivery, DeliveryState
from tests.command import Done, run_command
from tests.flows.world import World, open_world, run_in

Run = Callable[..., Done]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The sample site after a first poll and the day with new reports."""
    folder = tmp_path_factory.mktemp("world")
    with open_world(sample_site(), folder, authorities=REGISTER_FILE) as world:
        for day in (sample_history().first_poll, sample_history().demo_day):
            world.move_to(day)
            done = run_in(world, "poll")
            assert done.returncode in (0, 1), done.stderr
        yield world


@pytest.fixture
def run(world: World) -> Run:
    """Run the command in this world."""
    return lambda *arguments, **more: run_in(world, *arguments, **more)


@pytest.fixture(scope="module")
def report_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of the sample reports as a file."""
    path = tmp_path_factory.mktemp("files") / "aldermere.pdf"
    new = {report.authority: report for report in sample_history().new_reports}
    path.write_bytes(render(new["aldermere"].document))
    return path


def test_events_are_json_with_the_promised_fields(run: Run) -> None:
    done = run("events", "--json")
    assert done.returncode == 0
    rows = json.loads(done.stdout)
    fields = {"id", "type", "authority", "urn", "report_url", "detected_at", "summary", "detail"}
    assert all(fields <= set(row) for row in rows)
    change = next(row for row in rows if row["type"] == "grade_change")
    assert change["authority"] == "Aldermere"
    assert {"judgement", "from", "to", "direction", "note"} <= set(change["detail"]["changes"][0])


def test_events_of_one_authority_since_a_day(run: Run) -> None:
    day = sample_history().demo_day.isoformat()
    rows = json.loads(run("events", "--json", "--council", "Castlebourne", "--since", day).stdout)
    assert {row["authority"] for row in rows} == {"Castlebourne"}
    assert json.loads(run("events", "--json", "--since", "2030-01-01").stdout) == []


def test_deliveries_are_json_with_the_promised_fields(run: Run) -> None:
    rows = json.loads(run("deliveries", "--json").stdout)
    assert [len(row["event_ids"]) for row in rows] == [8, 8]
    fields = {
        *("id", "event_ids", "subscription", "channel"),
        *("state", "tries", "last_error", "sent_at"),
    }
    assert all(fields <= set(row) and row["state"] == "sent" for row in rows)
    assert json.loads(run("deliveries", "--json", "--state", "held").stdout) == []


def test_failed_deliveries_are_asked_for_by_the_word_that_people_read_and_by_that_in_json() -> None:
    assert [state_named(word) for word in ("failed", "Failed", "given_up", "held")] == [
        *[DeliveryState.FAILED] * 3,
        DeliveryState.HELD,
    ]


def test_an_unknown_state_is_an_error_that_lists_the_words_that_people_read() -> None:
    with pytest.raises(ConfigurationError) as caught:
        state_named("xyz")
    assert str(caught.value) == (
        "--state takes due, sending, sent, held, failed or muted, not “xyz”"
    )


def test_history_is_the_whole_line_of_one_authority(run: Run) -> None:
    data = json.loads(run("history", "Aldermere", "--json").stdout)
    assert data["authority"]["name"] == "Aldermere"
    starts = [report["inspection_start"] for report in data["reports"]]
    assert starts == sorted(starts)
    assert len(starts) == 4


def test_status_says_when_the_site_was_last_seen(run: Run) -> None:
    data = json.loads(run("status", "--json").stdout)
    assert data["last_successful_poll"].startswith(sample_history().demo_day.isoformat())
    assert data["source_unavailable"] is False


def test_status_counts_one_as_one_and_more_in_the_plural(run: Run) -> None:
    shown = run("status").stdout
    assert (
        "Events: 1 report with first grades, 3 reports with changed grades, 3 new reports, "
        "1 report that raises issues again\n"
    ) in shown
    assert "Deliveries: 2 sent\n" in shown
    kept = "one for each event of a report and each subscription that gets the report"
    assert f"Notifications ({kept}): 8 included in messages\n" in shown


def test_read_prints_what_the_contract_promises(run: Run, report_file: Path) -> None:
    done = run("read", "--json", str(report_file))
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["file"] == "aldermere.pdf"
    assert report["kind"] == "inspection"
    assert report["framework"] == "ilacs_2023"
    assert report["authority"] == {"name": "Aldermere", "urn": "99001"}
    assert report["problems"] == []
    assert {"judgement", "label", "grade", "as_printed", "page"} <= set(report["judgements"][0])
    assert {"text", "heading", "page", "priority_action", "target", "themes"} <= set(
        report["improvement_areas"][0]
    )


def test_a_file_may_have_brackets_in_its_name(run: Run, report_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "[Aldermere] :key: [b].pdf"
    path.write_bytes(report_file.read_bytes())
    done = run("read", str(path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{path.name} Aldermere")


def test_read_goes_on_after_a_file_that_is_not_a_report(
    run: Run, report_file: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.7\nnothing in it\n%%EOF\n")
    done = run("read", "--jsonl", str(bad), str(report_file))
    assert done.returncode == 1
    first, second = [json.loads(line) for line in done.stdout.splitlines()]
    assert first["problems"]
    assert first["judgements"] == []
    assert second["problems"] == []


def test_compare_says_what_changed(run: Run, tmp_path: Path) -> None:
    files = []
    for published in [r for r in sample_history().reports if r.authority == "aldermere"]:
        path = tmp_path / f"{published.file_id}.pdf"
        path.write_bytes(render(published.document))
        files.append(str(path))
    done = run("compare", "--json", files[2], files[3])
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert set(data) >= {"authority", "earlier", "later", "changes", "repeats", "no_longer_named"}
    assert {change["direction"] for change in data["changes"]} == {"worse", "same"}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["serve", "--port", "99999"], "“--port”: must not be more than 65535"),
        (["serve", "--port", "x"], "“--port”: not a whole number"),
        (["history", "Aldermeer"], "Aldermere"),
        (["history", "Alder\nmeer"], "“Alder meer”"),
        (["backfill", "--region", "Nort West", "--dry-run"], "North West"),
        (["backfill", "--council", "Brackenshyre", "--dry-run"], "Brackenshire"),
        (["backfill", "--kind", "inspektion", "--dry-run"], "inspection"),
        (["backfill", "--since", "yesterday"], "--since"),
        (["backfill", "--since", "2024-02-01", "--until", "2024-01-01"], "is later than the last"),
        (["backfill", "--since", "", "--dry-run"], "--since"),
        (["events", "--since", "1st May"], "--since"),
        (["events", "--since", ""], "--since"),
        (["events", "--council", ""], "“”"),
        (["problems", "--council", ""], "“”"),
        (["problems", "--code", "grade_disagrement"], "grade_disagreement"),
        (["read", "no-such-file.pdf"], "no-such-file.pdf"),
        (["read", "/dev/null"], "it is a device or a pipe"),
        (["read", f"{'x' * 300}.pdf"], "x" * 300),
        (["--home", "x" * 300, "status"], "x" * 300),
        (["read", "--json", "--jsonl", __file__], "--json"),
        (["deliveries", "--state", "sended"], "sended"),
        (["fly"], "fly"),
    ],
)
def test_wrong_arguments_are_one_sentence_and_exit_2(
    run: Run, arguments: list[str], named: str
) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert named in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("WATCH_REQUESTS_PER_SECOND", "fast"),
        ("WATCH_HOLD_OVER", "-1"),
        ("WATCH_NOW", "noon"),
        ("WATCH_NOW", "9999-12-31"),
        ("WATCH_WEBSITE_ADDRESS", "localhost:²"),
        ("WATCH_DATABASE_URL", "nonsense"),
        ("WATCH_SITE_URL", "ftp://example.org"),
        ("WATCH_PUBLIC_URL", "watch.example.org"),
    ],
)
def test_a_wrong_setting_is_named(run: Run, setting: str, value: str) -> None:
    done = run("status", **{setting: value})
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert "Value error" not in done.stderr


def test_a_dry_run_of_a_backfill_changes_nothing(run: Run) -> None:
    before = run("status", "--json").stdout
    done = run("backfill", "--council", "Aldermere", "--notify", "--dry-run")
    assert done.returncode == 0
    assert "Aldermere" not in done.stderr
    assert json.loads(run("status", "--json").stdout) == json.loads(before)


def test_a_backfill_is_silent(run: Run, world: World) -> None:
    sent = len(world.slack.messages), len(world.mailbox.mails)
    done = run("backfill", "--region", "North West", "--reparse")
    assert done.returncode in (0, 1), done.stderr
    assert (len(world.slack.messages), len(world.mailbox.mails)) == sent


def test_a_backfill_that_cannot_read_everything_again_says_so(run: Run, tmp_path: Path) -> None:
    elsewhere = {"WATCH_ORIGINALS": str(tmp_path / "none")}
    done = run("backfill", "--council", "Aldermere", "--reparse", **elsewhere)
    assert done.returncode == 1, done.stderr
    assert "0 read again; 4 not read again, because no original is kept here;" in done.stdout
    assert run("backfill", "--council", "Aldermere", "--reparse").returncode == 0


def test_a_backup_that_lacks_original_files_needs_review(run: Run, tmp_path: Path) -> None:
    elsewhere = {"WATCH_ORIGINALS": str(tmp_path / "none")}
    done = run("backup", str(tmp_path / "watch.tar.gz"), **elsewhere)
    assert done.returncode == 1, done.stderr
    assert "Not in the backup, because missing or damaged: 25 original files." in done.stdout


def test_the_version_is_that_of_the_package(run: Run) -> None:
    done = run("--version")
    assert done.returncode == 0
    assert done.stdout == f"inspection-watch {version('inspection-watch')}\n"


def _is_wrapped_once(shown: str) -> bool:
    """Whether no line before the options ends where the first word of the next has room."""
    text = shown.partition("╭")[0].splitlines()
    width = max(len(line) for line in text)
    pairs = zip(text, text[1:], strict=False)
    return all(
        not line.strip() or not after.strip() or len(f"{line.rstrip()} {after.split()[0]}") >= width
        for line, after in pairs
    )


def test_every_command_has_help(run: Run) -> None:
    overview = run("--help").stdout
    assert "bool" not in overview
    for command in COMMANDS:
        assert f" {command} " in overview
        with_help = run(command, "--help")
        assert with_help.returncode == 0
        assert f" {command} [OPTIONS]" in with_help.stdout
        assert "bool" not in with_help.stdout, "a flag takes no value"
        assert _is_wrapped_once(with_help.stdout), command


def test_a_missing_argument_is_called_what_the_documentation_calls_it(run: Run) -> None:
    assert run("history").stderr == "Missing argument “council”.\n"


def test_a_mistyped_command_is_answered_with_the_nearest(run: Run) -> None:
    done = run("deliverie")
    assert done.returncode == 2
    assert "“deliveries”" in done.stderr


def test_no_command_waits_for_code_that_it_may_not_need() -> None:
    code = f"""
import sys
from pkgutil import resolve_name
import cli.main
assert not [name for name in sys.modules if name.startswith(("flows", "alerts", "storage"))]
for where in {list(COMMANDS.values())}:
    resolve_name(where)
heavy = {{"apprise", "docx", "prefect", "resvg_py", "slack_sdk", "xlsxwriter"}}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_check_reaches_what_is_configured(run: Run, world: World) -> None:
    done = run("check", "--send-test")
    assert done.returncode == 0, done.stdout + done.stderr
    assert any("test" in message.text.lower() for message in world.slack.messages)


@pytest.mark.parametrize("is_home_given", [False, True])
def test_check_warns_when_others_can_read_the_secrets(
    world: World, tmp_path: Path, is_home_given: bool
) -> None:
    file = tmp_path / ".env"
    file.write_text("SLACK_BOT_TOKEN=xoxb-canary\n")
    options, folder = (["--home", str(tmp_path)], None) if is_home_given else ([], tmp_path)
    for mode, warned in ((0o644, True), (0o600, False)):
        file.chmod(mode)
        done = run_command(*options, "check", "--json", env=world.environment(), cwd=folder)
        said = [one for one in json.loads(done.stdout)["warnings"] if ".env" in one]
        assert bool(said) == warned
        assert "xoxb-canary" not in done.stdout + done.stderr


def test_check_warns_that_the_clock_is_fixed(world: World) -> None:
    given = world.environment()
    said = json.loads(run_command("check", "--json", env=given).stdout)["warnings"]
    assert any("WATCH_NOW fixes the clock" in warning for warning in said)
    del given["WATCH_NOW"]
    said = json.loads(run_command("check", "--json", env=given).stdout)["warnings"]
    assert not any("WATCH_NOW" in warning for warning in said)


def test_secrets_may_be_in_an_env_file(world: World, tmp_path: Path) -> None:
    """`${NAME}` in watch.yaml comes from the environment, or from `.env` where it runs."""
    config = tmp_path / "watch.yaml"
    config.write_text(
        'channels: {hook: {type: slack-webhook, url: "${CANARY_URL}"}}\nsubscriptions: []\n',
        encoding="utf-8",
    )
    environment = world.environment(WATCH_CONFIG=str(config))
    without = run_command("deliver", env=environment, cwd=tmp_path)
    assert without.returncode == 2
    assert "CANARY_URL is not set" in without.stderr
    (tmp_path / ".env").write_text("CANARY_URL=https://hooks.slack.com/services/T/B/x\n")
    done = run_command("deliver", env=environment, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_trouble_with_the_database_is_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watch.db").write_bytes(b"not a database " * 1000)
    done = run("events", WATCH_DATABASE_URL=f"sqlite:///{tmp_path / 'watch.db'}")
    assert done.returncode == 1
    assert done.stderr == "The database cannot be used: file is not a database\n"


def test_a_wrong_setting_changes_nothing(run: Run, tmp_path: Path) -> None:
    done = run("status", WATCH_SITE_URL="banana", WATCH_DATA_DIR=str(tmp_path / "data"))
    assert done.returncode == 2
    assert not (tmp_path / "data").exists()


def test_failed_messages_are_sent_again_on_request(world: World, run: Run) -> None:
    with world.app() as app, app.database.write() as session:
        row = session.query(Delivery).filter_by(channel="mail").first()
        assert row is not None
        row.state, row.no_replies = DeliveryState.FAILED, 0
    before = len(world.mailbox.mails)
    run("deliver")
    assert len(world.mailbox.mails) == before
    run("deliver", "--again")
    assert len(world.mailbox.mails) == before + 1


def test_what_may_have_arrived_is_sent_again_on_request_with_a_warning(
    world: World, run: Run
) -> None:
    with world.app() as app, app.database.write() as session:
        row = session.query(Delivery).filter_by(channel="mail").first()
        assert row is not None
        row.state, row.no_replies = DeliveryState.FAILED, 2
    before = len(world.mailbox.mails)
    run("deliver", "--again")
    assert len(world.mailbox.mails) == before
    done = run("deliver", "--may-have-arrived")
    assert len(world.mailbox.mails) == before + 1
    assert "Resending 1 message that may already have arrived." in done.stderr
