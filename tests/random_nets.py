"""Random nets that are right by construction, and random edits of them, for the laws that hold for every net.

Every layer makes a map of the same shape, so that any of them may be added to any other, and a body ends in a sum of
all that it names, so that nothing is unread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from netc.compiler.graph import Graph

SHAPE = (4, 6, 6)
PLAIN = ["relu", "tanh", "batchnorm", "dropout(0.5)", "conv(4, 3x3, pad = 1)", "conv(4, 1x1, bias = false)", "lrn"]
REPEATED = ["relu * 2", "conv(4, 1x1) * 3", "(conv(4, 1x1) -> relu) * 2", "(batchnorm -> tanh -> relu) * 1"]
VALUES = ["relu", "tanh", "batchnorm", "none"]
"""What the parameters of a block may be."""
PARAMETERS = "(act = relu, last = none)"


class Writer:
    """Writes the statements of one body; ``draw`` is hypothesis's."""

    def __init__(
        self, draw: st.DrawFn, blocks: list[str], known: list[str], devices: list[str], *,
        is_block: bool = False, numbered: bool = False,
    ) -> None:  # fmt: skip
        self.draw = draw
        self.blocks = blocks
        self.known = known
        self.devices = devices
        self.values = ["act", "last", "act()", "last()"] if is_block else []
        self.numbered = numbered
        self.made: list[str] = []
        self.lines: list[str] = []
        self.single: list[str] = []
        """The layers that are not in loops."""

    def body(self, loops: bool = True) -> None:
        kinds = ["chain"] * 4 + ["split", "section", "loop", "sequential"][: 4 if loops else 1]
        for _ in range(self.draw(st.integers(1, 3))):
            getattr(self, self.draw(st.sampled_from(kinds)))()

    def chain(self, turn: str | None = None, numbered: bool = False) -> None:
        name = f"x{len(self.known) + len(self.made)}"
        names = self.known + self.made
        links = [] if turn or not names or self.draw(st.booleans()) else [self.draw(st.sampled_from(names))]
        for _ in range(self.draw(st.integers(1, 3))):
            links.append(self.link(can_add=bool(links) and not turn))
        alias = ""
        if not numbered and not self.numbered and self.draw(st.integers(0, 3)) == 0:
            alias = f' as "m_{name}_{{{turn}}}"' if turn else f' as "m_{name}"'
        self.lines.append(f"{name}{alias} = {' -> '.join(links)}{self.place()}")
        self.made.append(name)
        self.single += [] if turn else [name]

    def link(self, can_add: bool) -> str:
        choices = [*PLAIN, *REPEATED, *self.values, *self.blocks, *(f"{block} * 2" for block in self.blocks)]
        for block in self.blocks:
            act, last = (self.draw(st.sampled_from(VALUES)) for _ in range(2))
            choices.append(f"{block}({act}, last = {last})")
        choices += [f"add({name})" for name in self.known + self.made] * can_add
        return self.draw(st.sampled_from(choices))

    def split(self) -> None:
        name = f"x{len(self.known) + len(self.made)}"
        self.lines.append(f"{name}_parts = split(2){self.place()}")
        self.lines.append(f"{name} = concat({name}_parts[1], {name}_parts[0]){self.place()}")
        self.made.append(name)

    def section(self) -> None:
        self.lines.append(f"section s{len(self.known) + len(self.made)} {{")
        self.chain()
        self.lines.append("}")

    def loop(self) -> None:
        variable = f"i{len(self.made)}"
        self.lines.append(f"for {variable} in 0..{self.draw(st.integers(1, 3))} {{")
        for _ in range(self.draw(st.integers(1, 2))):
            self.chain(turn=variable)
        self.lines.append("}")

    def sequential(self) -> None:
        """A scope whose layers have numbers; what is named inside is read as everywhere else."""
        self.lines.append(f"sequential q{len(self.known) + len(self.made)} {{")
        for _ in range(self.draw(st.integers(1, 2))):
            self.chain(numbered=True)
        self.lines.append("}")

    def place(self) -> str:
        return f" on {self.draw(st.sampled_from(self.devices))}" if self.devices else ""

    def towers(self) -> None:
        """Towers, whose body ends in a layer that reads all others, and a layer that makes one map of theirs."""
        first = Writer(self.draw, self.blocks, self.known + self.made, [])
        first.body(loops=False)
        second = Writer(self.draw, self.blocks, first.known + first.made, [])
        second.body(loops=False)
        narrow = "narrow = conv(4, 1x1)"
        all_names = ", ".join(["narrow", *first.made, *second.made])
        self.lines += [
            "towers on g0, g1 {",
            *first.lines,
            "exchange",
            narrow,
            *second.lines,
            f"z = add({all_names})",
            "}",
        ]
        self.lines.append(f"joined = conv(4, 1x1){self.place()}")
        self.made.append("joined")


def ending(writer: Writer, op: str) -> str:
    """A statement that reads all that a body made."""
    links = [writer.made[0], "relu"] if len(writer.made) == 1 else [f"{op}({', '.join(writer.made)})"]
    return " -> ".join([*links, *writer.values[:2]]) + writer.place()


