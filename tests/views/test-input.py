# SPDX-License-Identifier: GPL-2.0-or-later
"""Real keys and clicks: play, step, scrub by drag, open, refuse a broken file, allocate, undo, save.

usage: test-input.py PAGEWALK FIXTURES
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import accessibility as a11y


def xdotool(*arguments):
    return subprocess.run(["xdotool", *map(str, arguments)], check=True, capture_output=True, text=True).stdout.split()


class Window:
    def __init__(self, program, scenario):
        self.process = subprocess.Popen([program, scenario])
        self.app = a11y.application()
        self.id = a11y.wait(lambda: self.windows(), "a window on the display")[0]
        xdotool("windowsize", self.id, 1500, 950, "windowmove", self.id, 0, 0, "windowfocus", "--sync", self.id)
        a11y.wait(lambda: self.subtitle().endswith("operation 0 of 6"), "the scenario to be recorded")
        time.sleep(0.5)

    @staticmethod
    def windows():
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "pagewalk"], capture_output=True,
                               text=True, check=False).stdout.split()
        return found

    def close(self):
        self.process.terminate()
        self.process.wait(60)

    def key(self, *keys):
        for key in keys:
            xdotool("key", key)
            time.sleep(0.12)

    def labels(self):
        return a11y.names(self.app, "label")

    def subtitle(self):
        return next((name for name in self.labels() if " — operation " in name), "")

    def step(self):
        """Number of the current step, from the timeline's description: "operation 1 of 6 · step 2 of 40"."""
        timeline = a11y.find(self.app, "Timeline", "image")
        text = timeline.get_description() if timeline else ""
        digits = "".join(c for c in text.rsplit("step ", 1)[-1].split(" of ")[0] if c.isdigit())
        return int(digits) if digits else -1

    def expect(self, condition, what):
        a11y.wait(condition, lambda: f"{what} (now at {self.step()}, {self.subtitle()!r})")

    def centre(self, name, role):
        node = a11y.wait(lambda: next((n for n in a11y.walk(self.app) if a11y.attempt(n.get_name) == name
                                       and a11y.attempt(n.get_role_name) == role and a11y.extents(n)[2] > 0), None), name)
        x, y, width, height = a11y.extents(node)
        return x + width / 2, y + height / 2

    def click(self, name, role="push button"):
        x, y = self.centre(name, role)
        # The window has no manager: its client-side shadow lies between its corner and its contents.
        xdotool("mousemove", "--window", self.id, int(x + self.margin()), int(y + self.margin()), "click", 1)
        time.sleep(0.25)

    def allocate(self):
        """Opens the popover and presses its button, which lies outside of the window's own surface."""
        self.click("Allocate")
        time.sleep(0.4)
        buttons = [n for n in a11y.walk(self.app) if a11y.attempt(n.get_name) == "Allocate"
                   and a11y.attempt(n.get_role_name) == "push button"]
        assert a11y.Atspi.Action.do_action(buttons[-1], 0)
        time.sleep(0.3)

    def margin(self):
        frame = next(n for n in a11y.children(self.app))
        geometry = xdotool("getwindowgeometry", "--shell", self.id)
        width = int(next(g for g in geometry if g.startswith("WIDTH=")).split("=")[1])
        return (width - a11y.extents(frame)[2]) / 2


def check_keys(window):
    window.key("Right")
    window.expect(lambda: window.step() == 1, "Right to step")
    window.key("Right", "Right", "Left")
    window.expect(lambda: window.step() == 2, "Left to step back")
    window.key("shift+Right", "shift+Right")
    window.expect(lambda: window.subtitle().endswith("operation 2 of 6"), "Shift+Right to go by operations")
    window.key("End")
    window.expect(lambda: window.subtitle().endswith("operation 6 of 6"), "End")
    last = window.step()
    window.key("Home")
    window.expect(lambda: window.step() == 0, "Home")
    return last


def check_play(window, last):
    # A step a second: far from the end even where each look at the window takes seconds.
    window.key("Home", "ctrl+minus", "ctrl+minus", "space")
    window.expect(lambda: window.step() >= 2, "space to play")
    window.key("space")
    stopped = a11y.settled(window.step, "space to pause", 2.5)
    assert stopped < last, "space did not pause"
    window.click("Step forward")
    window.expect(lambda: window.step() == stopped + 1, "the button to step")
    window.click("Play")
    window.expect(lambda: window.step() >= stopped + 2, "the button to play")
    window.click("Pause")
    window.key("ctrl+plus", "ctrl+plus")


