"""Nets of many shapes for the tests of figures and graphs: branches, skips, several inputs and devices."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from hypothesis.strategies import DrawFn, composite, integers, lists, sampled_from

from netc.compiler import Graph, load

ROOT = Path(__file__).parents[1]

STRICT = ("lenet5:LeNet5Modern", "lenet5:LeNet5", "alexnet:AlexNetMerged", "alexnet:AlexNet", "resnet:ResNet152")
"""Shipped nets that are drawn in every style and on every page: small and large, with towers, skips and repetitions."""

OTHERS = ("vgg:VGG16", "googlenet:GoogLeNet", "unet:UNet")
"""Shipped nets that are drawn in every style: they fill several rows, and have branches and long skips."""

EXAMPLES = ("inception", "mlp")


def shipped() -> list[str]:
    """Every net of the zoo, as ``file:Net``."""
    return [
        f"{path.stem}:{name}"
        for path in sorted((ROOT / "specs").glob("*.net"))
        for name in re.findall(r"^net (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]


@cache
def graph_of(spec: str) -> Graph:
    """The graph of a shipped net, ``file:Net``, or of an example."""
    return load(ROOT / "examples" / f"{spec}.net" if spec in EXAMPLES else f"zoo:{spec}")


RESIDUAL = (ROOT / "tests/format/resnet18.net").read_text()

INCEPTION = """
block inception(a, b, c, d) {
  one   = in -> conv(a, 1x1) -> relu
  three = in -> conv(b, 1x1) -> relu -> conv(b, 3x3, pad = 1) -> relu
  five  = in -> conv(c, 1x1) -> relu -> conv(c, 3x3, pad = 1) -> relu -> conv(c, 3x3, pad = 1) -> relu
  pool  = in -> maxpool(3x3, stride = 1, pad = 1) -> conv(d, 1x1) -> relu
  concat(one, three, five, pool)
}
net Inception(classes = 10) {
  input image: 3x32x32
  section stem "Stem" {
    conv1 = conv(16, 3x3, pad = 1) -> batchnorm -> relu
  }
  section modules "Inception modules" {
    module1 = inception(8, 8, 4, 4)
    module2 = inception(16, 16, 8, 8)
  }
  fc = global_avgpool -> fc(classes)
}
"""

UNET = """
block twice(width) {
  conv1 = in -> conv(width, 3x3, pad = 1) -> relu
  conv2 = conv(width, 3x3, pad = 1) -> relu
}
net UNet(classes = 2) {
  input image: 1x64x64
  section encoder "Encoder" {
    e1 = twice(8)
    p1 = maxpool(2x2)
    e2 = twice(16)
    p2 = maxpool(2x2)
    e3 = twice(32)
    p3 = maxpool(2x2)
  }
  bottom = twice(64)
  section decoder "Decoder with a title that is much too long for the room that the frame has for it" {
    u3 = conv_transpose(32, 2x2, stride = 2)
    j3 = concat(e3, u3)
    d3 = twice(32)
    u2 = conv_transpose(16, 2x2, stride = 2)
    j2 = concat(e2, u2)
    d2 = twice(16)
    u1 = conv_transpose(8, 2x2, stride = 2)
    j1 = concat(e1, u1)
    d1 = twice(8)
  }
  mask = conv(classes, 1x1)
}
"""

MULTI = """
net Multi {
  input left: 3x16x16
  input right: 3x16x16
  input words: 20
  section images "Images" {
    section eye "One eye" { a = left -> conv(8, 3x3, pad = 1) -> relu }
    section other "Other eye" { b = right -> conv(8, 3x3, pad = 1) -> relu }
    both = concat(a, b)
    pool = both -> maxpool(2x2) -> flatten
  }
  text = words -> fc(16) -> relu
  joined = concat(pool, text)
  hidden = joined -> fc(32) -> relu
  output kind: hidden -> fc(4)
  output score: hidden -> fc(1)
}
"""

FOUR_DEVICES = """
net Four(classes = 10) {
  device a, b, c, d
  input image: 3x32x32
  towers on a, b, c, d {
    conv1 = conv(4, 3x3, pad = 1) -> relu
    exchange
    conv2 = conv(8, 3x3, pad = 1) -> relu
    pool = maxpool(2x2)
    exchange
    fc1 = fc(16) -> relu
  }
  fc2 = fc(classes) on c
}
"""

FAR_DEVICES = """
net Far {
  device a, b, c
  input image: 3x32x32
  input hint: 4
  x = image -> conv(4, 3x3, pad = 1) -> relu on a
  y = conv(4, 3x3, pad = 1) on c
  z = x -> conv(4, 3x3, pad = 1) on b
  w = z -> conv(4, 3x3, pad = 1) on b
  s = add(w, y) -> relu on a
  t = add(s, x, y) on c
  h = hint -> fc(4) on c
  u = t -> flatten on c
  output out: concat(u, h) -> fc(2) on a
}
"""

NETS = {
    "lenet5": (ROOT / "specs/lenet5.net").read_text(),
    "alexnet": (ROOT / "specs/alexnet.net").read_text(),
    "residual": RESIDUAL,
    "inception": INCEPTION,
    "unet": UNET,
    "multi": MULTI,
    "four": FOUR_DEVICES,
    "far": FAR_DEVICES,
}
"""Spec texts by name."""


@composite
def random_nets(draw: DrawFn) -> str:
    """Nets whose layers read any earlier layers, on one to four devices, with and without sections."""
    devices = draw(sampled_from([0, 0, 2, 3, 4]))
    names = [f"in{i}" for i in range(draw(integers(1, 3)))]
    lines = [f"input {name}: 4x8x8" for name in names]
    if devices:
        lines.insert(0, "device " + ", ".join(f"d{i}" for i in range(devices)))
    unread, unused, in_section = set(names), set(range(devices)), False

    def place() -> str:
        if not devices:
            return ""
        device = draw(integers(0, devices - 1))
        unused.discard(device)
        return f" on d{device}"

    for i in range(draw(integers(1, 20))):
        near = names[-5:] if draw(integers(0, 2)) else names
        read = draw(lists(sampled_from(near), min_size=1, max_size=4, unique=True))
        unread -= set(read)
        if draw(integers(0, 7)) == 0:
            lines += ["}"] * in_section + [f'section s{i} "Section number {i}" {{']
            in_section = True
        tail = draw(sampled_from(["", " -> relu", " -> relu -> batchnorm"]))
        head = f"{read[0]} -> conv(4, 3x3, pad = 1)" if len(read) == 1 else f"add({', '.join(read)})"
        lines.append(f"x{i} = {head}{tail}{place()}")
        names.append(f"x{i}")
        unread.add(f"x{i}")
    lines += ["}"] * in_section
    for device in sorted(unused):
        lines.append(f"y{device} = {names[0]} -> relu on d{device}")
        unread = (unread - {names[0]}) | {f"y{device}"}
    rest = sorted(unread)
    end = f"add({', '.join(rest)})" if len(rest) > 1 else f"{rest[0]} -> relu"
    return "net Random {\n" + "\n".join([*lines, f"end = {end}{' on d0' if devices else ''}"]) + "\n}\n"
