"""The places that an English text names: countries by a list, others by the words beside them."""

import re
from collections import Counter
from collections.abc import Iterator

from bot.calendar_words import MONTHS

_CAPITAL = r"[A-ZÀ-ÖØ-Þ]"
_PART = rf"{_CAPITAL}[\w'’-]*[a-zß-ÿ]"
_PLACE_WORD = (
    r"(?:Sea|River|Lake|Mountains?|Basin|Islands?|County|Province|Street|Avenue|Ocean|Bay|Valley"
    r"|Peninsula|Desert|Park|Coast|Strait|Gulf|Forest|Square|Bridge|City)"
)
_GEOGRAPHIC = re.compile(
    rf"\b(?:{_PART} ){{1,3}}{_PLACE_WORD}\b|\b(?:Lake|Mount|Mons|Cape|Fort|Port) {_PART}"
)
# A town is told by where it stands: in the text, more often than not after one of these.
_LOCATED = re.compile(
    rf"\b(?:in|near|outside|across|throughout|from|to|at|into|towards?|around) "
    rf"(?:(?:central|northern|southern|eastern|western|downtown|nearby) )?"
    rf"({_PART}(?: {_PART}){{0,2}})"
)
_STANDING_IN = re.compile(
    rf"\b(?:in|near) (?:(?:central|northern|southern|eastern|western|downtown|nearby) )?"
    rf"({_PART}(?: {_PART}){{0,2}})"
)
_NO_TOWNS = re.compile(
    rf"(?:{'|'.join(MONTHS)}"
    r"|North|South|East|West|Central|Western|Eastern|Northern|Southern|The|This|Article|Figure"
    r"|Section|Chapter|Part|Act|Appendix|Table|Division|[\w-]+(?:ish|ese|['’]s)|Greek|Latin|Dutch"
    r"|French|German|Russian|Italian)\b"
)
_COUNTRY_NAMES = """
Afghanistan|Albania|Algeria|Andorra|Angola|Argentina|Armenia|Australia|Austria|Azerbaijan|Bahamas|
Bahrain|Bangladesh|Barbados|Belarus|Belgium|Belize|Benin|Bhutan|Bolivia|Bosnia and Herzegovina|
Botswana|Brazil|Britain|Brunei|Bulgaria|Burkina Faso|Burundi|Cambodia|Cameroon|Canada|Cape Verde|
Central African Republic|Chad|Chile|China|Colombia|Comoros|Congo|Costa Rica|Croatia|Cuba|Cyprus|
Czech Republic|Czechia|Denmark|Djibouti|Dominica|Dominican Republic|East Timor|Ecuador|Egypt|
El Salvador|England|Equatorial Guinea|Eritrea|Estonia|Eswatini|Ethiopia|Fiji|Finland|France|Gabon|
Gambia|Germany|Ghana|Great Britain|Greece|Grenada|Guatemala|Guinea|Guinea-Bissau|Guyana|Haiti|
Honduras|Hungary|Iceland|India|Indonesia|Iran|Iraq|Ireland|Israel|Italy|Ivory Coast|Jamaica|Japan|
Kazakhstan|Kenya|Kiribati|Kosovo|Kuwait|Kyrgyzstan|Laos|Latvia|Lebanon|Lesotho|Liberia|Libya|
Liechtenstein|Lithuania|Luxembourg|Madagascar|Malawi|Malaysia|Maldives|Mali|Malta|Marshall Islands|
Mauritania|Mauritius|Mexico|Micronesia|Moldova|Monaco|Mongolia|Montenegro|Morocco|Mozambique|
Myanmar|Namibia|Nauru|Nepal|Netherlands|New Zealand|Nicaragua|Niger|Nigeria|North Korea|
North Macedonia|Norway|Oman|Pakistan|Palau|Panama|Papua New Guinea|Paraguay|Peru|Philippines|Poland|
Portugal|Qatar|Romania|Russia|Rwanda|Samoa|San Marino|Saudi Arabia|Scotland|Senegal|Serbia|
Seychelles|Sierra Leone|Singapore|Slovakia|Slovenia|Solomon Islands|Somalia|South Africa|
South Korea|South Sudan|Soviet Union|Spain|Sri Lanka|Sudan|Suriname|Sweden|Switzerland|Syria|Taiwan|
Tajikistan|Tanzania|Thailand|Togo|Tonga|Trinidad and Tobago|Tunisia|Turkey|Türkiye|Turkmenistan|
Tuvalu|Uganda|Ukraine|United Arab Emirates|United Kingdom|United States of America|United States|
Uruguay|Uzbekistan|Vanuatu|Vatican City|Venezuela|Vietnam|Wales|Yemen|Yugoslavia|Zambia|Zimbabwe|
U.S.A.|U.S.|U.K.|USA|US|UK|USSR
"""
_COUNTRIES = re.compile(
    r"(?<![\w-])(?:New (?!Zealand))?(?:"
    + "|".join(
        re.escape(name)
        for name in sorted(_COUNTRY_NAMES.replace("\n", "").split("|"), key=len, reverse=True)
    )
    + r")(?![\w-])"
)
_CONTINENTS = re.compile(
    r"\b(?:(?:North|South|Central|Latin) America|Africa|Antarctica|Asia|Europe|Oceania)\b(?!-)"
)
_SAME_COUNTRY = {
    "U.S.": "United States", "US": "United States", "USA": "United States",
    "U.S.A.": "United States", "United States of America": "United States",
    "U.K.": "United Kingdom", "UK": "United Kingdom",
}  # fmt: skip


def countries(sentence: str) -> Iterator[tuple[int, str]]:
    """(where it begins, name) for each country that a sentence names."""
    for match in _COUNTRIES.finditer(sentence):
        if not match.group().startswith("New ") or match.group() == "New Zealand":
            yield match.start(), _SAME_COUNTRY.get(match.group(), match.group())


def places(sentence: str, towns: frozenset[str] = frozenset()) -> Iterator[tuple[int, str]]:
    """(where it begins, name) for countries, continents, towns and what is named like a place."""
    yield from countries(sentence)
    for town in towns:
        yield from ((m.start(), town) for m in re.finditer(rf"\b{re.escape(town)}\b", sentence))
    for pattern in (_CONTINENTS, _GEOGRAPHIC):
        yield from ((match.start(), match.group()) for match in pattern.finditer(sentence))


def towns(text: str) -> frozenset[str]:
    """Names of one to three words that stand in a text mostly where names of places do."""
    located = Counter(_LOCATED.findall(text))
    likely = {name for name in _STANDING_IN.findall(text) if not _NO_TOWNS.match(name)}
    return frozenset(
        name
        for name in likely
        if located[name] >= 2 and 2 * located[name] >= len(re.findall(rf"\b{name}\b", text))
    )
