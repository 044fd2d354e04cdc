"""Questions about the articles as a collection, told by their wording, and their answers.

"Which articles are there?" is answered from the list of articles, "Which of them mention X?" by a
sentence of each that does.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from bot.citations import CitedText
from bot.evidence import Clock
from bot.language import not_in_article, say
from bot.lookup import look_up
from bot.topics import Topics, is_topic
from bot.types import Answer, Delta, Event
from bot.wording import PARAGRAPH
from index.types import Article

_ARTICLES = r"(?:articles?|documents?|texts?|files?|sources?)"
_LIBRARY = r"(?:the|this|your|my) (?:library|collection|list)"
_AT_HAND = (
    r"(?:do you (?:have|know|search|read)|have you (?:read|got)"
    r"|can (?:i|you) (?:see|search|read|ask(?: you)? about)"
    rf"|(?:are|is) (?:there )?(?:in|on) {_LIBRARY}"
    r"|(?:are|is) (?:loaded|available|open|indexed|at hand|here))"
)
_IN_LIBRARY = rf"(?: (?:are there )?in {_LIBRARY})?"
_MENTION = (
    r"(?:(?:that |which )?(?:mentions?|discuss(?:es)?|covers?|names?|refers? to|talks? about"
    r"|deals? with|speaks? of|says? (?:anything|something) (?:about|on)|(?:is|are) (?:about|on))"
    r"|about|on|mentioning)"
)
_OF = r"(?:(?:one |ones )?of (?:the|these|your|my) )?"
_WISH = r"(?:list|show|name|find|give)(?: me)?"
_MENTIONED = r"(?:mentioned|named|discussed|talked about|referred to)"
_LISTS = (
    rf"(?P<sure>(?:how many|what|which) {_ARTICLES} {_AT_HAND}|what is in {_LIBRARY}"
    rf"|{_WISH} (?:all )?(?:the |your |my )?{_ARTICLES}{_IN_LIBRARY})",
    rf"(?:how many|what|which) {_ARTICLES} are there{_IN_LIBRARY}",
    rf"(?P<sure>(?:{_WISH}|what are) (?:all )?the titles of (?:all )?(?:the|your) {_ARTICLES})",
)
_MENTIONING = (
    rf"(?:which|what|how many) {_OF}{_ARTICLES} {_MENTION} (?P<topic>[^?!]+)",
    rf"(?:in |by )?(?:which|what|how many) {_OF}{_ARTICLES} (?:is|are|was|were) (?P<topic>[^?!]+?)"
    rf" {_MENTIONED}(?: in| by)?",
    rf"(?:is|are|was|were) (?P<topic>[^?!]+?) {_MENTIONED} (?:in|by) (?:any|some|several|one) {_OF}"
    rf"{_ARTICLES}",
    rf"(?:does|do) any {_OF}{_ARTICLES} {_MENTION} (?P<topic>[^?!]+)",
    rf"{_WISH} (?:all )?(?:the |your |my )?{_ARTICLES} {_MENTION} (?P<topic>[^?!]+)",
)
_FOREIGN = {
    "es": (
        r"(?:cuántos|qué) artículos (?:hay|tienes)"
        r"|(?:enumera|lista|muestra) (?:todos )?los artículos",
        r"(?:qué|cuáles) artículos? (?:mencionan?|hablan? (?:de|sobre)|tratan? (?:de|sobre)"
        r"|citan?) (?P<topic>[^?!]+)",
    ),
    "de": (
        r"(?:wie viele|welche) artikel (?:gibt es|hast du|haben sie|sind (?:da|vorhanden))"
        r"|(?:liste|nenne|zeige?) (?:mir )?(?:alle |die )artikel(?: auf)?",
        r"welcher? artikel (?:erwähn(?:t|en)|nenn(?:t|en)|handel(?:t|n) von) (?P<topic>[^?!]+)",
    ),
    "fr": (
        r"(?:combien d['’]|quels )articles (?:y a-t-il|as-tu|avez-vous)"
        r"|(?:liste|cite|montre) (?:tous )?les articles",
        r"quels? articles? (?:mentionne(?:nt)?|parle(?:nt)? de|cite(?:nt)?) (?P<topic>[^?!]+)",
    ),
    "ru": (
        r"(?:сколько|какие) (?:у тебя |у вас )?(?:есть )?стат(?:ей|ьи)(?: есть)?"
        r"|(?:перечисли|покажи)(?:те)? (?:все )?статьи",
        r"(?:в каких статьях|в какой статье) (?:упомина(?:ет|ют)ся|говорится о) (?P<topic>[^?!]+)",
    ),
    "ar": (
        r"كم مقال(?:ة|ا|ًا)? (?:لديك|هناك)|ما (?:هي )?المقالات(?: التي لديك| المتوفرة)?",
        r"(?:أي مقالة?|ما المقالات التي) (?:ي|ت)ذكر (?P<topic>[^?!]+)",
    ),
    "zh": (
        r"(?:一共)?有(?:多少|几)篇文章|有哪些文章|列出(?:所有)?文章",
        r"(?:哪些|哪篇)文章(?:提到|提及|讲)(?:了)?(?P<topic>[^?!]+)",
    ),
}
_PATTERNS = [
    (language, re.compile(pattern, re.IGNORECASE))
    for language, patterns in {"en": (*_LISTS, *_MENTIONING), **_FOREIGN}.items()
    for pattern in patterns
]
_BULLET = "\n- "
_MOST_TITLES, _MOST_MENTIONING = 50, 10
_POLITE = re.compile(r"^(?:(?:please|can you|could you|and|so|tell me) )+", re.IGNORECASE)


class OfCollection(NamedTuple):
    """What is asked of the articles as a collection.

    Attributes:
        kind: Which there are, or which of them mention something.
        language: The language it is asked in (ISO 639-1).
        topic: What is to be mentioned, or "".
        sure: Whether it can mean nothing else: "How many articles are there?" may ask for those of
            a law.
    """

    kind: Literal["articles", "mentioning"]
    language: str
    topic: str = ""
    sure: bool = False


def asked_of_collection(question: str) -> OfCollection | None:
    """What a question asks of the articles as a collection; None for any other question."""
    plain = " ".join(question.replace("’", "'").split()).strip(" ?.!…:？。！؟¿¡")
    plain = _POLITE.sub("", plain)
    for language, pattern in _PATTERNS:
        if found := pattern.fullmatch(plain):
            groups = found.groupdict()
            topic = groups.get("topic") or ""
            if topic:
                fits = language != "en" or is_topic(topic)
                return OfCollection("mentioning", language, topic) if fits else None
            return OfCollection(
                "articles", language, sure=language != "en" or bool(groups.get("sure"))
            )
    return None


def list_articles(titles: Sequence[str], language: str, cited: CitedText) -> Iterator[Event]:
    """The titles of the articles, which no article says, and how many there are.

    Args:
        titles: The titles.
        language: The language to answer in.
        cited: What the answer is added to.
    """
    clock = Clock()
    yield Delta(cited.note(say("articles", language, count=len(titles))))
    lead = f"\n{_BULLET}"
    for title in titles[:_MOST_TITLES]:
        yield Delta(cited.note(title, lead))
        lead = _BULLET
    if len(titles) > _MOST_TITLES:
        yield Delta(cited.note(say("first_titles", language, shown=_MOST_TITLES), PARAGRAPH))
    yield _answer(cited, clock, str(len(titles)))


def which_mention(
    asked: OfCollection, question: str, articles: Sequence[Article], total: int, cited: CitedText
) -> Iterator[Event]:
    """A sentence of each article that mentions a topic, those that do most often first.

    Args:
        asked: What is asked.
        question: The question.
        articles: The articles that are gone through.
        total: How many there are, when these are only some.
        cited: What the answer is added to.
    """
    clock, topics = Clock(), Topics((asked.topic,))
    found = []
    for article in articles:
        hits = [hit.sentence for hit in look_up(topics, question, [article]) if hit.held]
        if hits:
            found.append((article, hits))
    if not found:
        refusal = not_in_article(question)
        yield Answer(refusal, None, "not_in_article", 0.0, timings=clock.seconds())
        return
    found.sort(key=lambda item: -len(item[1]))
    for article, hits in found[:_MOST_MENTIONING]:
        yield Delta(cited.quote(hits[0], article.name, _BULLET))
    read, language = len(articles), asked.language
    note = say("mentioning", language, topic=asked.topic, count=len(found), total=read)
    yield Delta(cited.note(note, PARAGRAPH))
    if len(found) > _MOST_MENTIONING:
        yield Delta(cited.note(say("first_titles", language, shown=_MOST_MENTIONING)))
    if read < total:
        yield Delta(cited.note(say("fitting_articles", language, shown=read, total=total)))
    alone = found[0][0]
    yield _answer(cited, clock, alone.name if len(found) == 1 else None)


def _answer(cited: CitedText, clock: Clock, short: str | None) -> Answer:
    clock.lap("collection")
    return Answer(
        text=cited.text,
        short=short,
        status="answered",
        confidence=1.0,
        citations=tuple(cited.citations),
        sentences=tuple(cited.sentences),
        timings=clock.seconds(),
    )
