"""The documentation says what the code does: tables, examples, names, links and commands are compared with it."""

import ast
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
import typer.core
import typer.main

from classifiers.modelling.corpora.label_map import LabelMap
from classifiers.predictions import AbstainReason
from docs import tables
from streams.cli.commands import app
from streams.records.origin import Origin, RawRecord
from streams.records.rejection import RejectReason
from streams.records.tagged import TaggedArticle
from streams.settings import describe, environment_variable, load
from streams.settings.loading import CONFIG_VARIABLE
from streams.settings.schema import LimitsSettings
from streams.stages.dates import parse_date
from streams.stages.decode import Decoder
from streams.stages.identity import canonical_url

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")])
RECORDS = (ROOT / "docs/records.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
TARGET = re.compile(r"^([a-z0-9-]+):(?!=)", re.MULTILINE)
MAKE = re.compile(r"(?:`|^|\$ )(?:[A-Z_]+=\S+ )*make ([a-z0-9-]+)", re.MULTILINE)
VARIABLE = re.compile(r"COPYTASTER_\w+[A-Z]")
SETTINGS = {name for name, _, _ in describe()}
SECTIONS = {name.partition(".")[0] for name in SETTINGS}
SETTING = re.compile(rf"`((?:{'|'.join(sorted(SECTIONS))})\.[a-z_]+)(?: = [^`]*)?`")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _blocks(language: str) -> list[Any]:
    return [
        pytest.param(found[2], id=f"{_name(page)}-{position}")
        for page in PAGES
        for position, found in enumerate(BLOCK.finditer(page.read_text(encoding="utf-8")))
        if found[1] == language
    ]


def _section(heading: str) -> str:
    level = heading.split(maxsplit=1)[0]
    body = RECORDS.partition(f"{heading}\n")[2]
    return re.split(rf"^#{{1,{len(level)}}} ", body, maxsplit=1, flags=re.MULTILINE)[0]


def _rows(heading: str) -> Iterator[list[str]]:
    for line in _section(heading).splitlines():
        if line.startswith("| `") or (line.startswith("| ") and "`" in line):
            yield [cell.strip().strip("`") for cell in line.strip("| ").split(" | ")]


def _first_column(heading: str) -> list[str]:
    return [row[0] for row in _rows(heading)]


def _fields(type_: type[msgspec.Struct], prefix: str = "") -> Iterator[str]:
    for name, hint in get_type_hints(type_).items():
        yield prefix + name
        for inner in _structs(hint):
            yield from _fields(inner, f"{prefix}{name}.")


def _structs(hint: object) -> Iterator[type[msgspec.Struct]]:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint
    for part in get_args(hint):
        yield from _structs(part)


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_generated_tables_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    """The tables that come from the code are those of the code."""
    assert tables.main(["--check"]) == 0, capsys.readouterr().out


def test_every_field_of_a_tagged_article_is_documented() -> None:
    """The table of the tagged article has every field, nested ones included, in the order of the record."""
    table = _section("## The tagged article").partition("### ")[0]

    assert re.findall(r"^\| `([\w.]+)` \|", table, re.MULTILINE) == list(_fields(TaggedArticle))


@pytest.mark.parametrize(
    ("heading", "names"),
    [("## The rejected record", RejectReason), ("### Why a model abstains", AbstainReason)],
    ids=["rejections", "abstentions"],
)
def test_every_reason_is_documented(heading: str, names: type[RejectReason | AbstainReason]) -> None:
    """Each reason that a record can carry has its line, in the order of the code."""
    assert [name for name in _first_column(heading) if name in set(names)] == list(names)
    assert {name for name in _first_column(heading) if not name.startswith("copytaster.")} == set(names)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [(row[1], row[2]) for row in _rows("## The article's id") if row[1].lower().startswith("http")],
)
def test_canonical_urls_are_as_documented(url: str, canonical: str) -> None:
    """Every rule's example holds."""
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(("written", "meant"), [(row[0], row[1]) for row in _rows("### Dates")])
def test_dates_are_read_as_documented(written: str, meant: str) -> None:
    """Every example of a date is read as its line says, and invalid ones give null."""
    moment = parse_date(written)

    assert meant.startswith("null") if moment is None else msgspec.to_builtins(moment) == meant


@pytest.mark.parametrize("block", [each for each in _blocks("json") if "records.md" in str(each.id)])
def test_documented_raw_articles_are_accepted(block: str) -> None:
    """The examples of raw articles are decoded, without a note."""
    article = Decoder(LimitsSettings()).decode(RawRecord(Origin("raw", 0, 0), key=None, value=block.encode()))

    assert not getattr(article, "notes", None)


@pytest.mark.parametrize("block", _blocks("json"))
def test_json_examples_are_json(block: str) -> None:
    """JSON in the documentation can be parsed."""
    assert json.loads(block)