def check_lines(window):
    """The call stack names the source line: s goes on by one, S back."""
    def place():
        return next((name for name in window.labels() if re.fullmatch(r"\w+\.c:\d+", name)), "")

    window.key("Home", "Right", "Right", "s")
    a11y.wait(place, "a source line")
    first = a11y.settled(place, "the source line")
    window.key("s", "s")
    a11y.wait(lambda: place() not in ("", first), "s to step by a line")
    window.key("shift+s", "shift+s")
    a11y.wait(lambda: place() == first, lambda: f"Shift+s to step back by lines to {first} (now at {place()})")


def check_scrub(window, last):
    timeline = a11y.find(window.app, "Timeline", "image")
    x, y, width, height = (int(v) for v in a11y.extents(timeline))
    margin = int(window.margin())
    xdotool("mousemove", "--window", window.id, x + margin + width // 2, y + margin + height // 2, "mousedown", 1)
    for part in range(10, 20):
        xdotool("mousemove", "--window", window.id, x + margin + width * part // 20, y + margin + height // 2)
        time.sleep(0.03)
    window.expect(lambda: window.step() > last * 0.7, "a drag to scrub forward")
    xdotool("mousemove", "--window", window.id, x + margin + width // 4, y + margin + height // 2)
    window.expect(lambda: 0 < window.step() < last * 0.4, "a drag to scrub back")
    xdotool("mouseup", 1)


def check_allocate_and_undo(window):
    window.key("Home", "shift+Right", "shift+Right")
    window.expect(lambda: window.subtitle().endswith("operation 2 of 6"), "operation 2")
    window.allocate()
    window.expect(lambda: window.subtitle().endswith("operation 3 of 3"), "an allocation to be appended")
    a11y.wait(lambda: any("cut off" in name for name in window.labels()), "a toast that tells what was cut off")
    window.key("ctrl+z")
    window.expect(lambda: window.subtitle().endswith("of 6"), "undo")


def check_save(window, path):
    window.key("End")
    window.allocate()
    window.expect(lambda: window.subtitle().endswith("operation 7 of 7"), "an allocation at the end")
    window.key("ctrl+s")
    a11y.wait(lambda: len(json.load(open(path, encoding="utf-8"))["script"]) == 7, "the file to be saved")
    added = json.load(open(path, encoding="utf-8"))["script"][6]
    assert added["op"] == "alloc_pages" and added["order"] == 0, added


def check_panes(window):
    window.key("F2", "Down", "Down")
    a11y.wait(lambda: any("Inspector" == n for n in a11y.names(window.app, "panel")), "the inspector")
    window.key("F5")
    window.expect(lambda: a11y.extents(a11y.find(window.app, "/proc", "image"))[2] > 400, "F5 to enlarge /proc")
    window.key("ctrl+t")
    window.expect(lambda: a11y.extents(a11y.find(window.app, "/proc", "text"))[2] > 400, "the text twin")
    window.key("ctrl+t", "Escape")
    window.expect(lambda: a11y.extents(a11y.find(window.app, "Buddy allocator", "image"))[2] > 100, "all panes again")


def check_open_error(window, broken):
    """A second start hands its file to the program that runs, which shows it in a window of its own."""
    assert a11y.find(window.app, "Hide the message", "push button") is not None
    second = subprocess.run([sys.argv[1], broken], timeout=60, check=False)
    assert second.returncode == 0
    a11y.wait(lambda: any("broken.json:6:" in name for name in window.labels()), "the message about the broken file")


def main():
    fixtures = sys.argv[2]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "tour.json")
        shutil.copy(os.path.join(fixtures, "tour.json"), path)
        window = Window(sys.argv[1], path)
        try:
            last = check_keys(window)
            check_play(window, last)
            check_lines(window)
            check_scrub(window, last)
            check_allocate_and_undo(window)
            check_panes(window)
            check_save(window, path)
            check_open_error(window, os.path.join(fixtures, "broken.json"))
        finally:
            window.close()


main()
