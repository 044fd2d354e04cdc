"""Which questions are about an article as a whole: told by their wording alone, no model asked.

Only a question that is of that kind from its first word to its last is taken; "Who is mentioned?"
is, "Who is mentioned as the founder?" is not. Anything else is an ordinary question.
"""

import functools
import re
from typing import NamedTuple

from bot.routing_languages import PLAIN_FORMS, Kind

# "the report" may be one that the article speaks of; "this report" is the one before the reader.
_THE = (
    r"(?:the|this|that|your|my) (?:whole |entire |full |given |above )?(?:article|text|document)s?"
)
_THIS = (
    r"(?:this|the whole|the entire) (?:news |blog |research |web ?)?"
    r"(?:report|paper|story|piece|post|page|essay|passage|book|chapter|file|pdf|content|site)"
)
_IT = rf"(?:{_THE}|{_THIS}|this|here|it all)"
_ARTICLE = rf"(?:{_THE}|{_THIS})"
_OF = rf"(?: (?:of|in|from|for|by|to) {_IT})?"
_IN = rf"(?:,? (?:in|by|from|within|throughout|of) {_IT}| here)?"
_SHORT = (
    r"(?:(?:very |really )?(?:short|brief|quick|concise|simple|detailed|bullet[- ]point|one[- ]"
    r"(?:sentence|paragraph|line)|high[- ]level|general|executive) )?"
)
_GIVE = (
    r"(?:give|show|get|tell|list|make|write|provide|create|extract|name|find|identify|cite)"
    r"(?: me| us)?"
)
_ALL = r"(?:all (?:of )?)?(?:the |every )?(?:different |important |main |key )?"
_SUM = r"(?:summary|summari[sz]ation|overview|outline|synopsis|recap|gist|tl;?dr|digest)"
_KEY = r"(?:main|key|most important|central|principal|major|core|essential)"
_POINTS = (
    r"(?:points?|ideas?|takeaways?|take-aways?|messages?|facts?|things?|insights?|highlights?)"
)
_NUMBERS = "one two three four five six seven eight nine ten"
_COUNT = rf"(?:\d{{1,2}}|{_NUMBERS.replace(' ', '|')})"
_CLAIMS = r"(?:findings?|arguments?|conclusions?|claims?|results?|statements?)"
_BE = r"(?:is|are|was|were|'s|’s)"
_NAMED = r"(?:mentioned|named|listed|discussed|referred to|talked about|cited|given|used)"


def _list_of(nouns: str) -> str:
    """Ways to ask for all ``nouns`` of the article."""
    return (
        rf"{_GIVE} {_ALL}{nouns}(?: (?:that are |which are |who are )?{_NAMED})?{_IN}"
        rf"|{_GIVE} a (?:full |complete )?list of {_ALL}{nouns}(?: {_NAMED})?{_IN}"
        rf"|(?:what|which|who)(?: all)? {_BE}(?: all)? the (?:main |key |important )?{nouns}"
        rf"(?: {_NAMED}{_IN}| in {_ARTICLE})"
        rf"|(?:what|which) (?:main |key |important )?{nouns} {_BE} (?:all )?{_NAMED}{_IN}"
        rf"|(?:what|which) {nouns} (?:does|do) {_ARTICLE} (?:mention|name|list|give|contain|cite)"
        rf"|(?:what|which) {nouns} (?:are|appear|occur)(?: there)? in {_ARTICLE}"
    )


