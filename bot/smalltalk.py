"""Turns that ask nothing of an article, in the languages of the fixed sentences.

They greet, thank or agree, or they are about this program: who it is, what it can do, or a joke.
Only whole turns count: "Who are you?" is asked of the program even where an interview has the same
words, and "Who are you, Lena?" is a question.
"""

import re
from typing import Literal, NamedTuple

Act = Literal["help", "greeting", "thanks", "noted"]

_WORDS: dict[Act, dict[str, str]] = {
    "help": {
        "en": (
            r"(?:who|what) are you|what(?: is|'s) your name|who (?:made|built|created|trained) you"
            r"|are you (?:an? )?(?:real )?(?:human|person|robot|(?:chat)?bot|machine|ai|real)"
            r"|introduce yourself|tell me about yourself|how do you work"
            r"|what (?:can|do) you (?:do|answer|know)(?: for me)?|what are you able to do"
            r"|what (?:can|should) i ask(?: you)?|how do i use (?:this|you)"
            r"|(?:please )?help(?: me)?(?: please)?|(?:can|could) you help(?: me)?|i need help"
            r"|what (?:time|day) is it(?: now| today)?"
            r"|(?:please )?(?:tell|sing|write|make)(?: me)? an? (?:joke|song|poem|story|riddle)"
        ),
        "es": (
            r"(?:quién|qué) (?:eres|es usted)|cómo (?:te llamas|se llama usted)|ayuda|ayúd[ae]me"
            r"|eres (?:una? )?(?:humano|persona|robot|máquina|ia)|cómo funcionas"
            r"|qué (?:puedes|sabes|puede) hacer|qué (?:te )?puedo preguntar(?:te)?"
            r"|cuéntame un chiste"
        ),
        "de": (
            r"(?:wer|was) (?:bist du|sind sie)|wie (?:hei(?:ß|ss)t du|hei(?:ß|ss)en sie)"
            r"|bist du (?:eine? )?(?:mensch|roboter|bot|maschine|ki)|wie funktionierst du"
            r"|was (?:kannst du|können sie)(?: alles)?(?: tun| machen)?"
            r"|was kann ich (?:dich |sie )?fragen|hilfe|hilf mir"
            r"|(?:kannst du|können sie) mir helfen|erzähle? (?:mir )?einen witz"
        ),
        "fr": (
            r"qui (?:es[- ]tu|êtes[- ]vous)|(?:tu es|vous êtes) qui"
            r"|comment (?:t'appelles-tu|tu t'appelles|vous appelez-vous)"
            r"|(?:es-tu|êtes-vous) (?:une? )?(?:humain|personne|robot|machine|ia)"
            r"|(?:que|qu'est-ce que) (?:peux-tu|pouvez-vous|sais-tu|savez-vous|tu peux|vous pouvez)"
            r" faire|que puis-je (?:te |vous )?demander|aide|aidez?-moi|raconte-moi une blague"
        ),
        "ru": (
            r"кто (?:ты|вы)(?: такой| такая| такие)?|(?:ты|вы) кто|как (?:тебя|вас) зовут"
            r"|ты (?:робот|человек|бот)|что (?:ты )?(?:умеешь|умеете|можешь)(?: делать)?"
            r"|что вы (?:умеете|можете)(?: делать)?|помощь|помоги(?:те)?(?: мне)?"
            r"|расскажи(?:те)? (?:мне )?(?:анекдот|шутку)"
        ),
        "ar": (
            r"من (?:أنت|انت)|ما (?:أنت|انت|اسمك)|ماذا (?:يمكنك|تستطيع) (?:أن تفعل|فعله)"
            r"|هل (?:أنت|انت) (?:روبوت|إنسان|برنامج)|مساعدة|ساعدني|احك لي نكتة"
        ),
        "zh": (
            r"[你您]是谁|[你您]叫什么(?:名字)?|[你您](?:能|会|可以)(?:做|干|回答)些?(?:什么|啥)"
            r"|[你您]是(?:机器人|真人|人工智能)吗|帮助|帮帮我|我(?:能|可以)问(?:[你您])?(?:些)?什么"
            r"|讲一?个笑话"
        ),
    },
    "greeting": {
        "en": (
            r"hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings|hi there|hello there"
            r"|how are you(?: doing)?(?: today)?|how(?: is|'s) it going|what(?: is|'s) up"
        ),
        "es": r"hola|buenos días|buenas(?: tardes| noches)?|cómo está[s]?(?: usted)?|qué tal",
        "de": (
            r"hallo|guten (?:tag|morgen|abend)|grüß gott|servus|moin"
            r"|wie geht(?: e|')s(?: dir| ihnen)?"
        ),
        "fr": r"bonjour|bonsoir|salut|coucou|(?:comment )?ça va|comment (?:vas-tu|allez-vous)",
        "ru": (
            r"привет|здравствуй(?:те)?|добрый (?:день|вечер)|доброе утро"
            r"|как (?:у (?:тебя|вас) )?дела"
        ),
        "ar": r"مرحبا|مرحبًا|السلام عليكم|أهلا|اهلا|صباح الخير|مساء الخير|كيف (?:حالك|الحال)",
        "zh": r"[你您]好吗?|早上好|晚上好|嗨",
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
            r"|perfect|awesome|that(?: i|')s (?:ok|fine|great|all)"
        ),
        "es": r"vale|de acuerdo|perfecto|adiós|entiendo",
        "de": r"okay|gut|super|alles klar|tschüss|verstanden|nein",
        "fr": r"d'accord|parfait|super|au revoir|compris|non",
        "ru": r"хорошо|понятно|ясно|отлично|пока|до свидания|нет",
        "ar": r"حسنا|حسنًا|ممتاز|فهمت|مع السلامة|لا",
        "zh": r"好的?|明白了?|知道了|再见|不用了?",
    },
}
_GAP = r"[\s,.!?:;…،؟。！？¿¡-]*"
_ANY = {
    language: rf"(?:(?:{'|'.join(words[language] for words in _WORDS.values())})\b{_GAP})*"
    for language in _WORDS["noted"]
}
_PATTERNS = [
    # The first words decide: "Thanks, bye" thanks. But "Hi, who are you?" asks.
    (kind, language, re.compile(f"{before}(?:{first})\\b{_GAP}{_ANY[language]}"))
    for kind, languages in _WORDS.items()
    for language, first in languages.items()
    for before in [_ANY[language] if kind == "help" else ""]
]


class SmallTalk(NamedTuple):
    """What a turn does that asks nothing, and its language."""

    kind: Act
    language: str


def small_talk(turn: str) -> SmallTalk | None:
    """What a turn does that asks nothing of an article; None for a question."""
    plain = " ".join(turn.lower().replace("’", "'").split()).lstrip("¿¡ ")
    for kind, language, pattern in _PATTERNS:
        if pattern.fullmatch(plain):
            return SmallTalk(kind, language)
    return None
