"""Questions for all that is said about something: "Is there anything about X?", "Compare X and Y".

Told by their wording, like questions about the whole article, and answered by looking X up: the
sentences that hold its words, and those right after that go on about it.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.quantities import dates
from index.lexical import content_stems, is_latin, words
from index.types import Span

_ARTICLE = r"(?:it|they|(?:the|this|that|your) (?:article|text|document|report|paper|story))"
_IN = rf"(?: (?:in|by) {_ARTICLE}| here| at all| anywhere)*"
_ABOUT = r"(?:about|on|of|regarding|concerning)"
_TOPIC = r"(?P<topic>.+?)"
_PLEASE = r"(?:(?:please|can you|could you|would you) )*"
_TOPIC_PATTERNS = (
    rf"(?:is|are|was) there (?:anything|something|any (?:mention|information|info|word|details?)"
    rf"|a mention|information)(?P<more> else| more)?(?: (?:said|written|mentioned))?{_IN} {_ABOUT}"
    rf" {_TOPIC}{_IN}",
    rf"(?:does|do|did) {_ARTICLE} (?:also |even )?(?:mention|discuss|cover|refer to|talk about"
    rf"|(?:say|contain|have) (?:anything|something)(?P<more> else| more)? {_ABOUT}) {_TOPIC}{_IN}",
    rf"(?:is|are|was|were) {_TOPIC} (?:also )?(?:mentioned|discussed|talked about|referred to)"
    rf"{_IN}",
    rf"what(?P<more> else| more)? (?:does|do) {_ARTICLE} (?:say|tell(?: us| me)?|report) about"
    rf" {_TOPIC}",
    rf"what(?P<more> else| more)? is (?:said|written|mentioned) about {_TOPIC}{_IN}",
    rf"{_PLEASE}(?:tell me|say)(?: something|(?P<more> more))? about {_TOPIC}",
    rf"(?:anything|something)(?P<more> else| more)? {_ABOUT} {_TOPIC}{_IN}",
    rf"(?:what|how) about {_TOPIC}",
)
_ASKED = [re.compile(pattern, re.IGNORECASE) for pattern in _TOPIC_PATTERNS]
_HAPPENED = re.compile(
    r"what(?P<more> else)? (?:happened|occurred|took place|was going on)"
    r" (?:in|on|during|around) (?P<date>.+)",
    re.IGNORECASE,
)
_ONE, _OTHER = r"(?P<one>.+?)", r"(?P<other>.+?)"
_COMPARED = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_PLEASE}(?:compare|contrast|compare and contrast) {_ONE}"
        rf",? (?:and|with|to|against|vs\.?|versus) {_OTHER}",
        rf"(?:what(?: is| are|['’]s)|tell me|explain|describe) the (?:main |key )?"
        rf"(?:differences?|similarit(?:y|ies)) between {_ONE} and {_OTHER}",
        rf"how (?:do|does|did|is|are) {_ONE} and {_OTHER} differ",
        rf"{_ONE} (?:vs\.?|versus) {_OTHER}",
    )
]
# No topic begins so: "Does it mention how much it cost?" asks how much it cost.
_ASKS = re.compile(
    r"(?:who|whom|whose|what|when|where|which|why|how|if|whether|that|it|them|this|these|those"
    r"|any|anyone|anybody)\b",
    re.IGNORECASE,
)
# A phrase with one of these words is a question or an order, and no topic by itself.
_TELLING_WORDS = """
who whom whose what when where which why how is are was were do does did has have had can could will
would shall should may might must list name describe explain define give show tell compare translate
summarise summarize write calculate yes no ok okay
"""
_TELLS = frozenset(_TELLING_WORDS.split())
_LONGEST_TOPIC, _LONGEST_PHRASE = 6, 4
_GOES_ON = re.compile(r"(?:it|its|they|their|he|his|she|her|both)\b", re.IGNORECASE)


class Topics(NamedTuple):
    """What a question wants to be told about.

    Attributes:
        names: One topic, or two that are compared.
        more: Whether what was said before is not wanted again.
        sure: Whether it asks for nothing else: a few words with a question mark, or in another
            script, may be a question that is not understood.
    """

    names: tuple[str, ...]
    more: bool = False
    sure: bool = True


def asked_topics(question: str) -> Topics | None:
    """The topics of a question that asks for all about them; None for any other question.

    A few words that ask nothing ("Wolf Amendment") are a topic too.

    Args:
        question: In English, standing alone.
    """
    plain = " ".join(question.split()).strip(" ?.!…")
    for pattern in _COMPARED:
        if found := pattern.fullmatch(plain):
            one, other = found["one"], _completed(found["other"], found["one"])
            return Topics((one, other)) if is_topic(one) and is_topic(other) else None
    for pattern in _ASKED:
        if found := pattern.fullmatch(plain):
            more = bool(found.groupdict().get("more"))
            return Topics((found["topic"],), more) if is_topic(found["topic"]) else None
    said = words(plain)
    phrase = 0 < len(said) <= _LONGEST_PHRASE and not _TELLS.intersection(said)
    sure = "?" not in question and is_latin(question)
    return Topics((plain,), sure=sure) if phrase and is_topic(plain) else None


def asked_date(question: str) -> Topics | None:
    """The date of "What happened in 2021?"; None for any other question."""
    found = _HAPPENED.fullmatch(" ".join(question.split()).strip(" ?.!…"))
    if found is None or found["date"] not in {date for _, date in dates(f"in {found['date']}")}:
        return None
    return Topics((found["date"],), bool(found["more"]))


def shares_word(topic: str, text: str) -> bool:
    """Whether any content word of a topic stands in a text, in any form."""
    return bool(content_stems(topic) & content_stems(text))


def sentences_about(topic: str, text: str, sentences: Sequence[Span]) -> dict[Span, bool]:
    """The sentences about a topic, in order, and of each whether it holds the topic's words.

    The others go on about it right after one that does. Where any holds the topic to the letter,
    only such sentences count; else all of its content words have to stand in one sentence, in any
    form.

    Args:
        topic: What is looked for.
        text: The text of an article.
        sentences: Its sentences, in order.
    """
    letters = re.compile(rf"(?<!\w){re.escape(_head(topic))}(?:s|['’]s?)?(?!\w)", re.IGNORECASE)
    holding = {s for s in sentences if letters.search(text, *s)}
    if not holding:
        wanted = content_stems(topic)
        holding = {
            s for s in sentences if wanted and wanted <= content_stems(text[s.start : s.end])
        }
    found: dict[Span, bool] = {}
    for before, sentence in zip((None, *sentences), sentences, strict=False):
        goes_on = before in found and _GOES_ON.match(text, sentence.start)
        if sentence in holding or goes_on:
            found[sentence] = sentence in holding
    return found


def is_topic(phrase: str) -> bool:
    """Whether a phrase can be looked up: a few words, not all function words, and no question."""
    short = len(phrase.split()) <= _LONGEST_TOPIC
    return short and not _ASKS.match(phrase) and bool(content_stems(phrase))


def _completed(other: str, one: str) -> str:
    """The second of two names where it is only a number: "Apollo 11 and 12"."""
    numbered = re.fullmatch(r"(.+[ -])\d+", one)
    return numbered[1] + other if numbered and other.isdecimal() else other


def _head(topic: str) -> str:
    return re.sub(r"^(?:the|an?|its|their) ", "", topic, flags=re.IGNORECASE)
