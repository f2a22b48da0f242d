"""How long a list is, when a server tells no more than what stands at an offset."""

from collections.abc import Callable

MOST = 1 << 40
"""No list is longer; a server that still has something there takes no notice of offsets."""


def count(exists: Callable[[int], bool], guess: int = 0) -> int | None:
    """Entries of a list of which `exists(offset)` says whether one stands there; `None` when it has no end.

    Steps double until they leave the list, then the last one is halved. A right guess makes it two questions.
    """
    least = guess if guess > 0 and exists(guess - 1) else 0
    step = 1
    while exists(least + step - 1):
        least += step
        step *= 2
        if least > MOST:
            return None
    most = least + step - 1
    while least < most:
        middle = (least + most + 1) // 2
        if exists(middle - 1):
            least = middle
        else:
            most = middle - 1
    return least
