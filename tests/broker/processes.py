"""What Linux shows about processes: to every user, and to their owner alone."""

from pathlib import Path

PROCESSES = Path("/proc")


def children(pid: int) -> list[int]:
    """Return the processes that a process has started, in whatever thread."""
    tasks = (PROCESSES / str(pid) / "task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def arguments(pid: int) -> bytes:
    """Return the arguments of a process."""
    return (PROCESSES / str(pid) / "cmdline").read_bytes()


def environment(pid: int) -> bytes:
    """Return the environment that a process was started with."""
    return (PROCESSES / str(pid) / "environ").read_bytes()


def status(pid: int) -> dict[str, str]:
    """Return what the kernel says about a process, user and rights among it."""
    lines = (PROCESSES / str(pid) / "status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def mounts(pid: int) -> dict[str, tuple[str, str]]:
    """Return what is mounted for a process, kind and options by place; what lies above hides what lies below."""
    lines = (PROCESSES / str(pid) / "mounts").read_text().splitlines()
    return {place: (kind, options) for _, place, kind, options, *_ in map(str.split, lines)}
