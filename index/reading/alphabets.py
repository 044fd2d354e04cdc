"""How likely letters and marks beyond ASCII are, language by language.

Natural logarithms of the share of a text's characters, as far as they tell encodings apart: the
letters of a language are known in the order of their frequency, and shares fall off evenly.
"""

import functools
import math

# Letters beyond a to z of languages in Latin script, the most frequent first.
_LATIN = {
    "de": "üäöß", "fr": "éèàêçôùâîûëïœæÿ", "es": "óíáéñúü", "pt": "ãçéáíóõêâúàôü", "it": "èàòùéìí",
    "ca": "àéíóèòçúïü·", "nl": "ëéïóöüèê", "sv": "äåöéà", "fi": "äöå", "da": "øåæéô",
    "no": "åøæéòôê", "is": "íáðéöþúóýæ", "et": "äõüöšž", "lv": "āīēšūņļģķžčŗō", "lt": "ėšųžįūčąę",
    "pl": "łóążęśćńź", "cs": "íáéěýčřžšůúťóďň", "sk": "áíéčýžšúťľôóňäďĺŕ", "hu": "áéőöíüóúű",
    "ro": "ăîâşţșț", "hr": "čšžćđ", "sl": "čšž", "tr": "ıüşçöğâîû", "sq": "ëç", "cy": "ŵâŷêôîûïöë",
    "eo": "ĉĝĥĵŝŭ", "mt": "ħżċġàèìòù", "en": "éèïöçêñ",
}  # fmt: skip
# All letters of languages in other alphabets, the most frequent first.
_OTHERS = {
    "ru": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё", "uk": "оанивтерсілкудмпязьгбчйхцжїющєшфґ",
    "bg": "аиоетнрсвлкдпмзугъбчцйжшхящюфь", "be": "аінеорстлкувядзпмыцйьгбчэёхжшюўф",
    "sr": "аоиенрстјукдвмплгзбчшжцхћђљњфџ", "mk": "аоитенрсвкјдлпмузгбчшжцхфќљњѓџѕ",
    "el": "αοιετσνηυρπκμλςίόγάδωχέθήύφβώξζψϊϋΐΰ", "he": "יוהלאתרשבמנחפקדםעצסזטגכןץףך",
    "ar": "المينوترهبدعكفحسقجةشأطصخىذزثضءإظغئؤآ", "fa": "ایرندهمتوسبشکزلگفقخپعجحچصطضغذثظئژ",
    "th": "านรกเง่อมย้ลวดทตัสปบิคีหแะ์ุขพช็ืโใไจผซูธถศฟภญณฉษฐฎฏฆฑฌฬฤ",
}  # fmt: skip
_SHARE_IN_LATIN = 0.06
_SHARE_IN_OTHERS = 0.85
# Of the characters of Japanese, Chinese and Korean, by how common their group is.
_HIRAGANA, _KATAKANA, _WIDE_MARK = -4.8, -6.7, -5.0
_COMMON_KANJI, _COMMON_HANZI, _COMMON_HANGUL = -9.0, -8.5, -7.8
_RARE_WIDE = -13.0
_WIDE_MARKS = frozenset("、。，「」・ー！？：；（）《》“”\u3000")


def _shares(letters: str, total: float, decay: float) -> dict[str, float]:
    weights = [math.exp(-rank / decay) for rank in range(len(letters))]
    shares = (total * weight / sum(weights) for weight in weights)
    return {letter: math.log(share) for letter, share in zip(letters, shares, strict=True)}


LETTERS = {
    **{name: _shares(letters, _SHARE_IN_LATIN, 5.0) for name, letters in _LATIN.items()},
    **{name: _shares(them, _SHARE_IN_OTHERS, len(them) / 4) for name, them in _OTHERS.items()},
}
"""Log share of each lower-case letter beyond ASCII, by language (ISO 639-1)."""

MARKS = {
    **dict.fromkeys("“”„‘’«»–—…€\xa0°·¿¡№،؟£§©®•", -4.5),
    **dict.fromkeys("‹›™½¼¾²³¥×÷±µ†‡‰ªº", -7.0),
}
"""Log share of marks beyond ASCII."""


@functools.lru_cache(maxsize=50_000)
def wide_share(character: str, encoding: str) -> float:
    """Log share of a character beyond ASCII in a text of a Japanese, Chinese or Korean encoding."""
    if character in _WIDE_MARKS:
        return _WIDE_MARK
    is_kana = "ぁ" <= character <= "ヺ"
    if encoding in ("cp932", "euc_jp"):
        if is_kana:
            return _HIRAGANA if character <= "ん" else _KATAKANA
        return _COMMON_KANJI if _lead(character, "euc_jp", 0xB0, 0xCF) else _RARE_WIDE
    if is_kana:
        return _RARE_WIDE
    if encoding == "gb18030":
        return _COMMON_HANZI if _lead(character, "gb2312", 0xB0, 0xD7) else _RARE_WIDE
    if encoding == "big5":
        return _COMMON_HANZI if _lead(character, "big5", 0xA4, 0xC6) else _RARE_WIDE
    common = "가" <= character <= "힣" and _lead(character, "euc_kr", 0xB0, 0xC8)
    return _COMMON_HANGUL if common else _RARE_WIDE


def _lead(character: str, standard: str, first: int, last: int) -> bool:
    """Whether a national standard holds the character among its common ones."""
    try:
        encoded = character.encode(standard)
    except UnicodeEncodeError:
        return False
    return len(encoded) == 2 and first <= encoded[0] <= last