_PATTERNS: dict[Kind, str] = {
    "summary": (
        rf"(?:summari[sz]e|sum up|recap|outline|condense|abridge)(?: {_IT}| it| everything)?"
        rf"|(?:summari[sz]e|sum up|outline) (?:the )?(?:{_KEY} )?{_POINTS}{_OF}"
        rf"|{_GIVE} (?:a |an |the )?{_SHORT}{_SUM}{_OF}"
        rf"|(?:a |an |the )?{_SHORT}{_SUM}{_OF}"
        rf"|what{_BE} a {_SHORT}{_SUM}{_OF}"
        rf"|what ?{_BE} the (?:top )?(?:{_COUNT} )?{_KEY} {_POINTS}(?: (?:made|raised))?{_OF}"
        rf"|what ?{_BE} the (?:{_KEY} )?(?:takeaways?|highlights?){_OF}"
        rf"|what ?{_BE} the (?:{_KEY} )?{_CLAIMS} of {_ARTICLE}"
        rf"|(?:{_GIVE} )?(?:the )?{_KEY} {_POINTS}{_OF}"
        rf"|(?:{_GIVE} |what ?{_BE} )?(?:the |my |your )?top {_COUNT} (?:{_KEY} )?{_POINTS}{_OF}"
        rf"|(?:{_GIVE} )?(?:the )?{_COUNT} {_KEY} {_POINTS}{_OF}"
        rf"|{_GIVE} {_COUNT} (?:{_POINTS}|bullet points|bullets|sentences){_OF}"
        rf"|{_COUNT} (?:points|takeaways|take-aways|highlights|bullet points|bullets){_OF}"
        rf"|what (?:does|do|did) {_ARTICLE} (?:say|tell(?: us| me)?|state|report|explain|describe)"
        rf"|what {_BE} (?:said|written|described|reported) in {_ARTICLE}"
        rf"|(?:describe|explain|review) {_ARTICLE}"
    ),
    "about": (
        rf"what ?{_BE} (?:{_ARTICLE}|this|it|it all) (?:all |mainly |mostly |really )?about"
        rf"|what (?:does|do) {_ARTICLE} (?:deal with|talk about|discuss|cover|treat)"
        rf"|what ?{_BE} the (?:{_KEY} |overall )?(?:topic|subject|theme|gist) of {_ARTICLE}"
        rf"|what ?{_BE} the {_KEY} (?:topic|subject|theme)"
        rf"|what (?:{_ARTICLE}|this|it) is (?:all )?about|tell me about {_ARTICLE}"
    ),
    "topics": (
        rf"{_list_of('(?:topics|subjects|themes|sections|headings|chapters)')}"
        rf"|what ?{_BE} the {_KEY} (?:topics|subjects|themes|sections){_IN}"
        rf"|(?:what|which) (?:topics|subjects|themes) {_BE} (?:covered|addressed|treated){_IN}"
        rf"|(?:what|which) (?:topics|subjects|themes) (?:does|do) {_ARTICLE} "
        r"(?:cover|treat|discuss|address)"
        rf"|(?:the )?table of contents{_OF}|what sections does {_ARTICLE} have"
    ),
    "people": (
        rf"who(?: all)? ?{_BE}(?: all)? (?:mentioned|named)(?: by name)?{_IN}"
        rf"|who (?:does|do) {_ARTICLE} (?:mention|name)|who (?:is|are) in {_ARTICLE}"
        rf"|{_list_of('(?:people|persons|individuals|names of people|people names|names)')}"
        r"|list everyone (?:who is )?(?:mentioned|named)" + _IN
    ),
    "dates": (
        rf"{_list_of('(?:dates|years|dates and years|times)')}"
        rf"|(?:{_GIVE} )?(?:a |the )?(?:timeline|chronology){_OF}"
    ),
    "numbers": _list_of("(?:numbers|figures|statistics|amounts|numbers and figures|quantities)"),
    "places": _list_of("(?:places|locations|place names|geographical names)"),
    "countries": _list_of("(?:countries|nations)"),
    "title": (
        rf"what ?{_BE} (?:the |its )?(?:title|headline){_OF}|(?:the )?(?:title|headline){_OF}"
        rf"|what ?{_BE} (?:the |that )?(?:name|heading) of {_ARTICLE}"
        rf"|what ?{_BE} {_ARTICLE} (?:called|titled|entitled|named)"
        rf"|how {_BE} {_ARTICLE} (?:called|titled)|what ?{_BE} {_ARTICLE}['’]s (?:title|name)"
        rf"|{_GIVE} the (?:title|headline){_OF}"
    ),
    "author": (
        rf"who (?:wrote|authored|published|{_BE} the (?:authors?|writers?|journalists?) of)"
        rf" (?:{_ARTICLE}|this|it)|who ?{_BE} (?:the|its) authors?|(?:the )?authors?{_OF}"
        rf"|what ?{_BE} the (?:names? of the )?authors?(?:['’]s?)?(?: names?)?{_OF}"
        rf"|who ?{_BE} {_ARTICLE}['’]s authors?|{_GIVE} the authors?{_OF}"
        rf"|(?:by whom|who) was (?:{_ARTICLE}|it) (?:written|authored)(?: by)?"
    ),
    "date": (
        rf"when {_BE} (?:{_ARTICLE}|this|it) (?:first |originally )?"
        r"(?:written|published|posted|released|printed|updated|created|from|dated)"
        rf"|what ?{_BE} the (?:publication |publishing )?date of {_ARTICLE}"
        rf"|what ?{_BE} the (?:publication|publishing) date|how (?:old|recent) is {_ARTICLE}"
        rf"|(?:what date|when) {_BE} {_ARTICLE} from|(?:the )?publication date{_OF}"
        rf"|what ?{_BE} {_ARTICLE}['’]s date"
    ),
    "source": (
        rf"where (?:does {_ARTICLE} come|{_BE} {_ARTICLE}(?: taken)?) from"
        rf"|where {_BE} {_ARTICLE} (?:first |originally )?(?:published|posted)"
        rf"|what ?{_BE} the (?:source|url|link|address|website|file ?name) (?:of|for) {_ARTICLE}"
        rf"|(?:what|which) (?:website|site|newspaper|magazine|outlet) (?:is {_ARTICLE} from"
        rf"|published {_ARTICLE})"
    ),
    "length": (
        rf"how (?:long|short|big) {_BE} (?:{_ARTICLE}|this|it)"
        rf"|how many (?:words|sentences|pages|paragraphs|characters|sections|letters)"
        rf"(?: (?:does|do|did) (?:{_ARTICLE}|this|it) (?:have|contain|comprise)"
        rf"|(?: are| is)?(?: there)? in {_ARTICLE}| {_BE} {_ARTICLE}| long is {_ARTICLE})"
        rf"|how many (?:words|sentences|pages|paragraphs|characters)"
        rf"|what ?{_BE} the (?:length|size) of {_ARTICLE}|what ?{_BE} the word ?count{_OF}"
        rf"|(?:the )?word ?count{_OF}|count the words{_OF}"
        rf"|how long (?:does|will|would) it take to read (?:{_IT}|it)|(?:the )?reading time{_OF}"
    ),
    "language": (
        rf"(?:what|which|in what|in which) language (?:is|was) {_ARTICLE}(?: written)?(?: in)?"
        rf"|what ?{_BE} the language of {_ARTICLE}"
    ),
}
_KINDS: dict[Kind, re.Pattern[str]] = {k: re.compile(p) for k, p in _PATTERNS.items()}
_NAMED_KINDS: dict[Kind, tuple[str, ...]] = {
    "people": ("people", "persons", "individuals", "names"),
    "dates": ("dates", "years"),
    "numbers": ("numbers", "figures"),
    "places": ("places", "locations"),
    "countries": ("countries", "nations"),
}
_COUNTED = re.compile(
    rf"how many (?:different )?(?P<noun>{'|'.join(n for ns in _NAMED_KINDS.values() for n in ns)})"
    rf"(?: {_BE}(?: there)?)?(?: {_NAMED}(?: by name)?{_IN}| in {_ARTICLE})"
)
_POLITE = re.compile(
    r"^(?:(?:hi|hello|hey|ok|okay|so|now|well|and|but|also|then|please|kindly|thanks)[,!.]? )*"
    r"(?:(?:can|could|would|will) (?:you|i|we) (?:please |kindly |quickly |briefly )?"
    r"|(?:i|we) (?:want|need|would like|['’]d like) (?:you to |to know |to have |to get )?"
    r"|(?:do|did) you know |tell (?:me|us),? (?:briefly )?(?=what|wh|how)"
    r"|please |briefly,? )*"
)
_ENDINGS = re.compile(
    r"(?:,? (?:please|briefly|for me|for us|shortly|quickly|thanks|thank you|in short"
    r"|in (?:a |one |two |three |four |five |\d+ |a few |a couple of |some )?"
    r"(?:short |brief |simple )?"
    r"(?:sentences?|words|bullet points?|bullets|points|lines?|paragraphs?)"
    r"|(?:as|in) (?:a )?(?:bullet )?list|as bullet points|in bullet form|by name))+$"
)
# These lean on what was said before, so they are about the article only at the start.
_LEANS = re.compile(r"\b(?:it|this|that)\b(?! (?:article|text|document|report|paper|story|page))")


