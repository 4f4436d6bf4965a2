"""An artist who wants to be asked about the price, goes offline while a task runs, and whose Blender crashes."""

import json
import os
import signal
from pathlib import Path

import bpy
from artist import FOLDER, IMAGE, addon_name, count_calls, generate, module, newest, open_panel, rows
from drive import Scenario, Window
from hosted_scenarios import ACCOUNT, choose, enter_key, entered, keep, mark, own_temporary_folder

OFFLINE, ONLINE = "offline-from-here", "online-again"
"""Paths of our own requests, between which the provider must not be asked for anything."""
QUIET_S = 2.0
"""Ten times as long as the pause between two polls here."""


def careful(window: Window) -> Scenario:
    """Enter the key, be asked about the price, go offline and online again, and let Blender crash."""
    own_temporary_folder()
    bpy.context.preferences.system.use_online_access = True
    yield from open_panel(window)
    bpy.context.scene.maquette.front.path = IMAGE
    entered().base_url = ACCOUNT["base_url"]
    yield from choose(window, ACCOUNT["provider"])
    yield from enter_key(window)
    yield from asked(window)
    yield from paused(window)
    keep(window)
    keep_reports(window)
    crash(window)


def asked(window: Window) -> Scenario:
    """Answer the question about the price with no, then with yes."""
    bpy.context.preferences.addons[addon_name()].preferences.ask_above = 10
    questions, prepared = count_calls(module("spending"), "ask"), count_calls(module("generate"), "prepare")
    seen = window.facts["asked"] = {"questions": []}
    for answer, key in (("no", "ESC"), ("yes", "RET")):
        questions.clear()
        yield from generate(window)
        yield from window.until(lambda: questions, 10, "the question")
        yield 0.3  # a task would begin now
        yield from window.turns()
        window.shot(f"question_{answer}")
        seen[f"sent before {answer}"] = len(prepared)
        yield from window.key(key)
        if answer == "yes":
            yield from window.comes(lambda: prepared)
        yield 0.5  # another one would begin now
        seen[f"sent after {answer}"] = len(prepared)
        seen["questions"] += [question for *_, question in questions]


def paused(window: Window) -> Scenario:
    """Switch online access off while the task runs, and on again."""
    system = bpy.context.preferences.system
    yield from window.until(lambda: rows() and newest().state == "running", 30, "the task to run")
    system.use_online_access = False
    yield from window.until(lambda: newest().waiting, 30, "the task to say that it waits")
    mark(ACCOUNT["base_url"], OFFLINE)
    yield QUIET_S
    window.facts["paused"] = [newest().state, newest().waiting, newest().message]
    window.shot("paused")
    mark(ACCOUNT["base_url"], ONLINE)
    system.use_online_access = True
    yield from window.until(lambda: newest().state == "succeeded" or newest().message, 60, "the model")
    window.facts["after"] = [newest().state, newest().waiting, newest().message]


def keep_reports(window: Window):
    """Write down what the Info editor shows."""
    area = window.area()
    kind, area.type = area.type, "INFO"
    with bpy.context.temp_override(window=window.window, area=area, region=area.regions[-1]):
        bpy.ops.info.select_all(action="SELECT")
        bpy.ops.info.report_copy()
    (Path(FOLDER) / "info.txt").write_text(bpy.context.window_manager.clipboard, "utf-8")
    area.type = kind


def crash(window: Window):
    """End as a fault in Blender ends it: it writes a crash report."""
    (Path(FOLDER) / "facts.json").write_text(json.dumps(window.facts | {"error": ""}), "utf-8")
    os.kill(os.getpid(), signal.SIGSEGV)
