"""Plain text, Markdown and encodings."""

import pytest

from index.errors import ReadError
from index.reading import read_bytes, read_text
from index.reading.encoding import decode
from index.types import Article

WRAPPED = """\
The ferry to the island leaves the harbour at nine in the morning and it
comes back at six. Between the two there is nothing to do but to walk, to
swim and to look at the sea, which is what most people came for anyway.

In winter there is no ferry at all. The islanders put in stores for four
months, and the post comes by a helicopter of the coast guard, once every
week when the weather allows it.
"""


def article(content: str | bytes, name: str = "note.txt") -> Article:
    data = content.encode("utf-8") if isinstance(content, str) else content
    (found,) = read_bytes(data, name)
    for heading in found.headings:
        words = found.text[heading.start : heading.end]
        assert words == words.strip()
        assert "\n" not in words
    return found


def headings(found: Article) -> list[tuple[int, str]]:
    return [(h.level, found.text[h.start : h.end]) for h in found.headings]


def test_wrapped_lines_become_paragraphs() -> None:
    paragraphs = article(WRAPPED).text.split("\n\n")
    assert [p.count("\n") for p in paragraphs] == [0, 0]
    assert paragraphs[0].startswith("The ferry to the island leaves")
    assert "and it comes back at six. Between" in paragraphs[0]
    assert article(WRAPPED).text.replace("\n\n", " ") == " ".join(WRAPPED.split())


def test_poems_lists_and_addresses_keep_their_lines() -> None:
    poem = "Over the hills\nand far away\nthe river runs\nall night and day"
    assert article(poem).text == poem
    items = WRAPPED + "\n- a piano which nobody could play\n- forty people\n- a dog\n"
    listed = "- a piano which nobody could play\n- forty people\n- a dog"
    assert article(items).text.endswith(listed)


def test_wrapped_mail_keeps_its_address() -> None:
    address = "Best regards,\nAnn Author\nMain Street 5\n12345 Town"
    paragraphs = article(f"Hi Bob,\n\n{WRAPPED}\n{address}\n").text.split("\n\n")
    assert [p.count("\n") for p in paragraphs] == [0, 0, 0, 3]
    assert paragraphs[-1] == address


def test_indented_paragraphs_are_set_apart() -> None:
    first, second = WRAPPED.strip().split("\n\n")
    assert article(f"  {first}\n  {second}\n").text == article(WRAPPED).text


def test_wrapped_lines_of_wide_characters() -> None:
    line = "東京は日本の首都であり人口が最も多い都市でもあると言われているがその歴史は古い"
    assert article(f"{line}\n{line}\n{line}。").text == f"{line}{line}{line}。"


def test_one_paragraph_a_line_is_not_joined() -> None:
    lines = "\n".join(f"Sentence number {n} says something of its own on ships." for n in range(9))
    assert article(lines).text == lines


def test_hyphen_at_the_end_of_a_wrapped_line() -> None:
    more = "anyway. They like the well-\nknown walk to the light best.\n"
    text = WRAPPED.replace("anyway.\n", more)
    assert "well-known walk" in article(text).text


def test_title_of_a_plain_text() -> None:
    found = article("A Ferry in Winter\n\n" + WRAPPED)
    assert found.title == "A Ferry in Winter"
    assert headings(found) == [(1, "A Ferry in Winter")]
    assert article(WRAPPED).title == ""
    assert article("Just one line").title == ""


def test_only_controls_change() -> None:
    found = read_text("a\0b\x07c\r\nd\re\u2028f ﬁ é e\u0301 \u200b\ud800 ½ \x9d.")
    assert found.text == "a b c\nd\ne\nf ﬁ é e\u0301 \ufffd ½  ."


def test_markdown_structure() -> None:
    found = article(
        "---\ntitle: ignored below\nauthor: 'Ann'\n---\n"
        "# Main *title*\n\nWrapped **bold\ntext** with a [link](http://x.y), `code` and\\*.\n\n"
        "Sub\n---\n\n- one\n- two `x`\n  - nested\n\n3. third\n4. fourth\n\n"
        "| a | b |\n|---|---|\n| 1 | **2** |\n\n```python\nx = 1\n```\n\n"
        "![alt text](a.png) &amp; <b>tag</b><br>next<!-- secret -->\n",
        "x.md",
    )
    assert found.title == "ignored below"
    assert found.metadata["author"] == "Ann"
    assert headings(found) == [(1, "Main title"), (2, "Sub")]
    assert found.text == (
        "Main title\n\nWrapped bold text with a link, code and*.\n\nSub\n\n"
        "- one\n- two x\n- nested\n3. third\n4. fourth\n\na | b\n1 | 2\n\nx = 1\n\n"
        "alt text & tag\nnext"
    )


