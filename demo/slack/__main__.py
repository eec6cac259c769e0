"""Run the local Slack by hand: `python -m demo.slack --port 8065 --record messages.jsonl`."""

from __future__ import annotations

import argparse
from pathlib import Path
from threading import Event

from demo.slack import LocalSlack


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m demo.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=8065)
    parser.add_argument("--record", type=Path, help="file that keeps the messages, one a line")
    parser.add_argument("--one-per-second", action="store_true", help="limit as Slack does")
    arguments = parser.parse_args()
    with LocalSlack(
        port=arguments.port, record=arguments.record, one_per_second=arguments.one_per_second
    ) as slack:
        print(f"base_url: {slack.base_url}", flush=True)
        print(f"token:    {slack.token}", flush=True)
        print(f"webhook:  {slack.webhook_url}", flush=True)
        try:
            Event().wait()
        except KeyboardInterrupt:
            print("stopped")


if __name__ == "__main__":
    main()