@pytest.mark.parametrize("block", [each for each in _blocks("toml") if "[columns]" in str(each.values[0])])
def test_documented_maps_are_those_of_the_examples(block: str) -> None:
    """A label map in the documentation is a file among the examples, and one that the program takes."""
    (example,) = [each for each in (ROOT / "docs/examples").rglob("*.toml") if each.read_text("utf-8") == block]

    assert LabelMap.load(example).labels


@pytest.mark.parametrize("block", [each for each in _blocks("toml") if "[columns]" not in str(each.values[0])])
def test_settings_files_are_accepted(block: str, tmp_path: Path) -> None:
    """A settings file in the documentation is one that the program takes."""
    file = tmp_path / "copytaster.toml"
    file.write_text(block, encoding="utf-8")
    assert tomllib.loads(block).keys() <= load(file, environment={}).model_dump().keys()


@pytest.mark.parametrize("block", _blocks("python"))
def test_python_examples_compile(block: str) -> None:
    """Python in the documentation is Python."""
    assert ast.parse(block).body


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    """A link to another page of the project, or to a heading in it, finds it."""
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    targets = [(link, (page.parent / link.partition("#")[0]) if link[0] != "#" else page) for link in links]

    assert [link for link, target in targets if not target.exists()] == []
    anchored = [(link, target) for link, target in targets if "#" in link]
    assert [link for link, target in anchored if link.partition("#")[2] not in _anchors(target)] == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_named_settings_exist(page: Path) -> None:
    """A setting or an environment variable that a page names is one of the program's."""
    text = page.read_text(encoding="utf-8")

    named = {name for name in SETTING.findall(text) if Path(name).suffix not in {".py", ".md", ".json", ".toml"}}

    assert named <= SETTINGS | set(_fields(TaggedArticle))
    assert set(VARIABLE.findall(text)) <= {environment_variable(name) for name in SETTINGS} | {CONFIG_VARIABLE}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_named_make_targets_exist(page: Path) -> None:
    """A make target that a page names stands in the Makefile."""
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))

    assert set(MAKE.findall(page.read_text(encoding="utf-8"))) <= targets


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_named_files_exist(page: Path) -> None:
    """A file or folder of the project that a page names is there."""
    folders = "classifiers|streams|seeds|deploy|bench|docs|tests"
    names = re.findall(rf"`((?:{folders})/[\w./-]*)`", page.read_text(encoding="utf-8"))

    assert [name for name in names if not (ROOT / name).exists()] == []


def _commands() -> Iterator[tuple[str, list[str]]]:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = [line for found in BLOCK.finditer(text) if found[1] == "console" for line in found[2].splitlines()]
        inline = re.findall(r"`(copytaster [^`]+)`", text)
        for line in [*blocks, *inline]:
            if found := re.search(r"(?:^|\s)copytaster ((?:[a-z]|-).*)", line.partition(" #")[0]):
                yield _name(page), shlex.split(found[1])


def _unknown_words(command: Any, words: list[str]) -> list[str]:  # noqa: ANN401  # typer brings a click of its own
    """Return the options, or the verb, that a command line has and the program does not."""
    if words and isinstance(command, typer.core.TyperGroup) and not words[0].startswith("-"):
        verb = command.commands.get(words[0])
        return _unknown_words(verb, words[1:]) if verb else words[:1]
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    options = {word.partition("=")[0] for word in words if word.startswith("-")}
    return sorted(options - known - {"--help", "-h"})


@pytest.mark.parametrize(
    ("page", "words"), list(_commands()), ids=lambda value: value if isinstance(value, str) else None
)
def test_named_commands_exist(page: str, words: list[str]) -> None:
    """A command that a page quotes has a verb and options that the program has."""
    assert _unknown_words(typer.main.get_command(app), words) == [], page


@pytest.mark.parametrize("model", ["topic", "stance"])
def test_the_notice_names_the_data_behind_a_model(model: str) -> None:
    """Every data set in a shipped model's manifest stands in NOTICE."""
    manifest = json.loads((ROOT / f"classifiers/models/{model}.json").read_text(encoding="utf-8"))
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")

    assert [each["name"] for each in manifest["data_sets"] if each["name"] not in notice] == []


def test_the_tests_that_show_the_faults_exist() -> None:
    """Every test that the table of faults names is there."""
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", (ROOT / "docs/faults.md").read_text(encoding="utf-8"))
    there = {
        (path.name, test)
        for folder in ("broker", "kafka", "streams/brokers", "streams/settings", "streams/worker/faust_adapter")
        for path in (ROOT / "tests" / folder).glob("test_*.py")
        for test in re.findall(r"^def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert len(named) > 30
    assert set(named) - there == set()
