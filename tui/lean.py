"""A start without looking for garbage among what stays."""

import gc


def put_off_garbage() -> None:
    """Until `look_for_garbage`: nearly all that a start makes stays for as long as the program runs."""
    gc.disable()


def look_for_garbage() -> None:
    """From now on; what there is by now is not looked at again."""
    gc.freeze()
    gc.enable()
