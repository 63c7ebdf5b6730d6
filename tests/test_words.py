"""Plain technical English: words with a standard substitute stay out of pages, comments, docstrings and messages."""

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
WORDS = {
    r"mend(?:s|ed|ing)?": "fix, repair, correct",
    r"anew": "again; reload, retrain, regenerate, recreate",
    r"nobody|somebody": "name the actor: worker, broker, operator, caller, publisher, another person",
    r"tell(?:s|ing)?|told": "report, state, log, distinguish, send, pass",
    r"untold": "unreported, not reported",
    r"unforeseen": "unexpected",
    r"go(?:es)? on|went on|going on|gone on": "continue, resume",
    r"(?:be|that is|that are) none": "invalid, missing, not a ...",
    r"be it": "whether ... or, even",
    r"end(?:s|ed|ing)? hard": "forced exit",
    r"the world|world's fault": "infrastructure; transient infrastructure failure",
    r"(?:broker|network|disk|machine|infrastructure) (?:is|was) at fault": "transient infrastructure failure",
    r"in vain": "without effect, each time with the same failure",
    r"in hand": "in progress, in flight",
    r"without a word": "silently",
    r"unhurried(?:ly)?": "non-blocking",
    r"what waits": "consumer lag, backlog",
    r"com(?:e|es|ing) twice|came twice": "is redelivered, is duplicated",
    r"surest": "most confident",
    r"bookmarks?": "committed offsets",
    r"rarity|rarities": "inverse document frequency",
    r"lessons?": "training texts",
    r"words say of": "word-topic weights",
}
"""What to write instead, by the words to avoid; each pattern matches whole words in any case."""

BANNED = {
    re.compile(rf"\b(?:{pattern.replace(' ', chr(92) + 's+')})\b", re.IGNORECASE): instead
    for pattern, instead in WORDS.items()
}
BANNED_NAME = re.compile(r"_*(?:LEAST|MOST|LARGEST|LONGEST|SMALLEST|SHORTEST)_[A-Z_]+")

PACKAGES = ("classifiers", "streams", "bench", "docs")
FOLDERS = (*PACKAGES, "tests")
PROSE = (
    *("*.md", "docs/*.md", "docs/decisions/*.md", "docs/models/*.toml", "docs/*.svg", "bench/*.md", "seeds/*.md"),
    *("NOTICE", "pyproject.toml", "Makefile", "docker-compose.yml", ".editorconfig", ".dockerignore", ".ci/*"),
    *(".pre-commit-config.yaml", ".github/**/*.yml", ".github/**/*.md", "tests/**/*.sh"),
    *("deploy/Dockerfile", "deploy/**/*.yml", "deploy/**/*.yaml", "deploy/**/*.sh", "deploy/**/*.service"),
)
"""Files that are read whole. Model cards and their pictures are generated from sources that are read here."""

COMMENTED = ("seeds/*.toml", "classifiers/modelling/**/*.toml", "docs/examples/**/*.toml")
"""Data files, of which the comments are read. `seeds/training` holds training texts and is not among them, nor is
`classifiers/cleaning/rules.toml`, whose digest the topic model's manifest holds."""

MANIFESTS = ("classifiers/models/*.json",)
DASHBOARDS = ("deploy/grafana/dashboards/*.json",)
SHOWN = {"title", "description", "legendFormat"}
"""The keys of a dashboard that people read."""

NOT_PROSE = re.compile(r"^```(?:text|json)\n.*?^```$|<!-- table: .*?<!-- end -->", re.MULTILINE | re.DOTALL)
"""Blocks of a page that show data or what the program prints, and tables that `docs/tables.py` generates."""

CODE = re.compile(r"``?[^`\n]+``?|^ *(?:>>>|\.\.\.) .*", re.MULTILINE)
"""Names and examples within a text."""

WORD_LISTS = {"words_of", "split"}
"""Functions whose literals are lists of words, which are data."""

RELEASED = re.compile(r"^## \[\d.*", re.MULTILINE | re.DOTALL)
"""The sections of released versions in CHANGELOG.md, which are history."""

MIN_MESSAGE_WORDS = 3
"""Shorter literals in the packages are keys, labels and patterns."""

REPORTING = {
    "print",
    "print_error",
    "echo",
    "fail",
    "skip",
    "debug",
    "info",
    "warning",
    "error",
    "exception",
    "critical",
}
"""Functions whose texts people read."""

REPORTED = {"help", "description", "match", "reason"}
"""Keyword arguments whose texts people read."""

Block = tuple[int, str]
"""A text, and the number of its first line."""


def _files(patterns: Iterable[str]) -> list[Path]:
    return sorted({path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()})


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _blanked(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _findings(path: Path, blocks: Iterable[Block]) -> list[str]:
    """Return `file:line: word: what to write instead` for every word to avoid."""
    texts = [(first, CODE.sub("", block)) for first, block in blocks]
    return [
        f"{_name(path)}:{_line(first, found)}: {' '.join(found[0].split())!r}: write {instead}"
        for first, text in texts
        for pattern, instead in BANNED.items()
        for found in pattern.finditer(text)
    ]


def _line(first: int, found: re.Match[str]) -> int:
    return first + found.string.count("\n", 0, found.start())


def _prose(path: Path) -> Iterator[Block]:
    text = path.read_text(encoding="utf-8")
    yield 1, NOT_PROSE.sub(_blanked, RELEASED.sub("", text)) if path.suffix == ".md" else text


def _comments(path: Path) -> Iterator[Block]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if found := re.search(r"^\s*#.*|[\]\"\d]\s+# [^\"']*$", line):
            yield number, found[0]


def _shown(value: Any) -> Iterator[str]:  # noqa: ANN401  # JSON
    if isinstance(value, list):
        for each in value:
            yield from _shown(each)
    elif isinstance(value, dict):
        yield from (text for key, text in value.items() if key in SHOWN and isinstance(text, str))
        for each in value.values():
            yield from _shown(each)


def _strings(node: ast.AST) -> Iterator[ast.Constant]:
    return (each for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))


