"""Every text that is shown has its Chinese, no Chinese is left over, and labels and tooltips are as Blender's own."""

import json
import re

import bpy
import pytest
import spoken
from enabled import extension  # noqa: F401 - a fixture

from blender_addon.blender.phrases import Phrases
from blender_addon.blender.translations import FOLDER, LANGUAGES, table

NAMES = re.compile(
    r"[A-Z0-9][A-Za-z]*[A-Z0-9]|[vV]\d(\.\d)?|\d+ px|GPL-.*|(Tripo|Triverse|Maquette|ModelsLab|ModelStream)|"
    r"Mixamo|ActorCore|Unity|Unreal"
)
"""Providers, formats, versions and sizes have the same name in every language."""
PUT_TOGETHER = {
    # what a sentence is put together from, and too short to be taken for one
    *("just now", "the render", "the bake", "another scene", "credits", "it in the preferences", "of no known format"),
    *(
        "about {0}",
        " for about {0}",
        "(of {0} left)",
        "({0} {1} left)",
        "It says: {0}",
        "it does not tell what is left",
    ),
    *("the task goes on at {0}", "then {0} is asked whether it has the task", "{0} minute{1} ago"),
    *("took longer than {0} s and was stopped", "needed more than {0} GB of memory and was stopped"),
    "stopped unexpectedly (exit code {0})",
    *("Preparing…", "The address alone: {0}", "{0} has landed", "{0} is ready to land", "{0} of about {1}"),
    "{0} task{1}: {2}",
    *("{0}, and the preferences say to ask above {1}", "Offline"),
    *("1 task was", "1 texture was", "1 invalid point was", "1 animation was damaged and left out."),
    *("This costs about {0}", "They cost about {0}.", "What {0} charges for this is not known"),
    "The task is saved there as {0}: enter a working key of the same account, then resume it.",
    # the words of the code that make labels and facts
    *(f"{{0}} {word}{plural}" for word in ("triangle", "material", "texture") for plural in ("", "s")),
    *("front", "left", "back", "right", "Front", "Left", "Back", "Right", "View"),
    *("queued", "running", "ready", "succeeded", "failed", "cancelled", "unconfirmed"),
    *("Queued", "Running", "Ready", "Succeeded", "Failed", "Cancelled", "Unconfirmed", "Stopped"),
    "Stored unencrypted on this computer, readable by you only",
    *("ends in (v1.0)", "does not end in (v1.0)"),
    *("image", "step", "Next Steps has the options of {0}, under {1}"),  # without a remark its full stop is the last
}
NOT_SHOWN = {
    # details, the command line, Blender's own names, and what only scripts give
    *("{0} px", "{0} *.png", "{0} {1}.png", "{0} root", "{0}The address alone: {1}", "{0}Preparing…"),
    *("Principled BSDF", "Base Color", "Emission Color", "Emission Strength", "Specular IOR Level"),
    *("Radiance HDR", "HEIC or AVIF", "Maquette (Blender extension)", "{0} (Maquette)", "{0} clay"),
    *("{0} · none", "{0} or more", "{0} is no number", "{0} are no credits", "Account at {0}"),
    *("The artist was asked about the price", "Use Location", "Land at Location"),
    "Where the model lands, if Use Location is on; else at the 3D cursor",
    "Linear Rec.709",
    "{0}Stored unencrypted on this computer, readable by you only",
    "The task is saved there as {0}: enter a working key of the same account,",
    "The task journal was damaged: {0}; the damaged journal is kept as {1}.",
    "INSERT INTO task (id, created, stage, owner, body) VALUES (?, ?, ?, ?, ?)",
    *("Address (https) that ModelsLab calls when the model is made", "Track ID"),
    "Name that the call of the webhook carries",
    *("Id of the step (tripo_rig)", "Show the options first"),
    *("Clip {0}", "Clip to Clip 5, where there are several", "Prompt (texture_prompt)"),
    "PYTHONHTTPSVERIFY is not followed: connections are always checked.",
    "This Python has no Blender in it (the module bpy). Run scripts/maquette.py, which sets one up, or use `blender "
    "--command maquette …`.",
    *("{0} is not a package", "The background Blender may not do this: {0}"),
    "The background Blender may not open {0} now",
    *("{0} is {1}, not a whole number from {2} to {3}", "{0} is not a list of objects", "{0} is not an object"),
    *("{0} in the JSON", "{0} corners do not make triangles", "{0} is not {1} numbers", "{0} is not a list"),
    *("{0} that are no numbers", "{0} members", "{0} bytes from {1}", "{0} is a link or a device", "{0}: method {1}"),
}
SMALL_WORDS = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with", "per"}
"""Blender's own labels have them in small letters inside a title."""
by_language = pytest.mark.parametrize("language", sorted(set(LANGUAGES.values())))


