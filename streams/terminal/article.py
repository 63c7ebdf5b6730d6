"""Terminal view of a tagged article: a few lines with a coloured edge."""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from classifiers.predictions import Evidence, StanceLabel, StancePrediction
from streams.records.tagged import TaggedArticle
from streams.terminal.plain_text import plain, safe_text

STANCES_SHOWN = 3
"""How many targets of an article are shown, the most relevant ones; the record has them all."""

ID_CHARS = 10
NAME_CELLS = 36
STANCE_INDENT = " " * 18
"""As wide as the stance before the name of a target."""

EDGE = "▌ "

_STANCES: dict[StanceLabel | None, tuple[str, str, str]] = {
    StanceLabel.FAVOR: ("+", "favor", "green"),
    StanceLabel.NEUTRAL: ("·", "neutral", "default"),
    StanceLabel.AGAINST: ("−", "against", "red"),  # noqa: RUF001  # the minus sign, as wide as the plus
    None: ("?", "abstained", "dim"),
}


def article_view(article: TaggedArticle, *, detail: bool = False) -> RenderableType:
    """Return the view of an article: topics, title, stances; with `detail` also evidence, terms and notes."""
    return Edged(Group(*_lines(article, detail=detail)), "yellow" if article.abstained else "cyan")


def withdrawal_view(article_id: str) -> RenderableType:
    """Return the view of a withdrawn article."""
    line = Text.assemble(("withdrawn ", "bold magenta"), safe_text(article_id))
    line.no_wrap, line.overflow = True, "ellipsis"
    return Edged(line, "magenta")


class Edged:
    """A block with a coloured bar on its left.

    Parameters
    ----------
    content
        The content of the block.
    style
        The style of the bar.
    """

    def __init__(self, content: RenderableType, style: str) -> None:
        self._content = content
        self._style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        inner = options.update(width=max(1, options.max_width - len(EDGE)))
        for line in console.render_lines(self._content, inner, pad=False):
            yield Segment(EDGE, console.get_style(self._style))
            yield from line
            yield Segment.line()


def percent(probability: float) -> str:
    """Return a probability as a percentage, never rounded to 0 % or 100 %.

    >>> percent(0.934), percent(0.9999), percent(0.001), percent(1.0)
    ('93%', '>99%', '<1%', '100%')
    """
    if 0 < probability < 0.01:  # noqa: PLR2004  # what would be shown as 0 %
        return "<1%"
    if 0.99 < probability < 1:  # noqa: PLR2004  # what would be shown as 100 %
        return ">99%"
    return f"{probability:.0%}"


def _lines(article: TaggedArticle, *, detail: bool) -> Iterator[RenderableType]:
    yield _headline(article)
    yield _one_line(safe_text(article.title or "(no title)", "bold"))
    yield from _stances(article, detail=detail)
    if detail and article.why:
        terms = ", ".join(plain(each.term) for each in article.why)
        yield Text(f"because of: {terms}", style="dim")
    for note in article.notes if detail else ():
        yield safe_text(f"note: {note.field} is {note.reason}: {note.value}", "dim yellow")


def _headline(article: TaggedArticle) -> Table:
    line = Table.grid(expand=True, padding=(0, 0, 0, 2))
    line.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    line.add_column(no_wrap=True, overflow="ellipsis", justify="right", max_width=44)
    line.add_row(_topics(article), _source(article))
    return line


def _topics(article: TaggedArticle) -> Text:
    if article.abstained is not None:
        return Text(f"abstained: {article.abstained.replace('_', ' ')}", style="yellow")
    parts = [
        Text.assemble((plain(topic.label), style), " ", (percent(topic.probability), style))
        for topic, style in zip(article.topics, ["bold cyan", *["cyan"] * len(article.topics)], strict=False)
    ]
    return Text("  ").join(parts)


def _source(article: TaggedArticle) -> Text:
    language = article.language.code if article.language else None
    short = article.id if len(article.id) <= ID_CHARS else f"{article.id[: ID_CHARS - 1]}…"
    return safe_text(" · ".join(part for part in (article.publisher, language, short) if part), "dim")


def _stances(article: TaggedArticle, *, detail: bool) -> Iterator[RenderableType]:
    ranked = sorted(article.stances, key=lambda stance: -stance.relevance)
    shown = ranked if detail else ranked[:STANCES_SHOWN]
    width = min(NAME_CELLS, max((cell_len(plain(stance.name)) for stance in shown), default=0))
    for stance in shown:
        yield _stance(stance, width)
        if detail and isinstance(article.text, str):
            yield _evidence(article.text, stance.evidence)
    if rest := len(ranked) - len(shown):
        yield Text(
            f"{STANCE_INDENT}and {rest} more targets" if rest > 1 else f"{STANCE_INDENT}and one more target",
            style="dim",
        )


def _stance(stance: StancePrediction, width: int) -> Text:
    sign, word, style = _STANCES[stance.label]
    probability = getattr(stance.probabilities, stance.label or "", None)
    prediction = f"{sign} {word:<9} {percent(probability) if probability is not None else '':>4}  "
    name = safe_text(stance.name, style)
    name.truncate(width, overflow="ellipsis", pad=True)
    return _one_line(Text.assemble((prediction, style), name, (f"  relevance {stance.relevance:.2f}", "dim")))


def _evidence(text: str, evidence: Evidence) -> Padding:
    sentence = Text(f"“{plain(text[evidence.start : evidence.end])}”", style="italic dim")
    if evidence.speaker is not None:
        sentence.append(f" (quoted: {plain(text[evidence.speaker.start : evidence.speaker.end])})", style="not italic")
    elif evidence.quoted:
        sentence.append(" (quoted)", style="not italic")
    return Padding(sentence, (0, 0, 0, len(STANCE_INDENT)))


def _one_line(text: Text) -> Text:
    text.no_wrap, text.overflow = True, "ellipsis"
    return text