def test_markdown_title_is_the_first_level_one() -> None:
    assert article("intro\n\n## Two\n\n# One `code`\n\ntext\n", "x.md").title == "One code"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_encodings_round_trip(encoding: str) -> None:
    text = "Blåbærsyltetøy på brødskive — “naïve café” für 5 €. " * 5
    assert decode(text.encode(encoding), "x").text == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Москва является столицей России, крупнейшим городом страны. " * 4, "cp1251"),
        ("Москва является столицей России, крупнейшим городом страны. " * 4, "koi8-r"),
        ("東京は日本の首都である。人口が最も多い都市でもある。" * 4, "shift_jis"),
        ("東京は日本の首都である。人口が最も多い都市でもある。" * 4, "euc_jp"),
        ("東京は日本の首都である。" * 4, "iso2022_jp"),
        ("서울은 대한민국의 수도이자 최대 도시이다. " * 4, "euc_kr"),
        ("서울은 대한민국의 수도이자 최대 도시이다. " * 4, "iso2022_kr"),
        ("北京是中华人民共和国的首都，也是全国的政治中心。" * 4, "gb18030"),
        ("Η Αθήνα είναι η πρωτεύουσα της Ελλάδας και μεγαλύτερη πόλη. " * 4, "iso8859-7"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy, řekl policejní mluvčí včera. " * 4, "cp1250"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy, řekl policejní mluvčí včera. " * 4, "iso8859-2"),
        ("Zażółć gęślą jaźń, powiedział wczoraj rzecznik policji w Łodzi. " * 4, "iso8859-2"),
        ("L’été, où l’on fête la forêt et les élèves, c’est déjà passé. " * 4, "cp1252"),
        ("El niño comió piñas mañana, según la señora. ¿Qué pasó después? " * 4, "latin-1"),
    ],
)
def test_undeclared_encodings(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "x").text == text


@pytest.mark.parametrize(
    ("text", "encodings"),
    [
        ("Die Tür zur Küche war offen.", ["mac_roman", "cp437", "cp850", "cp1252"]),
        ("El niño come la piña", ["mac_roman", "cp437", "cp850", "cp1252"]),
        ("Le train arrive à Besançon déjà le soir", ["mac_roman", "cp437", "cp850", "cp1252"]),
        ("Поезд пришёл утром", ["koi8-r", "cp866", "cp1251", "iso8859-5"]),
        ("Купил книги вчера", ["koi8-r", "cp866", "cp1251"]),
        ("Příští vlak přijede večer", ["cp1250", "iso8859-2", "cp852"]),
        ("駅は静かでした", ["shift_jis", "euc_jp"]),
        ("火车明天早上到北京", ["gb18030"]),
        ("기차가 아침에 왔다", ["euc_kr"]),
        ("Το τρένο ήρθε", ["cp1253", "iso8859-7"]),
        ("وصل القطار صباحا", ["cp1256", "iso8859-6"]),
    ],
)
def test_a_few_words_in_an_undeclared_encoding(text: str, encodings: list[str]) -> None:
    for encoding in encodings:
        assert decode(text.encode(encoding), "x").text == text, encoding


@pytest.mark.parametrize(
    "text", ["It costs £100 a night.", "Menu: crème brûlée, café au lait", "“Yes,” he said — “no…”"]
)
def test_ordinary_short_text_is_not_doubted(text: str) -> None:
    assert decode(text.encode("cp1252"), "x").note == ""


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866", "cp1251", "big5"])
def test_a_word_too_short_to_tell_is_a_guess(encoding: str) -> None:
    assert (
        "is a guess" in decode(("中文" if encoding == "big5" else "да").encode(encoding), "x").note
    )


def test_the_only_special_letters_stand_late_in_a_long_line() -> None:
    text = "word " * 100_000 + "und für die Tür"
    assert decode(text.encode("mac_roman"), "x").text == text


def test_declared_encoding_wins_over_statistics() -> None:
    text = '<?xml version="1.0" encoding="windows-1251"?><p>Да</p>'
    assert decode(text.encode("cp1251"), "x").text == text
    page = '<html><meta http-equiv="Content-Type" content="text/html; charset=koi8-r">Нет</html>'
    assert decode(page.encode("koi8-r"), "x").text == page
    assert decode("Нет".encode("koi8-r"), "x", "koi8-r").text == "Нет"


def test_wrong_declaration_does_not_beat_utf8() -> None:
    text = '<meta charset="iso-8859-1">Größe'
    assert decode(text.encode("utf-8"), "x").text == text


def test_unknown_or_dangerous_codecs_are_ignored() -> None:
    for label in ("no-such", "base64", "rot13", "idna", "zlib", "\0", "utf-7"):
        assert decode(b"plain", "x", label).text == "plain"


def test_doubtful_encoding_is_told() -> None:
    broken = "Größe und Wärme. ".encode() * 30 + b"\xff\xfe\x81 \x8d"
    decoded = decode(broken, "x")
    assert decoded.note
    found = article(broken)
    assert found.metadata["encoding_note"] == decoded.note


def test_undecodable_is_refused_or_told() -> None:
    noise = bytes(range(128, 256)) * 8
    try:
        told = decode(noise, "x").note
    except ReadError as error:
        told = str(error)
    assert told
