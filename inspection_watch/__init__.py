"""The entry point of the installed program: it finds our packages and runs the command.

In a checkout our packages (`reports`, `alerts`, …) are at the top level. In an installed wheel they
are in the folder `rooms` of this one, because such names would collide with other packages.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_INSTALLED = Path(__file__).parent / "rooms"
ROOMS = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[1]
"""The folder that holds our packages, `prefect.yaml`, `prefect.toml` and `logging.yml`."""


def main() -> None:
    """Run `inspection-watch`. Child processes (Prefect, its flow runs) find our packages too."""
    sys.path.insert(0, str(ROOMS))
    paths = [str(ROOMS), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    from cli.main import main as run

    run()
