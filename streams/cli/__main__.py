"""`python -m streams.cli`: the same as `copytaster`, for where the command is not on the path."""

from streams.cli import main

main()
