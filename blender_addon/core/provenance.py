"""What the object in the scene keeps of its origin."""

from __future__ import annotations

from typing import Any

from .options import Options, option_fields
from .task import Task


def provenance(task: Task, options: type[Options] = Options) -> dict[str, Any]:
    """Return provider, task, image and options; webhooks and the like stay out of the .blend."""
    hidden = {one.name for one in option_fields(options) if one.ui.cli_only}
    return {
        "provider": task.provider,
        "task": task.id,
        "provider_task": task.provider_task or "",
        "image": task.image,
        "options": {name: value for name, value in task.options.items() if name not in hidden},
    }
