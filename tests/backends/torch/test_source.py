"""The written file: what it looks like, and that tools which people run over code have nothing to say."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from torch_specs import SPECS

from netc.backends.torch import source
from netc.backends.torch.ranks import ranks_source
from netc.compiler import SpecError, load
from netc.compiler.reserved import CALLED, why_no_device

ROOT = Path(__file__).parents[3]
SHIPPED = {
    "lenet5": ("lenet5.net", "LeNet5"),
    "lenet5_modern": ("lenet5.net", "LeNet5Modern"),
    "alexnet": ("alexnet.net", "AlexNet"),
    "alexnet_merged": ("alexnet.net", "AlexNetMerged"),
    "resnet50": ("resnet.net", "ResNet50"),
    "densenet121": ("densenet.net", "DenseNet121"),
}


def shipped(name: str) -> str:
    """The file written for a net of specs/."""
    file, net = SHIPPED[name]
    return source(load(f"zoo:{file.removesuffix('.net')}:{net}"))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files written for all nets of this module."""
    folder = tmp_path_factory.mktemp("written")
    for name, spec in SPECS.items():
        (folder / f"{name}.py").write_text(source(load(spec)), encoding="utf-8")
    for name in SHIPPED:
        (folder / f"{name}.py").write_text(shipped(name), encoding="utf-8")
    for net in ("SmallAlexNet", "SmallVGG", "Mixed", "Heads"):
        graph = load(f"{ROOT / 'tests/backends/torch/ranks/small_ranks.net'}:{net}")
        (folder / f"{net.lower()}_ranks.py").write_text(ranks_source(graph), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", SHIPPED)
def test_golden(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"torch/{name}.py", shipped(name))


@pytest.mark.parametrize("name", ["residual", "several", "pipeline"])
def test_golden_of_constructs(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"torch/{name}.py", source(load(SPECS[name])))


@pytest.mark.parametrize(
    "command",
    [["black", "--check", "--diff"], ["ruff", "check", "--isolated"], ["mypy", "--strict", "--no-incremental"]],
    ids=lambda command: command[0],
)
def test_tools_have_nothing_to_say(command: list[str], written: Path) -> None:
    tool = shutil.which(command[0], path=str(Path(sys.executable).parent)) or shutil.which(command[0])
    if tool is None:
        pytest.skip(f"{command[0]} is not installed (requirements/dev.txt)")
    files = sorted(path.name for path in written.glob("*.py"))
    result = subprocess.run([tool, *command[1:], *files], check=False, cwd=written, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("name", SPECS)
def test_no_line_is_too_long(name: str) -> None:
    assert max(len(line) for line in source(load(SPECS[name])).splitlines()) <= 88


def test_same_bytes_each_time() -> None:
    script = "import sys; from netc.compiler import load; from netc.backends.torch import source; "
    script += "sys.stdout.write(source(load(sys.argv[1])))"
    command = [sys.executable, "-c", script, SPECS["branches"]]
    seeds = ({"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2"})
    texts = {subprocess.run(command, check=True, capture_output=True, env=seed).stdout for seed in seeds}
    assert texts == {source(load(SPECS["branches"])).encode()}


def test_writing_imports_no_torch() -> None:
    script = "import sys; from netc.compiler import load; from netc.backends.torch import source; "
    script += "source(load(sys.argv[1])); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script, SPECS["chain"]], check=False).returncode == 0


def test_helpers_only_when_used() -> None:
    assert "class RBF" in shipped("lenet5")
    for name in ("lenet5_modern", "alexnet"):
        assert not re.search(r"class (RBF|Subsample|ConnectedConv2d|ScaledTanh)", shipped(name))
    assert "choose_device" not in shipped("alexnet_merged")
    assert "class GroupedLocalResponseNorm" in shipped("alexnet_merged")


def test_copies_only_at_inputs_and_transfers() -> None:
    """AlexNet: 2 arrivals of the image and 7 transfers in forward; in __init__ two towers and fc8 are placed."""
    tree = ast.parse(shipped("alexnet"))
    net = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "AlexNet")
    counts = {
        method.name: sum(ast.unparse(node).endswith((".to", "copy_to")) for node in ast.walk(method))
        for method in net.body
        if isinstance(method, ast.FunctionDef)
    }
    assert counts == {"__init__": 3, "reset_parameters": 0, "forward": 9}
    assert ".to(" not in shipped("alexnet_merged")


def test_copies_of_an_exchange_stand_together() -> None:
    """No tower waits for the other's next stage."""
    calls = re.findall(r"= (\S+?)\(", shipped("alexnet").partition("def forward")[2])
    assert calls[:4] == ["self.gpu0.stage1", "self.gpu1.stage1", "copy_to", "copy_to"]
    assert calls[4:6] == ["self.gpu0.stage2", "self.gpu1.stage2"]


def constructor_of(text: str, name: str) -> str:
    return next(line for line in text.partition(f"class {name}(")[2].splitlines() if "def __init__" in line).strip()


def test_what_varies_between_uses_becomes_an_argument() -> None:
    text = source(load(SPECS["residual"]))
    assert constructor_of(text, "Basic") == "def __init__(self, width: int) -> None:"
    assert constructor_of(text, "Down") == "def __init__(self, in_channels: int, width: int, stride: int = 1) -> None:"
    assert "Down(in_channels=32, width=64, stride=2)" in text
    assert "Down(in_channels=64, width=64)" in text
    assert "Basic(16) for _ in range(3)" in text


@pytest.mark.parametrize(("name", "lines"), [("resnet50", 120), ("densenet121", 150)])
def test_files_are_short(name: str, lines: int) -> None:
    assert len(shipped(name).splitlines()) < lines


def test_a_statement_has_one_comment_and_shapes_that_vary_none() -> None:
    text = source(load("""
        block b(width) {
          c = conv(width, 3x3) -> batchnorm -> relu
          d = conv(width, 3x3, pad = 1) -> relu }
        block once(width) { conv(width, 3x3, pad = 1) -> relu -> maxpool(2x2, stride = 2) }
        net N { input image: 4x16x16
          conv = conv(4, 3x3, pad = 1)
            -> batchnorm -> relu
          one = b(6)
          two = b(8)
          three = once(8)
          fc = fc(2) }
    """))  # fmt: skip
    assert re.findall(r"(\S+)\(.*# (line .*)", text) == [
        ("self.maxpool", "line 5: 8x6x6"),
        ("self.conv", "line 7: 4x16x16"),
        ("F.relu", "line 8: 4x16x16"),
        ("self.one", "line 9: 6x14x14"),
        ("self.two", "line 10: 8x12x12"),
        ("self.three", "line 11: 8x6x6"),
        ("self.fc", "line 12: 2"),
    ]


CHAINS = """
block pair(w) {
  a = in -> fc(w)
  concat(in, a)
}
block chain(n, growth) { for i in 1..n + 1 { u as "unit{i}" = pair(growth) } }
net N { input image: 16
  one   = chain(3, 4)
  two   = chain(1, 4)
  three = chain(5, 2)
  fc    = fc(2) }
"""


def test_a_loop_has_as_many_turns_as_its_use_says() -> None:
    graph = load(CHAINS)
    text = source(graph)
    assert constructor_of(text, "Chain") == "def __init__(self, n: int, in_features: int, growth: int) -> None:"
    assert "Chain(n=1, in_features=28, growth=4)" in text
    assert 'self.add_module(f"unit{i + 1}", Pair(in_features=in_features + growth * i, w=growth))' in unwrapped(text)
    assert "for layer in self.children():\n            x = layer(x)\n" in text
    verify = pytest.importorskip("netc.backends.torch.verify", reason="verification needs PyTorch")
    assert verify.verify(graph, text).ok


def unwrapped(text: str) -> str:
    """A text with every statement on one line."""
    return re.sub(r"\(\s+", "(", re.sub(r",?\s+\)", ")", text))


LINKS = """
block unit(width, act = relu, shortcut = none) {
  body = in -> conv(width, 3x3, pad = 1) -> act
  side = in -> shortcut(width, 1x1)
  add(body, side)
}
net N { input image: 4x8x8
  one   = unit(8, shortcut = conv)
  two   = unit(8, none)
  three = unit(8)
  four  = unit(8, none, conv)
  fc    = fc(2) }
"""


def test_what_a_link_that_is_none_leaves_out_is_optional() -> None:
    graph = load(LINKS)
    text = source(graph)
    assert re.findall(r"^class (\w+)", text, re.MULTILINE) == ["Unit", "N"]
    assert "shortcut: bool = False" in text
    assert "self.four = Unit(in_channels=8, shortcut=True)" in text
    assert "        if self.act:\n            out = F.relu(out, inplace=True)" in text
    assert "        side = self.side(x) if self.side is not None else x" in text
    verify = pytest.importorskip("netc.backends.torch.verify", reason="verification needs PyTorch")
    assert verify.verify(graph, text).ok


def test_equal_neighbours_of_a_sequence_are_written_once() -> None:
    text = source(load("""
        block b(width) { conv(width, 1x1) -> relu }
        net N { input image: 4x8x8
          stack = b(8) -> b(8) -> b(6) -> b(6) -> b(6) -> b(4)
          fc = fc(2) }
    """))  # fmt: skip
    items = re.findall(r"^ {12}(\S.*\)),", text.partition("self.stack = ")[2], re.MULTILINE)
    assert items == [
        "B(in_channels=4, width=8)",
        "B(in_channels=8, width=8)",
        "B(in_channels=8, width=6)",
        "*(B(in_channels=6, width=6) for _ in range(2))",
        "B(in_channels=6, width=4)",
    ]


def test_uses_of_another_structure_get_a_class_of_their_own() -> None:
    text = source(load("""
        block b(shortcut) { x = in -> conv(4, 1x1) -> shortcut(in) }
        net N { input image: 4x8x8
          one = b(add)
          two = b(add)
          three = b(concat)
          fc = fc(2) }
    """))  # fmt: skip
    assert re.findall(r"self\.(\w+) = (B\w*)\(", text) == [("one", "B"), ("two", "B"), ("three", "B2")]


def test_true_and_one_are_different_values() -> None:
    """``bias`` is true and false where ``stride`` is 1 and 2: no argument may stand for both."""
    text = source(load("""
        block b(bias, stride) { x = in -> conv(4, 1x1, bias = bias, stride = stride) }
        net N { input image: 4x8x8
          one = b(true, 1)
          two = b(false, 2)
          fc = fc(2) }
    """))  # fmt: skip
    assert constructor_of(text, "B") == "def __init__(self, stride: int = 1, bias: bool = True) -> None:"
    assert "self.one = B()" in text
    assert "self.two = B(stride=2, bias=False)" in text


def test_what_the_spec_says_of_itself_cannot_leave_the_docstring() -> None:
    text = source(load("""net N { about { title = "a \\"\\"\\"\\nimport os\\\\" }
        input image: 4x8x8
        fc = fc(2) }"""))  # fmt: skip
    assert not any(isinstance(node, ast.Import) and node.names[0].name == "os" for node in ast.parse(text).body)


def test_a_layer_called_like_a_helper_needs_none() -> None:
    text = source(load("net N { input i: 3x8x8\n RBF = conv(4, 3x3)\n Subsample = relu }"))
    assert not re.search("class (RBF|Subsample)", text)


def test_arguments_hide_nothing_that_a_constructor_calls() -> None:
    spec = """
        block inner(n) { a = fc(n) -> relu -> fc(n) }
        block outer(Inner, Subsample, super) { s = subsample(Subsample) -> fc(super)
          c = inner(Inner) }
        net N { device Outer, other
          input i: 1x16x16
          x = outer(2, 3, 4) on Outer
          r = reshape(1x1x2)
          y = outer(3, 1, 5) on other
          z = inner(7) }
    """
    graph = load(spec)
    verify = pytest.importorskip("netc.backends.torch.verify", reason="verification needs PyTorch")
    assert verify.verify(graph, source(graph)).ok


def test_names_that_no_device_may_have_are_what_the_file_calls() -> None:
    helpers = ast.parse((ROOT / "backends/torch/helpers.py").read_text()).body
    names = {node.name for node in helpers if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
    assert names | {"range", "super"} == CALLED
    assert all(why_no_device(name) for name in CALLED)
    with pytest.raises(SpecError, match="a device cannot be called `RBF`"):
        load("net N { device RBF\n input i: 84\n c = rbf(10) on RBF }")


def test_names_that_the_file_uses_itself() -> None:
    text = source(load("""
        block conv_block { x = in -> conv(4, 1x1) -> scaled_tanh }
        net Subsample { input l: 4x8x8
          sum = conv_block
          S = subsample(2x2)
          fc = fc(2) }
    """))  # fmt: skip
    compile(text, "written", "exec")
    assert "class SubsampleNet(nn.Module)" in text
    assert "def forward(self, l_: Tensor)" in text
