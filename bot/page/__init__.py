"""The browser page: what it shows (``blocks``, ``payload``), what its buttons do (``events``,
``opening``, ``visit``), and how it is served (``ui``, ``serve``; only these import gradio).

The page itself, HTML, CSS and JavaScript, lies in ``static``. Content of articles, models and
visitors travels as JSON and becomes text nodes in the browser: nothing of it is ever parsed as
HTML or Markdown, so there is nothing to escape and nothing to forget escaping.
"""