def _callee(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _messages(node: ast.AST) -> Iterator[ast.Constant]:
    """Yield the literals below one node that people read: docstrings, errors, log lines, output, help."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield from _strings(node)
    elif isinstance(node, ast.Raise) and node.exc:
        yield from _strings(node.exc)
    elif isinstance(node, ast.Assert) and node.msg:
        yield from _strings(node.msg)
    elif isinstance(node, ast.Call) and _callee(node) in REPORTING:
        yield from _strings(node)
    elif isinstance(node, ast.keyword) and node.arg in REPORTED:
        yield from _strings(node.value)


def _literals(tree: ast.Module, *, every: bool) -> Iterator[Block]:
    """Yield the lines of literals: those that people read, and with `every` all that hold a phrase."""
    found = {id(each): each for node in ast.walk(tree) for each in _messages(node)}
    if every:
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _callee(node) in WORD_LISTS)
        data = {id(each) for call in calls for each in _strings(call)}
        phrases = (each for each in _strings(tree) if len(str(each.value).split()) >= MIN_MESSAGE_WORDS)
        found |= {id(each): each for each in phrases if id(each) not in data}
    for each in found.values():
        yield each.lineno, str(each.value)


def _comments_and_names(source: str) -> Iterator[Block]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT or (token.type == tokenize.NAME and BANNED_NAME.fullmatch(token.string)):
            yield token.start[0], token.string


def _names(path: Path, blocks: Iterable[Block]) -> list[str]:
    found = ((number, name) for number, name in blocks if BANNED_NAME.match(name))
    return [f"{_name(path)}:{number}: {name!r}: write MIN_ or MAX_" for number, name in found]


@pytest.mark.parametrize("path", _files(PROSE), ids=_name)
def test_pages_and_configuration_are_in_plain_words(path: Path) -> None:
    """A page, rule, manifest or build file says what it says in standard terms."""
    found = _findings(path, _prose(path))

    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", _files(COMMENTED), ids=_name)
def test_comments_of_data_files_are_in_plain_words(path: Path) -> None:
    """The comments of a data file use standard terms; its data is not looked at."""
    found = _findings(path, _comments(path))

    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", _files(MANIFESTS), ids=_name)
def test_notes_of_models_are_in_plain_words(path: Path) -> None:
    """The notes in a shipped model's manifest, which its card shows, use standard terms."""
    notes = json.loads(path.read_text(encoding="utf-8"))["notes"]
    found = _findings(path, enumerate(notes, start=1))

    assert notes
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", _files(DASHBOARDS), ids=_name)
def test_dashboards_are_in_plain_words(path: Path) -> None:
    """The titles, descriptions and legends of a dashboard use standard terms."""
    shown = _shown(json.loads(path.read_text(encoding="utf-8")))

    found = _findings(path, enumerate(shown, start=1))

    assert not found, "\n".join(found)


@pytest.mark.parametrize("folder", FOLDERS)
def test_python_sources_are_in_plain_words(folder: str) -> None:
    """Docstrings, comments and messages use standard terms, and bounds are named MIN_ and MAX_."""
    found: list[str] = []
    for path in _files([f"{folder}/**/*.py"]):
        if path == Path(__file__):
            continue
        source = path.read_text(encoding="utf-8")
        tokens = list(_comments_and_names(source))
        literals = list(_literals(ast.parse(source), every=folder in PACKAGES))
        found += [*_findings(path, [*tokens, *literals]), *_names(path, tokens)]

    assert not found, "\n".join(sorted(set(found)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the operator mends it", ["7: 'mends'"]),
        ("loaded ANEW", ["7: 'ANEW'"]),
        ("amendment, recommended, storytelling; a name such as `anew` and `is_told`", []),
        ("the worker goes\non, and tells nobody", ["8: 'nobody'", "8: 'tells'", "7: 'goes on'"]),
    ],
    ids=["a word", "any case", "other words and names", "across lines"],
)
def test_words_are_found_whole_and_in_any_case(text: str, expected: list[str]) -> None:
    """A word is found with its line, in any case, across lines, and not as a part of another word or name."""
    findings = _findings(Path(__file__), [(7, text)])

    assert [finding.rpartition(": write")[0] for finding in findings] == [
        f"tests/test_words.py:{each}" for each in expected
    ]


def test_every_kind_of_python_text_is_read() -> None:
    """Docstrings, comments, errors, log lines and names are read; data is not."""
    source = '''
"""Tells."""
LEAST_ROWS = 3  # nobody
DATA = "told"
def fail() -> None:
    raise ValueError(f"mend {DATA}")
'''
    path = Path(__file__)
    tokens = list(_comments_and_names(source))

    found = [*_findings(path, [*tokens, *_literals(ast.parse(source), every=False)]), *_names(path, tokens)]

    assert [(finding.split(":")[1], finding.split("'")[1]) for finding in found] == [
        ("3", "nobody"),
        ("2", "Tells"),
        ("6", "mend"),
        ("3", "LEAST_ROWS"),
    ]
