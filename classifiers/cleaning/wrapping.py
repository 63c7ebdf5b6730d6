"""Hard-wrapped lines: the lines of a paragraph that were broken at a column are joined again.

Agencies and mail programs break lines at 60 to 80 characters, so that names and sentences continue on the next line. A
block of lines without a blank line between them is joined where one of two things holds for it:

- it is filled: on each line, the first word of the next one has no room, as programs that wrap text leave it;
- it is one sentence: no line but the last ends in a mark, the next lines begin in small letters or a name is divided.

Poems, lists, tables, results, texts of one sentence per line, and Chinese and Japanese, which have no spaces to break
at, are left as they are. Indented lines begin paragraphs. A joined paragraph is one line between blank lines, so that
it is never joined again.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from classifiers.sentences import OPENERS, split_words

MAX_COLUMNS: Final = 132
"""Characters of the longest line that counts as broken: the width of printers, and the widest in use."""

MIN_COLUMNS: Final = 40
"""Width of the narrowest filled block: columns of 30 to 40 characters are those of poems and lists."""

MIN_FILLED: Final = 0.8
"""Share of a filled block's lines that have no room for the next word: a word that was changed after wrapping, or a
heading, leaves some."""

MIN_SMALL_STARTS: Final = 0.25
"""Share of the lines of a filled block that begin in small letters: in English prose two thirds do, in German two
fifths, in lists and poems with capitals hardly any."""

MIN_LINE_CHARS: Final = 12
"""Characters of the longest line of a block, below which no line can have words enough for a sentence."""

MIN_BREAKS_IN_CAPITALS: Final = 2
"""Breaks of a filled block without small letters, which then only its lengths distinguish from a list."""

MIN_BREAKS: Final = 3
"""Broken lines that show that a whole text is filled, so that its blocks need not show it each."""

MAX_SHORT_BLOCK: Final = 3
"""Lines of a block whose own lengths do not show a width: that of the whole text is taken."""

MIN_SHORT_BLOCK_COLUMNS: Final = 55
"""Width for such blocks: agencies break lines at 60 to 80 characters, and poems have shorter ones."""

MIN_WORDS: Final = 3
"""Words of each line of a sentence that is not filled, but for its last: shorter lines are those of lists and poems."""

_ITEM: Final = re.compile(r"\s*(?:[-*•·\u2023▪◦–—>|+#~]\s|[-*•·\u2023▪◦]\S|\(?\d{1,3}[.):]\s|\(?[a-zA-Z][.)]\s|[|>])")
_COLUMNS: Final = re.compile(r"\S(?:\t| {3,}| \| ?)\S|\d\s{2,}\d")
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_SENTENCE_END: Final = re.compile(r"[.!?…。؟।][\"'”\u2019»)\]]{0,3}$")
_ANY_MARK: Final = re.compile(r"[.!?…:;。؟।،,\"”»)\]–—-]$")
_OPEN_ENDS: Final = split_words(
    """
    a an the of to in on at by for from with and or but as that than who which its his her their is are was were be been
    has have had will would not no de la le les du des un une et en à der die das den dem des ein eine einen und im in
    von zu mit el los las del al y que il lo gli di della e che o do da dos em para van het een
    """
)
"""Words that continue on the next line where they end one, in English, German, the Romance languages and Dutch."""

_START_CHARS: Final = 24
"""Characters of a line's start that are searched for small letters before the line is read: more than most words."""

_SOFT_HYPHEN: Final = "\u00ad"


def may_be_broken(lines: Sequence[str]) -> bool:
    """Return whether a line begins in a small letter, or two lines have none at their start; hardly any text has."""
    unusual = [line for line in lines if not line[1:2].islower() or line[0].islower()]
    starts = [start for line in unusual if (start := line.lstrip()[:_START_CHARS])]
    return any(start[0].islower() for start in starts) or sum(start == start.upper() for start in starts) > 1


