"""Write a migration for what the models have and the migrations do not; for contributors.

    .venv/bin/python -m storage.migrations "Add the column …"

The new file is a draft to read, complete and format: data that must move is not in it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.config import Config

from storage.database import MIGRATIONS, Database


def write_migration(sentence: str, *, folder: Path = MIGRATIONS) -> Path:
    """Write the next migration into `folder`/versions and return the path of its file.

    Alembic compares the models with the tables that the present migrations make.
    """
    files = folder / "versions"
    number = f"{len(list(files.glob('[0-9]*.py'))) + 1:04d}"
    with TemporaryDirectory() as scratch:
        database = Database(f"sqlite:///{scratch}/empty.db")
        with database.engine.connect() as connection:
            config = Config()
            config.set_main_option("script_location", str(folder))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            command.revision(config, message=sentence, autogenerate=True, rev_id=number)
        database.close()
    (path,) = files.glob(f"{number}_*.py")
    return path


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit("Say in one sentence what the migration is for.")
    write_migration(sys.argv[1])
