"""How other languages than English ask about an article as a whole, in their plain forms.

Written for a question in lower case without its closing (and Spanish opening) marks.
"""

from typing import Literal

Kind = Literal[
    "summary", "about", "topics",
    "people", "dates", "numbers", "places", "countries",
    "title", "author", "date", "source", "length", "language",
]  # fmt: skip
"""What is asked of the whole article."""

# The article, in every case and with the prepositions that stand before it.
_ES = r"(?: (?:(?:de|en|a|sobre) )?(?:el|este|del|al) (?:artículo|texto|documento))"
_DE = (
    r"(?: (?:in |von |aus |zu )?(?:der|den|dem|des|die|das|im|vom|zum|dieser|diesen|diesem|dieses)"
    r" (?:artikels?|text(?:es)?|beitrags?|dokument(?:e?s)?))"
)
_FR = r"(?: (?:de |dans |à )?(?:l['’]|cet |ce |le |du |au )(?:article|texte|document))"
_RU = (
    r"(?: (?:(?:в|о|об|из|для) )?(?:(?:этой|этого|этом|эта|эту|этот|данной) )?"
    r"(?:стать(?:я|ю|и|е|ей)|текст(?:а|е)?|документ(?:а|е)?))"
)
_AR = r"(?: ?(?:(?:في|من|عن) )?(?:هذا |هذه )?(?:المقالة?|النص|الوثيقة))"
_ZH = r"(?:这篇|本|该|此|这个)?(?:文章|文本|文档|文|文件|内容)"

_ES_LIST = r"(?:enumera|lista|menciona|dame|nombra|cuáles son|qué) (?:todos |todas )?(?:los |las )?"
_ES_NAMED = rf"(?: (?:se (?:mencionan?|nombran?|citan?)|mencionad[oa]s|hay|aparecen))?{_ES}?"
_DE_LIST = r"(?:nenne|liste|zeige?|gib)(?: mir)? (?:alle |die |sämtliche )?|welche |was sind die "
_DE_NAMED = rf"(?:(?: werden| sind| kommen)?{_DE}?(?: (?:erwähnt|genannt|auf|vor))?)"
_FR_LIST = (
    r"(?:cite|liste|énumère|donne(?:-moi)?|nomme) (?:tou(?:s|tes) )?(?:les )?"
    r"|quel(?:le)?s (?:sont (?:les )?)?"
)
_FR_NAMED = rf"(?: (?:sont )?(?:mentionné|cité|nommé)e?s)?{_FR}?"
_RU_LIST = r"(?:перечисли(?:те)?|назови(?:те)?|какие|укажи(?:те)?)(?: все)? "
_RU_NAMED = rf"(?: (?:упоминаются|названы|упомянуты|есть))?{_RU}?(?: (?:упоминаются|упомянуты))?"
_AR_LIST = r"(?:اذكر|عدد|ما هي|ما)(?: (?:كل|جميع))? "
_AR_NAMED = rf"(?: (?:المذكورة|المذكورون|المذكورين|الواردة))?{_AR}?"
_ZH_LIST = (
    rf"(?:(?:请)?(?:列出|列举|给出)|{_ZH}(?:中|里|里面)?(?:提到|提及|有)(?:了)?(?:哪些|什么))"
)
_ZH_NAMED = rf"(?:{_ZH}(?:中|里)?)?(?:提到|提及|出现|所有|全部|中)?的?(?:所有|全部)?"


def _lists(es: str, de: str, fr: str, ru: str, ar: str, zh: str) -> dict[str, str]:
    """Ways to ask for all that these nouns name."""
    return {
        "es": f"(?:{_ES_LIST})(?:{es}){_ES_NAMED}",
        "de": f"(?:{_DE_LIST})(?:{de}){_DE_NAMED}",
        "fr": f"(?:{_FR_LIST})(?:{fr}){_FR_NAMED}",
        "ru": f"(?:{_RU_LIST})(?:{ru}){_RU_NAMED}",
        "ar": f"(?:{_AR_LIST})(?:{ar}){_AR_NAMED}",
        "zh": f"{_ZH_LIST}{_ZH_NAMED}(?:{zh})",
    }


def _or(some: dict[str, str], others: dict[str, str]) -> dict[str, str]:
    """Either of two patterns, language by language."""
    return {language: f"{pattern}|{others[language]}" for language, pattern in some.items()}