@pytest.fixture
def shown(extension):  # noqa: F811
    """Make what appears with the first drawn panel too."""
    from blender_addon.blender import declared

    declared.ensure()
    return spoken


def everything(shown) -> dict[str, str]:
    """Return every text with where it stands."""
    found = shown.sentences()
    for one in (shown.words, shown.declared_words, shown.tooltips, shown.labels):
        found |= one()
    return {text: place for text, place in found.items() if not NAMES.fullmatch(text)}


@by_language
def test_no_text_is_without_its_translation(shown, language):
    texts, known = everything(shown), table(language)
    missing = {text: place for text, place in texts.items() if text not in known and text not in NOT_SHOWN}
    lines = "\n".join(f"{json.dumps(text, ensure_ascii=False)}: {place}" for text, place in missing.items())
    assert not missing, f"add these to blender/languages/{language}/*.json, or to NOT_SHOWN:\n{lines}"


@by_language
def test_no_translation_is_left_over(shown, language):
    spare = table(language).keys() - everything(shown).keys() - PUT_TOGETHER
    assert not spare, f"nothing says these any more:\n{chr(10).join(sorted(spare))}"


def test_what_is_not_shown_is_still_there(shown):
    gone = NOT_SHOWN - everything(shown).keys()
    assert not gone, f"take these out of NOT_SHOWN: {sorted(gone)}"


def test_what_is_put_together_is_asked_for():
    found = spoken.untold()
    assert not found, "put `say(…)` of blender/translations.py around these:\n" + "\n".join(found)


@by_language
def test_a_translation_has_the_facts_of_its_text(language):
    for file in (FOLDER / language).glob("*.json"):
        pairs = json.loads(file.read_text("utf-8"), object_pairs_hook=list)
        assert len({key for key, _ in pairs}) == len(pairs), f"{file.name} has a text twice"
    strange = [key for key, value in table(language).items() if facts_differ(key, value)]
    assert not strange, strange


def facts_differ(key: str, value: str) -> bool:
    """Tell whether a translation names a fact that its text has not, or leaves out one that is no plural."""
    own, told = (set(re.findall(r"\{\d\}", text)) for text in (key, value))
    plural = (re.search(r"(credit|minute|task)\{1\}", key) and {"{1}"}) or set()
    return bool(told - own or own - told - plural)


@by_language
def test_facts_that_touch_stay_together(language):
    """Where one ends and the next begins cannot be told, so a translation must not put anything between them."""
    touching = re.compile(r"(?:\{\d\}){2,}")
    apart = [key for key, value in table(language).items() if not all(one in value for one in touching.findall(key))]
    assert not apart, apart


