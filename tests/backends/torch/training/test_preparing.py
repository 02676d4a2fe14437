"""Images as the net's input: their size, their values, and what is changed at random."""

from __future__ import annotations

import pytest

from netc.compiler import Problem

torch = pytest.importorskip("torch", reason="training needs PyTorch")
from netc.backends.torch.training.data import open_data  # noqa: E402 - only where torch is
from netc.backends.torch.training.data.source import Arrays, Data, Field  # noqa: E402
from netc.backends.torch.training.preparing import Preparation, field_of  # noqa: E402
from netc.backends.torch.training.recipes import RECIPES, Recipe  # noqa: E402

Tensor = torch.Tensor
PLAIN, LENET, ALEXNET = (RECIPES[name] for name in ("plain", "lenet1998", "alexnet2012"))


def data_of(images: Tensor, photographs: bool = False) -> Data:
    source = Arrays(images, torch.zeros(len(images), dtype=torch.int64), photographs)
    return Data("test", ("a",), source, source, photographs)


def drawing(side: int) -> Tensor:
    return torch.full((1, 1, side, side), 255, dtype=torch.uint8)


@pytest.mark.parametrize(("side", "inner"), [(28, 28), (8, 28), (56, 28)])
def test_a_drawing_has_the_margin_of_the_paper(side: int, inner: int) -> None:
    """28 of 32 pixels, on -0.1 with 1.175 (LeCun et al. 1998, section II.B)."""
    data = data_of(drawing(side))
    (image,) = Preparation((1, 32, 32), data, LENET).testing(data.test, [0])[0]
    margin = (32 - inner) // 2
    assert torch.allclose(image[margin:-margin, margin:-margin], torch.tensor(1.175))
    rim = torch.ones(32, 32, dtype=torch.bool)
    rim[margin:-margin, margin:-margin] = False
    assert torch.allclose(image[rim], torch.tensor(-0.1), atol=1e-6)


def test_an_image_of_the_input_s_size_stays() -> None:
    images = torch.arange(3 * 8 * 8, dtype=torch.uint8).reshape(1, 3, 8, 8)
    for photographs in (False, True):
        data = data_of(images, photographs)
        assert torch.equal(data.test.read([0], Field(3, 8, 8)), images.float())


def test_a_photograph_fills_the_input() -> None:
    wide = torch.zeros(1, 3, 10, 30, dtype=torch.uint8)
    wide[..., 10:20] = 200
    image = data_of(wide, photographs=True).test.read([0], Field(3, 20, 20))
    assert image.shape == (1, 3, 20, 20)
    assert image[..., 1:-1].min() > 195


def test_channels_are_given_as_the_input_asks() -> None:
    grey, colour = drawing(4), torch.tensor([255, 0, 0], dtype=torch.uint8).view(1, 3, 1, 1).expand(1, 3, 4, 4)
    assert data_of(grey).test.read([0], Field(3, 4, 4)).tolist() == torch.full((1, 3, 4, 4), 255.0).tolist()
    assert data_of(colour).test.read([0], Field(1, 4, 4)).mean().item() == pytest.approx(0.299 * 255)
    with pytest.raises(Problem, match="4 channels"):
        data_of(colour).test.read([0], Field(4, 4, 4))


@pytest.mark.parametrize(
    ("shape", "field"), [((3, 8, 9), (3, 8, 9)), ((784,), (1, 28, 28)), ((3072,), (3, 32, 32)), ((1, 1, 1), (1, 1, 1))]
)
def test_inputs_that_are_images(shape: tuple[int, ...], field: tuple[int, ...]) -> None:
    assert field_of(shape) == field


@pytest.mark.parametrize("shape", [(10,), (8, 8), (2, 3, 4, 5)])
def test_inputs_that_are_none(shape: tuple[int, ...]) -> None:
    with pytest.raises(Problem, match="takes no images"):
        field_of(shape)


def test_standard_values_have_mean_0_and_variance_1() -> None:
    images = torch.randint(0, 100, (50, 3, 6, 6), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    data = data_of(images, photographs=True)
    made = Preparation((3, 6, 6), data, PLAIN).testing(data.test, list(range(50)))
    assert torch.allclose(made.mean(dim=(0, 2, 3)), torch.zeros(3), atol=1e-5)
    assert torch.allclose(made.var(dim=(0, 2, 3), correction=0), torch.ones(3), atol=1e-4)


def test_alexnet_subtracts_the_mean_image() -> None:
    images = torch.stack([torch.full((3, 224, 224), value, dtype=torch.uint8) for value in (10, 30)])
    data = data_of(images, photographs=True)
    made = Preparation((3, 224, 224), data, ALEXNET).testing(data.test, [0, 1])
    assert torch.allclose(made.mean(dim=(1, 2, 3)), torch.tensor([-10.0, 10.0]), atol=1e-3)


def cropped(recipe: Recipe, seed: int = 1) -> tuple[Tensor, Tensor]:
    """Sixteen training images of a ramp from left to right, and its centre."""
    ramp = torch.arange(64, dtype=torch.uint8).expand(1, 3, 64, 64)
    data = data_of(ramp, photographs=True)
    preparation = Preparation((3, 56, 56), data, recipe)
    chance = torch.Generator().manual_seed(seed)
    return preparation.training(data.train, [0] * 16, chance), preparation.testing(data.test, [0])


def test_alexnet_crops_mirrors_and_colours() -> None:
    """Crops of 224 of 256 (Krizhevsky et al. 2012, section 4.1); here 56 of 64."""
    made, centre = cropped(ALEXNET._replace(scaling="standard"))
    assert made.shape == (16, 3, 56, 56)
    slopes = (made[:, 0, 0, -1] - made[:, 0, 0, 0]).sign().tolist()
    assert 0 < slopes.count(-1.0) < 16
    assert len({round(value, 3) for value in made[:, 0, 0, 0].tolist()}) > 4
    assert made.max() > centre.max()
    made, centre = cropped(ALEXNET)
    assert centre.abs().max() < 1e-3
    flat = made - made[:, :, :1, :1]
    assert flat.abs().max() < 1e-3  # every crop minus the mean is one colour
    assert made[:, :, 0, 0].std(dim=0).min() > 0.3


def test_chance_is_that_of_the_generator() -> None:
    assert torch.equal(cropped(ALEXNET)[0], cropped(ALEXNET)[0])
    assert not torch.equal(cropped(ALEXNET)[0], cropped(ALEXNET, seed=2)[0])


def test_drawings_are_not_mirrored() -> None:
    data = open_data("synthetic", 2)._replace(photographs=False)
    preparation = Preparation((1, 8, 8), data, ALEXNET)
    made = preparation.training(data.train, [0, 1], torch.Generator())
    assert torch.equal(made, preparation.testing(data.train, [0, 1]))


def test_a_vector_has_the_pixels_row_by_row() -> None:
    images = torch.arange(16, dtype=torch.uint8).reshape(1, 1, 4, 4)
    data = data_of(images)
    made = Preparation((16,), data, LENET).testing(data.test, [0])
    assert made.shape == (1, 16)
    assert torch.allclose(made[0].diff(), torch.tensor(1.275 / 255))
