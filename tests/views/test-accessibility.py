# SPDX-License-Identifier: GPL-2.0-or-later
"""Every control has a name, every pane is exposed, and what it tells follows the session.

usage: test-accessibility.py PAGEWALK SCENARIO
"""
import subprocess
import sys

import accessibility as a11y


def check_names(app):
    nameless = []
    controls = 0
    for node in a11y.walk(app):
        role, name = a11y.attempt(node.get_role_name), a11y.attempt(node.get_name)
        if role not in a11y.CONTROLS:
            continue
        parent = node.get_parent()
        # GTK builds menu buttons and drop-downs of two nodes; the outer one carries the name.
        inner = parent is not None and parent.get_role_name() in ("combo box", "push button") and parent.get_name()
        controls += 1
        if not inner and (not name or name.startswith("Gtk") or name.startswith("_")):
            nameless.append(f"{role} {name!r} in {parent.get_role_name()} {parent.get_name()!r}")
    assert not nameless, "controls without a name:\n  " + "\n  ".join(nameless)
    assert controls > 30, controls


def check_panes(app):
    images = {a11y.attempt(n.get_name): n for n in a11y.walk(app) if a11y.attempt(n.get_role_name) == "image"}
    for pane in ("Buddy allocator", "Page frames", "Free pages", "/proc", "Timeline"):
        assert pane in images, f"{pane} is not exposed: {sorted(images)}"
        assert a11y.find(app, pane, "text") or pane == "Timeline", f"{pane} has no text twin"
    assert "free" in images["Buddy allocator"].get_description()
    for part in ("Script", "What happens", "Inspector", "Playback"):
        assert a11y.find(app, part, "panel"), f"{part} is not exposed"


def check_follows(app):
    """Pressing a button through the accessibility bus moves the session, and labels tell so."""
    button = a11y.find(app, "Step forward", "push button")
    assert button is not None
    for _ in range(2):
        assert a11y.Atspi.Action.do_action(button, 0)
    a11y.wait(lambda: "tour.json — operation 1 of 6" in a11y.names(app, "label"), "the subtitle to follow")


def main():
    program = subprocess.Popen(sys.argv[1:3])
    try:
        app = a11y.application()
        a11y.wait(lambda: a11y.find(app, "Window test"), "the scenario to open")
        a11y.wait(lambda: "tour.json — operation 0 of 6" in a11y.names(app, "label"), "the scenario to be recorded")
        check_names(app)
        check_panes(app)
        check_follows(app)
    finally:
        program.terminate()
        program.wait(60)


main()
