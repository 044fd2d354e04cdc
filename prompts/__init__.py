"""Every prompt is a text file in this package; ``render`` fills one in.

Variables are ``$name`` (``string.Template``), so JSON braces in a prompt stay as they are.
"""

from importlib import resources
from string import Template


def render(name: str, /, **variables: str) -> str:
    """The prompt ``<name>.txt`` with its variables filled in.

    Values are inserted as they are: a ``$`` inside a value is not a variable.

    Raises:
        ValueError: A variable of the prompt was not given, or one was given that it lacks.
    """
    text = resources.files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8").strip()
    template = Template(text)
    wanted, given = set(template.get_identifiers()), set(variables)
    if wanted != given:
        raise ValueError(
            f"prompt {name!r}: missing variables {sorted(wanted - given)}, "
            f"unknown variables {sorted(given - wanted)}"
        )
    return template.substitute(variables)


def fenced(text: str) -> str:
    """Text on one line that cannot close the tag it is put in."""
    return " ".join(text.replace("<", "‹").replace(">", "›").split())
