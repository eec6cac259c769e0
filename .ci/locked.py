"""Print the part of requirements.lock that an installed package needs, with some of its extras.

    python .ci/locked.py EXTRA,EXTRA < requirements.lock > needed.lock

Runs where the whole lock file is installed. So a release is tried with what its users get, and a
missing dependency is noticed even if developers have the package.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PACKAGE = "inspection-watch"


def needed(extras: set[str]) -> set[str]:
    """Return the names of all packages that the package needs here, directly or not."""
    found: set[tuple[str, str]] = set()
    left = [(PACKAGE, extra) for extra in {"", *extras}]
    while left:
        name, extra = left.pop()
        if (name, extra) in found:
            continue
        found.add((name, extra))
        for line in distribution(name).requires or []:
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                wanted = canonicalize_name(requirement.name)
                left += [(wanted, extra) for extra in {"", *requirement.extras}]
    return {name for name, _ in found}


def main() -> None:
    """Copy the blocks of the lock file whose package is needed."""
    names = needed(set(sys.argv[1].split(",")))
    for block in re.split(r"^(?=[A-Za-z0-9])", sys.stdin.read(), flags=re.MULTILINE):
        match = re.match(r"([A-Za-z0-9_.-]+)==", block)
        if match and canonicalize_name(match[1]) in names:
            sys.stdout.write(block)


main()
