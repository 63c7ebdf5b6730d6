r"""Boilerplate rules: a table of data, validated on loading.

A rule states its purpose and its scope, one example that it removes, and one similar sentence of a story that it keeps.
A table in which any rule contradicts its own examples is rejected as a whole.

Cost is bounded: a rule is tried only on lines that contain one of its hints (found by one Aho-Corasick scan), patterns
have no unbounded repetition, a pattern reads at most `MAX_LINE_CHARS` characters at a time (`MAX_TITLE_END_CHARS` at
the end of a title), and a rule removes at most `MAX_PIECES` pieces from the end of a line. Within a pattern, adjacent
repeats accept different characters or are possessive, so that a run of characters is divided in one way only: `make
test-cost` measures every shipped rule on lines made of its own characters. A table with a pattern that `backtracking`
finds to be slow is rejected; the limits of that check are stated there, so that rules of your own need the same
measurement.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from classifiers.cleaning.backtracking import MAX_WAYS, count_ways
from classifiers.cleaning.hints import HintScanner
from classifiers.cleaning.quoted import is_quoted, mask_quotations
from classifiers.digests import digest
from classifiers.errors import RulesError

MAX_LINE_CHARS: Final = 700
"""Maximum length of a line that a rule may remove as a whole, and of the part of a line's start or end that it reads:
the longest such line in 4,000 articles, a newsletter's appeal, has 576 characters."""

MAX_TITLE_END_CHARS: Final = 200
"""Maximum length of the part of a title's end that a rule reads: the longest shipped pattern matches 170 characters."""

MAX_PIECES: Final = 4
"""Maximum number of pieces that a rule removes from one end of a line, each of which costs a search of its part of the
line. Of 4,000 articles none has two; a line with more than this is left as it is."""

_ESCAPES_AND_SETS: Final = re.compile(r"\\.|\[\^?\]?[^\]]*\]")
_UNBOUNDED: Final = re.compile(r"(?<![}?])[*+]|\{\d*,\}")
_SNIPPET: Final = re.compile(r"<<(\w+)>>")


class Scope(StrEnum):
    """Scope of a rule; all but `inline` are bound to one end of a line or to whole lines."""

    TITLE = "title"  # the end of the title
    TITLE_START = "title_start"  # the start of the title
    TITLE_LINE = "title_line"  # a whole title that is no headline
    LINE = "line"  # a whole line, anywhere
    HEAD = "head"  # a whole line among the first
    TAIL = "tail"  # a whole line among the last
    CUT = "cut"  # a whole line near the end, and the short lines below it
    START = "start"  # the start of a line
    END = "end"  # the end of a line
    INLINE = "inline"  # anywhere


TITLE_SCOPES: Final = frozenset({Scope.TITLE, Scope.TITLE_START, Scope.TITLE_LINE})


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the table.

    Parameters
    ----------
    name
        Unique in the table, in kebab case.
    purpose
        The kind of boilerplate that it removes, in a sentence.
    scope
        The part of a text in which it applies.
    hints
        Lower-case literals; the pattern is tried on lines that contain at least one. `^` denotes the start of the line
        and `$` its end.
    pattern
        Regular expression without unbounded repetition; `<<name>>` is replaced by a snippet of the table.
    removes
        A line that it matches.
    keeps
        A similar line from a story, which it does not change.
    leaves
        The part of `removes` that it keeps.
    ignore_case
        Whether the pattern ignores case.
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
    """A compiled rule, which can be applied to a line.

    Parameters
    ----------
    rule
        The rule.
    pattern
        Its pattern with the snippets substituted.
    """

    def __init__(self, rule: Rule, pattern: str) -> None:
        self.rule = rule
        self.pattern = pattern
        self.scope = rule.scope
        anchored = rf"(?:{pattern})\Z" if rule.scope in (Scope.END, Scope.TITLE) else pattern
        self._reads_marks = '="' in pattern  # attributes of a page's scripts
        self._pattern = re.compile(anchored, re.IGNORECASE if rule.ignore_case else re.NOFLAG)

    def apply(self, line: str) -> str:
        """Return the part of the line that the rule keeps: the line itself where the rule does not match."""
        match self.scope:
            case Scope.INLINE:
                return _collapse_spaces(self._pattern.sub(" ", line)) if self._pattern.search(line) else line
            case Scope.START | Scope.TITLE_START:
                return line[self._end_of_start(line) :].lstrip()
            case Scope.END | Scope.TITLE:
                start = self._start_of_end(line)
                return line if start < len(line) and is_quoted(line, start) else line[:start].rstrip()
            case Scope.LINE | Scope.HEAD | Scope.TAIL | Scope.CUT | Scope.TITLE_LINE:
                return "" if len(line) <= MAX_LINE_CHARS and self._removes(line) else line

    def _removes(self, line: str) -> bool:
        """Return whether a rule on whole lines matches, what people say in the line left aside."""
        if not self._pattern.fullmatch(line):
            return False
        masked = mask_quotations(line)
        return masked is line or self._reads_marks or self._pattern.fullmatch(masked) is not None

    def _end_of_start(self, line: str) -> int:
        end = 0
        while found := self._pattern.match(line, end, end + MAX_LINE_CHARS):
            end = found.end()
        return end

    def _start_of_end(self, line: str) -> int:
        start = len(line)
        max_chars = MAX_TITLE_END_CHARS if self.scope is Scope.TITLE else MAX_LINE_CHARS
        for _ in range(MAX_PIECES):
            found = self._pattern.search(line, max(0, start - max_chars), start)
            if found is None:
                return start
            start = found.start()
        return len(line)


