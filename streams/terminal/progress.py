"""Progress bars on standard error, where it is a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from streams.terminal.console import messages


class _Rate(ProgressColumn):
    """Column of a count of articles and their rate."""

    def render(self, task: Task) -> Text:
        articles = int(task.fields.get("articles", 0))
        speed = articles / task.elapsed if task.elapsed else 0.0
        return Text(f"{articles:,} articles  {speed:,.0f}/s")


@contextmanager
def transfer(title: str, total_bytes: int | None) -> Iterator[Callable[[int], None]]:
    """Show a bar over the bytes of all files while articles are sent.

    Call the given function for each article, with the number of bytes that have been read by then.

    Parameters
    ----------
    title
        What is being done.
    total_bytes
        The size of all files, or None where it is not known.
    """
    console = messages()
    columns = (TextColumn(title), BarColumn(), _Rate(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=total_bytes, articles=0)
        numbers = count(1)

        def advance(position_bytes: int) -> None:
            progress.update(task, completed=position_bytes, articles=next(numbers))

        yield advance


@contextmanager
def counted(title: str, total: int) -> Iterator[Callable[[], None]]:
    """Show a bar over a number of records; call the given function for each."""
    console = messages()
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=total)
        yield lambda: progress.advance(task)


@contextmanager
def steps(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """Show the steps of long work; call the given function with a step's name, its finished parts and all its parts."""
    console = messages()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        tasks = {}

        def report(step: str, done: int, parts: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(f"{title}: {step}", total=parts)
            progress.update(tasks[step], completed=done, total=parts)

        yield report


@contextmanager
def waiting(sentence: str) -> Iterator[Callable[[str], None]]:
    """Show a sentence while the caller waits; call the given function to replace the sentence."""
    console = messages()
    if not console.is_terminal:
        console.print(sentence)
        yield console.print
        return
    with console.status(sentence) as status:
        yield status.update
