"""Maquette in the artist's language: what Blender looks up by itself, and `say` for sentences with facts in them.

`languages/` has a folder for each language, of JSON files “what the code says” → “what is shown”. They are read only
when Blender speaks that language, at once or when the artist chooses it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

if TYPE_CHECKING:
    from .phrases import Phrases

FOLDER = Path(__file__).parent / "languages"
LANGUAGES = {"zh_HANS": "zh_hans", "zh_CN": "zh_hans"}
"""Blender's locale → our folder; zh_CN is what Blender before 4.0 and some builds call it."""
CONTEXT = "Maquette"
"""Of our own properties whose names mean something else in Blender, such as Local and Normal."""
CONTEXTS = ("*", "Operator", CONTEXT)
"""In which Blender looks labels up: everywhere, on an operator's button, and where we say so."""
_owner = object()
_phrases: Phrases | None = None
_locale = ""
"""Whose texts Blender has from us now."""


def say(text: str) -> str:
    """Return a text, which may be a sentence with facts in it, in the language of the interface."""
    if _phrases is None or not bpy.context.preferences.view.use_translate_interface:
        return text
    return _phrases.say(text)


def table(language: str) -> dict[str, str]:
    """Return all texts of the language."""
    import json  # Blender's start does not pay for it in English

    texts: dict[str, str] = {}
    for file in sorted((FOLDER / language).glob("*.json")):
        texts |= json.loads(file.read_text(encoding="utf-8"))
    return texts


def follow() -> None:
    """Give Blender the texts of its language, if it has not got them and we have any."""
    global _phrases, _locale
    locale = str(bpy.app.translations.locale)
    wanted = locale if locale in LANGUAGES else ""
    if wanted == _locale:
        return
    if _locale:
        bpy.app.translations.unregister(__name__)
    _locale, _phrases = wanted, None
    if wanted:
        from .phrases import Phrases

        texts = table(LANGUAGES[wanted])
        made = {(context, key): text for key, text in texts.items() for context in CONTEXTS}
        bpy.app.translations.register(__name__, {wanted: made})
        _phrases = Phrases(texts)


def register() -> None:
    """Follow Blender's language from now on."""
    follow()
    key: Any = (bpy.types.PreferencesView, "language")
    bpy.msgbus.subscribe_rna(key=key, owner=_owner, args=(), notify=follow, options={"PERSISTENT"})


def unregister() -> None:
    """Take the texts away again."""
    global _phrases, _locale
    bpy.msgbus.clear_by_owner(_owner)
    if _locale:
        bpy.app.translations.unregister(__name__)
    _locale, _phrases = "", None