def block(draw: st.DrawFn, name: str, blocks: list[str]) -> str:
    writer = Writer(draw, list(blocks), ["in"], [], is_block=True, numbered=draw(st.integers(0, 3)) == 0)
    writer.body()
    lines = [*writer.lines, ending(writer, "add")]
    lines = ["sequential {", *lines, "}"] if writer.numbered else lines
    return "\n".join([f"block {name}{PARAMETERS} {{", *lines, "}"])


@dataclass(frozen=True)
class Drawn:
    """A net, and what edits of it may name."""

    text: str
    names: tuple[str, ...]
    devices: tuple[str, ...]


@st.composite
def drawn_nets(draw: st.DrawFn) -> Drawn:
    texts, blocks = [], []
    for number in range(draw(st.integers(0, 3))):
        texts.append(block(draw, f"b{number}", blocks))
        blocks.append(f"b{number}")
    devices = ["g0", "g1"] if draw(st.booleans()) else []
    net = Writer(draw, blocks, ["image"], devices)
    net.body()
    if draw(st.booleans()):
        net.lines.append(f"auxiliary output early: {net.made[-1]} -> tanh{net.place()}")
    if devices and draw(st.booleans()):
        net.towers()
    head = ["device g0, g1"] if devices else []
    # Both devices run something, as they must.
    tail = ["last = relu on g0", "output y: tanh on g1"] if devices else ["relu"]
    text = ["net N {", *head, "input image: 4x6x6", *net.lines, ending(net, "add"), *tail, "}"]
    return Drawn("\n".join([*texts, *text]) + "\n", tuple(net.single), tuple(devices))


def nets() -> st.SearchStrategy[str]:
    """Texts of nets."""
    return drawn_nets().map(lambda drawn: drawn.text)


# ---- edits

NEW = ("gelu()", "silu()", "layernorm()", "conv(4, 1x1)", "extra")
EXTRA = "block extra {\nconv(4, 1x1) -> elu\n}\n"
"""A block that every file of a variant has."""


@st.composite
def edits_of(draw: st.DrawFn, base: Drawn, graph: Graph, number: int) -> tuple[list[str], Drawn]:
    """Edits that fit a net, and what the next ones may name; ``number`` tells those of several variants apart."""
    place = f" on {draw(st.sampled_from(base.devices))}" if base.devices else ""
    edits: list[str] = []
    if draw(st.booleans()):  # the last op, which the other edits leave alone
        edits.append(f"replace {graph.layers[-1].op.keyword} with {draw(st.sampled_from(NEW))}")
    blocks = sorted({str(scope.definition) for scope in graph.scopes if scope.kind == "block"} - {"extra"})
    kinds = ["anew", "insert", "rename", "move", "feed"]
    if blocks and number == 0 and draw(st.booleans()):
        kinds.remove("anew")  # which might take away all uses of the block
        name = draw(st.sampled_from(blocks))
        first = draw(st.sampled_from(("conv(4, 1x1)", f"{name}(act)", "helper")))
        edits.append(f"block {name}{PARAMETERS} {{\n{first} -> act -> last\n}}")
        edits += ["block helper {\ntanh -> relu\n}"] * (first == "helper")
    names = list(base.names)
    for count in range(draw(st.integers(1, 3)) if names else 0):
        name = draw(st.sampled_from(names))
        new = f"{'vw'[number]}{count}"
        match draw(st.sampled_from(kinds)):
            case "anew":
                edits.append(f"{name} = {' -> '.join(draw(st.lists(st.sampled_from(PLAIN), min_size=1)))}{place}")
            case "insert":
                where = draw(st.sampled_from(("after", "before")))
                edits.append(f"{where} {name} {{\n{new} = image -> relu{place}\n}}")
                edits.append(f"auxiliary output o{new}: {new} -> tanh{place}")
            case "rename":
                edits.append(f"rename {name} to {new}")
                names[names.index(name)] = new
            case "move" if base.devices:
                edits.append(f"move {name} to {draw(st.sampled_from(base.devices))}")
            case _:
                edits.append("input image: 4x8x8")
    return edits, replace(base, names=tuple(names))


def variant(name: str, base: str, edits: list[str]) -> str:
    """The text of a variant."""
    return "\n".join([f"net {name} = {base} with {{", *edits, "}"]) + "\n"


WILD = (
    "remove x1, x2", "rename x1 to x2", "rename image to x1", "replace conv with none", "replace relu with b0",
    "replace b0 with b1", "replace split with relu", "scale width by 2", "scale width by 1 / 3", "move x1, x2 to g0",
    "device g0", "device g7", "x1 = split(2)", "x1 = conv(8, 3x3)", "after x1 {\nfor i in 0..2 {\nrelu\n}\n}",
    "after x2 {\nexchange\n}", "sequential q1 {\nrelu\n}", "sequential {\nx1 = tanh\n}", "input image: 8x6x6",
    "input other: 4x6x6", "output y: x1", "auxiliary output y: x2", "init x1: weight = 0", "init bias = 1",
    "remove early", "remove s1, q1", "rename q1 to x9", "block b0 {\nb1\n}", "block b1 {\nb0\n}", "relu", "remove",
    "block b0(act) {\nact\n}", "replace b1 with none", "replace batchnorm with layernorm", "expect parameters == 7",
)  # fmt: skip
"""Edits that fit few nets."""
