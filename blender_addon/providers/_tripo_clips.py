"""The clips that Tripo plays on its own rigs.

Source: its documentation and its client (tripo3d 1.0.0), read on 2026-11-21.
"""

from __future__ import annotations

from typing import Literal

Clip = Literal[
    "preset:idle",
    "preset:walk",
    "preset:run",
    "preset:dive",
    "preset:climb",
    "preset:jump",
    "preset:slash",
    "preset:shoot",
    "preset:hurt",
    "preset:fall",
    "preset:turn",
    "preset:quadruped:walk",
    "preset:hexapod:walk",
    "preset:octopod:walk",
    "preset:serpentine:march",
    "preset:aquatic:march",
    "preset:biped:afraid",
    "preset:biped:agree",
    "preset:biped:angry_01",
    "preset:biped:angry_02",
    "preset:biped:angry_03",
    "preset:biped:basketball_shot",
    "preset:biped:bow",
    "preset:biped:box_01",
    "preset:biped:box_02",
    "preset:biped:box_03",
    "preset:biped:cast_a_spell",
    "preset:biped:cheer",
    "preset:biped:chop",
    "preset:biped:clap",
    "preset:biped:climb",
    "preset:biped:complain_01",
    "preset:biped:complain_02",
    "preset:biped:cross_body_crunch",
    "preset:biped:crossover_dribble",
    "preset:biped:cry",
    "preset:biped:dance_01",
    "preset:biped:dance_02",
    "preset:biped:dance_03",
    "preset:biped:dance_04",
    "preset:biped:dance_05",
    "preset:biped:dance_06",
    "preset:biped:defeat_02",
    "preset:biped:defeat_03",
    "preset:biped:depressed",
    "preset:biped:dig",
    "preset:biped:dive",
    "preset:biped:dribble",
    "preset:biped:fall",
    "preset:biped:fire",
    "preset:biped:flee_01",
    "preset:biped:flee_02",
    "preset:biped:flip",
    "preset:biped:fold_arms",
    "preset:biped:football_catch",
    "preset:biped:football_save",
    "preset:biped:football_pass",
    "preset:biped:freaky",
    "preset:biped:frightened",
    "preset:biped:front_kick_01",
    "preset:biped:front_kick_02",
    "preset:biped:frustrated_01",
    "preset:biped:frustrated_02",
    "preset:biped:golf",
    "preset:biped:greet_01",
    "preset:biped:greet_02",
    "preset:biped:greet_03",
    "preset:biped:greet_04",
    "preset:biped:heart_pose",
    "preset:biped:hit_to_body_01",
    "preset:biped:hit_to_body_02",
    "preset:biped:hit_to_head",
    "preset:biped:hit_to_side",
    "preset:biped:hit_to_stomach",
    "preset:biped:hug",
    "preset:biped:hurt",
    "preset:biped:idle",
    "preset:biped:jump",
    "preset:biped:jump_down",
    "preset:biped:jump_rope_01",
    "preset:biped:jump_rope_02",
    "preset:biped:laugh_01",
    "preset:biped:laugh_02",
    "preset:biped:lift_heavy",
    "preset:biped:look_around",
    "preset:biped:make_a_call_01",
    "preset:biped:make_a_call_02",
    "preset:biped:pitch_baseball",
    "preset:biped:play_mobile_game",
    "preset:biped:play_video_game",
    "preset:biped:press-up",
    "preset:biped:run",
    "preset:biped:run_upstairs",
    "preset:biped:scared_01",
    "preset:biped:scared_02",
    "preset:biped:scratch",
    "preset:biped:shoot",
    "preset:biped:shovel",
    "preset:biped:sing_01",
    "preset:biped:sing_02",
    "preset:biped:sing_03",
    "preset:biped:sing_04",
    "preset:biped:sit",
    "preset:biped:slash",
    "preset:biped:sob",
    "preset:biped:standing_relax",
    "preset:biped:surf",
    "preset:biped:swagger",
    "preset:biped:swim",
    "preset:biped:turn",
    "preset:biped:victory_celebration",
    "preset:biped:volleyball",
    "preset:biped:wait",
    "preset:biped:walk",
    "preset:biped:warm_up",
    "preset:biped:wave_goodbye_01",
    "preset:biped:wave_goodbye_02",
]
FIRST_VERSION = "v1.0-20240301"
"""Of rigs."""
BIPED = "preset:biped:"
"""How the clips begin that rigs of the first version play; all others are for the newer ones."""

SMALL_WORDS = ("a", "to")
"""What stays small in a title."""


def body_of(clip: str) -> str:
    """Return the kind of body that the clip is for; empty for any."""
    return clip.removeprefix("preset:").rpartition(":")[0]


def label(clip: str) -> str:
    """Return what people read: `Walk`, `Quadruped: Walk`, `Walk (v1.0)`."""
    body, name = body_of(clip), clip.rpartition(":")[2]
    words = " ".join(word if word in SMALL_WORDS else word.title() for word in name.split("_"))
    if body == "biped":
        return f"{words} (v1.0)"
    return f"{body.title()}: {words}" if body else words