PLAIN_FORMS: dict[Kind, dict[str, str]] = {
    "summary": {
        "es": (
            # "Resume" alone is an English word too.
            rf"(?:puedes |podrías |por favor,? )?(?:resume{_ES}"
            rf"|(?:resumir|resumí|resuma|resúmeme){_ES}?)|por favor,? resume"
            rf"|(?:(?:haz|dame|escribe|haga) )?(?:un |el )?(?:breve )?resumen(?: breve)?{_ES}?"
            rf"|(?:cuáles son )?(?:las ideas|los puntos) (?:principales|clave){_ES}?"
        ),
        "de": (
            rf"(?:bitte )?fass(?:e|t|en sie)?{_DE} (?:bitte )?(?:kurz )?zusammen"
            rf"|(?:kannst du|können sie){_DE} (?:kurz )?zusammenfassen"
            rf"|(?:gib mir |schreibe? )?(?:eine )?(?:kurze )?zusammenfassung{_DE}?"
            rf"|was sind die (?:wichtigsten punkte|hauptaussagen|kernaussagen){_DE}?"
        ),
        "fr": (
            rf"(?:peux-tu |pouvez-vous )?(?:résume[rz]?|résumer){_FR}?"
            rf"|(?:(?:fais|fais-moi|donne|donne-moi) )?(?:un |le )?(?:bref )?résumé{_FR}?"
            rf"|quels sont les (?:points (?:clés|principaux)|idées principales){_FR}?"
        ),
        "ru": (
            rf"(?:кратко )?(?:перескажи(?:те)?|резюмируй(?:те)?|изложи(?:те)?|суммируй(?:те)?)"
            rf"(?: кратко)?{_RU}?|(?:сделай(?:те)? )?(?:краткое )?(?:резюме|содержание){_RU}?"
            rf"|(?:краткий )?пересказ{_RU}?"
        ),
        "ar": rf"(?:لخص|لخّص|لخصي|تلخيص|ملخص|أعطني ملخصا|خلاصة){_AR}?",
        "zh": (
            rf"(?:请)?(?:总结|概括|概述|归纳)(?:一下)?(?:{_ZH})?(?:的(?:内容|大意|要点))?"
            rf"|{_ZH}的?(?:摘要|总结|要点|大意|主要内容)(?:是什么)?|摘要|总结"
        ),
    },
    "about": {
        "es": (
            rf"(?:de|sobre) qué (?:trata|habla|va){_ES}?|cuál es el tema(?: principal)?{_ES}?"
        ),
        "de": (
            rf"worum geht(?: e|['’])s(?: hier|{_DE})?|wovon handelt{_DE}"
            rf"|was ist das (?:haupt)?thema{_DE}?"
        ),
        "fr": (
            rf"de quoi (?:parle|traite|s['’]agit-il)(?:-t-il)?{_FR}?|de quoi (?:ça|cela) parle"
            rf"|quel est le (?:sujet|thème)(?: principal)?{_FR}?"
        ),
        "ru": (
            rf"о ч[её]м(?: (?:эта|этот|идёт речь|идет речь|говорится|рассказывается))?{_RU}?"
            rf"|как(?:ая|ова)(?: основная| главная)? тема{_RU}?"
        ),
        "ar": rf"(?:عمّ|عم|عما|عن ماذا) يتحدث{_AR}|ما(?: هو)? موضوع{_AR}|ماذا يقول{_AR}",
        "zh": (
            rf"{_ZH}(?:主要)?(?:是)?(?:讲|说|谈|关于|写)(?:的)?(?:是)?(?:了)?什么(?:的|内容)?"
            rf"|{_ZH}的?(?:主题|主旨|话题)是什么"
        ),
    },
    "topics": _lists(
        "temas", "themen|überschriften", "thèmes|sujets", "темы|разделы",
        "المواضيع|الموضوعات", "主题|话题|章节",
    ),
    "people": _or(
        _lists(
            "personas|nombres", "personen|namen", "personnes|noms", "люди|имена|людей|лица",
            "الأشخاص|الأسماء", "人|人物|人名",
        ),
        {
            "es": rf"(?:a )?quién(?:es)? (?:se menciona[n]?|aparecen?){_ES}?",
            "de": rf"wer (?:wird|kommt)(?: alles)?{_DE}? (?:erwähnt|genannt|vor)",
            "fr": rf"qui (?:est|sont)(?: les personnes)? (?:mentionné|cité|nommé)e?s?{_FR}?",
            "ru": rf"кто{_RU}? упом(?:инается|янут){_RU}?",
            "ar": rf"من (?:ذُكر|ذكر|المذكورون|يذكر|هم الأشخاص المذكورون){_AR}?",
            "zh": rf"(?:{_ZH}(?:中|里)?)?(?:提到|提及)(?:了)?谁|谁被提到",
        },
    ),
    "dates": _lists(
        "fechas|años", "daten|jahreszahlen", "dates|années", "даты|годы",
        "التواريخ|السنوات", "日期|年份|时间",
    ),
    "numbers": _lists(
        "números|cifras", "zahlen", "nombres|chiffres", "числа|цифры", "الأرقام|الأعداد",
        "数字|数据",
    ),
    "places": _lists(
        "lugares", "orte", "lieux", "места", "الأماكن|المواقع", "地点|地方|地名"
    ),
    "countries": _lists(
        "países", "länder", "pays", "страны", "البلدان|الدول", "国家"
    ),
    "title": {
        "es": rf"(?:cuál es )?el título{_ES}?|cómo se (?:titula|llama){_ES}",
        "de": (
            rf"(?:wie (?:lautet|ist) |was ist )?(?:der titel|die überschrift){_DE}?"
            rf"|wie hei(?:ß|ss)t{_DE}"
        ),
        "fr": rf"(?:quel est )?le titre{_FR}?|comment s['’]appelle{_FR}",
        "ru": rf"(?:какой |каков )?(?:заголовок|название)(?: у)?{_RU}?|как называется{_RU}",
        "ar": rf"ما(?: هو)? عنوان{_AR}|عنوان{_AR}",
        "zh": rf"{_ZH}的?(?:标题|题目|名字|名称)(?:是什么|叫什么)?|标题(?:是什么)?",
    },
    "author": {
        "es": rf"quién (?:escribió|es el autor)(?: esto|{_ES})?|(?:el )?autor{_ES}",
        "de": (
            rf"wer hat(?: das|{_DE}) geschrieben|wer ist der (?:autor|verfasser){_DE}?"
            rf"|wer schrieb(?: das|{_DE})"
        ),
        "fr": rf"qui (?:a écrit|est l['’]auteur)(?: ceci| cela|{_FR})?",
        "ru": rf"кто (?:написал|автор)(?: это|{_RU})?|автор{_RU}",
        "ar": rf"من (?:كتب|كاتب|مؤلف|هو كاتب|هو مؤلف){_AR}",
        "zh": rf"(?:{_ZH}的?)?(?:作者)(?:是谁)?|{_ZH}(?:是)?谁写的|谁写了{_ZH}",
    },
    "date": {
        "es": rf"cuándo se (?:publicó|escribió)(?:{_ES})?|(?:cuál es )?la fecha{_ES}",
        "de": (
            rf"wann (?:wurde|ist){_DE} (?:veröffentlicht|geschrieben|erschienen)(?: worden)?"
            rf"|wann erschien{_DE}|von wann ist{_DE}"
        ),
        "fr": rf"quand{_FR} a-t-il été (?:publié|écrit)|quelle est la date{_FR}",
        "ru": rf"когда (?:была? )?(?:опубликован[ао]?|написан[ао]?|вышла){_RU}|какая дата{_RU}",
        "ar": rf"متى (?:نشر|نُشر|كتب|كُتب){_AR}|ما(?: هو)? تاريخ(?: نشر)?{_AR}",
        "zh": (
            rf"{_ZH}(?:是)?(?:什么时候|何时)(?:发表|发布|写)的?"
            rf"|{_ZH}的?(?:日期|发表日期)(?:是什么)?"
        ),
    },
    "length": {
        "es": (
            rf"(?:cómo de largo|qué tan largo) es{_ES}|qué (?:longitud|extensión) tiene{_ES}"
            rf"|cuántas (?:palabras|páginas|oraciones) (?:tiene|hay|contiene){_ES}?"
        ),
        "de": rf"wie lang ist{_DE}|wie viele (?:wörter|seiten|sätze) hat{_DE}",
        "fr": (
            rf"quelle est la longueur{_FR}|combien de (?:mots|pages|phrases)"
            rf"(?: (?:contient|compte|a|y a-t-il)|{_FR})?{_FR}?(?: a-t-il)?"
        ),
        "ru": rf"(?:какова|какая) длина{_RU}|сколько (?:слов|страниц|предложений)(?:{_RU})?",
        "ar": rf"ما(?: هو)? طول{_AR}|كم (?:كلمة|صفحة|جملة){_AR}?",
        "zh": rf"{_ZH}(?:有)?(?:多长|多少(?:字|个字|词|页|句))|{_ZH}的?(?:长度|字数)(?:是多少)?",
    },
}  # fmt: skip
"""Patterns by kind of question and language."""
