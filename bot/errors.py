"""Errors of answering; see ``index.errors`` for the root and the whole tree."""

from index.errors import ArticleBotError


class ConfigError(ArticleBotError):
    """A setting, flag or argument is not usable."""


class QuestionError(ArticleBotError):
    """A question or history cannot be answered as given: empty, too long, of the wrong form."""


class BusyError(ArticleBotError):
    """More people ask at once than the page is set to serve."""


class LLMError(ArticleBotError):
    """The language model is missing, misconfigured, unreachable or gave nothing usable."""
