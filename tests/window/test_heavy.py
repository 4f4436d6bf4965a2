"""A large model in a real window: how long Blender stands still for it, beside importing the same file by hand.

Times are printed, never judged. MAQUETTE_FULL=1 takes 1.5 million triangles.
"""

import os

import pytest


@pytest.fixture(scope="module")
def heavy(play):
    triangles = "1500000" if os.environ.get("MAQUETTE_FULL") else "200000"
    return play("heavy", MAQUETTE_HEAVY_TRIANGLES=triangles).facts


def test_a_large_model_lands_while_the_window_goes_on(heavy):
    imported, landed = heavy["import"], heavy["landing"]
    ratio = landed["longest_gap_ms"] / imported["longest_gap_ms"]
    print(f"longest gap between two timer ticks: {landed['longest_gap_ms']} ms around the landing of", end=" ")
    print(f"{heavy['triangles']:,} triangles, {imported['longest_gap_ms']} ms around a direct import: {ratio:.2f} ×")
    print(f"longest draw of the viewport: {landed['longest_draw_ms']} and {imported['longest_draw_ms']} ms")
    assert (heavy["state"], heavy["warnings"]) == ("succeeded", "")
    assert heavy["triangles"] >= 190_000


def test_panels_show_two_hundred_tasks(heavy):
    for name, found in heavy["draws"].items():
        print(
            f"{name}.draw() with {heavy['tasks']} tasks: median {found['median_ms']} ms, at most {found['longest_ms']}"
        )
    assert heavy["tasks"] > 200
    assert all(found["count"] >= 10 for found in heavy["draws"].values())
