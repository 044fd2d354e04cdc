"""The English words by which questions name the columns of a table, and the ends of them."""

from typing import NamedTuple


class Quality(NamedTuple):
    """What an adjective compares.

    Attributes:
        names: Words of the columns that it may stand for.
        most: Whether its superlative is the greatest of them.
    """

    names: frozenset[str]
    most: bool


_DATES = """
born birth birthday birthdate dob founded foundation established built opened constructed completed
created year released published
"""


def _set(said: str) -> frozenset[str]:
    return frozenset(said.split())


def _quality(names: str, *, most: bool = True) -> Quality:
    return Quality(_set(names), most)


_DEPTH, _HEIGHT = "depth", "height elevation altitude"
_LENGTH, _SIZE = "length duration distance", "area size population"
_WEIGHT, _HEAT, _PRICE = "weight mass", "temperature", "price cost"
_WEALTH = "wealth income gdp fortune"
_AGE = _quality(f"age {_DATES}")
_NEWS = _quality(f"{_DATES} date updated modified joined hired")

QUALITIES = {
    "deep": _quality(_DEPTH),
    "shallow": _quality(_DEPTH, most=False),
    "high": _quality(_HEIGHT),
    "tall": _quality(_HEIGHT),
    "low": _quality(_HEIGHT, most=False),
    "long": _quality(_LENGTH),
    "short": _quality(f"{_LENGTH} height", most=False),
    "wide": _quality("width breadth"),
    "narrow": _quality("width breadth", most=False),
    "large": _quality(_SIZE),
    "big": _quality(_SIZE),
    "great": _quality(_SIZE),
    "small": _quality(_SIZE, most=False),
    "heavy": _quality(_WEIGHT),
    "light": _quality(_WEIGHT, most=False),
    "fast": _quality("speed velocity"),
    "quick": _quality("speed velocity"),
    "slow": _quality("speed velocity", most=False),
    "expensive": _quality(_PRICE),
    "cheap": _quality(_PRICE, most=False),
    "hot": _quality(_HEAT),
    "warm": _quality(_HEAT),
    "cold": _quality(_HEAT, most=False),
    "rich": _quality(_WEALTH),
    "poor": _quality(_WEALTH, most=False),
    "far": _quality("distance"),
    "near": _quality("distance", most=False),
    "close": _quality("distance", most=False),
    "populous": _quality("population inhabitants"),
    "populated": _quality("population inhabitants"),
    "old": _AGE,
    "young": _quality("age born birth birthday birthdate dob", most=False),
    "new": _NEWS,
    "recent": _NEWS,
    "late": _NEWS,
    "early": _quality(_DATES, most=False),
}
"""What the adjectives of questions compare; of dates, see ``AGES`` as well."""

AGES = _set("old young")
"""Adjectives that are greater where a date is earlier."""

TIMES = AGES | _set("new recent late early")
"""Adjectives that go with any date."""

SUPERLATIVES = {
    "first": "early", "last": "late",
    "furthest": "far", "farthest": "far", "biggest": "big", "hottest": "hot", "eldest": "old",
    "heaviest": "heavy", "earliest": "early", "latest": "late",
    **{
        f"{word.removesuffix('e')}est": word
        for word in QUALITIES
        if word not in {"far", "big", "hot", "heavy", "early", "late"}
    },
}  # fmt: skip
"""The adjective of each superlative in one word."""

MOST = _set("most maximum max highest largest biggest greatest")
"""Superlatives that go with any number."""

LEAST = _set("least fewest minimum min lowest smallest")
"""Superlatives that go with any number and mean the lower end."""

AFTER_HOW = {"much": frozenset(f"{_PRICE} salary".split()), "old": _set("age")}
"""Columns that a word after "how" asks for, where that is not all of its quality."""

PLACES = _set("location place city country region address")
"""Columns that "where" asks for."""

POPULATION = _set("population inhabitants people residents")
"""Columns of how many live somewhere."""

LIVING = _set("live lives lived living")
"""Verbs that say nothing more where a population is asked for."""

_PAY = _set("salary pay wage income")
_PRICES = _set(_PRICE)
SYNONYMS = {
    "people": POPULATION, "inhabitants": POPULATION, "residents": POPULATION,
    "earn": _PAY, "earns": _PAY, "earned": _PAY, "paid": _PAY,
    "cost": _PRICES, "costs": _PRICES, "price": _PRICES,
    "wrote": _set("author writer"), "written": _set("author writer"),
}  # fmt: skip
"""Columns that other words stand for."""

FILLERS = _set("""
a the an of in is it's are was were has have had do does did that which what who whose whom there to
at on for from by with its me us all found located situated listed lie lies their table file data
""")
"""Words that say nothing of which rows are meant. Any other word that the table does not explain
keeps a question from being answered by it: "not", "than", "and" and "average" for example."""

LISTING = _set("list name show give")
"""First words of a wish for rows."""

OPENERS = LISTING | _set("which what what's who who's whose where when how")
"""First words of a question for rows or cells."""

POLITE = _set("please can could would you tell me and so in on at to from by for of")
"""What may stand before the first word."""

ROWS = _set("row rows entry entries item items record records line lines one ones")
"""What the rows of any table are."""

UNTELLING = _set("""
data dataset table tables sheet sheet1 csv tsv file pasted text list export test sample untitled
document article upload results example
""")
"""Words in the name of a file that do not tell what its rows are."""

GENERIC_NAMES = _set("name title")
"""Names of the column that tells what a row is about."""

UNITS = _set("""
m km cm mm mi ft kg g t lb lbs h hr hrs min s sec km2 m2 km² m² m3 m³ usd eur gbp c f %
metres meters kilometres kilometers miles feet kilograms tonnes tons hours minutes seconds days
years euros dollars pounds celsius degrees percent millions million billions billion in of
""")
"""Words of a column's name that are no part of what it tells."""
