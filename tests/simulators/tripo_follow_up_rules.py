"""What Tripo allows in the bodies of its follow-up tasks, and what they cost; written from its documents.

Read on 2026-11-21. Where they are silent: a rig is made of whole models only, a preset with a body in its name wants
a rig of that body, `bake_animation` is for GLB, the four pictures of a texture must all be there, `style_image` wants
a text, and a texture that leaves colour and PBR as they are can only be `detailed`, by the model of 2025-08.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .schema import Field, InvalidError, check

RIG_V1, RIG_V25, RIG_V3 = "v1.0-20240301", "v2.5-20260210", "v3.0-20260909"
TEXTURE_V25, TEXTURE_V3, TEXTURE_V35 = "v2.5-20250123", "v3.0-20250812", "v3.5-20260815"
SEGMENT_V1, SEGMENT_V2 = "v1.0-20250506", "v2.0-20260430"
DECIMATE_V1, DECIMATE_V2, DECIMATE_V3 = "v1.0", "v2.0", "v3.0"

RIG_TYPES = ("biped", "quadruped", "hexapod", "octopod", "avian", "serpentine", "aquatic")
SPECS, NEWER_SPECS = ("tripo", "mixamo"), ("actorcore", "unity", "unreal", "vrm")
NO_RIG = "The original task is not a rig task of the spec tripo"

PLAIN_PRESETS = "idle walk run dive climb jump slash shoot hurt fall turn"
OTHER_PRESETS = "quadruped:walk hexapod:walk octopod:walk serpentine:march aquatic:march"
BIPED_PRESETS = """
    afraid agree angry_01 angry_02 angry_03 basketball_shot bow box_01 box_02 box_03 cast_a_spell cheer chop clap climb
    complain_01 complain_02 cross_body_crunch crossover_dribble cry dance_01 dance_02 dance_03 dance_04 dance_05
    dance_06 defeat_02 defeat_03 depressed dig dive dribble fall fire flee_01 flee_02 flip fold_arms football_catch
    football_save football_pass freaky frightened front_kick_01 front_kick_02 frustrated_01 frustrated_02 golf greet_01
    greet_02 greet_03 greet_04 heart_pose hit_to_body_01 hit_to_body_02 hit_to_head hit_to_side hit_to_stomach hug hurt
    idle jump jump_down jump_rope_01 jump_rope_02 laugh_01 laugh_02 lift_heavy look_around make_a_call_01
    make_a_call_02 pitch_baseball play_mobile_game play_video_game press-up run run_upstairs scared_01 scared_02
    scratch shoot shovel sing_01 sing_02 sing_03 sing_04 sit slash sob standing_relax surf swagger swim turn
    victory_celebration volleyball wait walk warm_up wave_goodbye_01 wave_goodbye_02
"""
OLD_PRESETS = frozenset(f"preset:biped:{name}" for name in BIPED_PRESETS.split())
"""For a rig of v1.0."""
NEW_PRESETS = frozenset(f"preset:{name}" for name in f"{PLAIN_PRESETS} {OTHER_PRESETS}".split())
"""For rigs of v2.5 and v3.0; v3.0's are not listed anywhere."""

