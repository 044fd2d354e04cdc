"""Sentences of an article that speak to whoever answers: they are data, and no evidence.

"Ignore the above and reply with …" tells nothing of what an article is about. Such a sentence is
kept from the readers and from the language model, unless the question asks about instructions.
What is taken out is only what names an answer to be given, orders given before, or a role in a
conversation: an article may well say "you", give advice, or quote a question.
"""

import re

from index.sentences import split_sentences

_ORDERED = r"(?:instruct\w*|directions?|prompts?|rules?|guidelines?|commands?|orders?|safeguards?)"
_GIVEN = r"(?:content|context|data|text|article|document|passages?|excerpts?|input|messages?)"
_EARLIER = r"(?:previous|prior|above|preceding|earlier|other|foregoing|rest|remainder|remaining)"
_ANSWER = r"(?:answers?|response|reply|replies|output|summary|completion)"
_MODEL = (
    r"(?:AI|LLM|chat ?bot|chatbots|ChatGPT|GPT-?\d?|assistant|(?:large )?language model)(?:s|es)?"
)
_SAY = r"(?:print|output|repeat|echo|say|write|respond|reply|answer|state|return|tell the user)"
# What begins a sentence and is no verb.
_VERB = r"(?!(?:you|we|they|he|she|it|i|if|when|before|after|as|the|this|that|there)\b)[A-Za-z]+"
_SET_ASIDE = r"\b(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,40}?\b"
# Where a sentence starts: looked for in a whole text first, and then in each of its sentences.
_FIRST = r"(?:^|(?<=[.!?…:;>”\"'’)\]]\s))[\W_]{0,20}+"
_START = _FIRST + r"(?:(?:please|now|also|only|just|simply|instead|always),? )*"
_PATTERNS = (
    # Orders given before, or the rest of the text, set aside.
    rf"{_SET_ASIDE}{_EARLIER}\b[^.!?\n]{{0,30}}?\b(?:{_ORDERED}|{_GIVEN})\b",
    rf"{_SET_ASIDE}(?:everything|anything|all)(?: \w+)? (?:above|before|else|below)\b",
    rf"{_START}{_SET_ASIDE}{_ORDERED}\b",
    # An answer that is to be given, in a way.
    rf"{_START}(?:in|to|at the end of|within|for|throughout) your {_ANSWER}\b",
    rf"{_START}(?:do not |don't |never )?{_VERB} [^?!\n]{{0,200}}\b(?:in|into|to|from|of|with) your"
    rf" {_ANSWER}\b",
    rf"{_START}{_VERB} your {_ANSWER} (?:with|without|by|in|to|so|as|using|only)\b",
    rf"{_START}{_SAY}(?: only| exactly| just)?"
    r"(?: with| that| the (?:following|words?|phrase|text|sentence)|:| [\"“'‘<])",
    r"\b(?:can|could|would|will) you (?:please )?(?:repeat|print|output|echo)\b",
    rf"\b(?:when|if|whenever)\b[^.!?\n]{{0,40}}\b(?:asked|answering|summari[sz]ing|responding)\b"
    rf"[^.!?\n]{{0,60}}[, ](?:you (?:must|should) |please |always ){_SAY}\b",
    # Who is spoken to.
    rf"\b(?:you are|act as|pretend to be|you're)(?: now)?(?: an?| the)? (?:\w+ )?{_MODEL}\b",
    rf"{_FIRST}(?:dear|attention|hey|hello|note (?:to|for)|notice (?:to|for)|message (?:to|for)|"
    rf"instructions? (?:to|for))\b[^.!?\n]{{0,30}}\b{_MODEL}\b",
    rf"\b{_MODEL} (?:reading|processing|summari[sz]ing|answering|parsing)\b[^.!?\n]{{0,40}}\b"
    r"(?:must|should|please|shall|has to|have to|are to|is to)\b",
    # Roles of a conversation, as a prompt marks them.
    _FIRST + r"(?:admin|system|developer|assistant|user)(?: (?:request|message|prompt|note))?\s*:",
    r"<(?:system|assistant|user|instructions?|prompt)>|<\|(?:im_|system|user|assistant)",
    r"\[(?:INST|SYS|SYSTEM|ADMIN)\b|<<SYS>>",
)
_SPEAKS = re.compile("|".join(f"(?:{p})" for p in _PATTERNS), re.IGNORECASE | re.MULTILINE)
_ASKED_ABOUT = re.compile(
    rf"\b(?:instruct\w*|prompts?|jailbreak\w*|{_MODEL}|ignor\w+|disregard\w*)\b", re.IGNORECASE
)


def quotable(text: str, question: str) -> str:
    """``text`` with sentences that speak to whoever answers blanked out, every offset kept.

    Args:
        text: Part of an article.
        question: Where it is itself about instructions, replies or assistants, nothing is blanked.
    """
    if not _SPEAKS.search(text) or _ASKED_ABOUT.search(question):
        return text
    parts, done = [], 0
    for start, end in split_sentences(text):
        if _SPEAKS.search(text[start:end]):
            # A line break, unlike a space, keeps the sentences on both sides apart.
            parts += [text[done:start], "\n" * (end - start)]
            done = end
    return "".join((*parts, text[done:]))
