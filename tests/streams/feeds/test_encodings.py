"""Files are read in the encoding that their bytes show or that is declared, under the labels of browsers."""

import pytest
import webencodings.labels
from hypothesis import given
from hypothesis import strategies as st

from streams.feeds.encodings import codec_name, to_text


@pytest.mark.parametrize(
    ("label", "content", "text"),
    [
        *(
            pytest.param(label, b"\x93It costs \x80 5m\x94 \x96 he said\x85", "“It costs € 5m” – he said…", id=label)
            for label in ("iso-8859-1", "ISO8859-1", "latin1", "us-ascii", "ascii", "windows-1252", "x-user-defined")
        ),
        pytest.param("iso-8859-1", b"\x81", "\x81", id="undefined-byte"),
        pytest.param(" X-SJIS\n", "フェリー①".encode("cp932"), "フェリー①", id="x-sjis"),
        pytest.param("gb2312", "渡轮镕".encode("gbk"), "渡轮镕", id="gb2312"),
        pytest.param("ks_c_5601-1987", "똠방각하".encode("cp949"), "똠방각하", id="euc-kr"),
        pytest.param("big5", "渡輪嘅".encode("big5hkscs"), "渡輪嘅", id="big5"),
        pytest.param("koi8", "Паром".encode("koi8-r"), "Паром", id="koi8"),
        pytest.param("tis-620", "เรือ".encode("cp874"), "เรือ", id="tis-620"),
        pytest.param("x-mac-cyrillic", "Паром".encode("mac-cyrillic"), "Паром", id="mac-cyrillic"),
        pytest.param("iso-2022-jp", "船が戻る".encode("iso2022_jp"), "船が戻る", id="iso-2022-jp"),
        pytest.param("hz-gb-2312", "渡轮".encode("hz"), "渡轮", id="hz"),
        pytest.param("utf-16", "Rain".encode("utf-16-le"), "Rain", id="utf-16"),
        pytest.param("utf-16", b"Rain", "Rain", id="utf-16-without-zeros"),
        pytest.param("gb2312", "Fähre und Dampfer".encode(), "Fähre und Dampfer", id="utf-8-called-gb2312"),
        pytest.param("latin1", "Fähre".encode(), "Fähre", id="utf-8-called-latin1"),
        pytest.param("utf-8", b"F\xe4hre", "F\ufffdhre", id="latin1-called-utf-8"),
        pytest.param("nonsense", b"F\xe4hre", "Fähre", id="unknown-label"),
        pytest.param("iso-2022-cn", b"F\xe4hre", "Fähre", id="no-decoder"),
    ],
)
def test_declared(label: str, content: bytes, text: str) -> None:
    """A label means what browsers take it for, and no character of these pages is lost."""
    assert to_text(content, label) == text


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("\ufeffFähre".encode(), id="utf-8"),
        pytest.param("\ufeffFähre".encode("utf-16-le"), id="utf-16-le"),
        pytest.param("\ufeffFähre".encode("utf-16-be"), id="utf-16-be"),
    ],
)
def test_byte_order_mark(content: bytes) -> None:
    """A byte order mark precedes every declaration, and is no part of the text."""
    assert to_text(content, "koi8-r") == "Fähre"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_markup_in_utf_16(encoding: str) -> None:
    """Markup in UTF-16 is known without a mark."""
    assert to_text("<p>Fähre".encode(encoding)) == "<p>Fähre"


@pytest.mark.parametrize(
    ("language", "text", "encoding"),
    [
        ("ru-RU", "Паром вернулся", "windows-1251"),
        ("PL", "Łódź czeka", "iso-8859-2"),
        ("el", "Θα φύγει", "iso-8859-7"),
        ("ja", "船が戻る、と", "cp932"),
        ("ja", "船が戻る、と", "euc_jp"),
        ("zh-Hant", "渡輪回來了", "big5"),
        ("zh", "渡轮回来了", "gbk"),
        ("ko", "배가 돌아온다", "cp949"),
        ("th", "เรือกลับมา", "cp874"),
        ("de", "„Fähre“", "windows-1252"),
        (None, "„Fähre“", "windows-1252"),
    ],
)
def test_undeclared(language: str | None, text: str, encoding: str) -> None:
    """Where nothing is declared the language decides, and Windows-1252 where it has no encoding of its own."""
    assert to_text(text.encode(encoding), None, language) == text


def test_damaged_utf_8() -> None:
    """A few broken bytes do not make another encoding of a text in UTF-8."""
    assert to_text("Fähre, Dämpfer, Bötchen".encode() + b"\xe4") == "Fähre, Dämpfer, Bötchen\ufffd"


def test_all_labels() -> None:
    """Python decodes all labels of browsers but those of ISO-2022-CN, which browsers refuse as well."""
    refused = {label for label in webencodings.labels.LABELS if codec_name(label) is None}
    assert refused == {"iso-2022-cn", "iso-2022-cn-ext", "replacement"}


@given(st.binary(), st.sampled_from(sorted(webencodings.labels.LABELS)) | st.text(), st.sampled_from(["", "ja", "ru"]))
def test_total(content: bytes, label: str, language: str) -> None:
    """Any bytes are text, whatever is declared."""
    assert isinstance(to_text(content, label, language), str)


@given(st.text())
def test_utf_8(text: str) -> None:
    """What is valid UTF-8 is read as it was written, but for a byte order mark and what begins like UTF-16."""
    content = text.encode(errors="replace")
    if not content.startswith((b"<\x00", b"\x00<", "\ufeff".encode())):
        assert to_text(content, "windows-1251") == content.decode()