SOURCE = {"input": Field(str, 1), "original_model_task_id": Field(str, 1)}
FORMAT = Field(str, choices=("glb", "fbx"))
FIELDS = {
    "animate_rig": {
        **SOURCE,
        "model": Field(str, choices=(RIG_V1, RIG_V25, RIG_V3)),
        "rig_type": Field(str, choices=RIG_TYPES),
        "spec": Field(str, choices=SPECS + NEWER_SPECS),
        "out_format": FORMAT,
    },
    "animate_retarget": {
        **SOURCE,
        "animation": Field(str),
        "animations": Field(list, 1, 5),
        "out_format": FORMAT,
        "bake_animation": Field(bool),
        "export_with_geometry": Field(bool),
        "animate_in_place": Field(bool),
    },
    "texture_model": {
        **SOURCE,
        "model": Field(str, choices=(TEXTURE_V25, TEXTURE_V3, TEXTURE_V35)),
        "texture_prompt": Field(dict),
        "texture": Field(bool),
        "pbr": Field(bool),
        "texture_seed": Field(int),
        "texture_alignment": Field(str, choices=("original_image", "geometry")),
        "texture_quality": Field(str, choices=("standard", "detailed", "extreme", "fast")),
        "delight": Field(bool),
        "bake": Field(bool),
        "compress": Field(str, choices=("geometry",)),
        "part_names": Field(list, 1),
    },
    "mesh_segmentation": {
        **SOURCE,
        "model": Field(str, choices=(SEGMENT_V1, SEGMENT_V2)),
        "segmentation_granularity": Field(str, choices=("simple", "balanced", "detailed")),
        "split_by_connectivity": Field(bool),
        "ref_image": Field(str, 1),
    },
    "mesh_completion": {
        **SOURCE,
        "model": Field(str, choices=(SEGMENT_V1,)),
        "completion_mode": Field(str, choices=("ai_completion", "quick_cap")),
        "part_names": Field(list, 1),
    },
    "highpoly_to_lowpoly": {
        **SOURCE,
        "model": Field(str, choices=(DECIMATE_V1, DECIMATE_V2, DECIMATE_V3)),
        "quad": Field(bool),
        "face_limit": Field(int, 500, 20_000),
        "bake": Field(bool),
        "part_names": Field(list, 1),
        "smart_uv": Field(bool),
    },
}
"""The bodies of the follow-up tasks, by the tasks' types."""
PROMPT = {
    "text": Field(str, 1, 1024),
    "image": Field(str, 1),
    "images": Field(list, 4, 4),
    "style_image": Field(str, 1),
}

_WHOLE = ("image_to_model", "multiview_to_model", "texture_model")
SOURCES = {
    "animate_rig": (*_WHOLE, "highpoly_to_lowpoly"),
    "animate_retarget": ("animate_rig",),
    "texture_model": _WHOLE,
    "mesh_segmentation": (*_WHOLE, "highpoly_to_lowpoly"),
    "mesh_completion": ("mesh_segmentation",),
    "highpoly_to_lowpoly": (*_WHOLE, "highpoly_to_lowpoly", "mesh_segmentation", "mesh_completion"),
}
"""Of which tasks something can be made."""

Body = dict[str, Any]


def clips(body: Body) -> list[Any]:
    """Return the presets of a retargeting, each of which is paid for."""
    return body["animations"] if "animations" in body else [body["animation"]]


def price(kind: str, body: Body) -> float:
    """Return the credits of a follow-up task. Source: Tripo's list, read on 2026-11-21.

    The texture quality `fast` and decimation's v3.0 are not in it: they cost what their models' defaults cost.
    """
    if kind == "animate_retarget":
        return 10.0 * len(clips(body))
    if kind == "texture_model":
        return {"detailed": 20.0, "extreme": 30.0}.get(body.get("texture_quality", ""), 10.0)
    if kind == "highpoly_to_lowpoly":
        return 10.0 if body.get("model") == DECIMATE_V1 else 30.0
    if kind == "mesh_completion":
        return 30.0 if body.get("completion_mode") == "quick_cap" else 50.0
    return {"animate_rig": 25.0, "mesh_segmentation": 40.0}[kind]


def pictures(body: Body) -> Iterator[tuple[str, Any]]:
    """Give the pictures of a body, each with its name: they are what the pictures of a model may be."""
    if "ref_image" in body:
        yield "ref_image", body["ref_image"]
    prompt = body.get("texture_prompt", {})
    for name in ("image", "style_image"):
        if name in prompt:
            yield f"texture_prompt.{name}", prompt[name]
    for picture in prompt.get("images", ()):
        yield "texture_prompt.images", picture