class Rules:
    """A table of compiled rules.

    Parameters
    ----------
    rules
        The compiled rules, in the order in which they are tried.
    digest
        Digest of their file: `sha256:` and hexadecimal digits.
    """

    def __init__(self, rules: Sequence[CompiledRule], digest: str) -> None:
        self.rules = tuple(rules)
        self.digest = digest
        self._title_rules = [rule for rule in self.rules if rule.scope in TITLE_SCOPES]
        self._body_rules = [rule for rule in self.rules if rule.scope not in TITLE_SCOPES]
        self._title_hints = HintScanner([rule.rule.hints for rule in self._title_rules])
        self._body_hints = HintScanner([rule.rule.hints for rule in self._body_rules])

    def for_title(self, title: str) -> list[CompiledRule]:
        """Return the rules for titles with a hint in the title, in the order of the table."""
        return [self._title_rules[number] for number in self._title_hints.find(title)]

    def by_line(self, text: str) -> dict[int, list[CompiledRule]]:
        """Return the rules for bodies with a hint in a line, in the order of the table, by the number of the line."""
        found = self._body_hints.find_by_line(text)
        return {line: [self._body_rules[number] for number in numbers] for line, numbers in found.items()}


def load_rules(path: Path) -> Rules:
    """Return the rules of a file.

    Raises
    ------
    RulesError
        The file cannot be read, is not TOML, or has rules that contradict their examples: all problems in one message.
    """
    try:
        content = path.read_bytes()
        table = tomllib.loads(content.decode())
    except (OSError, ValueError) as error:
        raise RulesError(
            f"cannot read the cleaning rules {str(path)!r}: {error}; fix the file or the setting"
        ) from error
    problems: list[str] = []
    compiled = list(_compile(table, problems))
    if problems:
        raise RulesError(
            f"the cleaning rules {str(path)!r} cannot be used: {'; '.join(problems)}; fix the file", problems=problems
        )
    return Rules(compiled, digest(content))


@cache
def default_rules() -> Rules:
    """Return the rules shipped with the package, loaded once."""
    return load_rules(Path(__file__).with_name("rules.toml"))


def _compile(table: Mapping[str, object], problems: list[str]) -> Iterator[CompiledRule]:
    try:
        snippets = msgspec.convert(table.get("snippets", {}), dict[str, str])
        rows = msgspec.convert(table.get("rule", []), list[dict[str, object]])
    except msgspec.ValidationError as error:
        problems.append(f"[snippets] is not a table of strings or [[rule]] not an array of tables: {error}")
        return
    if not rows:
        problems.append("the table has no [[rule]]")
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        label = f"rule {number} ({row.get('name', 'unnamed')!r})"
        if str(row.get("name")) in seen:
            problems.append(f"{label}: the name is used by an earlier rule")
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
            problems.append(f"{label}: the pattern has unbounded repetition; write {{0,40}} instead of * or +")
            return None
        compiled = CompiledRule(rule, pattern)
        ways = count_ways(pattern, re.IGNORECASE if rule.ignore_case else 0)
    except msgspec.ValidationError as error:
        problems.append(f"{label}: {error}")
    except KeyError as error:
        problems.append(f"{label}: unknown snippet {error}")
    except re.error as error:
        problems.append(f"{label}: the pattern is not a regular expression: {error}")
    else:
        if ways <= MAX_WAYS:
            return compiled
        # The rule is not tried on its examples, which could take as long as any other line.
        problems.append(
            f"{label}: the pattern divides a run of characters in more than {MAX_WAYS} ways: let repeats that nest or "
            "follow each other accept different characters, or make them possessive, such as {0,40}+"
        )
    return None


def _broken_examples(rule: CompiledRule) -> Iterator[str]:
    row = rule.rule
    if not any(hint in f"^{row.removes.lower()}$" for hint in row.hints):
        yield "the example in `removes` contains none of the hints"
    if any(not hint or hint != hint.lower() for hint in row.hints):
        yield "a hint is empty or not in lower case"
    if (left := rule.apply(row.removes)) != row.leaves:
        yield f"it keeps {left!r} of its example, not {row.leaves!r}"
    if (kept := rule.apply(row.keeps)) != row.keeps:
        yield f"it changes the line in `keeps` to {kept!r}"


def _collapse_spaces(line: str) -> str:
    return " ".join(line.split())
