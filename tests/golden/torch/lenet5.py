"""LeNet-5 (1998).

Y. LeCun, L. Bottou, Y. Bengio, P. Haffner. Gradient-based learning applied to
document recognition. Proc. IEEE 86(11), 1998

Source: zoo:lenet5, net LeNet5(classes = 10)
60,000 parameters, 340,908 connections, 325,680 multiply-adds per sample.

    model = LeNet5()
    output = model(torch.randn(8, 1, 32, 32))  # 8x10

Written by netc 0.1.0.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

C3_CONNECTIONS = (
    "X...XXX..XXXX.XX",
    "XX...XXX..XXXX.X",
    "XXX...XXX..X.XXX",
    ".XXX..XXXX..X.XX",
    "..XXX..XXXX.XX.X",
    "...XXX..XXXX.XXX",
)

OUTPUT_CODES = """
.#####.  ...##..  .#####.  #######  .#####.  .#####.  ..####.  #######  .#####.  .#####.
.......  ..###..  .......  .....##  .......  .......  .##....  .....##  ##...##  ##..###
..###..  .####..  .#####.  ....##.  .......  #######  ##.....  .....##  ##...##  ##...##
.##.##.  ...##..  ##...##  ...##..  .##..##  ##.....  ##.....  ....##.  ##...##  ##...##
##...##  ...##..  #....##  ..####.  .##..##  ##.....  ######.  ...##..  .#####.  ##..###
##...##  ...##..  ....##.  .....##  ###..##  .####..  ###..##  ...##..  ##...##  .######
##...##  ...##..  ..###..  .....##  ##...##  ..####.  ##...##  ..##...  ##...##  .....##
##...##  ...##..  .##....  .....##  ##...##  .....##  ##...##  ..##...  ##...##  .....##
.##.##.  ...##..  ##.....  ##...##  ##..###  ##...##  ###..##  ..##...  ##...##  ....##.
..###..  .######  #######  .#####.  .######  .#####.  .#####.  ..##...  .#####.  .####..
.......  .......  .......  .......  .....##  .......  .......  .......  .......  .......
.......  .......  .......  .......  .....##  .......  .......  .......  .......  .......
"""


def scaled_tanh(x: Tensor, amplitude: float = 1.7159, slope: float = 2 / 3) -> Tensor:
    """Squashing function (LeCun et al. 1998, appendix A): f(1) is 1, f(-1) is -1."""
    return amplitude * torch.tanh(slope * x)


class Subsample(nn.Module):
    """Sum of every window, times a coefficient, plus a bias, both learned per channel.

    LeCun et al. 1998, section II.B, layers S2 and S4.
    """

    def __init__(
        self,
        channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] | None = None,
    ) -> None:
        super().__init__()
        if isinstance(kernel_size, int):
            kernel_size = (kernel_size, kernel_size)
        self.window = kernel_size[0] * kernel_size[1]
        self.kernel_size = kernel_size
        self.stride = stride
        self.coefficient = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        means = F.avg_pool2d(x, self.kernel_size, self.stride)
        weight = self.window * self.coefficient
        return means * weight[:, None, None] + self.bias[:, None, None]


class ConnectedConv2d(nn.Module):
    """Convolution in which a table says which input map feeds which output map.

    A row of `connections` is an input map, a column an output map, and X connects
    them (LeCun et al. 1998, table I). Every X has a kernel of its own: `weight` has
    them in the order of the columns, and from top to bottom within a column.
    """

    inputs: Tensor
    outputs: Tensor

    def __init__(
        self,
        connections: tuple[str, ...],
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
        dilation: int | tuple[int, int] = 1,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if isinstance(kernel_size, int):
            kernel_size = (kernel_size, kernel_size)
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        outputs: list[int] = []
        inputs: list[int] = []
        for output, column in enumerate(zip(*connections, strict=True)):
            sources = [index for index, mark in enumerate(column) if mark == "X"]
            outputs += [output] * len(sources)
            inputs += sources
        self.out_channels = len(connections[0])
        self.in_channels = len(connections)
        self.weight = nn.Parameter(torch.empty(len(inputs), *kernel_size))
        self.bias = nn.Parameter(torch.empty(self.out_channels)) if bias else None
        self.register_buffer("outputs", torch.tensor(outputs), persistent=False)
        self.register_buffer("inputs", torch.tensor(inputs), persistent=False)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Uniform in +-1 / sqrt(fan-in) of the output map, as nn.Conv2d starts."""
        maps = torch.arange(self.out_channels, device=self.outputs.device)
        fan_in = (self.outputs == maps[:, None]).sum(dim=1) * self.weight[0].numel()
        bounds = fan_in.rsqrt()
        with torch.no_grad():
            self.weight.uniform_(-1.0, 1.0).mul_(bounds[self.outputs][:, None, None])
            if self.bias is not None:
                self.bias.uniform_(-1.0, 1.0).mul_(bounds)

    def forward(self, x: Tensor) -> Tensor:
        shape = (self.out_channels, self.in_channels, *self.kernel_size)
        weight = self.weight.new_zeros(shape)
        weight[self.outputs, self.inputs] = self.weight
        return F.conv2d(x, weight, self.bias, self.stride, self.padding, self.dilation)


