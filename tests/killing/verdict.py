"""What became of a task that was hit: landed, plainly reported, or a fault of ours."""

from __future__ import annotations

from typing import Any

from .trial import Trial

LANDED, ANEW, UNCONFIRMED = "landed", "landed, started anew", "unconfirmed"
ENDS = (LANDED, ANEW, UNCONFIRMED)
LOST, TWICE = "lost", "paid twice"


def verdict(trial: Trial, anew: bool) -> tuple[str, str]:
    """Return how the task ended, and in a sentence what is wrong with that; empty when all is right."""
    tasks, paid = trial.tasks(), trial.sim.paid
    if paid > 1:
        return TWICE, f"{paid} tasks were paid for one click"
    if len(tasks) != 1:
        return LOST, f"the journal has {len(tasks)} tasks, and {paid} were paid"
    (task,) = tasks
    named = {one["provider_task"] for call in trial.calls for one in call.events if one["event"] == "submitted"}
    if named - {task["provider_task"]}:
        return LOST, f"{named} was called submitted, and the journal knows {task['provider_task']}"
    if task["state"] == "succeeded":
        return (ANEW if anew else LANDED), _of_landed(trial, task)
    if task["state"] == "unconfirmed":
        return UNCONFIRMED, _of_unconfirmed(trial, task)
    known = not paid or task["provider_task"] in trial.sim.tasks
    return (task["state"] if known else LOST), f"it ends {task['state']}: {task['error']}"


def _of_landed(trial: Trial, task: dict[str, Any]) -> str:
    if not trial.sim.paid or task["provider_task"] not in trial.sim.tasks:
        return "it has landed, and the provider does not know it"
    if not trial.out.is_file() or not trial.out.stat().st_size:
        return "it has landed, and its output is not there"
    return _of_secrets(trial)


def _of_unconfirmed(trial: Trial, task: dict[str, Any]) -> str:
    """Look whether the artist was told: at the end, in a sentence, and again in the list of tasks."""
    call = trial.call
    last = call.events[-1] if call.events else {}
    if call.end() != 4 or last.get("event") != "failed" or last.get("kind") != "network":
        return f"it is unconfirmed, and the last call says {last}"
    message = str(last.get("message"))
    if len(message.split()) < 8 or not message.endswith(".") or message != (task["error"] or {}).get("message"):
        return f"it is unconfirmed, and that is no plain report: {message} / {task['error']}"
    return _of_secrets(trial)


def _of_secrets(trial: Trial) -> str:
    """Look for the API key in every file that was written, and where it must not be sent."""
    if trial.sim.leaks:
        return f"the API key was sent to {trial.sim.leaks[0].target}"
    key = trial.sim.key.encode()
    found = [path.name for path in trial.folder.rglob("*") if path.is_file() and key in path.read_bytes()]
    return f"the API key stands in {found[0]}" if found else ""
