"""Exit codes of every process of Copytaster, each once.

Supervisors start a worker again after 70 and 75, and never after 2; `docs/operations.md` has the table for operators.
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
"""`EX_TEMPFAIL`: the broker stayed away longer than the worker is configured to wait."""

SIGNAL_BASE = 128
"""Plus the number of the signal that has terminated a command."""

INTERRUPTED = 130
"""SIGINT (2)."""

CLOSED_PIPE = 141
"""SIGPIPE (13): the reader of the output has stopped."""

ExitProcess = Callable[[int], NoReturn]
"""Terminates the process immediately with an exit code, without cleaning up."""
