"""Does the article say so? Checks a composed sentence against the words it cites.

Purely lexical and strict: what a sentence states in numbers, dates and names has to stand in
the cited text, and most of its other words too. A sentence that fails is never shown.
"""

import re
from itertools import pairwise

from index.lexical import STOP_WORDS, is_latin, stem, words

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
)
_OTHER_NUMBERS = """
sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
hundred hundreds thousand thousands million millions billion billions trillion dozen dozens half
third quarter twice double triple first second fourth fifth sixth seventh eighth ninth tenth
"""
_NUMBER_WORDS = {word: str(value) for value, word in enumerate(_UNITS.split())} | {
    word: word for word in _OTHER_NUMBERS.split()
}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_TOKEN = re.compile(r"[^\W_](?:[\w'’]|-(?=\w))*")
_DENIALS = """
no not never none nobody nothing neither nor without cannot
fail fails failed refuse refuses refused reject rejects rejected deny denies denied
"""
_NEGATIONS = frozenset(_DENIALS.split())
_MARKER = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
_CLAUSE_END = re.compile(r"[,;:.—–]\s|\b(?:and|but|which|who|that|because|while|although)\b")
# A clause is about the same thing when this share of its content words is in the sentence.
_SAME_CLAUSE = 0.5
# Share of a sentence's content words that have to stand in the cited text or the question.
_LEAST_SUPPORT = 0.6
# Share of the adjacent word pairs of a condensed sentence that have to stand there too.
_LEAST_PAIRS = 0.75


def strip_markers(text: str) -> str:
    """``text`` without citation markers such as ``[1]`` or ``[2, 3]``."""
    return _MARKER.sub("", text).strip()


def unsupported(sentence: str, evidence: str) -> list[str]:
    """Numbers, dates and names of ``sentence`` that do not occur in ``evidence``.

    A name is a word with a capital letter; the first word of the sentence counts as one unless
    it is a function word. Numbers compare by value where they are written the same way or as
    a word (``five`` and ``5``).
    """
    plain = strip_markers(sentence)
    known_numbers, known_words = _numbers(evidence), set(_word_parts(evidence))
    missing = [number for number in _numbers(plain) if number not in known_numbers]
    for match in _TOKEN.finditer(plain):
        token = match.group()
        if token == token.lower():
            continue
        parts = _word_parts(token)
        is_function_word = all(part in STOP_WORDS for part in parts)
        if not is_function_word and not all(part in known_words for part in parts):
            missing.append(token)
    return missing


def is_supported(sentence: str, evidence: str, question: str) -> bool:
    """Whether ``evidence`` says what ``sentence`` states, as far as words can tell.

    Numbers, dates and names have to be in the evidence; of the other content words at least
    60 % in the evidence or the question (all of them in a script without capital letters,
    where names cannot be told from other words); and the sentence may deny something only where
    the evidence denies, and not affirm what a clause of the evidence denies.
    """
    plain = strip_markers(sentence)
    content = [stem(word) for word in words(plain) if word not in STOP_WORDS]
    if not content or unsupported(plain, evidence):
        return False
    if _contradicts(plain, evidence):
        return False
    known = {stem(word) for word in (*words(evidence), *words(question))}
    share = sum(word in known for word in content) / len(content)
    return share >= (_LEAST_SUPPORT if is_latin(plain) else 1.0)


def is_condensed(sentence: str, evidence: str, question: str, kept: str) -> bool:
    """Whether ``sentence`` says nothing but what ``evidence`` says, in its words and its order.

    For models too small to be trusted with a paraphrase, which turn "the division was led by X"
    into "X was led by the division": every content word has to stand in the evidence or the
    question, three quarters of the adjacent word pairs too, and the words ``kept`` must be in it.
    """
    if kept.lower() not in sentence.lower() or not is_supported(sentence, evidence, question):
        return False
    ordered = [_stems(text) for text in (sentence, evidence, question)]
    known = {*ordered[1], *ordered[2]}
    if any(s not in known for s in (stem(w) for w in words(sentence) if w not in STOP_WORDS)):
        return False
    pairs = list(pairwise(ordered[0]))
    known_pairs = {*pairwise(ordered[1]), *pairwise(ordered[2])}
    return sum(pair in known_pairs for pair in pairs) >= _LEAST_PAIRS * len(pairs)


def overlap(sentence: str, evidence: str) -> float:
    """Share of the content words of ``sentence`` that stand in ``evidence``, 0 to 1."""
    content = {stem(word) for word in words(sentence) if word not in STOP_WORDS}
    known = {stem(word) for word in words(evidence)}
    return len(content & known) / len(content) if content else 0.0


def _stems(text: str) -> list[str]:
    return [stem(word) for word in words(text)]


def _numbers(text: str) -> set[str]:
    digits = {
        number.replace(",", "") if _THOUSANDS.fullmatch(number) else number
        for number in _NUMBER.findall(text)
    }
    return digits | {_NUMBER_WORDS[word] for word in words(text) if word in _NUMBER_WORDS}


def _word_parts(text: str) -> list[str]:
    """Words without the possessive ending, so that ``NASA's`` supports ``NASA``."""
    return [word.removesuffix("'s") for word in words(text)]


def _contradicts(sentence: str, evidence: str) -> bool:
    """Whether one denies what the other affirms, judged by clauses that share words."""
    if _denies(sentence):
        return not _denies(evidence)
    return any(
        _denies(clause) and overlap(clause, sentence) >= _SAME_CLAUSE
        for clause in _CLAUSE_END.split(evidence)
    )


def _denies(text: str) -> bool:
    found = words(text)
    return any(word in _NEGATIONS or word.endswith("n't") for word in found)