SAID = {
    "Tripo needs an API key. Enter it in Maquette's preferences": "Tripo 需要 API 密钥。请在 Maquette 的偏好设置中输入",
    "About 20 credits (of 300 left)": "约 20 积分（剩余 300）",
    "About 1 credit": "约 1 积分",
    "300 credits are left at Tripo.": "Tripo 的余额为 300 积分。",
    "300 credits are left at Tripo (5 more are held for tasks that are running).": "Tripo 的余额为 300 积分（另有 5 "
    "为运行中的任务冻结）。",
    "Tripo · Running · about 30 credits": "Tripo · 运行中 · 约 30 积分",
    "3,250 triangles · 1 material · 2 textures up to 1024 px": "3,250 个三角面 · 1 个材质 · 2 张纹理，最大 1024 px",
    "CSM refused the request. It says: no. Really.": "CSM 拒绝了该请求。对方说明：no. Really.",
    "Local takes one image only, without a left view. Remove it.": "本地 只接受一张图像，不接受左视图。请将其移除。",
    "Seed (seed) is not sent. The task was cancelled.": "随机种（seed）不会发送。任务已取消。",
    "Somebody else's words. The task was cancelled.": "Somebody else's words. 任务已取消。",
    "3 damaged textures were left out.": "已忽略 3 张损坏的纹理。",
    "This makes about 40 credits today, and your daily limit is 30 credits. Generate all the same?": "这样今日将花费约 "
    "40 积分，而您的每日限额为 30 积分。仍要生成吗？",
    "1 texture was not in the model's folder and left out: a.png.": "有 1 张纹理不在模型的文件夹中，已忽略：a.png.",
    "Rig needs a finished model, and this task is queued.": "绑定需要已完成的模型，而此任务的状态为排队中。",
    "This rig does not know the clip Walk (v1.0). Choose one that does not end in (v1.0).": "此绑定不支持动作“行走"
    "（v1.0）”。请选择名称不以（v1.0）结尾的动作。",
    "Next Steps has the options of owl, under Rig.": "“后续步骤”的“绑定”中已填入 owl 的选项。",
    "Next Steps has the options of owl, under Rig. spec: no longer what it was.": "“后续步骤”的“绑定”中已填入 owl "
    "的选项。 spec：已与当时不同。",
    "The same step with the same options was sent just now. Generate again?": "相同的步骤以相同的选项"
    "刚刚发送过。再次生成？",
    "Let the rigged model walk, run, dance. What is made takes the object's place when it is ready": "让已绑定的模型"
    "行走、奔跑、跳舞。完成后，结果会取代该物体",
    "nobody says this": "nobody says this",
}


def test_sentences_are_told_with_their_facts():
    chinese = Phrases(table("zh_hans"))
    assert {english: chinese.say(english) for english in SAID} == SAID


def titled(label: str) -> bool:
    """Tell whether the label is in Title Case: small words inside are small, all others begin large."""
    words = re.findall(r"[^\s/(),]+", label.rstrip("…"))
    inner = words[1:-1]
    return all(word[0].isupper() or not word[0].isalpha() for word in words if word not in inner) and all(
        word.islower() if word.lower() in SMALL_WORDS else word[0].isupper() or not word[0].isalpha() for word in inner
    )


def test_labels_are_in_title_case(shown):
    texts = shown.labels() | shown.follow_up_titles()
    plain = {text: re.sub(r"\bv\d\.\d\b|.* px", "V", text) for text in texts}  # versions and sizes are no words
    wrong = {text: place for text, place in texts.items() if not titled(plain[text])}
    assert not wrong


def test_tooltips_are_one_sentence_without_a_full_stop(shown):
    wrong = {
        text: place for text, place in shown.tooltips().items() if text[-1] in ".!;:," or re.search(r"\. [A-Z]", text)
    }
    assert not wrong
    assert not {text: place for text, place in shown.tooltips().items() if text[0].islower()}


def test_chinese_lines_break_between_letters_and_not_before_a_stop(extension):  # noqa: F811
    import blf

    from blender_addon.blender.text import FONT, wrapped

    blf.size(FONT, 12)
    text = "Tripo 需要 API 密钥。请在 Maquette 的偏好设置中输入，然后再试。"
    for width in range(20, 200, 7):
        lines = wrapped(text, width)
        assert len(lines) > 2
        assert all(line[0] not in "，。" and line == line.strip() for line in lines)
        assert "".join("".join(lines).split()) == "".join(text.split())
    assert wrapped("one two", 1) == ["one", "two"]
    assert wrapped("Nothing is lost.", 1000) == ["Nothing is lost."]


def test_nothing_is_read_while_blender_speaks_english(extension):  # noqa: F811
    from blender_addon.blender import translations

    assert translations.say("Choose an image first") == "Choose an image first"
    assert not bpy.app.translations.locale and translations._phrases is None
