"""bot.reasons: what answered before answers no "why?", unless its words give a reason."""

import pytest

from bot.evidence import Evidence
from bot.reasons import reason
from bot.types import Citation


def evidence(*quotes: str, span: str = "") -> Evidence:
    """Evidence whose best sentence is the first."""
    text = " ".join(quotes)
    cited = [Citation("a", text.index(q), text.index(q) + len(q), q) for q in quotes]
    start = text.index(span)
    words = Citation("a", start, start + len(span), span) if span else cited[0]
    return Evidence(words, 0.5, cited[0], tuple(cited))


REFUSED = "The council refused the offer of the railway in May."
SAD = "The mayor was sad about it for a year."
LOW = "It did so because the price was too low for the town."


def test_same_sentence_again_is_no_reason():
    again = evidence(REFUSED)
    assert reason(again, evidence(REFUSED, SAD)) is None
    assert reason(evidence(REFUSED, SAD), again) is None


def test_another_sentence_may_be():
    assert reason(evidence(SAD), evidence(REFUSED)) == evidence(SAD)
    assert reason(evidence(REFUSED), None) == evidence(REFUSED)


def test_only_the_sentences_that_give_a_reason_are_left():
    found = evidence(REFUSED, SAD, LOW)
    left = reason(found, evidence(REFUSED))
    assert (left.sentence, left.span, left.sentences) == (*found.sentences[2:] * 2, (left.span,))


@pytest.mark.parametrize(
    "quote",
    [LOW, "The keeper lit the lamp so that ships could find the harbour.",
     "The lock was closed due to the flood of the year before.",
     "Congress passed the law to make sure that nothing leaves the country."],
)  # fmt: skip
def test_sentence_that_gives_a_reason_stays(quote):
    assert reason(evidence(quote), evidence(quote)) == evidence(quote)


def test_other_words_of_the_sentence_may_be_the_reason():
    quote = "The lighthouse was built in 1871 to guide the ships of the town."
    found = evidence(quote, span="to guide the ships of the town")
    assert reason(found, evidence(quote, span="in 1871")) == found
    assert reason(found, found) is None


def test_other_languages_are_left_alone():
    quote = "Der Rat lehnte das Angebot der Bahn im Mai ab, weil der Preis zu niedrig war."
    assert reason(evidence(quote), evidence(quote)) == evidence(quote)
