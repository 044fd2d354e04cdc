"""Answers questions about an article, and never makes anything up.

from bot import answer
a = answer("When did Chang'e 5 return to Earth?")
print(a.text, a.citations[0].quote)
"""

from bot.api import answer
from bot.chat import Bot
from bot.config import Config
from bot.errors import ConfigError, LLMError, QuestionError
from bot.types import NOT_IN_ARTICLE, Answer, Citation, Message
from index.errors import ArticleBotError

__all__ = [
    "NOT_IN_ARTICLE",
    "Answer",
    "ArticleBotError",
    "Bot",
    "Citation",
    "Config",
    "ConfigError",
    "LLMError",
    "Message",
    "QuestionError",
    "answer",
]
