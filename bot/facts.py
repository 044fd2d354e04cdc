"""Facts about an article: title, author, date, source, length, language."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from bot.language import say
from bot.quantities import dates
from index.intake import UPLOAD
from index.language import text_language
from index.lexical import is_latin
from index.types import Article, Span

_WORDS_PER_MINUTE = 230
_LONGEST_TITLE = 160
# Lines at the top that may name author and date.
_TOP_LINES = 8
_BYLINE = re.compile(
    r"\W*(?:(?P<label>author(?:\(s\)|s)?\s*:)|(?:written |text )?by)\s+"
    r"(?P<fact>\w[^\n|•·]{2,1000}?)\W*",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r", (?:[\w-]+ ){0,3}(?:author|columnist|contributor|correspondent|editor|journalist|reporter"
    r"|writer)$",
    re.IGNORECASE,
)
_OF = re.compile(r",| (?:at|for|of|with) ")
_AROUND_DATES = " .*_|,·•–—-"
_BETWEEN_NAMES = re.compile(r"[,;&]|\band\b", re.IGNORECASE)
_PARTICLE_WORDS = "al at bin da de del den der di du el for ibn in la le of the van von with y zu"
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
# Words of one name, with what it goes with: "Ada Holm of the Harbour Gazette".
_LONGEST_NAME = 6
_DATE_WORDS = re.compile(
    r"\W*(?:(?:first |originally |last )?(?:published|posted|updated|date|dated|written)\b"
    r"(?: on| at)?\s*:?)?\s*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s*)?$",
    re.IGNORECASE,
)
_LANGUAGES = {
    "ar": "Arabic", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "hu": "Hungarian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese",
    "zh": "Chinese",
}  # fmt: skip
# What a language calls itself, for answers that are not in English.
_OWN_NAMES = {
    "ar": "العربية", "de": "Deutsch", "en": "English", "es": "español", "fr": "français",
    "ru": "русский", "zh": "中文",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about an article.

    Attributes:
        text: The sentence or phrase that tells it.
        value: The fact alone.
        span: Where it stands in the text; None when it is known from elsewhere.
    """

    text: str
    value: str
    span: Span | None = None


def fact(
    kind: str, article: Article, sentences: Sequence[Span], language: str = "en"
) -> Fact | None:
    """The fact that is asked for; None when nothing is known.

    Args:
        kind: "title", "author", "date", "source", "length" or "language".
        article: The article.
        sentences: Its sentences without its headings.
        language: The language to tell it in.
    """
    if kind == "length":
        return _length(article, sentences, language)
    if kind == "title":
        return _title(article, language)
    if kind == "author":
        return _stated(article, "author", _byline(article)[0], language)
    if kind == "date":
        return _stated(article, "date", _dateline(article), language)
    if kind == "language":
        return _language(article, language)
    return _source(article, language)


def _length(article: Article, sentences: Sequence[Span], language: str) -> Fact:
    text = article.text
    words = len(text.split())
    counts = [
        say("words", language, count=words)
        if is_latin(text)
        else say("characters", language, count=len(text))
    ]
    counts.append(say("sentences", language, count=len(sentences)))
    pages = str(len(article.page_starts) or article.metadata.get("pages", ""))
    if pages:
        counts.append(say("pages", language, count=pages))
    if is_latin(text):
        minutes = max(1, round(words / _WORDS_PER_MINUTE))
        counts.append(say("minutes", language, count=minutes))
    return Fact(say("length", language, counts=", ".join(counts)), counts[0])


def _title(article: Article, language: str) -> Fact | None:
    title = " ".join(article.title.split())
    if title:
        # In the middle of a sentence the same words are no title.
        words = r"\s+".join(map(re.escape, title.split()))
        alone = re.search(rf"^[^\w\n]*({words})[^\w\n]*$", article.text, re.MULTILINE)
        if alone:
            return Fact(title, title, Span(*alone.span(1)))
        return Fact(_by_metadata(f"“{title}”", language).text, title)
    first = next(_lines(article.text), None)
    if first is None:
        return None
    line = article.text[first.start : first.end]
    looks = len(line) <= _LONGEST_TITLE and line[-1] not in ".!?:;,"
    return Fact(line, line, first) if looks and len(list(_lines(article.text))) > 1 else None


