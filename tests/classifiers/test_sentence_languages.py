"""Sentences end where readers of fifteen languages see them end."""

# ruff: noqa: RUF001  # letters and stops of other scripts are what is tested

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.sentence_languages import split_in
from classifiers.sentences import MAX_SENTENCE_CHARS
from classifiers.targets.language_matching import ENGLISH
from classifiers.targets.watch_list import LANGUAGES

PROSE = st.lists(
    st.sampled_from(
        ["Der", "z. B.", "2024 г.", "3.", "“ja”", "no!", "end.", "。", "؟", "」と", "ไทย ", "\n", "  ", "…", "A."]
    ),
    max_size=30,
).map("".join)


@pytest.mark.parametrize(
    ("language", "expected", "between"),
    [
        pytest.param(
            "de", ["Am 3. Oktober sprach Dr. Weiß.", "„Nein!“, rief er.", "Es blieb still."], " ", id="German"
        ),
        pytest.param("de", ["Das gilt z.B. Kindern.", "Ende 2024.", "Er ging."], " ", id="German abbreviations"),
        pytest.param("es", ["¿Quién ganó?", "Ganó el Sr. Gómez.", "¡Bravo!"], " ", id="Spanish"),
        pytest.param("fr", ["M. Dupont est parti.", "« Enfin ! »", "Le maire sourit."], " ", id="French"),
        pytest.param("it", ["L'on. Rossi ha votato.", "Poi è uscito."], " ", id="Italian"),
        pytest.param("nl", ["Mevr. Jansen won.", "Ze lachte."], " ", id="Dutch"),
        pytest.param("pl", ["Urodził się w 1999 r.", "Polska wygrała.", "Prof. Nowak milczał."], " ", id="Polish"),
        pytest.param("pt", ["O Sr. Silva saiu.", "Ninguém falou."], " ", id="Portuguese"),
        pytest.param("ru", ["Он родился в 1999 г.", "Россия выиграла.", "В г. Москва тихо."], " ", id="Russian units"),
        pytest.param("ru", ["А. С. Пушкин писал.", "«Да!» — сказал он.", "Все ушли."], " ", id="Russian initials"),
        pytest.param("tr", ["Prof. Yılmaz konuştu.", "12. Madde kabul edildi.", "Sonra gitti."], " ", id="Turkish"),
        pytest.param("ar", ["هل وصل الوزير؟", "نعم، وصل د. أحمد.", "ثم غادر."], " ", id="Arabic"),
        pytest.param("ko", ["비가 왔다.", "눈도 왔다!", "끝났다."], " ", id="Korean"),
        pytest.param("ja", ["雨が降った。", "「寒いですね。」と彼は言った。", "本当？", "はい！"], "", id="Japanese"),
        pytest.param("zh", ["他说：“今天下雨。”", "会议结束了！", "真的？"], "", id="Chinese"),
        pytest.param("en", ["Mr. Smith left.", "He slept."], " ", id="English"),
    ],
)
def test_sentences_end_at_stops(language: str, expected: list[str], between: str) -> None:
    """A stop ends a sentence unless it belongs to an abbreviation, an ordinal, an initial or a quotation."""
    text = between.join(expected)

    assert [text[span.start : span.end] for span in split_in(text, language)] == expected


def test_thai_sentences_end_at_spaces() -> None:
    """In Thai a space ends a sentence that is long enough, and a space after a few words does not."""
    clause = "รัฐมนตรีต่างประเทศของรัสเซียเดินทางถึงกรุงปักกิ่งเมื่อวันจันทร์ที่ผ่านมา"
    text = f"{clause} และพบ นายหวัง {clause}"

    assert [text[span.start : span.end] for span in split_in(text, "th")] == [clause, f"และพบ นายหวัง {clause}"]


@pytest.mark.parametrize("language", [ENGLISH, *LANGUAGES])
@given(text=st.text() | PROSE)
def test_spans_are_ordered_and_hold_the_text(language: str, text: str) -> None:
    """Spans are in order and disjoint, cover all characters but white space, and have none at their ends."""
    spans = split_in(text, language)
    covered = {place for span in spans for place in range(span.start, span.end)}

    assert all(left.end <= right.start for left, right in pairwise(spans))
    assert all(text[place].isspace() for place in range(len(text)) if place not in covered)
    assert all((part := text[span.start : span.end]) == part.strip() != "" for span in spans)


def test_overlong_sentences_are_cut() -> None:
    """A text without any stop is cut at the limit, in a script without spaces too."""
    assert [span.end - span.start for span in split_in("字" * 1500, "zh")] == [600, 600, 300]
    assert MAX_SENTENCE_CHARS == 600