def unwrap(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines with broken paragraphs joined; the same object where there are none.

    Parameters
    ----------
    lines
        The lines of a text as it came, with their indents.

    Examples
    --------
    >>> unwrap(["The talks between the United", "States and the Union lasted until", "the evening."])
    ['', 'The talks between the United States and the Union lasted until the evening.', '']
    """
    if not may_be_broken(lines):
        return lines
    blocks = list(_blocks(lines))
    if not any(map(_may_be_broken, blocks)):
        return lines
    pieces = [_pieces(block) for block in blocks]
    several = [piece for block in pieces if sum(map(len, block)) > 1 for piece in block]
    width = _width([line for piece in several for line in piece])
    is_filled = _is_filled(several, width, min_breaks=MIN_BREAKS)
    joined: list[str] = []
    is_changed = False
    for block, its_pieces in zip(blocks, pieces, strict=True):
        paragraphs = _paragraphs(its_pieces, width, is_filled=is_filled) if len(block) > 1 else None
        is_changed = is_changed or paragraphs is not None
        joined.extend(block if paragraphs is None else [line for each in paragraphs for line in ("", each, "")])
    return joined if is_changed else lines


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield runs of lines that may be broken; each other line, a blank one among them, by itself."""
    block: list[str] = []
    for line in lines:
        if len(line) <= MAX_COLUMNS and line and not line.isspace():
            block.append(line)
            continue
        if block:
            yield block
            block = []
        yield [line]
    if block:
        yield block


def _may_be_broken(block: Sequence[str]) -> bool:
    """Return whether some line begins in a small letter, or all lack them: almost no text has two such lines."""
    if len(block) == 1 or max(map(len, block)) < MIN_LINE_CHARS:
        return False
    return any(map(_is_small, block[1:])) or not any(map(_has_small_letter, block))


def _is_small(line: str) -> bool:
    return line.lstrip()[0].islower()


def _has_small_letter(line: str) -> bool:
    return line.upper() != line


def _paragraphs(pieces: Sequence[Sequence[str]], width: int, *, is_filled: bool) -> list[str] | None:
    """Return the paragraphs of a block, or None where its lines are not broken.

    Parameters
    ----------
    pieces
        The lines of the block, by paragraphs as far as indents show them.
    width
        The width of the whole text.
    is_filled
        Whether the whole text is filled to it.
    """
    lines = [line for piece in pieces for line in piece]
    breaks = len(lines) - len(pieces)
    if not breaks or _UNSPACED.search("".join(lines)):
        return None
    if is_filled and 2 * sum(_is_full(*each, width) for piece in pieces for each in pairwise(piece)) >= breaks:
        return [_joined(part) for piece in pieces for part in _parted(piece, width)]
    if len(lines) > MAX_SHORT_BLOCK:
        width = _width(lines)
    if _is_filled(pieces, width, min_columns=MIN_COLUMNS if len(lines) > MAX_SHORT_BLOCK else MIN_SHORT_BLOCK_COLUMNS):
        return [_joined(part) for piece in pieces for part in _parted(piece, width)]
    if all(len(piece) == 1 or _is_one_sentence(piece) for piece in pieces):
        return [_joined(piece) for piece in pieces]
    return None


def _pieces(block: Sequence[str]) -> list[list[str]]:
    """Return the stripped lines of a block, divided before indented lines and items of a list; tables line by line."""
    if len(block) > 1 and sum(_COLUMNS.search(line.strip()) is not None for line in block) > 1:
        return [[line] for line in block]
    items = [place for place, line in enumerate(block) if _ITEM.match(line)]
    # A single line that begins with a dash may do so by chance.
    starts = set(items) if len(items) > 1 or items == [0] else set()
    indents = [len(line) - len(line.lstrip()) for line in block]
    common = min(indents)
    pieces: list[list[str]] = []
    for place, (line, indent) in enumerate(zip(block, indents, strict=True)):
        is_hanging = bool(starts) and place not in starts and pieces
        if (indent > common + 1 and not is_hanging) or place in starts or not pieces:
            pieces.append([])
        pieces[-1].append(" " * (indent - common) + " ".join(line.split()))
    return pieces


def _width(lines: Sequence[str]) -> int:
    """Return the number of characters to which lines are filled: one in twenty may be longer by an exception."""
    lengths = sorted(map(len, lines), reverse=True)
    return lengths[len(lengths) // 20 + (len(lengths) > MAX_SHORT_BLOCK)]


def _is_filled(
    pieces: Sequence[Sequence[str]], width: int, *, min_columns: int = MIN_COLUMNS, min_breaks: int = 1
) -> bool:
    """Return whether lines are filled to a width and continue sentences."""
    inner = [(line, after) for line, after in _breaks(pieces, width) if not _ends_paragraph(line, after, width)]
    if width < min_columns or len(inner) < min_breaks:
        return False
    filled = sum(_is_full(*each, width) for each in inner)
    within = [after for line, after in inner if not _SENTENCE_END.search(line)]
    if filled < MIN_FILLED * len(inner) or 2 * len(within) <= len(inner):
        return False
    if not any(_has_small_letter(line) for piece in pieces for line in piece):
        return len(inner) >= MIN_BREAKS_IN_CAPITALS and _SENTENCE_END.search(pieces[-1][-1]) is not None
    return sum(_is_small(after) for after in within) >= max(1, MIN_SMALL_STARTS * len(within))


def _breaks(pieces: Sequence[Sequence[str]], width: int) -> Iterator[tuple[str, str]]:
    """Yield each line with the next one, but for a heading above the block."""
    for piece in pieces:
        for place, (line, after) in enumerate(pairwise(piece)):
            if place or _is_small(after) or _is_full(line, after, width):
                yield line, after


def _is_full(line: str, after: str, width: int) -> bool:
    """Return whether the first word of the next line has no room."""
    return len(line) + 1 + len(after.split(maxsplit=1)[0]) > width


def _ends_paragraph(line: str, after: str, width: int) -> bool:
    """Return whether a line is the last of a paragraph: it ends a sentence and has room for another word."""
    return _SENTENCE_END.search(line) is not None and not _is_full(line, after, width)


def _parted(piece: Sequence[str], width: int) -> Iterator[list[str]]:
    """Yield the paragraphs of a filled piece: each ends in a short line with the end of a sentence, or a heading."""
    part = [piece[0]]
    for line, after in pairwise(piece):
        if not _is_full(line, after, width) and (_SENTENCE_END.search(line) or not _is_small(after)):
            yield part
            part = []
        part.append(after)
    yield part


def _is_one_sentence(piece: Sequence[str]) -> bool:
    """Return whether lines of any length are a sentence: it ends in the last line, and a phrase is divided."""
    *before, last = stripped = [line.strip() for line in piece]
    marked = sum(_ANY_MARK.search(line) is not None for line in before)
    if not _SENTENCE_END.search(last) or any(map(_SENTENCE_END.search, before)) or 3 * marked > len(before):
        return False
    if any(line.count(" ") < MIN_WORDS - 1 for line in before) or not before[0][0].isupper():
        return False
    return any(map(_is_small, stripped[1:])) and any(_is_divided(*each) for each in pairwise(stripped))


def _is_divided(line: str, after: str) -> bool:
    """Return whether a phrase continues on the next line: behind an article, or in the middle of a name."""
    last, first = line.rpartition(" ")[2], after.partition(" ")[0]
    return last in _OPEN_ENDS or (last[0].isupper() and first[0].isupper() and first not in OPENERS)


def _joined(lines: Sequence[str]) -> str:
    """Return lines as one; behind a hyphen without a space, which is kept: `long-` and `term` are `long-term`."""
    parts = [lines[0].strip()]
    for line, after in pairwise(map(str.strip, lines)):
        is_hyphen = line[-1] == _SOFT_HYPHEN or (line[-1] == "-" and line[-2:-1].isalpha() and after[0].isalpha())
        parts.append(after if is_hyphen else f" {after}")
    return "".join(parts)
