"""The loss of a net's outputs, and the class that it says."""

from __future__ import annotations

import pytest
from small_nets import graph

import netc
from netc.compiler import Problem

torch = pytest.importorskip("torch", reason="training needs PyTorch")
from netc.backends.torch.training.objective import Objective, check_classes, classes_of  # noqa: E402 - where torch is

functional = torch.nn.functional
TARGET = torch.tensor([0, 2, 1])
FEED = "input x: 6"


def test_cross_entropy() -> None:
    net = graph("f = fc(4)", feed=FEED)
    objective, scores = Objective(net, netc.module(net)), torch.randn(3, 4)
    assert objective.loss(scores, TARGET) == functional.cross_entropy(scores, TARGET)
    assert objective.predicted(scores).tolist() == scores.argmax(dim=1).tolist()


def test_probabilities_are_not_taken_for_scores() -> None:
    net = graph("f = fc(4) -> softmax", feed=FEED)
    objective, scores = Objective(net, netc.module(net)), torch.randn(3, 4)
    assert torch.isclose(objective.loss(scores.softmax(dim=1), TARGET), functional.cross_entropy(scores, TARGET))
    assert torch.isfinite(objective.loss(torch.eye(4)[:3], TARGET))


def test_the_loss_of_1998() -> None:
    """Equation 9: the distance to the right code, plus log(exp(-j) + the sum of exp(-distance)), with j of 0.1."""
    net = graph("f = fc(84) -> rbf(10, codes = digits_7x12)", feed=FEED)
    objective = Objective(net, netc.module(net))
    distances = torch.tensor([[1.0, 2.0, 0.5] + [3.0] * 7])
    rivals = torch.exp(torch.tensor(-0.1)) + torch.exp(-distances).sum()
    assert torch.isclose(objective.loss(distances, torch.tensor([1])), 2.0 + rivals.log())
    assert objective.predicted(distances).tolist() == [2]


def test_auxiliary_outputs_count_less() -> None:
    """Szegedy et al. 2015, section 5: "the losses of the auxiliary classifiers were weighted by 0.3"."""
    net = graph("a = fc(5)\nauxiliary output side: fc(3)\nb = a -> fc(3)", feed=FEED)
    model = netc.module(net)
    objective, outputs = Objective(net, model), model(torch.randn(3, 6))
    main, side = (functional.cross_entropy(outputs[name], TARGET) for name in ("output", "side"))
    assert torch.isclose(objective.loss(outputs, TARGET), main + 0.3 * side)
    assert objective.predicted(outputs).tolist() == outputs["output"].argmax(dim=1).tolist()
    scores = model.eval()(torch.randn(3, 6))
    assert objective.loss(scores, TARGET) == functional.cross_entropy(scores, TARGET)


def test_a_map_of_one_pixel_is_a_vector() -> None:
    net = graph("f = conv(3, 1x1) -> global_avgpool")
    objective, scores = Objective(net, netc.module(net)), torch.randn(3, 3, 1, 1)
    assert classes_of(net) == 3
    assert objective.loss(scores, TARGET) == functional.cross_entropy(scores.flatten(1), TARGET)


@pytest.mark.parametrize(
    ("body", "words", "layer"),
    [
        ("f = conv(3, 1x1)", "no score per class", "f"),
        ("a = fc(5)\noutput one: a\noutput two: fc(5)", "several outputs", None),
        ("a = fc(5)\nauxiliary output side: fc(4)\nb = a -> fc(3)", "4 classes, and the main one 3", "fc"),
        ("a = fc(84)\nauxiliary output s: fc(10)\nb = a -> rbf(10, codes = digits_7x12)", "rbf beside", "b"),
    ],
)
def test_nets_without_classes(body: str, words: str, layer: str | None) -> None:
    with pytest.raises(Problem, match=words) as caught:
        classes_of(graph(body))
    assert (caught.value.diagnostic.code, caught.value.argument) == ("E1003", layer)


def test_net_and_data_agree_on_the_classes() -> None:
    net = netc.load("zoo:lenet5:LeNet5Modern")
    check_classes(net, 10, "mnist")
    with pytest.raises(Problem) as caught:
        check_classes(net, 100, "cifar100")
    assert caught.value.argument == next(iter(net.outputs.values()))
    assert caught.value.diagnostic.hint == "--set classes=100, or in a variant: = Base(classes = 100) with ..."