def check_rig(body: Body, source: Body) -> None:
    """Raise InvalidError for a body or a spec that only the newer models have."""
    if body.get("model", RIG_V1) != RIG_V1:
        return
    if body.get("rig_type", "biped") != "biped":
        raise InvalidError("rig_type", f"{RIG_V1} rigs bipeds only")
    if body.get("spec") in NEWER_SPECS:
        raise InvalidError("spec", f"{RIG_V1} supports {' and '.join(SPECS)} only")


def check_retarget(body: Body, source: Body) -> None:
    """Raise InvalidError for presets that do not fit the rig, and for what is for GLB only."""
    if ("animation" in body) == ("animations" in body):
        raise InvalidError("animation", "must be set, or animations, and not both")
    presets = OLD_PRESETS if source.get("model", RIG_V1) == RIG_V1 else NEW_PRESETS
    for preset in clips(body):
        Field(str).check("animation", preset)
        if preset not in presets:
            raise InvalidError("animation", f"{preset!r} is no preset for this rig's model")
        _, *rig_type, _ = preset.split(":")
        if rig_type and rig_type != [source.get("rig_type", "biped")]:
            raise InvalidError("animation", f"{preset!r} is no preset for this rig's type")
    if "bake_animation" in body and body.get("out_format") == "fbx":
        raise InvalidError("bake_animation", "is for glb only")


def check_texture(body: Body, source: Body) -> None:
    """Raise InvalidError for a combination that the document forbids."""
    model, quality = body.get("model", TEXTURE_V3), body.get("texture_quality", "standard")
    if model != TEXTURE_V35 and "delight" in body:
        raise InvalidError("delight", f"only available for {TEXTURE_V35}")
    if model != TEXTURE_V35 and quality == "fast":
        raise InvalidError("texture_quality", f"fast is only available for {TEXTURE_V35}")
    if body.get("texture") is False and body.get("pbr") is False and (model, quality) != (TEXTURE_V3, "detailed"):
        raise InvalidError("texture_quality", f"must be detailed, by {TEXTURE_V3}, with texture=false and pbr=false")
    if "texture_prompt" in body:
        check_prompt(body["texture_prompt"])
    check_names(body)


def check_prompt(prompt: Body) -> None:
    """Raise InvalidError unless the prompt is one text, one picture or four."""
    try:
        check(prompt, PROMPT)
    except InvalidError as error:
        raise InvalidError(f"texture_prompt.{error.field}", error.reason) from error
    if sum(name in prompt for name in ("text", "image", "images")) != 1:
        raise InvalidError("texture_prompt", "must have one of text, image and images")
    if "style_image" in prompt and "text" not in prompt:
        raise InvalidError("texture_prompt.style_image", "needs a text")


def check_segment(body: Body, source: Body) -> None:
    """Raise InvalidError for what only the newer model has."""
    for name in ("segmentation_granularity", "split_by_connectivity", "ref_image"):
        if name in body and body.get("model") != SEGMENT_V2:
            raise InvalidError(name, f"only available for {SEGMENT_V2}")


def check_decimate(body: Body, source: Body) -> None:
    """Raise InvalidError for too many quads, and for what only the newest model has."""
    if body.get("quad"):
        Field(int, 500, 10_000).check("face_limit", body.get("face_limit", 500))
    if "smart_uv" in body and body.get("model") != DECIMATE_V3:
        raise InvalidError("smart_uv", f"only available for {DECIMATE_V3}")
    check_names(body)


def check_names(body: Body) -> None:
    """Raise InvalidError for parts that have no names."""
    for name in body.get("part_names", ()):
        Field(str, 1).check("part_names", name)


RULES: dict[str, Callable[[Body, Body], None]] = {
    "animate_rig": check_rig,
    "animate_retarget": check_retarget,
    "texture_model": check_texture,
    "mesh_segmentation": check_segment,
    "mesh_completion": lambda body, source: check_names(body),
    "highpoly_to_lowpoly": check_decimate,
}
"""What a body may say, beyond its fields, of a model with that body."""
