"""Turns that greet, thank or agree and ask nothing, in the languages of the fixed sentences."""

import re
from typing import Literal, NamedTuple

Act = Literal["greeting", "thanks", "noted"]

_WORDS: dict[Act, dict[str, str]] = {
    "greeting": {
        "en": r"hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings|hi there|hello there",
        "es": r"hola|buenos días|buenas(?: tardes| noches)?",
        "de": r"hallo|guten (?:tag|morgen|abend)|grüß gott|servus|moin",
        "fr": r"bonjour|bonsoir|salut|coucou",
        "ru": r"привет|здравствуй(?:те)?|добрый (?:день|вечер)|доброе утро",
        "ar": r"مرحبا|مرحبًا|السلام عليكم|أهلا|اهلا|صباح الخير|مساء الخير",
        "zh": r"你好|您好|早上好|晚上好|嗨",
    },
    "thanks": {
        "en": r"(?:many )?thanks?(?: you)?(?: (?:very|so) much| a lot)?|cheers|thx",
        "es": r"(?:muchas )?gracias",
        "de": r"(?:vielen )?dank|danke(?: schön| sehr)?",
        "fr": r"merci(?: beaucoup| bien)?",
        "ru": r"(?:большое )?спасибо(?: большое)?|благодарю",
        "ar": r"شكرا|شكرًا|شكرا لك|شكرا جزيلا",
        "zh": r"谢谢(?:你|您)?|多谢|感谢",
    },
    "noted": {
        "en": (
            r"ok(?:ay)?|great|nice|good|cool|wow|bye|goodbye|interesting|i see|got it|right|no|nope"
            r"|perfect|awesome|that(?: i|['’])s (?:ok|fine|great|all)"
        ),
        "es": r"vale|de acuerdo|perfecto|adiós|entiendo",
        "de": r"okay|gut|super|alles klar|tschüss|verstanden|nein",
        "fr": r"d['’]accord|parfait|super|au revoir|compris|non",
        "ru": r"хорошо|понятно|ясно|отлично|пока|до свидания|нет",
        "ar": r"حسنا|حسنًا|ممتاز|فهمت|مع السلامة|لا",
        "zh": r"好的?|明白了?|知道了|再见|不用了?",
    },
}
_GAP = r"[\s,.!?:;…،。！？-]*"
_ANY = {
    language: "|".join(_WORDS[kind][language] for kind in _WORDS) for language in _WORDS["noted"]
}
_PATTERNS = [
    # The first words decide: "Thanks, bye" thanks.
    (kind, language, re.compile(rf"(?:{first})\b{_GAP}(?:(?:{_ANY[language]})\b{_GAP})*"))
    for kind, languages in _WORDS.items()
    for language, first in languages.items()
]


class SmallTalk(NamedTuple):
    """What a turn does that asks nothing, and its language."""

    kind: Act
    language: str


def small_talk(turn: str) -> SmallTalk | None:
    """What a turn does that only greets, thanks or agrees; None for a question."""
    plain = " ".join(turn.lower().split()).lstrip("¡ ")
    for kind, language, pattern in _PATTERNS:
        if pattern.fullmatch(plain):
            return SmallTalk(kind, language)
    return None
