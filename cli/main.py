"""The command `inspection-watch`: thin, over the same functions that the flows call.

Exit 0: done. Exit 1: done, but something needs review, or it could not finish. Exit 2: wrong
arguments or settings; one sentence on stderr, nothing changed. Data goes to stdout, everything else
to stderr.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from importlib.metadata import version

import typer
from typer.exceptions import TyperException

from cli.command_list import CommandGroup
from cli.output import PlainFormatter, complain, out, prepare_streams
from reports.errors import ConfigurationError, InspectionWatchError

INTERRUPTED = 130
"""Typer returns this code after Ctrl-C."""

_FIRST_WORD = re.compile(r"\A[a-z](?=[a-z]* )")
"""Finds "the council …", but not "watch.yaml, line 2: …"."""

_STRAIGHT_QUOTES = re.compile(r"(?<!\w)'([^']+)'(?!\w)")
"""Typer writes 'value', all other errors “value”."""

_PLAIN_WORDS = {
    "Input should be a valid integer, unable to parse string as an integer": "not a whole number",
    "Input should be less than or equal to": "must not be more than",
    "Input should be greater than or equal to": "must not be less than",
}
"""What Typer says of numbers is written for programmers."""

app = typer.Typer(
    name="inspection-watch",
    cls=CommandGroup,
    help="Watches Ofsted's reports on children's services and sends alerts about changes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        out.print(f"inspection-watch {version('inspection-watch')}")
        raise typer.Exit


@app.callback()
def _options(
    folder: str | None = typer.Option(
        None,
        "--home",
        help="The folder with watch.yaml and .env. Default: WATCH_HOME, then the current folder.",
    ),
    verbose: bool = typer.Option(False, "--verbose", "-v", help="Show progress."),
    _version: bool = typer.Option(
        False,
        "--version",
        help="Print the version and exit.",
        is_eager=True,
        callback=_print_version,
    ),
) -> None:
    # Imported here, so that shell completion and `--help` need not wait for it.
    from cli.arguments import folder_of
    from flows.settings import check_env_file

    if folder is not None:
        os.environ["WATCH_HOME"] = str(folder_of(folder, option="--home"))
    check_env_file()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.INFO if verbose else logging.WARNING)


def main() -> None:
    """Run the command line, with errors as sentences instead of tracebacks."""
    prepare_streams()
    try:
        # Not "standalone": Typer would put a frame of five lines around the sentence.
        code = app(standalone_mode=False)
        if code == INTERRUPTED:
            complain("Stopped: nothing more was done.")
            sys.exit(1)
    except TyperException as error:
        complain(_sentence(error))
        sys.exit(2)
    except typer.Abort:  # at a question
        complain("Stopped.")
        sys.exit(1)
    except ConfigurationError as error:
        complain(_capitalised(str(error)))
        sys.exit(2)
    except InspectionWatchError as error:
        complain(_capitalised(str(error)))
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output has gone (`… | head`): nobody would see a complaint.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        # Such as a full disk or a read-only folder, which a traceback does not explain better.
        complain(f"{error.filename or 'The system'}: {error.strerror or error}")
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _capitalised(sentence: str) -> str:
    """Return a sentence with a capital, unless it begins with a name such as `watch.yaml`."""
    return _FIRST_WORD.sub(lambda found: found[0].upper(), sentence)


def _sentence(error: TyperException) -> str:
    """Return a sentence that says what is wrong with the arguments."""
    said = getattr(error, "format_message", None)
    sentence = said() if callable(said) else str(error)
    for words, plain in _PLAIN_WORDS.items():
        sentence = sentence.replace(words, plain)
    return _STRAIGHT_QUOTES.sub(r"“\1”", sentence)


if __name__ == "__main__":
    main()
