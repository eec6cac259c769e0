"""Run the sample site by itself: python -m demo.site --corpus DIR --port N --today 2024-01-01."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from demo.site.corpus import load_corpus
from demo.site.faults import order
from demo.site.server import SiteServer


def main(arguments: list[str] | None = None) -> None:
    """Serve until interrupted. The first line printed is the address."""
    parser = argparse.ArgumentParser(prog="python -m demo.site", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder with index.csv")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--today", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    parser.add_argument("--faults", nargs="*", default=[], help="see demo/site/faults.py")
    parser.add_argument("--control", action="store_true", help="accept orders under /-/")
    options = parser.parse_args(arguments)
    site = load_corpus(options.corpus, today=options.today)
    server = SiteServer(site, host=options.host, port=options.port, control=options.control)
    for text in options.faults:
        try:
            order(text, faults=server.faults, quirks=site.quirks)
        except ValueError as error:
            parser.error(str(error))
    print(server.url, flush=True)
    server.run()


if __name__ == "__main__":
    main()
