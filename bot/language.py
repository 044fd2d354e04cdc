"""The fixed sentences of an answer, in the language of the question.

They are worded so that no number has to agree with a noun: "Sentences read: 20", in any language.
"""

from bot.types import NOT_IN_ARTICLE
from index.language import question_language

NOT_IN_ARTICLE_IN = {
    "en": NOT_IN_ARTICLE,
    "es": "El artículo no lo dice.",
    "de": "Das steht nicht im Artikel.",
    "fr": "L'article ne le dit pas.",
    "ru": "В статье об этом не говорится.",
    "ar": "لا يذكر المقال ذلك.",
    "zh": "文章中没有提到。",
}
"""What every refusal says, by language (ISO 639-1)."""

SAYINGS = {
    "en": {
        "otherwise": "Another article says otherwise.",
        "read_all": "From all {sentences} sentences of the article.",
        "read_sections": "From {parts} sections, {sentences} sentences.",
        "read_parts": "From {parts} parts, {sentences} sentences.",
        "headings": "Its headings are quoted.",
        "shown": "Shown are the first {shown} of {total} sentences.",
        "people": "Names are found by a title, a role or a verb beside them; others may be"
        " missing.",
        "places": "Countries, and names that the wording marks as places; others may be missing.",
        "counted": "Found: {count}.",
        "silent": "Not said in: {names}.",
        "first_articles": "From the first {shown} of {total} articles.",
        "fitting_articles": "Articles read: the {shown} of {total} that fit the question best.",
        "mentioned": "Sentences that mention “{topic}”: {count}.",
        "left": "Sentences about it not shown yet: {count}.",
        "unmentioned": "Nothing is found under “{topic}”.",
        "by_metadata": "{fact}, by the article's metadata.",
        "recognised": "{fact}, recognised from the text.",
        "read_from": "The article was read from {place}.",
        "words": "{count} words",
        "characters": "{count} characters",
        "sentences": "{count} sentences",
        "pages": "{count} pages",
        "minutes": "about {count} min of reading",
        "length": "The article has {counts} (counted).",
        "help": "This program answers questions about the article: ask for a fact, a summary,"
        " or what is said about something. What is not in the article is not"
        " answered.",
        "greeting": "Hello. Ask a question about the article.",
        "thanks": "You are welcome. Is there anything else to look up in the article?",
        "noted": "All right. Ask another question about the article.",
    },
    "es": {
        "otherwise": "Otro artículo dice otra cosa.",
        "read_all": "Oraciones leídas: las {sentences} del artículo.",
        "read_sections": "Secciones leídas: {parts}; oraciones: {sentences}.",
        "read_parts": "Partes leídas: {parts}; oraciones: {sentences}.",
        "headings": "Se citan sus encabezados.",
        "shown": "Se muestran las primeras {shown} oraciones de {total}.",
        "people": "Los nombres se reconocen por un título, un cargo o un verbo a su lado; pueden"
        " faltar otros.",
        "places": "Países, y nombres que el texto presenta como lugares; pueden faltar otros.",
        "counted": "Encontrados: {count}.",
        "silent": "No lo dicen: {names}.",
        "first_articles": "De los primeros {shown} artículos de {total}.",
        "fitting_articles": "Artículos leídos: los {shown} de {total} que mejor se ajustan a la"
        " pregunta.",
        "mentioned": "Oraciones que mencionan «{topic}»: {count}.",
        "left": "Oraciones sobre ello aún no mostradas: {count}.",
        "unmentioned": "No se encuentra nada con «{topic}».",
        "by_metadata": "{fact}, según los metadatos del artículo.",
        "recognised": "{fact}, reconocido por el texto.",
        "read_from": "El artículo se leyó de {place}.",
        "words": "palabras: {count}",
        "characters": "caracteres: {count}",
        "sentences": "oraciones: {count}",
        "pages": "páginas: {count}",
        "minutes": "lectura: unos {count} min",
        "length": "El artículo: {counts} (contado).",
        "help": "Este programa responde preguntas sobre el artículo: pida un dato, un resumen"
        " o lo que se dice sobre algo. Lo que no está en el artículo no se responde.",
        "greeting": "Hola. Haga una pregunta sobre el artículo.",
        "thanks": "De nada. ¿Hay algo más que buscar en el artículo?",
        "noted": "De acuerdo. Haga otra pregunta sobre el artículo.",
    },
    "de": {
        "otherwise": "Ein anderer Artikel sagt etwas anderes.",
        "read_all": "Aus allen {sentences} Sätzen des Artikels.",
        "read_sections": "Gelesene Abschnitte: {parts}; Sätze: {sentences}.",
        "read_parts": "Gelesene Teile: {parts}; Sätze: {sentences}.",
        "headings": "Zitiert sind seine Überschriften.",
        "shown": "Gezeigt sind die ersten {shown} von {total} Sätzen.",
        "people": "Namen werden an einem Titel, einer Rolle oder einem Verb daneben erkannt; andere"
        " können fehlen.",
        "places": "Länder, und Namen, die der Wortlaut als Orte ausweist; andere können fehlen.",
        "counted": "Gefunden: {count}.",
        "silent": "Nicht erwähnt in: {names}.",
        "first_articles": "Aus den ersten {shown} von {total} Artikeln.",
        "fitting_articles": "Gelesene Artikel: die {shown} von {total}, die am besten zur Frage"
        " passen.",
        "mentioned": "Sätze, die „{topic}“ erwähnen: {count}.",
        "left": "Noch nicht gezeigte Sätze dazu: {count}.",
        "unmentioned": "Unter „{topic}“ findet sich nichts.",
        "by_metadata": "{fact}, laut den Metadaten des Artikels.",
        "recognised": "{fact}, am Text erkannt.",
        "read_from": "Der Artikel wurde gelesen aus: {place}.",
        "words": "{count} Wörter",
        "characters": "{count} Zeichen",
        "sentences": "{count} Sätze",
        "pages": "Seiten: {count}",
        "minutes": "Lesezeit etwa {count} min",
        "length": "Der Artikel hat {counts} (gezählt).",
        "help": "Dieses Programm beantwortet Fragen zum Artikel: Fragen Sie nach einer"
        " Einzelheit, einer Zusammenfassung oder danach, was über etwas gesagt wird."
        " Was nicht im Artikel steht, wird nicht beantwortet.",
        "greeting": "Hallo. Stellen Sie eine Frage zum Artikel.",
        "thanks": "Gern geschehen. Gibt es noch etwas im Artikel nachzuschlagen?",
        "noted": "In Ordnung. Stellen Sie eine weitere Frage zum Artikel.",
    },
    "fr": {
        "otherwise": "Un autre article dit autre chose.",
        "read_all": "D'après les {sentences} phrases de l'article.",
        "read_sections": "Sections lues : {parts} ; phrases : {sentences}.",
        "read_parts": "Parties lues : {parts} ; phrases : {sentences}.",
        "headings": "Ses intertitres sont cités.",
        "shown": "Voici les {shown} premières phrases sur {total}.",
        "people": "Les noms sont reconnus à un titre, une fonction ou un verbe voisin ; d'autres"
        " peuvent manquer.",
        "places": "Pays, et noms que le texte présente comme des lieux ; d'autres peuvent manquer.",
        "counted": "Trouvés : {count}.",
        "silent": "Rien à ce sujet dans : {names}.",
        "first_articles": "D'après les {shown} premiers articles sur {total}.",
        "fitting_articles": "Articles lus : les {shown} sur {total} qui correspondent le mieux à"
        " la question.",
        "mentioned": "Phrases qui mentionnent « {topic} » : {count}.",
        "left": "Phrases à ce sujet pas encore montrées : {count}.",
        "unmentioned": "Rien n'est trouvé sous « {topic} ».",
        "by_metadata": "{fact}, d'après les métadonnées de l'article.",
        "recognised": "{fact}, reconnu d'après le texte.",
        "read_from": "L'article a été lu depuis {place}.",
        "words": "{count} mots",
        "characters": "{count} caractères",
        "sentences": "{count} phrases",
        "pages": "pages : {count}",
        "minutes": "environ {count} min de lecture",
        "length": "L'article a {counts} (compté).",
        "help": "Ce programme répond aux questions sur l'article : demandez un fait, un"
        " résumé ou ce qui est dit d'un sujet. Ce qui n'est pas dans l'article reste"
        " sans réponse.",
        "greeting": "Bonjour. Posez une question sur l'article.",
        "thanks": "Je vous en prie. Y a-t-il autre chose à chercher dans l'article ?",
        "noted": "D'accord. Posez une autre question sur l'article.",
    },
    "ru": {
        "otherwise": "В другой статье сказано иначе.",
        "read_all": "Прочитано предложений: {sentences}, вся статья.",
        "read_sections": "Прочитано разделов: {parts}, предложений: {sentences}.",
        "read_parts": "Прочитано частей: {parts}, предложений: {sentences}.",
        "headings": "Приведены её заголовки.",
        "shown": "Показано предложений: {shown} из {total}.",
        "people": "Имена распознаются по званию, должности или глаголу рядом; других может не"
        " хватать.",
        "places": "Страны и названия, которые в тексте стоят как места; других может не хватать.",
        "counted": "Найдено: {count}.",
        "silent": "Об этом не говорится в: {names}.",
        "first_articles": "По первым статьям: {shown} из {total}.",
        "fitting_articles": "Прочитано статей, лучше всего подходящих к вопросу: {shown} из"
        " {total}.",
        "mentioned": "Предложений, где упоминается «{topic}»: {count}.",
        "left": "Ещё не показано предложений об этом: {count}.",
        "unmentioned": "По словам «{topic}» ничего не найдено.",
        "by_metadata": "{fact}, по метаданным статьи.",
        "recognised": "{fact}, распознано по тексту.",
        "read_from": "Статья прочитана из: {place}.",
        "words": "слов: {count}",
        "characters": "знаков: {count}",
        "sentences": "предложений: {count}",
        "pages": "страниц: {count}",
        "minutes": "чтение: около {count} мин",
        "length": "В статье {counts} (подсчитано).",
        "help": "Эта программа отвечает на вопросы о статье: спросите о факте, попросите"
        " краткое изложение или узнайте, что о чём-либо сказано. Если в статье"
        " чего-то нет, ответа не будет.",
        "greeting": "Здравствуйте. Задайте вопрос о статье.",
        "thanks": "Пожалуйста. Что ещё найти в статье?",
        "noted": "Хорошо. Задайте другой вопрос о статье.",
    },
    "ar": {
        "otherwise": "يقول مقال آخر غير ذلك.",
        "read_all": "عدد الجمل المقروءة: {sentences}، وهي المقال كله.",
        "read_sections": "الأقسام المقروءة: {parts}، الجمل: {sentences}.",
        "read_parts": "الأجزاء المقروءة: {parts}، الجمل: {sentences}.",
        "headings": "هذه عناوينه كما هي.",
        "shown": "الجمل المعروضة: أول {shown} من {total}.",
        "people": "تُعرف الأسماء بلقب أو منصب أو فعل بجوارها؛ وقد ينقص بعضها.",
        "places": "بلدان، وأسماء يدل النص على أنها أماكن؛ وقد ينقص بعضها.",
        "counted": "العدد: {count}.",
        "silent": "لا يُذكر ذلك في: {names}.",
        "first_articles": "من أول المقالات: {shown} من {total}.",
        "fitting_articles": "المقالات المقروءة: {shown} من {total}، وهي الأنسب للسؤال.",
        "mentioned": "الجمل التي تذكر «{topic}»: {count}.",
        "left": "جمل عنه لم تُعرض بعد: {count}.",
        "unmentioned": "لم يُعثر على شيء باسم «{topic}».",
        "by_metadata": "{fact}، حسب بيانات المقال الوصفية.",
        "recognised": "{fact}، وقد عُرفت من النص.",
        "read_from": "قُرئ المقال من: {place}.",
        "words": "الكلمات: {count}",
        "characters": "الحروف: {count}",
        "sentences": "الجمل: {count}",
        "pages": "الصفحات: {count}",
        "minutes": "دقائق القراءة: نحو {count}",
        "length": "في المقال: {counts} (بالعدّ).",
        "help": "يجيب هذا البرنامج عن الأسئلة حول المقال: اسأل عن معلومة أو ملخص أو عما قيل"
        " في أمر ما. وما ليس في المقال لا جواب عنه.",
        "greeting": "مرحبًا. اطرح سؤالًا عن المقال.",
        "thanks": "على الرحب والسعة. هل تبحث عن شيء آخر في المقال؟",
        "noted": "حسنًا. اطرح سؤالًا آخر عن المقال.",
    },
    "zh": {
        "otherwise": "另一篇文章的说法不同。",
        "read_all": "已读全文，共{sentences}句。",
        "read_sections": "已读{parts}节，共{sentences}句。",
        "read_parts": "已读{parts}部分，共{sentences}句。",
        "headings": "以上引自文章的标题。",
        "shown": "显示前{shown}句，共{total}句。",
        "people": "人名依据旁边的头衔、职务或动词识别；可能有遗漏。",
        "places": "包括国家名和文中标明为地点的名称；可能有遗漏。",
        "counted": "共找到{count}个。",
        "silent": "以下文章没有提到：{names}。",
        "first_articles": "来自前{shown}篇文章，共{total}篇。",
        "fitting_articles": "已读与问题最相关的{shown}篇文章，共{total}篇。",
        "mentioned": "提到“{topic}”的句子：{count}句。",
        "left": "尚未显示的相关句子：{count}句。",
        "unmentioned": "没有找到“{topic}”。",
        "by_metadata": "{fact}（据文章的元数据）。",
        "recognised": "{fact}（根据正文识别）。",
        "read_from": "文章读取自：{place}。",
        "words": "{count}个词",
        "characters": "{count}个字符",
        "sentences": "{count}句",
        "pages": "{count}页",
        "minutes": "阅读约需{count}分钟",
        "length": "文章有{counts}（统计所得）。",
        "help": "本程序回答关于文章的问题：可以询问某个事实、要求摘要，或询问文中对某事的说法。"
        "文章中没有的内容不予回答。",
        "greeting": "您好。请就文章提问。",
        "thanks": "不客气。还想在文章里查什么？",
        "noted": "好的。请就文章再提一个问题。",
    },
}
"""All other fixed sentences by language, each by its name."""


def not_in_article(question: str) -> str:
    """The refusal of a question, in its language; in English when that is not clear."""
    return NOT_IN_ARTICLE_IN[question_language(question)]


def say(what: str, language: str, **values: int | str) -> str:
    """A fixed sentence in a language, its values filled in.

    Args:
        what: Its name.
        language: One of ``QUESTION_LANGUAGES``.
        values: What it speaks of; whole numbers are grouped in English.
    """
    shown = {
        name: f"{value:,}" if isinstance(value, int) and language == "en" else value
        for name, value in values.items()
    }
    return SAYINGS[language][what].format(**shown)
