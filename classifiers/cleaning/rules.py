r"""The boilerplate rules: data, checked when they are loaded.

A rule says what kind of boilerplate it is for, where it may act, and shows one example in which it fires and one
sentence of a story that looks alike and stays. A table in which any rule breaks its own examples is refused as a whole.

Cost is bounded by construction: a rule is tried only on lines that hold one of its hints (found by one Aho-Corasick
scan), a pattern repeats nothing without a bound, and it sees no more than `MAX_LINE_CHARS` characters at a time.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

import ahocorasick_rs
import msgspec

from classifiers.digests import digest
from classifiers.errors import RulesError

MAX_LINE_CHARS: Final = 700
"""Longest line that a rule may remove as a whole, and the part of a line's start or end that it may look at: the
longest such line in 4,000 articles, a newsletter's appeal, has 576 characters."""

_ESCAPES_AND_SETS: Final = re.compile(r"\\.|\[\^?\]?[^\]]*\]")
_UNBOUNDED: Final = re.compile(r"(?<![}?])[*+]|\{\d*,\}")
_SNIPPET: Final = re.compile(r"<<(\w+)>>")


class Scope(StrEnum):
    """Where a rule acts; all but `inline` are bound to an end of a line or to whole lines."""

    TITLE = "title"  # the end of the title
    LINE = "line"  # a whole line, anywhere
    HEAD = "head"  # a whole line among the first
    TAIL = "tail"  # a whole line among the last
    CUT = "cut"  # a whole line near the end, and the short lines below it
    START = "start"  # the start of a line
    END = "end"  # the end of a line
    INLINE = "inline"  # anywhere


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the table.

    Parameters
    ----------
    name
        Unique in the table, in kebab case.
    purpose
        The boilerplate that it is for, in a sentence.
    scope
        Where it acts.
    hints
        Lower-case literals; the pattern is tried on lines that hold at least one. `^` stands for the start of the line
        and `$` for its end.
    pattern
        Regular expression without unbounded repetition; `<<name>>` stands for a snippet of the table.
    removes
        A line in which it fires.
    keeps
        A look-alike from a story, which stays as it is.
    leaves
        What it leaves of `removes`.
    ignore_case
        Whether capital letters mean nothing to the pattern.
    """

    name: str
    purpose: str
    scope: Scope
    hints: tuple[str, ...]
    pattern: str
    removes: str
    keeps: str
    leaves: str = ""
    ignore_case: bool = True


class CompiledRule:
    """A rule that can be applied to a line.

    Parameters
    ----------
    rule
        The rule.
    pattern
        Its pattern with the snippets in place.
    """

    def __init__(self, rule: Rule, pattern: str) -> None:
        self.rule = rule
        self.scope = rule.scope
        anchored = rf"(?:{pattern})\Z" if rule.scope in (Scope.END, Scope.TITLE) else pattern
        self._pattern = re.compile(anchored, re.IGNORECASE if rule.ignore_case else re.NOFLAG)

    def apply(self, line: str) -> str:
        """Return what the rule leaves of the line: the line itself where the rule does not fire."""
        match self.scope:
            case Scope.INLINE:
                return _settle(self._pattern.sub(" ", line)) if self._pattern.search(line) else line
            case Scope.START:
                return line[self._end_of_start(line) :].lstrip()
            case Scope.END | Scope.TITLE:
                return line[: self._start_of_end(line)].rstrip()
            case Scope.LINE | Scope.HEAD | Scope.TAIL | Scope.CUT:
                return "" if len(line) <= MAX_LINE_CHARS and self._pattern.fullmatch(line) else line

    def _end_of_start(self, line: str) -> int:
        end = 0
        while found := self._pattern.match(line, end, end + MAX_LINE_CHARS):
            end = found.end()
        return end

    def _start_of_end(self, line: str) -> int:
        start = len(line)
        while found := self._pattern.search(line, max(0, start - MAX_LINE_CHARS), start):
            start = found.start()
        return start


class Rules:
    """A table of rules, ready to use.

    Parameters
    ----------
    rules
        The compiled rules, in the order in which they are tried.
    digest
        `sha256:` and the digest of the file that they come from.
    """

    def __init__(self, rules: Sequence[CompiledRule], digest: str) -> None:
        self.rules = tuple(rules)
        self.digest = digest
        self.title_rules = tuple(rule for rule in self.rules if rule.scope is Scope.TITLE)
        self._body_rules = [rule for rule in self.rules if rule.scope is not Scope.TITLE]
        hints = [(hint, rank) for rank, rule in enumerate(self._body_rules) for hint in rule.rule.hints]
        self._ranks = [rank for _, rank in hints]
        self._scanner = ahocorasick_rs.AhoCorasick(
            [hint for hint, _ in hints], implementation=ahocorasick_rs.Implementation.DFA
        )

    def candidates(self, line: str) -> list[CompiledRule]:
        """Return the rules for bodies of which the line holds a hint, in the table's order."""
        hits = self._scanner.find_matches_as_indexes(f"^{line.lower()}$", overlapping=True)
        return [self._body_rules[rank] for rank in sorted({self._ranks[hit[0]] for hit in hits})] if hits else []