_WANTED = re.compile(
    rf"\b({_COUNT}) (?:(?:{_KEY}|short|brief|bullet) )?(?:{_POINTS}|sentences?|bullets?|lines)\b"
)


class Whole(NamedTuple):
    """What is asked of the article as a whole.

    Attributes:
        kind: What it is.
        language: The language it is asked in (ISO 639-1).
        counted: Whether it is asked how many there are of what the list names.
    """

    kind: Kind
    language: str
    counted: bool = False


def asked_of_whole(question: str, *, first: bool = True) -> Whole | None:
    """What a question asks of the article as a whole; None for an ordinary question.

    Args:
        question: In any language that the fixed sentences exist in; in others than English only
            plain forms are known.
        first: Whether nothing was said before: "What is this about?" may otherwise mean that.
    """
    plain = " ".join(question.lower().replace("’", "'").split()).strip(" ?.!…:？。！؟¿¡")
    return _english(plain, first) or _foreign(plain)


def _english(plain: str, first: bool) -> Whole | None:
    plain = _ENDINGS.sub("", _POLITE.sub("", plain)).rstrip(" ?.!,")
    if not first and _LEANS.search(plain) and not plain.startswith(("summari", "sum up")):
        return None
    for kind, pattern in _KINDS.items():
        if pattern.fullmatch(plain):
            return Whole(kind, "en")
    if counted := _COUNTED.fullmatch(plain):
        kind = next(kind for kind, nouns in _NAMED_KINDS.items() if counted["noun"] in nouns)
        return Whole(kind, "en", counted=True)
    return None


def _foreign(plain: str) -> Whole | None:
    for kind, language, pattern in _foreign_patterns():
        if pattern.fullmatch(plain):
            return Whole(kind, language)
    return None


@functools.cache
def _foreign_patterns() -> list[tuple[Kind, str, re.Pattern[str]]]:
    return [
        (kind, language, re.compile(pattern))
        for kind, forms in PLAIN_FORMS.items()
        for language, pattern in forms.items()
    ]


def points_wanted(question: str) -> int | None:
    """How many sentences or points a question asks for: "in three sentences", "top 5 points"."""
    match = _WANTED.search(question.lower())
    if match is None:
        return None
    return int(match[1]) if match[1].isdecimal() else _NUMBERS.split().index(match[1]) + 1
