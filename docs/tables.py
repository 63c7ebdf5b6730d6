"""Writes the tables of the documentation that the code knows better: `make docs`.

A table stands between `<!-- table: NAME -->` and `<!-- end -->`. With `--check` nothing is written, and the exit
code is 1 where a page is out of date.
"""

import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.registry import Collector
from rich.console import Console

from classifiers import model_files, resources
from classifiers.modelling.corpora.label_map import LabelMap
from classifiers.modelling.evaluation.evaluate import Request, evaluate
from classifiers.targets.watch_list import WatchList
from classifiers.topic.taxonomy import Taxonomy
from streams.metrics import Metrics
from streams.settings import describe
from streams.settings.schema import Settings, TopicsSettings
from streams.stages.identity import TRACKING
from streams.stages.route import routes
from streams.stages.shapes import FIELDS
from streams.terminal.console import PIPE_WIDTH
from streams.terminal.evaluation import EvaluationView

DOCS = Path(__file__).parent
EXAMPLES = DOCS / "examples"
EXAMPLE_SUPPORT = 3
"""That of the command in docs/evaluation.md: the example is small."""

BLOCK = re.compile(r"(<!-- table: (?P<name>[a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def settings_tables() -> Iterator[str]:
    """Yield a heading and a table for every section of the settings."""
    for section, entries in groupby(describe(), key=lambda entry: entry[0].partition(".")[0]):
        about = (type(Settings.model_fields[section].default).__doc__ or "").strip()
        rows = [(f"`{name}`", _default(default), meaning) for name, default, meaning in entries]
        yield f"\n### {section}\n\n{about}\n\n{_table(('setting', 'default', 'meaning'), rows)}"


def metrics_table() -> Iterator[str]:
    """Yield the table of every metric under `copytaster_`."""
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    metrics.watch_lag(lambda: {0: 0})
    labels = {name: _labels(metric) for name, metric in registry._names_to_collectors.items()}
    rows = [
        (f"`{name}`", metric.type, ", ".join(labels.get(metric.name, _labels(metric))), metric.documentation)
        for metric in registry.collect()
        if (name := metric.name + ("_total" if metric.type == "counter" else "")).startswith("copytaster_")
    ]
    yield _table(("metric", "type", "labels", "meaning"), sorted(rows))


def input_fields_table() -> Iterator[str]:
    """Yield the table of the names under which a raw article's fields are found."""
    rows = [
        (field, "<br>".join(f"`{name}`: {users}" for name, users in names.items())) for field, names in FIELDS.items()
    ]
    yield _table(("field", "names, and who uses them"), rows)


def tracking_table() -> Iterator[str]:
    """Yield the table of the query parameters that a canonical URL loses."""
    by_owner: dict[str, list[str]] = {}
    for name, owner in TRACKING.items():
        by_owner.setdefault(owner, []).append(f"`{name}`")
    yield _table(("parameters", "from"), [(", ".join(names), owner) for owner, names in by_owner.items()])


def topics_table() -> Iterator[str]:
    """Yield the table of the taxonomy's topics, where each is routed, and whether the shipped model knows it."""
    taxonomy = Taxonomy.load(resources.seed("taxonomy.json"))
    known = model_files.load(resources.model("topic.skops"), kind="topic").manifest.labels
    destinations = routes(TopicsSettings(), taxonomy)
    rows = [
        (f"`{id_}`", taxonomy.label(id_), f"`{destinations[id_]}`", "yes" if id_ in known else "no")
        for id_ in taxonomy.ids
    ]
    yield _table(("id", "label", "Kafka topic", "the shipped model knows it"), rows)


def evaluation_example() -> Iterator[str]:
    """Yield what `copytaster evaluate` prints for the example of docs/evaluation.md."""
    request = Request(
        task="topic",
        model=resources.model("topic.skops"),
        data=EXAMPLES / "news.jsonl",
        label_map=LabelMap.load(EXAMPLES / "label_map.toml"),
        taxonomy=Taxonomy.load(resources.seed("taxonomy.json")),
        watch_list=WatchList.load(resources.seed("targets.toml")),
        min_support=EXAMPLE_SUPPORT,
    )
    text = io.StringIO()
    console = Console(file=text, width=PIPE_WIDTH, highlight=False, color_system=None)
    console.print(EvaluationView(evaluate(request, lambda _step, _done, _parts: None)))
    yield "```text"
    yield from (line.rstrip() for line in text.getvalue().splitlines())
    yield "```"


TABLES: dict[str, Callable[[], Iterable[str]]] = {
    "settings": settings_tables,
    "metrics": metrics_table,
    "input fields": input_fields_table,
    "tracking": tracking_table,
    "topics": topics_table,
    "evaluation example": evaluation_example,
}


def rendered(page: str) -> str:
    """Return a page with its tables as the code has them now."""
    return BLOCK.sub(lambda found: found[1] + "\n".join(TABLES[found["name"]]()) + "\n" + found[3], page)


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with `--check` name those that are out of date."""
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}
    stale = {path: new for path, old in pages.items() if (new := rendered(old)) != old}
    for path, new in stale.items():
        if "--check" not in arguments:
            path.write_text(new, encoding="utf-8")
        print(f"{'out of date, run `make docs`' if '--check' in arguments else 'written'}: docs/{path.name}")
    return 1 if stale and "--check" in arguments else 0


def _labels(metric: Collector | Metric) -> tuple[str, ...]:
    return tuple(getattr(metric, "_labelnames", ()))


def _default(value: object) -> str:
    if value in (None, {}):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