class RBF(nn.Module):
    """Squared distance of the features to the fixed code of every class.

    LeCun et al. 1998, section II.B, equation 7. `glyphs` is a picture of the codes
    side by side: # is +1 and . is -1.
    """

    codes: Tensor

    def __init__(self, glyphs: str) -> None:
        super().__init__()
        rows = [row.split() for row in glyphs.strip().split("\n")]
        codes = ["".join(glyph) for glyph in zip(*rows, strict=True)]
        black = torch.tensor([[pixel == "#" for pixel in code] for code in codes])
        self.register_buffer("codes", torch.where(black, 1.0, -1.0))

    def forward(self, x: Tensor) -> Tensor:
        return (x[:, None, :] - self.codes).square().sum(dim=2)


def fan_in_uniform_(weight: Tensor, gain: float, fan_in: int | list[int]) -> None:
    """Uniform in +-gain / fan-in; several fan-ins are one per row of the weight.

    LeCun et al. 1998, appendix A.
    """
    fan_ins = torch.tensor(fan_in, dtype=weight.dtype, device=weight.device)
    bounds = (gain / fan_ins).view(-1, *[1] * (weight.dim() - 1))
    with torch.no_grad():
        weight.uniform_(-1.0, 1.0).mul_(bounds)


def rbf_mse_loss(distances: Tensor, target: Tensor) -> Tensor:
    """Mean distance to the code of the right class (LeCun et al. 1998, equation 8)."""
    return distances.gather(1, target[:, None]).mean()


def rbf_map_loss(distances: Tensor, target: Tensor, j: float = 0.1) -> Tensor:
    """Equation 9 of LeCun et al. 1998: it also pushes the wrong classes' codes away.

    `j` keeps classes that are far away already from being pushed further. The paper
    says only that it is positive; 0.1 is a value in use, not the paper's.
    """
    rubbish = torch.full_like(distances[:, :1], -j)
    competition = torch.cat([rubbish, -distances], dim=1).logsumexp(dim=1)
    return rbf_mse_loss(distances, target) + competition.mean()


class LeNet5(nn.Module):
    """LeNet-5 (1998)."""

    def __init__(self) -> None:
        super().__init__()
        # Feature extraction
        self.C1 = nn.Conv2d(1, 6, 5)
        self.S2 = Subsample(6, 2)
        self.C3 = ConnectedConv2d(C3_CONNECTIONS, 5)
        self.S4 = Subsample(16, 2)
        self.C5 = nn.Conv2d(16, 120, 5)
        # Classifier
        self.F6 = nn.Linear(120, 84)
        self.output = RBF(OUTPUT_CODES)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draws the values that training starts from, as the spec says."""
        for name, fan_in in (
            ("C1.weight", 25),
            ("S2.coefficient", 4),
            ("S4.coefficient", 4),
            ("C5.weight", 400),
            ("F6.weight", 120),
        ):
            fan_in_uniform_(self.get_parameter(name), 2.4, fan_in)
        fan_in_uniform_(
            self.get_parameter("C3.weight"), 2.4, [75] * 18 + [100] * 36 + [150] * 6
        )

    def forward(self, image: Tensor) -> Tensor:
        x: Tensor = self.C1(image)
        x = scaled_tanh(x)  # line 69: 6x28x28
        x = self.S2(x)
        x = scaled_tanh(x)  # line 70: 6x14x14
        x = self.C3(x)  # line 71: 16x10x10
        x = scaled_tanh(x)  # line 78: 16x10x10
        x = self.S4(x)
        x = scaled_tanh(x)  # line 79: 16x5x5
        x = self.C5(x)
        x = scaled_tanh(x)  # line 80: 120x1x1
        x = torch.flatten(x, 1)
        x = self.F6(x)
        x = scaled_tanh(x)  # line 83: 84
        x = self.output(x)  # line 84: 10
        return x

    def classify(self, image: Tensor) -> Tensor:
        """The class of every sample: the one whose code is nearest."""
        distances: Tensor = self(image)
        return distances.argmin(dim=1)

    def loss(self, distances: Tensor, target: Tensor) -> Tensor:
        """What training makes small, for the output and the right classes."""
        return rbf_map_loss(distances, target)
