"""One visitor's state: which bot, with which articles, answers their questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.page.choices import Choices

if TYPE_CHECKING:
    from bot.chat import Bot


class Visit:
    """What one browser session holds.

    Gradio copies a state's first value for every new session. A copy of a visit is a new visitor
    who starts at the served bot; the bot itself, with its models and database, is shared.

    Attributes:
        served: The bot the page was started with.
        bot: The bot that answers this visitor: ``served``, or one over their own article.
        choices: What visitors may choose for a question; shared, and nothing of theirs is in it.
    """

    def __init__(self, served: Bot, choices: Choices | None = None) -> None:
        """Start at the served bot."""
        self.served = served
        self.bot = served
        self.choices = choices or Choices()

    def holds(self, article_id: str, content_hash: str) -> bool:
        """Whether questions of this visitor are answered from exactly this article, too."""
        return (
            article_id in self.bot.article_ids()
            and self.bot.article(article_id).content_hash == content_hash
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> Visit:
        """A new visitor of the same served bot."""
        return Visit(self.served, self.choices)
