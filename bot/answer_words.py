"""How languages ask for a date, a number, a name, a place or a cause, and how they tell one.

All are regular expressions for text in any case, to be found at the bounds of words, except in
Chinese, which is written without spaces. Added to by whoever knows the language; nothing here is
taken from a set that the product is measured on.
"""

from dataclasses import dataclass

from bot.calendar_words import MONTHS, WEEKDAYS


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """One language's words.

    Attributes:
        when: Ask for a date.
        period: Ask for a century, a decade, a month or a day of the week: no year answers them.
        count: Ask how many.
        measure: Ask for a number with its unit.
        who: Ask for a name.
        where: Ask for a place.
        why: Ask for a cause.
        months: Their names.
        times: Other words that date something: days of the week, centuries.
        year: Words beside a number of four digits that make it a year.
        number: Number words from two upwards, in all their forms.
        scale: Words that multiply the number before them.
        unit: Units of length, area, weight, time, temperature and money.
        cause: Words by which a sentence gives a cause.
        capitals: Whether a capital inside a sentence tells a name.
    """

    when: str
    period: str
    count: str
    measure: str
    who: str
    where: str
    why: str
    months: str
    times: str
    year: str
    number: str
    scale: str
    unit: str
    cause: str
    capitals: bool = True


ANSWER_WORDS = {
    "en": AnswerWords(
        when=r"when|(?:what|which) (?:year|date|day)",
        period=r"(?:what|which) (?:month|century|decade|day of the week)",
        count=r"how many|what (?:percent\w*|number|amount|population)",
        measure=r"how (?:much|long|old|far|tall|large|big|often|high|deep|fast)",
        who=r"who|whom|whose",
        where=r"where|(?:what|which) (?:city|country|state|place|town|region)",
        why=r"why",
        months=rf"(?-i:{'|'.join(MONTHS)})",
        times=rf"{'|'.join(WEEKDAYS)}|century|centuries",
        year=r"in|since|until|till|by|from|before|after|during|around|about|circa|year"
        r"|spring|summer|autumn|fall|winter|early|mid|late",
        number=(
            r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|half|third"
            r"|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
        ),
        scale=r"hundred|thousand|million|billion|percent|per cent",
        unit=(
            r"(?:kilo|centi|milli)?met(?:re|er)s?|k?m|cm|mm|feet|foot|ft|miles?|inch(?:es)?"
            r"|yards?|acres?|hectares?|kg|kilo(?:gram)?s?|grams?|g|tons?|tonnes?|pounds?|lb"
            r"|seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|centuries"
            r"|times|degrees?|dollars?|euros?|cents"
        ),
        cause=(
            r"because|due to|since|so that|in order|to ensure|caused?|reasons?|as a result|led to"
        ),
    ),
    "de": AnswerWords(
        when=(
            r"(?:(?:seit|bis|ab) )?wann|(?:(?:in|aus|seit|ab) )?welche[mnrs]? (?:jahr\w*|datum)"
            r"|(?:an )?welche[mnr] tag"
        ),
        period=r"(?:in |aus |an )?welche[mnrs]? (?:monat|wochentag|jahrhundert|jahrzehnt|epoche)",
        count=r"wie ?viele[nrm]?(?: prozent)?|welche (?:anzahl|zahl)",
        measure=(
            r"wie ?viel(?: (?:geld|zeit|prozent))?"
            r"|wie (?:lange?|hoch|weit|tief|groß|schwer|alt|schnell|oft|breit|teuer|häufig|dick"
            r"|warm|kalt)|was kostete?n?|welche (?:länge|höhe|tiefe|breite|fläche|größe|entfernung)"
        ),
        who=r"(?:von |mit |für |an )?(?:wer|wem|wen)|wessen",
        where=(
            r"wo|woher|wohin"
            r"|(?:in |aus )?welche[mnrs]? (?:stadt|land|ort|gegend|region|dorf|staat|kontinent)"
        ),
        why=r"warum|weshalb|wieso|wozu|aus welche[mn] gr[uü]nde?n?",
        months="Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November"
        "|Dezember",
        times=(
            r"(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag\w*|Mittwoch\w*|Sonnabend\w*|Jahrhunderts?"
            r"|Jahrhunderten"
        ),
        year=r"in|im|seit|bis|ab|um|vor|nach|jahr|jahre|jahres|jahren|anno|zwischen|schon|erst"
        r"|frühling|frühjahr|sommer|herbst|winter|anfang|mitte|ende",
        number=(
            r"zwei|drei|dreien?r?|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|dutzend"
            r"|anderthalb|eineinhalb|(?:drei|vier|fünf|sech|sieb|acht|neun)zehn"
            r"|(?:(?:ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun)und)?"
            r"(?:zwan|drei|vier|fünf|sech|sieb|acht|neun)(?:zig|ßig)"
            r"|(?:ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf)(?:hundert|tausend)\w*"
        ),
        scale=r"hundert|tausend|million(?:en)?|milliarden?|prozent",
        unit=(
            r"(?:kilo|zenti|milli)?metern?|k?m|cm|mm|meilen?|hektar|quadratkilometern?"
            r"|quadratmetern?|kg|kilo(?:gramm)?|gramm|g|tonnen?|t|zentner|sekunden?|minuten?"
            r"|stunden?|tagen?|nächten?|wochen?|monaten?|jahren?|jahrzehnten?|jahrhunderten?|mal"
            r"|grad|euro|cent|mark|dollar|franken|pfund|gulden"
        ),
        cause=(
            r"weil|denn|da|wegen|aufgrund|damit|um|deshalb|daher|deswegen|darum|dadurch|infolge"
            r"|dank|gr[uü]nde?|ursache|führte|zwecks"
        ),
        capitals=False,
    ),
    "es": AnswerWords(
        when=(
            r"(?:desde |hasta )?cu[aá]ndo|(?:(?:en|de|desde|hasta) )?qué (?:año|fecha|día)"
            r"|cuál (?:es|fue) la fecha"
        ),
        period=r"(?:(?:en|de) )?qué (?:mes|siglo|década|época|día de la semana)",
        count=r"cu[aá]nt[oa]s",
        measure=(
            r"cu[aá]nt[oa](?: (?:tiempo|dinero))?"
            r"|(?:(?:a|de|en) )?qué (?:altura|longitud|anchura|profundidad|distancia|velocidad"
            r"|tamaño|superficie|porcentaje|temperatura|edad)"
        ),
        who=r"(?:(?:a|de|con|por|para) )?qui[eé]n(?:es)?",
        where=(
            r"(?:(?:de|a|en|por|desde|hacia) )?a?d[oó]nde"
            r"|(?:(?:en|de|a|desde|hasta) )?qué (?:ciudad|país|lugar|región|provincia|pueblo"
            r"|estado)"
        ),
        why=(
            r"por qu[eé]|para qu[eé]|a qué se deb\w+"
            r"|cuál (?:es|fue|era) (?:la (?:causa|razón)|el motivo)"
        ),
        months="enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre"
        "|diciembre",
        times=r"lunes|martes|miércoles|jueves|viernes|sábados?|domingos?|siglos?",
        year=r"en|desde|hasta|hacia|año|años|entre|durante|del?|principios|finales|mediados",
        number=(
            r"dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince"
            r"|dieci\w+|veinte|veinti\w+|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa"
            r"|docena|cien|ciento|(?:dos|tres|cuatro|seis|ocho)cient[oa]s|quinient[oa]s"
            r"|setecient[oa]s|novecient[oa]s"
        ),
        scale=r"mil|mill[oó]n(?:es)?|miles|por ciento",
        unit=(
            r"(?:kiló|centí|milí)?metros?|k?m|cm|mm|millas?|hectáreas?|kilos?|kg"
            r"|(?:kilo)?gramos?|g|toneladas?|segundos?|minutos?|horas?|días?|noches?|semanas?"
            r"|mes(?:es)?|años?|décadas?|siglos?|veces|grados?|euros?|dólares|pesos?|pesetas?"
            r"|libras?|francos?"
        ),
        cause=(
            r"porque|pues|ya que|debido a|debido al|puesto que|dado que|por eso|por ello|por lo que"
            r"|para|a causa|gracias al?|causas?|motivos?|raz[oó]n(?:es)?|por haber|provoc\w+"
        ),
    ),
    "fr": AnswerWords(
        when=(
            r"(?:depuis |jusqu['’]à )?quand|(?:(?:en|de|à|depuis) )?quel(?:le)? (?:année|date|jour)"
        ),
        period=(
            r"(?:(?:en|de|à|au|quel) )?quel(?:le)? (?:mois|siècle|décennie|époque"
            r"|jour de la semaine)"
        ),
        count=r"combien d(?:e(?! temps)|['’])",
        measure=(
            r"(?:de )?combien(?: (?:de temps|coûte\w*|mesure\w*|pèse\w*))?"
            r"|(?:à |de )?quel(?:le)?(?: est| était| sont)?(?: la| le| l['’])? ?(?:hauteur|longueur"
            r"|taille|superficie|population|profondeur|largeur|vitesse|distance|durée|température"
            r"|poids|prix|âge|altitude)"
        ),
        who=r"(?:(?:à|de|par|avec|pour|chez) )?(?<!qu['’]est-ce )qui",
        where=(
            r"(?:d['’])?où|(?:(?:dans|en|de|à|vers) )?quel(?:le)?s? (?:ville|pays|région|lieu"
            r"|endroit|village|continent|département)"
        ),
        why=r"pourquoi|pour quelle raison|quelle (?:est|était|fut) la (?:cause|raison)",
        months="janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
        times=r"lundis?|mardis?|mercredis?|jeudis?|vendredis?|samedis?|dimanches?|siècles?",
        year=r"en|depuis|vers|jusqu['’]en|dès|année|années|an|entre|avant|après|fin|début"
        r"|printemps|été|automne|hiver",
        number=(
            r"deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize"
            r"|vingts?|trente|quarante|cinquante|soixante|septante|huitante|nonante"
            r"|(?:di|dou|quin|ving|tren|quaran|cinquan|soixan)(?:x|z|t)aine|centaine"
        ),
        scale=r"cents?|mille|milliers?|millions?|milliards?|pour cent|pour-cent",
        unit=(
            r"(?:kilo|centi|milli)?mètres?|k?m|cm|mm|milles|lieues?|hectares?|kilos?|kg"
            r"|(?:kilo)?grammes?|g|tonnes?|secondes?|minutes?|heures?|jours?|nuits?|semaines?"
            r"|mois|ans?|années?|décennies?|siècles?|fois|degrés?|euros?|dollars?|francs?"
            r"|livres?"
        ),
        cause=(
            r"parce|car|puisque?|à cause|en raison|grâce|afin|pour|faute de|raisons?|causes?"
            r"|si bien|c['’]est pourquoi|provoqu\w+|entraîn\w+"
        ),
    ),
    "ru": AnswerWords(
        when=(
            r"(?:с каких пор|когда)|(?:(?:в|во|с|к|до|после) )?как(?:ом|ой|ого|ому|им|ая|ое)"
            r" (?:год\w*|дат\w*|числ\w*|день|дня)"
        ),
        period=(
            r"(?:(?:в|во|с|к|до) )?как(?:ом|ой|ого|им|ая|ое|ие)"
            r" (?:месяц\w*|век\w*|столети\w*|десятилети\w*|день недели|годы)"
        ),
        count=r"скольк\w+(?: человек)?|каково? (?:число|количество)",
        measure=(
            r"сколько (?:времени|стоит|стоил\w*|весит|весил\w*|длит\w+|лет)"
            r"|как (?:долго|далеко|часто|высоко|глубоко|быстро)"
            r"|(?:на )?как(?:ова?|ой|ая|ое)"
            r" (?:длин\w+|высот\w+|ширин\w+|глубин\w+|площад\w+|скорост\w+|вес\w*|расстояни\w+)"
        ),
        who=r"(?:(?:у|от|с|для|о) )?(?:кто|кого|кому|кем|ком|чья|чьё|чьи|чей|чьей|чьего|чьих)",
        where=(
            r"где|куда|откуда"
            r"|(?:(?:в|во|из|на) )?как(?:ом|ой|ого|ую|ие) (?:город\w*|стран\w*|мест\w*|област\w*)"
        ),
        why=r"почему|зачем|отчего|из-за чего|по какой причине|какова причина",
        months="январ[ьяею]м?|феврал[ьяею]м?|март[аеу]?|апрел[ьяею]м?|мая|май|мае|июн[ьяею]м?"
        "|июл[ьяею]м?|август[аеу]?|сентябр[ьяею]м?|октябр[ьяею]м?|ноябр[ьяею]м?|декабр[ьяею]м?",
        times=(
            r"понедельник\w*|вторник\w*|сред[аыеу]|четверг\w*|пятниц\w+|суббот\w+|воскресень\w+"
            r"|век[аеу]?|веков|столети\w+"
        ),
        year=r"в|с|до|около|после|году?|года",
        number=(
            r"дв[ау]|две|двух|двум|двое|тр[её]х|три|трое|тр[её]м|четыр\w+|пят[ьи]|шест[ьи]|сем[ьи]"
            r"|вос[ье]?м[ьи]|девят[ьи]|десят[ьи]|\w+надцат[ьи]|двадцат[ьи]|тридцат[ьи]|сорока?"
            r"|пятьдесят|шестьдесят|семьдесят|восемьдесят|девяност[оа]|ст[оа]|дв[еу]сти|двухсот"
            r"|триста|четыреста|пятьсот|шестьсот|семьсот|восемьсот|девятьсот|полтор[аы]|полутора"
        ),
        scale=r"тысяч\w*|миллион\w*|миллиард\w*|процент\w*",
        unit=(
            r"(?:кило|санти|милли)?метр(?:а|ов|ах)?|к?м|см|мм|мил[яиь]|верст(?:а|ы)?|гектар\w*"
            r"|кило(?:грамм)?\w*|кг|грамм\w*|г|тонн\w*|т|центнер\w*|секунд\w*|минут\w*"
            r"|час(?:а|ов)?|д(?:ень|ня|ней)|ноч(?:ь|и|ей)|недел\w*|месяц\w*|лет|год(?:а|ов)?"
            r"|раз(?:а)?|градус\w*|рубл\w+|доллар\w*|евро|копе\w+"
        ),
        cause=(
            r"потому|так как|поскольку|из-за|чтобы|ибо|ввиду|вследствие|по причине|причин\w+"
            r"|благодаря|поэтому|в связи|для того|в результате"
        ),
    ),
    "ar": AnswerWords(
        when=r"(?:منذ |حتى )?متى|(?:(?:في|منذ) )?(?:أي|أية) (?:عام|سنة|يوم|تاريخ)|ما(?: هو)? تاريخ",
        period=r"(?:في )?أي (?:شهر|قرن|عقد)",
        count=r"كم|ما(?: هو)? عدد",
        measure=(
            r"كم (?:يبلغ|تبلغ|بلغ|بلغت|يستغرق|استغرق|استغرقت|دام|دامت|يدوم|تدوم|يستمر|استمر|استمرت"
            r"|تزن|يزن|وزن|كلف|كلفت|يكلف|تكلف|ثمن|سعر|طول|مدة|عمر)"
            r"|ما(?: هو| هي)? (?:طول|ارتفاع|عرض|عمق|وزن|مساحة|سعر|مسافة|سرعة|نسبة|مدة)"
        ),
        who=r"^من(?! (?:أين|أي|أية|خلال))(?: (?:هو|هي|هم|الذي|التي))?|لمن",
        where=(
            r"(?:(?:من|إلى) )?أين"
            r"|(?:(?:في|من|إلى) )?(?:أي|أية) (?:مدينة|بلد|دولة|مكان|منطقة|قارة)"
        ),
        why=r"لماذا|لم(?= ي| ت)|ما(?: هو| هي)? (?:السبب|سبب|أسباب)|لأي سبب",
        months=(
            "يناير|فبراير|مارس|أبريل|إبريل|مايو|يونيو|يونيه|يوليو|يوليوز|يوليه|أغسطس|غشت|سبتمبر"
            "|شتنبر|أكتوبر|نوفمبر|نونبر|ديسمبر|دجنبر|جانفي|فيفري|أفريل|ماي|جوان|جويلية|أوت"
            "|كانون الثاني|كانون الأول|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين الأول"
            "|تشرين الثاني"
        ),
        times=(
            r"(?:ال)?(?:أحد|اثنين|إثنين|ثلاثاء|أربعاء|خميس|جمعة|سبت)|(?:ال)?قرون|(?:ال)?قرن|قرنا"
            r"|(?:ال)?عام|(?:ال)?سنة"
        ),
        year=r"في|عام|سنة|منذ|حتى|بعد|قبل|العام|السنة",
        number=(
            r"(?:اثن|إثن)(?:ان|ين|تان|تين)|ثلاثة?|أربعة?|خمسة?|ستة?|سبعة?|ثمانية?|ثماني|ثمان|تسعة?"
            r"|عشرة?|عشرون|عشرين|(?:ثلاث|أربع|خمس|ست|سبع|ثمان|تسع)(?:ون|ين)|مئة|مائة|مئت(?:ا|ان|ي|ين)"
            r"|مائت(?:ان|ين)|نصف|ثلث|ربع|خمس"
        ),
        scale=r"ألفا?|آلاف|ألفي|مليونا?|مليوني|ملايين|مليارا?|مليارات|مئة|مائة|بالمئة|في المئة",
        unit=(
            r"(?:كيلو|سنتي|ملي|مليون )?(?:متر|مترا|أمتار)|كيلومترا?|كيلومترات|كم|سم|ميلا?|أميال"
            r"|هكتارا?|كيلوغراما?|كيلوغرامات|غراما?|غرامات|طنا?|أطنان|ثاني[ةت]|ثوان|دقيقة|دقائق"
            r"|دقيقتين|ساعة|ساعات|يوما?|أيام|ليلة|أسبوعا?|أسابيع|شهرا?|أشهر|شهور|سنة|سنوات|عاما?"
            r"|أعوام|مرة|مرات|درجة|درجات|دولارا?|دولارات|يورو|درهما?|دراهم|دينارا?|دنانير|ريالا?"
            r"|ريالات|جنيها?|جنيهات"
        ),
        cause=(
            r"لأن\w*|بسبب|نتيجة|من أجل|لكي|كي|نظرا|إذ|جراء|بفضل|لذلك|سبب\w*|خوفا|بغية|لهذا|بهدف"
        ),
        capitals=False,
    ),
    "zh": AnswerWords(
        when=r"什么时候|何时|几时|哪一?年|哪一?[天日]|几[号日]|什么(?:日期|日子)",
        period=r"哪个?(?:月|世纪|年代|季节)|几月份?|什么(?:年代|时代|朝代|季节)|(?:星期|周)几",
        count=r"多少(?:[个名位人只条座种])?|几(?:[个名位人只条座种])?",
        measure=(
            r"多(?:长时间|久|长|高|大|远|重|深|宽|快|厚)|几岁"
            r"|多少(?:钱|时间|岁|年|天|米|公里|吨|元|平方\w+?里)|几(?:年|天|米|公里|吨|元)"
        ),
        who=r"谁|哪位|何人|什么人",
        where=r"哪里|哪儿|何处|何地|什么地方|哪个?(?:城市|国家|省|地方|地区|县|村|洲)",
        why=r"为什么|为何|为啥|何故|因何|原因是什么|什么原因",
        months=r"(?:十[一二]?|[一二三四五六七八九]|\d{1,2})月",
        times=r"世纪|年代|(?:星期|周)[一二三四五六日天]|[春夏秋冬][天季]",
        year="",
        number=r"[一二两三四五六七八九十百千万亿零〇半]{2,}|[二两三四五六七八九十百千万亿半]",
        scale=r"[十百千万亿]+",
        unit="",
        cause=r"因为|由于|因而|因此|所以|为了|导致|原因|以便|造成|从而",
        capitals=False,
    ),
}
"""By language (ISO 639-1)."""
