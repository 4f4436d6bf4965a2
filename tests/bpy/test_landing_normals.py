"""Normals that a file brings along, whatever the transform above the mesh."""

import models
import numpy as np
import pytest
from mathutils import Matrix, Quaternion, Vector
from plain_glbs import CORNERS, OUTWARD, primitive, shown
from tidied import opened

UP = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]])
"""glTF's axes → Blender's."""
LEANING = OUTWARD + np.float32([0.3, 0.2, 0.1])
LEANING /= np.linalg.norm(LEANING, axis=1, keepdims=True)
"""Those of no surface: wrong ones cannot be right by chance."""
TURN = [0.2705981, 0.6532815, 0.2705981, 0.6532815]
NODES = {
    "plain": {},
    "turned": {"rotation": TURN, "scale": [2, 2, 2]},
    "mirrored": {"scale": [-1, 1, 1]},
    "stretched": {"scale": [1, 3, 1]},
    "all": {"rotation": TURN, "scale": [-1, 2, 1]},
}


def world(rotation=(0, 0, 0, 1), scale=(1, 1, 1)):
    turn = Quaternion((rotation[3], *rotation[:3])).to_matrix()
    return UP @ np.array(turn @ Matrix.Diagonal(Vector(scale)))


def landed(converted, **node):
    """Land a cube with these normals and return its mesh."""
    made = models.Glb()
    part = primitive(made, normals=LEANING)
    return opened(converted(shown(part, made=made, **node).build())).objects[0].data


@pytest.mark.parametrize("node", NODES.values(), ids=NODES)
def test_they_lean_as_in_the_file(converted, node):
    mesh = landed(converted, **node)
    points = CORNERS @ world(**node).T
    normals = LEANING @ np.linalg.inv(world(**node))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    points -= [*(points.min(axis=0) + points.max(axis=0))[:2] / 2, points[:, 2].min()]
    assert len(mesh.loops) == 36
    for loop in mesh.loops:
        at = np.abs(points - tuple(mesh.vertices[loop.vertex_index].co)).sum(axis=1).argmin()
        assert tuple(mesh.corner_normals[loop.index].vector) == pytest.approx(normals[at], abs=0.01)
    assert all(face.normal.dot(face.center - Vector((0, 0, np.ptp(points[:, 2]) / 2))) > 0 for face in mesh.polygons)


def test_a_model_that_is_pressed_flat_lands(converted):
    mesh = landed(converted, scale=[1, 0, -1])
    normals = np.array([tuple(corner.vector) for corner in mesh.corner_normals])
    assert np.isfinite(normals).all() and np.ptp([vertex.co.z for vertex in mesh.vertices]) == 0
