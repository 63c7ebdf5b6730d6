"""The page of an evaluation: one HTML file that asks for nothing outside itself, with its figures and pictures."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

from classifiers.modelling.evaluation.intervals import Estimate
from classifiers.modelling.evaluation.report import figures, pictures
from classifiers.modelling.evaluation.report.pictures import Picture
from classifiers.modelling.evaluation.reports import BenchmarkReport, Identity, Report, Scores

_STYLE: Final = """
:root{color-scheme:light dark;--paper:#fefefe;--card:#f9f9fb;--ink:#1c2024;--muted:#60646c;--faint:#d9d9e0;
--accent:#0b68a3;--warn:#ad4a00}
@media(prefers-color-scheme:dark){:root{--paper:#111214;--card:#18191b;--ink:#edeef0;--muted:#b0b4ba;--faint:#3c4046;
--accent:#62b6ee;--warn:#ffa057}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif}
main,header,footer{max-width:74rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2.5rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .4rem}
h2{font-size:1.3rem;margin:0}
h3{font-size:1rem;margin:2rem 0 .5rem}
p{margin:.4rem 0;max-width:62rem}
.muted,figcaption,caption{color:var(--muted);font-size:.875rem}
code{font:.875em ui-monospace,monospace;overflow-wrap:anywhere}
nav ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}
a{color:var(--accent)}
section{border-top:1px solid var(--faint);padding:2rem 0 2.5rem;margin-top:2rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.75rem;margin:1.25rem 0;padding:0}
.tiles div{background:var(--card);border:1px solid var(--faint);border-radius:.6rem;padding:.75rem 1rem}
.tiles dt{color:var(--muted);font-size:.8125rem}
.tiles dd{margin:0;font-size:1.6rem;font-weight:650;font-variant-numeric:tabular-nums}
.tiles dd small{display:block;font-size:.8125rem;font-weight:400;color:var(--muted)}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.9375rem}
caption{text-align:left;padding-bottom:.4rem}
th,td{padding:.35rem .9rem .35rem 0;text-align:right;white-space:nowrap;border-bottom:1px solid var(--faint)}
th:first-child{text-align:left}
thead th{color:var(--muted);font-weight:500}
tbody th{font-weight:400;white-space:normal;min-width:8rem;max-width:22rem}
tbody tr.ours th,tbody tr.ours td{font-weight:650}
td small{color:var(--muted);font-weight:400;margin-left:.35rem}
.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));gap:1.5rem;align-items:start}
figure{margin:1rem 0 0;max-width:32rem}
figure svg{max-width:100%;height:auto;display:block}
figure.matrix{max-width:46rem}
figure.large{max-width:none;overflow-x:auto}figure.large svg{max-width:none}
.verdict{border-left:.25rem solid var(--warn);padding:.1rem 0 .1rem .9rem;font-weight:600}
footer{padding-bottom:3rem}
"""

_MANY: Final = 14
"""Labels beyond which a matrix is shown in its full size, and scrolled, because its figures could not be read."""

_TITLES: Final = {"topic": "How well the topics are told", "stance": "How well the stances are told"}


def page(report: Report) -> str:
    """Return the page of a report, as HTML.

    Raises
    ------
    ImportError
        matplotlib is not installed.
    """
    return "\n".join(_page(report))


def _page(report: Report) -> Iterator[str]:
    title = f"{_TITLES[report.task]}: {report.model.name} {report.model.version}"
    yield "<!doctype html>"
    yield f'<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield f"<style>{_STYLE}</style></head><body>"
    yield f"<header><h1>{escape(_TITLES[report.task])}</h1>"
    yield f"<p>{_identity(report.model)}</p>"
    if report.previous:
        yield f'<p class="muted">Beside it, as previous version: {_identity(report.previous)}</p>'
    if len(report.benchmarks) > 1:
        links = (f'<li><a href="#set-{n}">{escape(each.name)}</a></li>' for n, each in enumerate(report.benchmarks))
        yield f'<nav aria-label="Sets of rows"><ul>{"".join(links)}</ul></nav>'
    yield "</header><main>"
    for number, benchmark in enumerate(report.benchmarks):
        yield from _section(number, benchmark, report.min_support)
    yield "</main>"
    yield from _footer(report)
    yield "</body></html>\n"


def _identity(model: Identity) -> str:
    return f"{escape(model.name)} {escape(model.version)}, <code>{escape(model.digest)}</code>"


def _section(number: int, benchmark: BenchmarkReport, min_support: int) -> Iterator[str]:
    yield f'<section id="set-{number}" aria-labelledby="name-{number}">'
    yield f'<h2 id="name-{number}">{escape(benchmark.name)}</h2><p class="muted">{escape(figures.about(benchmark))}</p>'
    for sentence in filter(None, (figures.left_out(benchmark), *benchmark.notes)):
        yield f'<p class="muted">{escape(sentence)}</p>'
    if sentence := figures.verdict(benchmark):
        yield f'<p class="verdict">{escape(sentence)}</p>'
    yield from _tiles(benchmark.model)
    yield "<h3>Beside the baselines</h3>"
    yield from _models(benchmark)
    yield "<h3>Label by label</h3>"
    yield from _labels(benchmark, min_support)
    yield "<h3>What is taken for what</h3>"
    kind = "matrix" if len(benchmark.labels) <= _MANY else "large"
    yield _figure(
        pictures.confusion([benchmark]), "Forced choice. Every row of the matrix is 100 %; what is right is blue.", kind
    )
    yield '<h3>How sure, and how often right</h3><div class="pictures">'
    yield _figure(
        pictures.reliability([benchmark]),
        "On the dashed line the model is right as often as it says. Bars below: where the rows are. Strokes: 95 %.",
    )
    yield _figure(
        pictures.coverage([benchmark]), "The surest rows first. The diamond is what the thresholds let through."
    )
    yield "</div></section>"


def _tiles(scores: Scores) -> Iterator[str]:
    yield '<dl class="tiles">'
    yield _tile("right, all rows answered", scores.accuracy)
    yield _tile("macro-F1", scores.macro_f1)
    yield _tile("right, of what is answered", scores.answered)
    yield _tile("answered", scores.coverage)
    chance = f"{figures.figure(scores.chance_error)} by chance alone"
    error = figures.figure(scores.calibration_error)
    yield f"<div><dt>calibration error</dt><dd>{error}<small>{chance}</small></dd></div></dl>"


def _tile(name: str, estimate: Estimate | None) -> str:
    value = figures.figure(estimate.value if estimate else None)
    return f"<div><dt>{name}</dt><dd>{value}<small>{figures.interval(estimate) or 'of too few rows'}</small></dd></div>"


def _models(benchmark: BenchmarkReport) -> Iterator[str]:
    stances = benchmark.model.flips is not None
    heads = ["", "accuracy", "macro-F1", "calibration error", "answered", "right of these", "most confident half right"]
    rows = (_model_row(name, scores) for name, scores in figures.contestants(benchmark))
    yield from _table("Forced choice first, then with the thresholds.", [*heads, *(["flips"] if stances else [])], rows)


def _model_row(name: str, scores: Scores) -> str:
    cells = [
        _cell(scores.accuracy),
        _cell(scores.macro_f1),
        f"<td>{figures.figure(scores.calibration_error)}</td>",
        _cell(scores.coverage),
        _cell(scores.answered),
        f"<td>{figures.figure(scores.most_confident_half)}</td>",
        *([_cell(scores.flips)] if scores.flips else []),
    ]
    ours = ' class="ours"' if name == figures.MODEL else ""
    return f'<tr{ours}><th scope="row">{escape(name)}</th>{"".join(cells)}</tr>'


def _labels(benchmark: BenchmarkReport, min_support: int) -> Iterator[str]:
    rows = (
        f'<tr><th scope="row">{escape(each.name)}{"" if each.counted else " *"}</th>'
        f"{_cell(each.precision)}{_cell(each.recall)}{_cell(each.f1)}<td>{each.support:,}</td></tr>"
        for each in benchmark.labels
    )
    few = (
        "" if all(each.counted for each in benchmark.labels) else f" * fewer than {min_support} rows: not in macro-F1."
    )
    yield from _table(f"Forced choice.{few}", ["", "precision", "recall", "F1", "rows"], rows)


def _table(caption: str, heads: Sequence[str], rows: Iterable[str]) -> Iterator[str]:
    head = "".join(f'<th scope="col">{each}</th>' if each else "<td></td>" for each in heads)
    yield f'<div class="wide" tabindex="0" role="region" aria-label="{caption}">'
    yield f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>"
    yield from rows
    yield "</tbody></table></div>"


def _cell(estimate: Estimate | None) -> str:
    value = figures.figure(estimate.value if estimate else None)
    return f"<td>{value}<small>{figures.interval(estimate)}</small></td>"


def _figure(picture: Picture, caption: str, kind: str = "picture") -> str:
    return f'<figure class="{kind}">{picture.svg}<figcaption>{escape(caption)}</figcaption></figure>'


def _footer(report: Report) -> Iterator[str]:
    used = {name for benchmark in report.benchmarks for name in benchmark.baselines}
    yield "<footer><h3>How to read this</h3>"
    yield (
        "<p>Forced choice means that the likeliest label counts, whatever its probability; <em>answered</em> is the "
        "share of rows that the thresholds let through. Small figures are intervals of 95 %: Wilson's for shares, the "
        "percentile bootstrap for F1. The calibration error is the mean gap between probability and "
        "accuracy over 15 equal bins; chance alone gives the figure beside it.</p>"
    )
    listing = "; ".join(
        f"<em>{figures.BASELINES[name]}</em>: {text}" for name, text in figures.ABOUT.items() if name in used
    )
    yield f"<p>{listing}.</p></footer>"
