"""Exit codes of every process of Copytaster, each once.

A worker has to be started again after 70 and 75. After 2 an operator has to act first: systemd does not restart such a
worker, Docker Compose and Kubernetes do. `docs/operations.md` has both tables for operators.

Names and numbers from 64 up follow `sysexits.h` of BSD; codes above 128 are what a shell shows for a program that a
signal has terminated.
"""

from collections.abc import Callable
from typing import NoReturn

SUCCESS = 0

PROBLEM_FOUND = 1
"""A command has found a problem, or met a transient infrastructure failure such as a broker that is away."""

WRONG_USAGE = 2
"""Wrong usage or configuration: the operator has to change something."""

INTERNAL_FAULT = 70
"""`EX_SOFTWARE`: a fault of the program."""

OUT_OF_MEMORY = 71
"""`EX_OSERR`: a child process that classifies has used up its memory."""

BROKER_AWAY = 75
"""`EX_TEMPFAIL`: the broker is unreachable or does not accept outputs, for longer or more often than configured."""

SIGNAL_BASE = 128
"""Plus the number of the signal that has terminated a command."""

INTERRUPTED = 130
"""SIGINT (2)."""

CLOSED_PIPE = 141
"""SIGPIPE (13): the reader of the output has stopped."""

ExitProcess = Callable[[int], NoReturn]
"""Terminates the process immediately with an exit code, without cleaning up."""