def _source(article: Article, language: str) -> Fact | None:
    site = article.metadata.get("site", "")
    if not article.source:
        return _by_metadata(site, language) if site else None
    source = article.source.removeprefix(UPLOAD)
    where = source if "://" in source else PurePath(source).name
    place = f"{where} ({site})" if site else where
    return Fact(say("read_from", language, place=place), where)


def _language(article: Article, language: str) -> Fact | None:
    """The language by the metadata.

    Where no source told it, reading put in what the text shows: that is said to be recognised.
    """
    code = article.metadata.get("language", "").split("-")[0].lower()
    if not code:
        return None
    names = _LANGUAGES if language == "en" else _LANGUAGES | _OWN_NAMES
    name = names.get(code, code)
    if text_language(article.text) == code:
        return Fact(say("recognised", language, fact=name), name)
    return _by_metadata(name, language)


def _by_metadata(value: str, language: str) -> Fact:
    return Fact(say("by_metadata", language, fact=value), value)


def _stated(article: Article, name: str, span: Span | None, language: str) -> Fact | None:
    """What the metadata say, cited where the text says it too; else what the text says."""
    value = article.metadata.get(name, "")
    if value and name == "author":
        stands = re.search(rf"(?<!\w){re.escape(value)}(?!\w)", article.text)
        if stands:
            return Fact(value, value, Span(*stands.span()))
    if span is not None:
        stated = article.text[span.start : span.end]
        return Fact(stated, stated, span)
    return _by_metadata(value, language) if value else None


def byline(article: Article) -> Span | None:
    """The start of a line at the top that tells who wrote the article, up to the names' end.

    Of "By Ada Holm of the Harbour Gazette" that is "By Ada Holm".
    """
    names, _ = _byline(article)
    if names is None:
        return None
    first = article.text.rfind("\n", 0, names.start) + 1
    return Span(first, names.start + len(_OF.split(article.text[slice(*names)])[0]))


def _byline(article: Article) -> tuple[Span | None, Span | None]:
    """Names and date of a line such as ``By Ada Holm, 3 June 2024`` at the top.

    A heading is no such line.
    """
    headings = article.heading_starts
    for line in _lines(article.text):
        text = article.text[line.start : line.end]
        date, end = None, line.end
        for start, found in sorted(dates(text)):
            if not text[start + len(found) :].strip(_AROUND_DATES):
                date = Span(line.start + start, line.start + start + len(found))
                end = line.start + len(text[:start].rstrip(_AROUND_DATES))
        match = _BYLINE.fullmatch(article.text, line.start, end)
        if match and line.start not in headings and (match["label"] or _are_names(match["fact"])):
            return Span(*match.span("fact")), date
    return None, None


def _are_names(line: str) -> bool:
    """Whether a line consists of names: "Ada Holm and Jan van Dyck, Reuters"."""
    names = _BETWEEN_NAMES.split(_ROLE.sub("", line))
    return all(
        len(words) <= _LONGEST_NAME
        and any(word[0].isupper() for word in words)
        and all(word[0].isupper() or word in _PARTICLES for word in words)
        for name in names
        if (words := re.findall(r"\w[\w'’.-]*", name))
    )


def _dateline(article: Article) -> Span | None:
    """The date that a line at the top consists of, or begins with after a word like "date".

    Without any, that of the byline.
    """
    for line in _lines(article.text):
        text = article.text[line.start : line.end]
        for start, date in sorted(dates(text)):
            alone = not text[start + len(date) :].strip(_AROUND_DATES)
            labelled = bool(text[:start].strip()) and len(text[:start]) < 40
            if _DATE_WORDS.fullmatch(text[:start]) and (alone or labelled):
                return Span(line.start + start, line.start + start + len(date))
    return _byline(article)[1]


def _lines(text: str) -> Iterator[Span]:
    """The first lines that hold anything, without the white space around them."""
    found = 0
    for match in re.finditer(r"[^\n]+", text):
        line = match.group()
        if line.strip():
            start = match.start() + len(line) - len(line.lstrip())
            yield Span(start, start + len(line.strip()))
            found += 1
        if found == _TOP_LINES:
            return
