"""The work "picture": what a provider does not take as it is becomes what it takes, and loses nothing needlessly."""

import struct
import zlib
from pathlib import Path

import models
import numpy as np
import pytest
from picture_files import exif, noise, sample, segment, with_chunk, written

from blender_addon.core.metadata import cleaned, profile
from blender_addon.core.source import Accepts, fits, has_metadata
from blender_addon.worker import pictures
from blender_addon.worker.picture import picture

ICC = struct.pack(">I12x4s16x4s160x", 200, b"RGB ", b"acsp")


def order(source, target, **limits):
    return {"source": str(source), "target": str(target), "max_side": 4096, "max_bytes": 10**7} | limits


def jpeg_with(tmp_path, *segments):
    plain = written(tmp_path, "plain.jpg", "JPEG").read_bytes()
    return cleaned(plain), cleaned(plain)[:2] + b"".join(segments) + cleaned(plain)[2:]


def test_the_work_writes_a_png_with_alpha(worker, tmp_path):
    source = written(tmp_path, "a.tif", "TIFF")
    done = worker.done("picture", **order(source, tmp_path / "a"))
    assert done == {"path": str(tmp_path / "a.png")}
    assert np.array_equal(pictures.load(tmp_path / "a.png"), pictures.load(source))
    error = worker.refused("picture", **order(tmp_path, tmp_path / "b"))
    assert error["kind"] == "input" and not (tmp_path / "b.png").exists()


def test_the_work_keeps_to_the_limits_and_the_shape(worker, tmp_path):
    source = tmp_path / "large.png"
    source.write_bytes(models.png(noise(300, 600, 3)))
    small = Path(worker.done("picture", **order(source, tmp_path / "a", max_side=200))["path"])
    assert pictures.load(small).shape == (100, 200, 4) and small.suffix == ".png"
    light = Path(worker.done("picture", **order(source, tmp_path / "b", max_bytes=350_000))["path"])
    assert light.suffix == ".jpg" and light.stat().st_size <= 350_000, "an opaque picture may become a JPEG"
    assert pictures.load(light).shape == (300, 600, 4) and not has_metadata(light)


def test_the_work_never_loses_alpha(worker, tmp_path):
    source = tmp_path / "cut_out.png"
    source.write_bytes(models.png(noise(300, 300, 4)))
    light = Path(worker.done("picture", **order(source, tmp_path / "a", max_bytes=60_000))["path"])
    assert light.suffix == ".png" and light.stat().st_size <= 60_000
    rows = pictures.load(light)
    assert rows.shape[0] == rows.shape[1] < 300 and rows[..., 3].std() > 5


@pytest.mark.fault("U12")
def test_metadata_is_cut_without_touching_a_pixel(worker, tmp_path):
    source, secret = tmp_path / "a.jpg", b"taken at 52.5 N, 13.4 E"
    plain, content = jpeg_with(tmp_path, exif(1), segment(0xED, secret), segment(0xFE, secret))
    source.write_bytes(content)
    accepts = Accepts()
    assert has_metadata(source) and not fits(source, accepts) and fits(source, Accepts(clean=False))
    made = Path(worker.done("picture", **order(source, tmp_path / "b"))["path"])
    assert made == tmp_path / "b.jpg" and made.read_bytes() == plain and fits(made, accepts)
    source.write_bytes(with_chunk(models.png(sample()), b"tEXt", b"parameters\0" + secret))
    made = Path(worker.done("picture", **order(source, tmp_path / "c", max_bytes=len(models.png(sample()))))["path"])
    assert made == tmp_path / "c.png" and made.read_bytes() == models.png(sample())


def test_a_jpeg_that_is_turned_stays_a_jpeg_with_its_profile(worker, tmp_path):
    source = tmp_path / "a.jpg"
    source.write_bytes(jpeg_with(tmp_path, exif(6), segment(0xE2, b"ICC_PROFILE\0\1\1" + ICC))[1])
    made = Path(worker.done("picture", **order(source, tmp_path / "b"))["path"])
    assert made.suffix == ".jpg" and fits(made, Accepts()) and profile(made.read_bytes()) == ICC
    assert np.abs(pictures.load(made).astype(int) - pictures.load(source)).mean() < 3
    made = Path(worker.done("picture", **order(source, tmp_path / "b", kinds=["PNG"]))["path"])
    assert made.suffix == ".png" and fits(made, Accepts()) and profile(made.read_bytes()) == ICC
    assert np.array_equal(pictures.load(made), pictures.load(source))


def test_a_png_keeps_its_profile_when_it_is_made_smaller(worker, tmp_path):
    source = tmp_path / "a.png"
    content = with_chunk(models.png(sample()), b"iCCP", b"x\0\0" + zlib.compress(ICC))
    source.write_bytes(content)
    made = Path(worker.done("picture", **order(source, tmp_path / "b", max_side=24))["path"])
    assert profile(made.read_bytes()) == ICC and pictures.load(made).shape == (18, 24, 4)


def test_an_odd_file_is_written_anew(worker, tmp_path):
    source = tmp_path / "a.jpg"
    source.write_bytes(jpeg_with(tmp_path, exif(1))[1][:-2])  # no end mark
    made = Path(worker.done("picture", **order(source, tmp_path / "b"))["path"])
    assert fits(made, Accepts()) and pictures.load(made).shape == (*sample().shape[:2], 4)


def test_a_cut_out_for_a_provider_that_takes_jpeg_only_is_put_on_white(worker, tmp_path):
    source = tmp_path / "a.png"
    source.write_bytes(models.png(np.broadcast_to(np.array((200, 0, 0, 51), np.uint8), (32, 32, 4))))
    made = Path(worker.done("picture", **order(source, tmp_path / "b", kinds=["JPEG"]))["path"])
    assert made.suffix == ".jpg" and np.abs(pictures.load(made)[9, 9].astype(int) - (244, 204, 204, 255)).max() <= 3


@pytest.mark.parametrize("size", [(40, 1600), (1600, 40)])
def test_a_picture_too_long_and_narrow_is_refused(worker, tmp_path, size):
    source = tmp_path / "long.png"
    source.write_bytes(models.png(noise(*size, 4)))
    limits = {"min_side": 20, "max_side": 600}
    assert "too long and narrow" in worker.refused("picture", **order(source, tmp_path / "a", **limits))["message"]
    small = worker.refused("picture", **order(source, tmp_path / "a", min_side=20, max_bytes=9000))
    assert small["kind"] == "input" and "cannot be made to fit" in small["message"]
    assert not list(tmp_path.glob("a.*"))


@pytest.mark.parametrize("share", [0.9, 0.5, 0.1, 0.02])
def test_a_smaller_size_is_found_in_few_steps(tmp_path, monkeypatch, share):
    source, saved = tmp_path / "large.png", []
    source.write_bytes(models.png(noise(300, 400, 4)))
    save = pictures.save
    monkeypatch.setattr(pictures, "save", lambda *given, **more: saved.append(given[0].shape) or save(*given, **more))
    limit = int(source.stat().st_size * share)
    made = Path(picture(order(source, tmp_path / "a", max_bytes=limit), lambda _: None)["path"])
    assert 0.6 * limit < made.stat().st_size <= limit and made.suffix == ".png"
    assert len(saved) <= 2 and (300, 400, 4) not in saved[share < 0.9 :]
