"""The browser page.

What it shows is made in ``blocks`` and ``payload``; what happens when a visitor does something is
in ``events``, ``opening`` and ``visit``; ``ui`` and ``serve`` hand it to Gradio, and only they
import it.

The page itself, HTML, CSS and JavaScript, lies in ``static``. Content of articles, models and
visitors travels as JSON and becomes text nodes in the browser: nothing of it is ever parsed as
HTML or Markdown, so there is nothing to escape and nothing to forget escaping.
"""