def load_rules(path: Path) -> Rules:
    """Return the rules of a file.

    Raises
    ------
    RulesError
        The file cannot be read, is no TOML, or holds rules that break their own examples: all problems in one message.
    """
    try:
        content = path.read_bytes()
        table = tomllib.loads(content.decode())
    except (OSError, ValueError) as error:
        raise RulesError(
            f"cannot read the cleaning rules {str(path)!r}: {error}; mend the file or the setting"
        ) from error
    problems: list[str] = []
    compiled = list(_compile(table, problems))
    if problems:
        raise RulesError(f"the cleaning rules {str(path)!r} cannot be used: " + "; ".join(problems))
    return Rules(compiled, digest(content))


@cache
def default_rules() -> Rules:
    """Return the rules that ship with the package, loaded once."""
    return load_rules(Path(__file__).with_name("rules.toml"))


def _compile(table: Mapping[str, object], problems: list[str]) -> Iterator[CompiledRule]:
    try:
        snippets = msgspec.convert(table.get("snippets", {}), dict[str, str])
        rows = msgspec.convert(table.get("rule", []), list[dict[str, object]])
    except msgspec.ValidationError as error:
        problems.append(f"the table has no [snippets] of strings and no [[rule]] rows: {error}")
        return
    if not rows:
        problems.append("there is no [[rule]]")
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        label = f"rule {number} ({row.get('name', 'unnamed')!r})"
        if str(row.get("name")) in seen:
            problems.append(f"{label}: the name is taken")
        seen.add(str(row.get("name")))
        rule = _compile_row(row, snippets, label, problems)
        if rule is not None:
            problems.extend(f"{label}: {problem}" for problem in _broken_examples(rule))
            yield rule


def _compile_row(
    row: dict[str, object], snippets: Mapping[str, str], label: str, problems: list[str]
) -> CompiledRule | None:
    try:
        rule = msgspec.convert(row, Rule)
        pattern = _SNIPPET.sub(lambda match: f"(?:{snippets[match[1]]})", rule.pattern)
        if _UNBOUNDED.search(_ESCAPES_AND_SETS.sub("x", pattern)):
            problems.append(f"{label}: the pattern repeats something without a bound; write {{0,40}} instead of * or +")
            return None
        return CompiledRule(rule, pattern)
    except msgspec.ValidationError as error:
        problems.append(f"{label}: {error}")
    except KeyError as error:
        problems.append(f"{label}: there is no snippet {error}")
    except re.error as error:
        problems.append(f"{label}: the pattern is no regular expression: {error}")
    return None


def _broken_examples(rule: CompiledRule) -> Iterator[str]:
    row = rule.rule
    if not any(hint in f"^{row.removes.lower()}$" for hint in row.hints):
        yield "the example in `removes` holds none of the hints"
    if any(not hint or hint != hint.lower() for hint in row.hints):
        yield "a hint is empty or not in lower case"
    if (left := rule.apply(row.removes)) != row.leaves:
        yield f"it leaves {left!r} of its example, not {row.leaves!r}"
    if (kept := rule.apply(row.keeps)) != row.keeps:
        yield f"it takes away from its look-alike and leaves {kept!r}"


def _settle(line: str) -> str:
    return " ".join(line.split())
