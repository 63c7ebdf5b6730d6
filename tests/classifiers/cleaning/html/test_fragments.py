"""The text of a fragment is all but its navigation, forms and share bars."""

import pytest

from classifiers.cleaning.html import fragment_text, to_text


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        pytest.param("<p>One <b>bold</b>\nword.</p><p>Two.</p>", "One bold word.|Two.", id="paragraphs"),
        pytest.param("First.\n\nSecond with <a href='x'>link</a>.", "First.|Second with link.", id="blank-lines"),
        pytest.param("<p>Story.</p><nav>Home</nav><aside>More</aside><form>Name</form>", "Story.", id="furniture"),
        pytest.param("<p>Story.</p><script>x()</script><style>p{}</style>", "Story.", id="scripts"),
        pytest.param("<p>Story.</p><div class='share-bar'>Tweet</div>", "Story.", id="share-bar"),
        pytest.param(
            "<p>Story.</p><figure><figcaption>Dam. Photo: J. Doe</figcaption></figure>", "Story.", id="credit"
        ),
        pytest.param(
            "<figure><figcaption>The dam at dawn.</figcaption></figure>Story.", "The dam at dawn.|Story.", id="caption"
        ),
        pytest.param("<ul><li>One<li>Two</ul>", "One|Two", id="list"),
        pytest.param("<table><tr><td>1<td>2<tr><td>3</table>", "1  2|3", id="table"),
        pytest.param(
            "<form><p>A whole page may stand in a form.</p></form>", "A whole page may stand in a form.", id="form"
        ),
        pytest.param("<![CDATA[<p>Feed text.</p>]]>", "Feed text.", id="cdata"),
        pytest.param("<p>2 &lt; 3 &amp; 4</p>", "2 < 3 & 4", id="entities"),
    ],
)
def test_fragment(fragment: str, text: str) -> None:
    """A fragment's blocks become lines, and its furniture goes."""
    lines = [line.strip() for line in to_text(fragment)[1].split("\n")]
    assert "|".join(filter(None, lines)) == text


def test_nested_captions_are_read_a_limited_number_of_times() -> None:
    """The credit of one picture is removed, and the text in captions of captions stays."""
    credit = "<figcaption>Photo by AP</figcaption>"
    nested = "<figcaption>" * 100 + "word " * 500 + "</figcaption>" * 100

    assert fragment_text(f"<p>Dam</p>{credit}").split() == ["Dam"]
    assert fragment_text(f"<p>Dam</p>{nested}").split() == ["Dam", *["word"] * 500]
