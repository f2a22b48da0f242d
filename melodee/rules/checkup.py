"""What `melodee doctor` says of the metadata rules."""

from melodee.errors import MelodeeError
from melodee.rules.errors import BadRules
from melodee.rules.load import load
from melodee.settings import DataDirectory
from melodee.text import display_path
from melodee.verdict import Findings, ok, wrong


def look_at_rules(data: DataDirectory) -> Findings:
    """Whether the rules can be used: with wrong ones no batch is taken in."""
    try:
        rules = load(data)
    except BadRules as error:
        for problem in error.problems:
            yield wrong("Rules", display_path(str(problem)), f"mend it in {display_path(str(data.rules))}")
        return
    except MelodeeError as error:
        yield wrong("Rules", str(error), "mend the setting")
        return
    own = sum(rule.origin != "shipped" for rule in rules.rules)
    yield ok("Rules", f"{len(rules.rules) - own} that ship, {own} of yours")
