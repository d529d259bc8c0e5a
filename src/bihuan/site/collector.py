"""Python's collector of reference rings, set for processes that live long."""

import gc


def settle() -> None:
    """Call once everything is loaded.

    What is loaded stays for good and need not be looked at again. A page of a thousand rows or a
    batch of a projector makes many objects and no rings: looking for rings after every 700 of
    them costs a quarter of the time (bench/board.py, bench/projection.py). After 50,000 each twentieth
    page waited 15 ms for it, after 10,000 every fourth one 4 ms (bench/history.py).
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
