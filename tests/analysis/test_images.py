"""Each kind of figure against an image that a person looked at; small ones, in the letters that Matplotlib brings."""

import warnings

import pytest
from matplotlib.testing.compare import compare_images

from tests.analysis.small_study import IMAGES, pictures, small_study, write_image

KINDS = sorted(file.stem for file in IMAGES.glob("*.png") if not file.stem.endswith("failed-diff"))
TOLERANCE = 6.0
"""Root of the mean squared difference of 256 shades: letters may be set a little otherwise, a bar may not."""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    return pictures(small_study(tmp_path_factory.mktemp("study")))


def test_every_kind_has_an_image(drawn):
    assert sorted(drawn) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_looks_as_it_did(drawn, kind, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_image(drawn[kind], tmp_path / f"{kind}.png")
    assert compare_images(str(IMAGES / f"{kind}.png"), str(tmp_path / f"{kind}.png"), TOLERANCE) is None
    assert (IMAGES / f"{kind}.png").stat().st_size < 60_000


def test_a_figure_without_its_ribbons_is_told_apart(tmp_path, tmp_path_factory):
    picture = pictures(small_study(tmp_path_factory.mktemp("other")))["residence"]
    picture.axes[0].patches[0].set_visible(False)
    write_image(picture, tmp_path / "residence.png")
    assert compare_images(str(IMAGES / "residence.png"), str(tmp_path / "residence.png"), TOLERANCE)
