"""`python -m inspection_watch` is the same as the command `inspection-watch`."""

from inspection_watch import main

main()
