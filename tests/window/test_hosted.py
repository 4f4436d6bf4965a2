"""The five hosted providers from the panel of a real Blender; their simulators answer from this process.

One Blender for all of them. Times are printed, never judged.
"""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import models
import numpy as np
import pytest
from key_search import holding, ways
from simulators.csm import Csm
from simulators.modelslab import ModelsLab
from simulators.modelstream import ModelStream
from simulators.server import Simulator
from simulators.tripo import Tripo
from simulators.triverse import Triverse

FRONT = {"csm": "+Z", "modelslab": "+Z", "modelstream": "+X", "tripo": "+X", "triverse": "+Z"}
"""Where the front of each provider's models faces in glTF's axes, of which Blender reads +Z as −Y and +X as +X."""
COLORS = {name: (200, 30 * number, 40) for number, name in enumerate(FRONT, 1)}
"""Of each provider's texture, so that a model is known by it."""
ENTERED = "csm"
"""Its key is entered in the preferences, the others' stand in the environment."""
ANSWER, ANSWER_WITHIN_S = "/answer-now", 30.0
"""The simulator holds back what it says about a key until it is told, so that Blender could be seen to stand still."""
ARROW = [[-1, 0, 0], [1, 0, 0], [0, 0, 3], [-1, 1, 0], [1, 1, 0]]
ARROW_FACES = np.array([[0, 1, 2], [3, 2, 4], [0, 3, 1], [1, 3, 4], [0, 2, 3], [1, 4, 2]], np.uint16)
by_provider = pytest.mark.parametrize("provider", FRONT)


class Slowly(Csm):
    """Answers what is held back when it is told to."""

    def no_route(self, seen, other_method):
        if seen.path.endswith(ANSWER):
            self.release()
        return super().no_route(seen, other_method)


MAKERS = {"csm": Slowly, "modelslab": ModelsLab, "modelstream": ModelStream, "tripo": Tripo, "triverse": Triverse}


class Hosted(NamedTuple):
    """What was seen in Blender and by the simulators."""

    facts: dict
    output: str
    folder: Path
    shots: Path
    simulators: dict[str, Simulator]


def arrow(front: str, color: tuple[int, ...]) -> bytes:
    """Make an arrowhead with a texture of one colour that points to glTF's +Z or +X."""
    points = [[z, y, -x] for x, y, z in ARROW] if front == "+X" else ARROW
    made = models.Glb()
    material = {"pbrMetallicRoughness": {"baseColorTexture": made.texture(models.plain_png(color))}}
    made.node(mesh=made.mesh(points, ARROW_FACES, made.add("materials", material)))
    return made.build()


@pytest.fixture(scope="module")
def hosted(play):
    with ExitStack() as opened:
        simulators = {name: opened.enter_context(maker()) for name, maker in MAKERS.items()}
        for name, one in simulators.items():
            one.result = arrow(FRONT[name], COLORS[name])
        simulators["tripo"].refuse_next("POST /v3/generation/*", 403, 2010, "You don't have enough credit")
        simulators[ENTERED].delay_next("GET /user/userdata", ANSWER_WITHIN_S)
        played = play("hosted", flags=[], size="1150x1400", MAQUETTE_POLL_S="0.2", **surroundings(simulators))
        yield Hosted(played.facts, played.output, played.folder, played.shots, simulators)


def surroundings(simulators: dict[str, Simulator]) -> dict[str, str]:
    """Return the environment: where each simulator is and its key, but of the one that is entered."""
    found = {}
    for name, one in simulators.items():
        if name == ENTERED:
            found["MAQUETTE_TEST_ACCOUNT"] = json.dumps({"provider": name, "key": one.key, "base_url": one.base_url})
        else:
            found[f"MAQUETTE_{name.upper()}_BASE_URL"] = one.base_url
            found[f"MAQUETTE_{name.upper()}_API_KEY"] = one.key
    return found


@by_provider
def test_a_model_lands_with_its_materials(hosted, provider):
    about = hosted.facts["landed"][provider]
    print(f"{provider}: longest gap between two timer ticks {about['longest_gap_ms']} ms")
    assert (about["state"], about["message"]) == ("succeeded", "")
    (one,) = about["objects"]
    assert list(COLORS[provider]) in one["colors"]
    assert one["lowest"] == pytest.approx(0, abs=1e-3)


@by_provider
def test_the_front_faces_minus_y(hosted, provider):
    (one,) = hosted.facts["landed"][provider]["objects"]
    assert one["front"] == ["-Y"]


@by_provider
def test_the_object_says_where_it_comes_from(hosted, provider):
    (one,) = hosted.facts["landed"][provider]["objects"]
    (task,) = hosted.simulators[provider].tasks
    told = one["provenance"]
    assert (told["maquette_provider"], told["maquette_provider_task"]) == (provider, task)
    assert told["maquette_image"] == "toadstool.png"
    assert isinstance(json.loads(told["maquette_options"]), dict)


@by_provider
def test_it_is_paid_for_once(hosted, provider):
    assert hosted.simulators[provider].paid == 1


@by_provider
def test_the_key_is_seen_by_the_api_alone(hosted, provider):
    assert hosted.simulators[provider].leaks == []


@pytest.mark.fault("S01", "S02", "S04")
def test_keys_are_kept_in_the_accounts_file_alone(hosted):
    profile = hosted.folder.parents[1]
    found = {(name, file) for name, one in hosted.simulators.items() for file, _ in holding([profile], one.key)}
    assert found == {(ENTERED, "accounts.json")}
    for saved in ("scene.blend", "config/userpref.blend", "temporary/quit.blend"):
        assert (hosted.folder / saved).is_file(), "it was searched as well"
    assert not [name for name, one in hosted.simulators.items() if ways(hosted.output, one.key)]


@pytest.mark.fault("N01")
@by_provider
def test_nothing_is_sent_before_the_network_is_allowed(hosted, provider):
    assert hosted.simulators[provider].seen[0].path.endswith("/online-from-here")
    assert hosted.facts["offline"] == ["CSM needs the network. Allow Online Access in the preferences (System)", 0]


def test_without_a_key_generate_is_greyed_out(hosted):
    assert hosted.facts["no_key"] == ["CSM needs an API key. Enter it in Maquette's preferences", 0]


def test_check_key_says_what_the_account_has(hosted):
    checked = hosted.facts["checked"]
    print(f"Check Key: longest gap between two timer ticks {checked['longest_gap_ms']} ms")
    assert hosted.facts["asking"] == "Asking CSM…"
    assert checked["ticks"] > 0, "timers went on while the provider was asked"
    assert checked["said"].startswith("CSM accepts the API key")


def test_not_enough_credits_is_said_in_the_task_panel(hosted):
    assert "not enough credits" in hosted.facts["failure"]
    assert hosted.facts["failure"].endswith(".")


def test_the_button_beside_the_estimate_tells_what_is_left(hosted):
    assert hosted.facts["balance"] == "About 30 credits (of 1,000 left)"
