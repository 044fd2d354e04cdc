"""The people that an English text names.

Each pattern needs a sign beside the name (a title, a role, a verb of saying, a year of birth), so a
name without one is not found. Capital letters alone would take institutions for people.
"""

import re
from collections.abc import Iterator

from bot.calendar_words import MONTHS_OR_DAYS

_ROLES = """
actor actress activist adviser advisor administrator adventurer ambassador analyst anthropologist
archaeologist architect artist astronaut astronomer athlete attorney author baker banker baron
bassist bishop biographer biologist botanist boxer builder businessman businesswoman captain
carpenter cartoonist chairman chairwoman chairperson chancellor chef chemist chief choreographer
clockmaker coach columnist comedian commander commissioner composer conductor congressman
congresswoman consultant contractor cook coordinator correspondent councillor councilman
councilwoman critic curator cyclist dancer dean dentist deputy designer detective developer
director doctor dramatist driver drummer economist editor emperor empress engineer entrepreneur
essayist executive explorer farmer filmmaker firefighter fisherman footballer founder gardener
general geographer geologist governor grandfather grandmother guitarist head historian housewife
illustrator inspector instructor inventor investigator investor journalist judge keeper king
lawmaker lawyer leader lecturer librarian lieutenant linguist logician manager mathematician mayor
mechanic merchant meteorologist midwife minister missionary musician naturalist navigator
neuroscientist novelist nurse officer oceanographer owner painter paleontologist pastor
pathologist pharmacist philosopher photographer physician physicist pianist pilot planner
playwright poet policeman policewoman politician pope postman preacher president priest prince
princess principal producer professor programmer prosecutor psychiatrist psychologist publisher
queen rabbi ranger reporter representative researcher resident retiree sailor saxophonist scholar
scientist screenwriter sculptor secretary seller senator sergeant shepherd shopkeeper singer
sociologist soldier songwriter spokesman spokesperson spokeswoman statesman statistician student
superintendent surgeon surveyor swimmer tailor teacher technician theologian trader trainer
translator treasurer trustee tutor veterinarian violinist virologist volunteer warden widow
widower writer zoologist
"""
PEOPLE = frozenset(_ROLES.split())
"""Nouns for what a person is."""
_CAPITAL = r"[A-ZÀ-ÖØ-Þ]"
_PART = rf"{_CAPITAL}(?:[\w'’-]*[a-zß-ÿ]|\.)"
_LINK = r"(?:van der|van den|van|von der|von|de la|de|da|di|del|bin|ibn|al|la|le)"
_FULL = rf"{_PART}(?: (?:{_LINK} )?{_PART}){{1,3}}"
_ANY = rf"{_PART}(?: (?:{_LINK} )?{_PART}){{0,3}}"
_TITLES = (
    r"(?:President|Senator|Minister|Chancellor|Administrator|Mayor|Governor|Congress(?:wo)?man"
    r"|Prime Minister|King|Queen|Prince|Princess|Pope|Emperor|Captain"
    r"|Colonel|Admiral|Bishop|Archbishop|Cardinal|Sir|Lady|Professor"
    r"|Prof\.|Dr\.?|Mr\.?|Mrs\.?|Ms\.?|Sen\.|Rep\.|Gov\.|Gen\.|Sgt\.|Rev\.)"
)
_ROLE = rf"(?:{'|'.join(sorted(PEOPLE, key=len, reverse=True))})"
_SAYS = (
    r"(?:said|says|argued|argues|told|wrote|writes|explained|explains|added|claimed|noted|stated"
    r"|announced|admitted|insisted|replied|recalled|believed|believes|thinks|thought)"
)
_LIVED = r"(?:was born|died|married|graduated|studied|resigned|retired)"
_BY = (
    r"(?:led|written|founded|directed|invented|painted|designed|discovered|headed|owned|composed"
    r"|created|edited|built|opened|developed|proposed|introduced|described|published|coined)"
)
_KIN = (
    r"(?:wife|husband|son|daughter|father|mother|brother|sister|company|administration|death"
    r"|birthday|presidency|widow|government|career|childhood|successor|predecessor)"
)
_PEOPLE = [
    re.compile(pattern)
    for pattern in (
        rf"\b{_TITLES} (?P<name>{_ANY})",
        rf"\b(?:(?i:{_ROLE}),?|Secretary|General|Major|Judge|Justice|Lord|Chair) (?P<name>{_FULL})",
        rf"(?<!the )(?<!The )\b(?P<name>{_FULL}),? (?:\([^)]*\),? )?{_SAYS}\b",
        rf"\b(?P<name>{_PART}) {_SAYS}(?: that)? s?he\b",
        rf"\b(?P<name>{_FULL}),? (?:\([^)]*\) )?(?:was |is |had |has )?(?:{_LIVED})\b",
        rf"\b(?P<name>{_FULL}),? (?:is an?|was an?|an?|the|then|former)\b"
        rf"[^,.;]{{0,40}}?\b{_ROLE}\b",
        rf"\b(?P<name>{_FULL}),? (?:who|whose)\b",
        rf"\b(?P<name>{_FULL}) \((?:born |b\. |c\. )?\d{{3,4}}\s?[-–)]",
        rf"\b{_BY} by (?P<name>{_FULL})",
        rf"\b(?:named (?:after|for)|company of|son of|daughter of|wife of|married) (?:[\w-]+ )"
        rf"{{0,4}}?(?P<name>{_FULL})",
        rf"\b(?P<name>{_FULL})['’]s (?:[\w.-]+ ){{0,2}}?{_KIN}\b",
    )
]
# A name with one of these words is an institution, a place, a work or a day.
_OTHERS = """
act assembly code column commons holy theater theatre
agency alliance amendment army association award bank basin bay board bowl building bureau
castle cathedral center centre chapel church city club college commission committee company
conference congress corporation council county court day department district division east
education empire european federation festival force forces foundation government group hall
head high hospital house institute international island islands journal kingdom lake language law
league library man marine mill ministry mission moon mount mountain mountains movement museum
nation national nations navy new news north northern ocean office order organisation
organization palace park parliament party peninsula post prize programme program province
republic research river road royal school sea senate series service society south southern
square star state states station stadium street study system team television times tower town
treaty union united university valley war wars west western white world
the a an this that these those his her its their our my in on at by for from of and but when
while after before if as since although however because though even both like not yet today then
"""
_NOT_PEOPLE = MONTHS_OR_DAYS | frozenset(_OTHERS.split())
_TITLE_WORDS = frozenset(["mr", "mrs", "ms", "dr", "prof", "sir", "president", "king", "queen"])


def people(sentence: str) -> Iterator[tuple[int, str]]:
    """(where it begins, name) for each person that a sentence names, in no order."""
    for pattern in _PEOPLE:
        for match in pattern.finditer(sentence):
            name = re.sub(r"['’]s$", "", match["name"]).rstrip(".")
            parts = name.lower().split()
            if not _NOT_PEOPLE.intersection(parts) and parts[0].rstrip(".") not in _TITLE_WORDS:
                yield match.start("name"), name


def may_be_person(name: str) -> bool:
    """Whether nothing in a name tells that it is no person's."""
    return not _NOT_PEOPLE.intersection(word.lower() for word in re.findall(r"\w+", name)[-3:])


def same_person(name: str, known: str) -> bool:
    """Whether two names may be one person's: the shorter one ends the longer one."""
    short, long = sorted((name.split(), known.split()), key=len)
    return long[-len(short) :] == short or (len(short) > 1 and set(short) <= set(long))
