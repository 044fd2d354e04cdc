"""Questions a reader may want to ask, made from the article itself by a few safe patterns.

They are only candidates: ``Bot.suggest_questions`` keeps those the bot then answers.
"""

import re
from collections import Counter

from index.sentences import split_sentences
from index.types import Article

_NAME = r"(?:[A-Z][\w'’.-]*[\w'’])(?: (?:of the |of |the )?[A-Z0-9][\w'’-]*)*"
_CALLED = re.compile(rf"\b(?:called|named|known as) (the )?({_NAME})")
_APPOSITION = re.compile(rf"(?<![.\w] )\b(the )?({_NAME}), (?:a|an|the|which|who) ")
_EVENT = re.compile(
    rf"\b(the )?({_NAME})(?: mission| spacecraft)? "
    r"(landed|returned|opened|began|arrived|died|started|ended|expired|launched)\b"
)
_PERSON = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Dr|President|Senator|Minister|Professor|Chancellor)\.? ({_NAME})"
)
_MID_NAME = re.compile(rf"(?<=[a-z,] ){_NAME}")
_PAST_TO_BASE = {
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
}
_MOST_SENTENCES = 300


def question_candidates(article: Article) -> list[str]:
    """Questions whose words come from the article, most promising first, without repeats.

    Only the first 300 sentences are looked at; an article in a language without capital
    letters yields none.
    """
    spans = split_sentences(article.text)[:_MOST_SENTENCES]
    sentences = [article.text[start:end] for start, end in spans]
    questions: list[str] = []
    for sentence in sentences:
        for the, name in _CALLED.findall(sentence):
            questions.append(f"What is {the}{name}?")
        for the, name, verb in _EVENT.findall(sentence):
            asks = "When" if re.search(r"\b[12]\d{3}\b", sentence) else "Where"
            questions.append(f"{asks} did {the.lower()}{name} {_PAST_TO_BASE[verb]}?")
        for name in _PERSON.findall(sentence):
            questions.append(f"Who is {name}?")
        for the, name in _APPOSITION.findall(sentence):
            questions.append(f"What is {the.lower()}{name}?")
    counts = Counter(name for sentence in sentences for name in _MID_NAME.findall(sentence))
    questions += [f"What does it say about {name}?" for name, n in counts.most_common(6) if n > 1]
    return list(dict.fromkeys(questions))[:20]
