"""Questions a reader may want to ask, made from the article itself by a few safe patterns.

They are only candidates: ``Bot.suggest_questions`` keeps those that the bot then answers.
"""

import re
from collections import Counter
from collections.abc import Iterator

from bot.people import PEOPLE
from index.lexical import STOP_WORDS
from index.sentences import split_sentences
from index.types import Article

# Names of one to five words; no initials and no abbreviations, which make clumsy questions.
_WORD = r"[A-Z][\w-]*[a-z0-9](?:'[a-z](?=[ -]))?(?:-\d+)?"
_NAME = rf"{_WORD}(?: (?:(?:of|of the) )?(?:{_WORD}|\d{{1,2}}\b)){{0,4}}"
_YEAR = r"\b(?:1[0-9]|20)\d{2}\b"
_WAS_DONE = re.compile(
    rf"\b([Tt]he )?({_NAME}) (was|were) (\w+ed|born|built|held|made|written|found|given)\b"
)
_EVENT = re.compile(
    rf"\b([Tt]he )?({_NAME})( mission| spacecraft)? "
    r"(landed|returned|opened|began|arrived|died|started|ended|expired|launched|came back)\b"
)
_CALLED = re.compile(rf"\b(?:called|known as) (the )?({_NAME})|, (the) ({_NAME})\.")
_APPOSITION = re.compile(rf"(?:^|(?<=[a-z,] ))([Tt]he )?({_NAME}), (?:now-\w+ )?(?:an?|the) (\w+)")
_SAID = re.compile(rf"(?:^|, )({_NAME})(?:,[^,]*,|,)? (?:said|says|argued|argues|told)\b(?! to\b)")
_NAMED_AFTER = re.compile(rf"\b([Tt]he )?({_NAME}) (?:is|was) named after\b")
_TITLED = re.compile(
    rf"\b(?:President|Senator|Minister|Professor|Chancellor|Administrator|Mayor) ({_NAME})"
)
_BASE = {
    "landed": "land",
    "returned": "return",
    "opened": "open",
    "began": "begin",
    "arrived": "arrive",
    "died": "die",
    "started": "start",
    "ended": "end",
    "expired": "expire",
    "launched": "launch",
    "came back": "come back",
}
_MOST_SENTENCES = 300
_MOST_QUESTIONS = 16
_MOST_LAST = 8


def question_candidates(article: Article) -> list[str]:
    """Questions whose words come from the article, without repeats, their kinds in turn.

    Only the first 300 sentences are looked at; an article in a language without capital
    letters yields none.
    """
    text = article.text
    spans = split_sentences(text, without=article.heading_starts)[:_MOST_SENTENCES]
    sentences = [text[start:end] for start, end in spans]
    inside = Counter(name for s in sentences for name in re.findall(rf"(?<=[a-z,] ){_NAME}", s))
    found = (
        question
        for sentence in sentences
        for name, question in _questions(sentence)
        if _is_name(name)
        # A lone capital at the start of a sentence makes no name.
        and (" " in name or name in inside)
    )
    questions = _varied(list(dict.fromkeys(found)))[:_MOST_QUESTIONS]
    often = (name for name, count in inside.most_common(4) if count > 1 and len(name) > 3)
    # Of whom a title is told, not much more may be.
    titled = (name for s in sentences for name in _TITLED.findall(s) if _is_name(name))
    last = [f"What does it say about {name}?" for name in often if _is_name(name)]
    last += [f"Who is {name}?" for name in titled]
    return list(dict.fromkeys(questions + last))[: _MOST_QUESTIONS + _MOST_LAST]


def _varied(questions: list[str]) -> list[str]:
    """One question of each kind (when, who, what, …) in turn, each kind in its order."""
    asked = Counter[str]()
    turns = {}
    for question in questions:
        kind = question.split()[0]
        turns[question] = asked[kind]
        asked[kind] += 1
    return sorted(questions, key=turns.__getitem__)


def _is_name(words: str) -> bool:
    """Whether capitalised words may be the name of something, unlike "In June"."""
    return not words.endswith("'s") and words.split()[0].lower() not in STOP_WORDS


def _is(name: str) -> str:
    """The verb for a name: "are" for one that ends like a plural."""
    return "are" if re.search(r"[^suiy]s$", name) else "is"


def _questions(sentence: str) -> Iterator[tuple[str, str]]:
    """(name asked about, question) for each pattern that a sentence fits."""
    dated = re.search(_YEAR, sentence)
    for the, name, was, done in _WAS_DONE.findall(sentence):
        if dated and " " in name:
            yield name, f"When {was} {the.lower()}{name} {done}?"
    for the, name, craft, verb in _EVENT.findall(sentence):
        subject = f"{the.lower()}{name}{craft if the else ''}"
        yield name, f"{'When' if dated else 'Where'} did {subject} {_BASE[verb]}?"
    for match in _CALLED.findall(sentence):
        the, name = (match[0], match[1]) if match[1] else (match[2] + " ", match[3])
        yield name, f"What {_is(name)} {the}{name}?"
    for the, name, noun in _APPOSITION.findall(sentence):
        yield name, f"{'Who is' if noun in PEOPLE else f'What {_is(name)}'} {the.lower()}{name}?"
    for the, name in _NAMED_AFTER.findall(sentence):
        yield name, f"Who is {the.lower()}{name} named after?"
    for name in _SAID.findall(sentence):
        yield name, f"What did {name} say?"
