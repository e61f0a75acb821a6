# SPDX-License-Identifier: GPL-2.0-or-later
"""The window as assistive technologies see it, and waiting for it to change."""
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

CONTROLS = {
    "push button", "toggle button", "check box", "radio button", "combo box", "entry", "text", "slider",
    "spin button", "list", "image", "progress bar",
}


def children(node):
    """Rows of lists come and go while one looks; what is gone is passed over."""
    try:
        count = node.get_child_count()
    except GLib.Error:
        return
    for i in range(count):
        try:
            child = node.get_child_at_index(i)
        except GLib.Error:
            continue
        if child is not None:
            yield child


def attempt(read):
    try:
        return read()
    except GLib.Error:
        return None


def walk(node):
    yield node
    for child in children(node):
        yield from walk(child)


def application(name="pagewalk", seconds=60):
    """The accessible of the program, once it has a window."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for candidate in children(Atspi.get_desktop(0)):
            if candidate.get_name() == name and candidate.get_child_count() > 0:
                return candidate
        time.sleep(0.1)
    raise AssertionError(f"{name} did not appear on the accessibility bus")


def showing(node):
    return node.get_state_set().contains(Atspi.StateType.SHOWING)


def names(root, role=None):
    found = (attempt(n.get_name) for n in walk(root) if role is None or attempt(n.get_role_name) == role)
    return [name for name in found if name is not None]


def find(root, name, role=None):
    """The first visible node of that name (and role); None if there is none."""
    for node in walk(root):
        if attempt(node.get_name) == name and (role is None or attempt(node.get_role_name) == role):
            return node
    return None


def wait(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while True:
        try:
            result = condition()
        except GLib.Error:
            result = None       # a node went away while it was looked at
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what() if callable(what) else what}")
        time.sleep(0.05)


def settled(read, what, quiet=0.8):
    """What read() says once it has said the same for that many seconds."""
    last, since = read(), time.monotonic()

    def is_settled():
        nonlocal last, since
        now = read()
        if now != last:
            last, since = now, time.monotonic()
        return time.monotonic() - since >= quiet

    wait(is_settled, what)
    return last


def extents(node):
    box = Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)
    return box.x, box.y, box.width, box.height
