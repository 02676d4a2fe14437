"""SmallAlexNet (2012).

A. Krizhevsky, I. Sutskever, G. Hinton. ImageNet classification with deep
convolutional neural networks. NIPS 2012

Source: small_ranks.net, net SmallAlexNet(classes = 10)
374,266 parameters, 4,009,978 connections, 3,995,524 multiply-adds per sample.

A program of 2 processes: every device is a rank, which keeps the layers of that
device only.

    torchrun --nproc-per-node 2 small_ranks_ranks.py --data images.pt  # 3x96x96

Written by netc 0.1.0.
"""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_state_dict,
    set_state_dict,
)
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save
from torch.distributed.device_mesh import DeviceMesh
from torch.nn.parallel import DistributedDataParallel


class Tower(nn.Module):
    """Tower on gpu0 or gpu1 (line 115)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 11, stride=4)
        self.conv1_lrn = nn.LocalResponseNorm(5, k=2.0)
        self.pool1 = nn.MaxPool2d(3, stride=2)
        self.conv2 = nn.Conv2d(6, 16, 5, padding=2)
        self.conv2_lrn = nn.LocalResponseNorm(5, k=2.0)
        self.pool2 = nn.MaxPool2d(3, stride=2)
        self.conv3 = nn.Conv2d(32, 24, 3, padding=1)
        self.conv4 = nn.Conv2d(24, 24, 3, padding=1)
        self.conv5 = nn.Conv2d(24, 16, 3, padding=1)
        self.pool5 = nn.MaxPool2d(3, stride=2)
        self.fc6 = nn.Linear(128, 256)
        self.fc7 = nn.Linear(512, 256)

    def stage1(self, x: Tensor) -> Tensor:
        x = F.pad(x, (0, 3, 0, 3))
        x = self.conv1(x)
        x = F.relu(x, inplace=True)
        x = self.conv1_lrn(x)  # line 116 of zoo:alexnet: 6x23x23
        x = self.pool1(x)  # line 117 of zoo:alexnet: 6x11x11
        x = self.conv2(x)
        x = F.relu(x, inplace=True)
        x = self.conv2_lrn(x)  # line 118 of zoo:alexnet: 16x11x11
        x = self.pool2(x)  # line 119 of zoo:alexnet: 16x5x5
        return x

    def stage2(self, gpu0_pool2: Tensor, gpu1_pool2: Tensor) -> Tensor:
        x: Tensor = torch.cat([gpu0_pool2, gpu1_pool2], dim=1)
        x = self.conv3(x)
        x = F.relu(x, inplace=True)  # line 121 of zoo:alexnet: 24x5x5
        x = self.conv4(x)
        x = F.relu(x, inplace=True)  # line 122 of zoo:alexnet: 24x5x5
        x = self.conv5(x)
        x = F.relu(x, inplace=True)  # line 123 of zoo:alexnet: 16x5x5
        x = self.pool5(x)  # line 124 of zoo:alexnet: 16x2x2
        return x

    def stage3(self, gpu0_pool5: Tensor, gpu1_pool5: Tensor) -> Tensor:
        x = torch.cat([gpu0_pool5, gpu1_pool5], dim=1)
        x = torch.flatten(x, 1)
        x = self.fc6(x)
        return F.relu(x, inplace=True)  # line 126 of zoo:alexnet: 256

    def stage4(self, gpu0_fc6_relu: Tensor, gpu1_fc6_relu: Tensor) -> Tensor:
        x = torch.cat([gpu0_fc6_relu, gpu1_fc6_relu], dim=1)
        x = self.fc7(x)
        return F.relu(x, inplace=True)  # line 128 of zoo:alexnet: 256


class SmallAlexNet(nn.Module):
    """SmallAlexNet (2012)."""

    def __init__(self) -> None:
        super().__init__()
        self.gpu0 = Tower()
        self.gpu1 = Tower()
        self.fc8 = nn.Linear(512, 10)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draws the values that training starts from, as the spec says."""
        for name, parameter in self.named_parameters():
            if name.endswith("weight"):
                nn.init.normal_(parameter, std=0.05)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, image: Tensor) -> Tensor:
        gpu0_pool2 = self.gpu0.stage1(image)
        gpu1_pool2 = self.gpu1.stage1(image)
        gpu0_pool5 = self.gpu0.stage2(gpu0_pool2, gpu1_pool2)
        gpu1_pool5 = self.gpu1.stage2(gpu0_pool2, gpu1_pool2)
        gpu0_fc6_relu = self.gpu0.stage3(gpu0_pool5, gpu1_pool5)
        gpu1_fc6_relu = self.gpu1.stage3(gpu0_pool5, gpu1_pool5)
        gpu0_fc7_relu = self.gpu0.stage4(gpu0_fc6_relu, gpu1_fc6_relu)
        gpu1_fc7_relu = self.gpu1.stage4(gpu0_fc6_relu, gpu1_fc6_relu)  # line 115: 256
        x: Tensor = torch.cat([gpu0_fc7_relu, gpu1_fc7_relu], dim=1)
        x = self.fc8(x)  # line 130 of zoo:alexnet: 10
        return x


class AllGather(torch.autograd.Function):
    """What every rank of a group has, in their order; the backward is a reduce-scatter.

    The token of a rank goes through all that it sends and receives, so that the
    backward does the same in the opposite order, on every rank.
    """

    @staticmethod
    def forward(
        ctx: Any, token: Tensor, x: Tensor, group: dist.ProcessGroup
    ) -> tuple[Tensor, ...]:
        ctx.group, x = group, x.contiguous()
        parts = [torch.empty_like(x) for _ in range(dist.get_world_size(group))]
        dist.all_gather(parts, x, group=group)
        return token.clone(), *parts

    @staticmethod
    def backward(ctx: Any, token: Tensor, *gradients: Tensor) -> tuple[Any, ...]:
        parts = [gradient.contiguous() for gradient in gradients]
        own = torch.empty_like(parts[0])
        dist.reduce_scatter(own, parts, group=ctx.group)
        return token, own, None


class Send(torch.autograd.Function):
    """Sends a tensor to a rank; the backward receives its gradient from there."""

    @staticmethod
    def forward(ctx: Any, token: Tensor, x: Tensor, rank: int) -> Tensor:
        ctx.rank, ctx.shape = rank, x.shape
        dist.send(x.contiguous(), rank)
        return token.clone()

    @staticmethod
    def backward(ctx: Any, token: Tensor) -> tuple[Any, ...]:
        gradient = token.new_empty(ctx.shape)
        dist.recv(gradient, ctx.rank)
        return token, gradient, None


class Receive(torch.autograd.Function):
    """Receives a tensor from a rank; the backward sends its gradient there."""

    @staticmethod
    def forward(
        ctx: Any, token: Tensor, shape: tuple[int, ...], rank: int
    ) -> tuple[Tensor, Tensor]:
        ctx.rank = rank
        x = token.new_empty(shape)
        dist.recv(x, rank)
        return token.clone(), x

    @staticmethod
    def backward(ctx: Any, token: Tensor, gradient: Tensor) -> tuple[Any, ...]:
        dist.send(gradient.contiguous(), ctx.rank)
        return token, None, None


def group_of(rows: list[list[int]], timeout: timedelta | None) -> Any:
    """Makes a group of every row of ranks; the one that this rank is in, if any."""
    groups = [dist.new_group(row, timeout=timeout) for row in rows]
    pairs = zip(rows, groups, strict=True)
    return next((group for row, group in pairs if dist.get_rank() in row), None)


def apply(function: type[torch.autograd.Function], *arguments: Any) -> list[Tensor]:
    """What a function of autograd makes, also where that is one tensor."""
    made = function.apply(*arguments)  # type: ignore[no-untyped-call]
    return [made] if isinstance(made, Tensor) else list(made)


def keep(module: nn.Module, layers: Iterable[str]) -> None:
    """Takes all layers out of a module but these, and what they contain."""
    for name, child in list(module.named_children()):
        paths = (path.partition(".") for path in layers)
        inside = [rest for first, _, rest in paths if first == name]
        if not inside:
            setattr(module, name, nn.Identity())
        elif "" not in inside:
            keep(child, inside)


class Rank(nn.Module):
    """A net that keeps the layers of one device."""

    net: nn.Module
    layers: tuple[str, ...]
    has_loss = False
    has_output = False

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        keep(net, self.layers)
        self.net = net

    def join(self, mesh: DeviceMesh, timeout: timedelta | None) -> None:
        """Meets the ranks of the other devices."""
        own: list[int] = mesh["device"].mesh.tolist()
        self.ranks = dict(zip(DEVICES, own, strict=True))


class Peer(Rank):
    """A rank that sends values to the others and receives theirs while it runs."""

    token: Tensor
    samples: int

    def join(self, mesh: DeviceMesh, timeout: timedelta | None) -> None:
        super().join(mesh, timeout)
        self.groups: dict[tuple[str, ...], dist.ProcessGroup] = {}
        self.groups[DEVICES] = mesh.get_group("device")
        for devices in EXCHANGES:
            columns = [DEVICES.index(name) for name in devices]
            self.groups[devices] = group_of(mesh.mesh[:, columns].tolist(), timeout)

    def start(self, x: Tensor) -> None:
        """Begins a step with these samples."""
        self.samples = len(x)
        self.token = x.new_zeros((), requires_grad=True)

    def all_gather(self, x: Tensor, *devices: str) -> list[Tensor]:
        group = self.groups[devices]
        self.token, *parts = apply(AllGather, self.token, x, group)
        return parts

    def send(self, x: Tensor, device: str) -> None:
        (self.token,) = apply(Send, self.token, x, self.ranks[device])

    def receive(self, device: str, *shape: int) -> Tensor:
        shape = (self.samples, *shape)
        self.token, x = apply(Receive, self.token, shape, self.ranks[device])
        return x


def positive(text: str) -> int:
    """A whole number above 0."""
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"{text} is no whole number above 0")
    return int(text)


FLAT = StateDictOptions(flatten_optimizer_state_dict=True)


def saved_steps(folder: Path) -> list[int]:
    """The steps that a folder has whole checkpoints of."""
    names = [path.name.removeprefix("step-") for path in folder.glob("step-*")]
    return [int(name) for name in names if name.isdigit()]


def mesh_of(replicas: int, kind: str, timeout: timedelta | None) -> DeviceMesh:
    """All ranks, by replica and device."""
    ranks = torch.arange(replicas * len(DEVICES)).view(replicas, len(DEVICES))
    groups = [group_of(rows.tolist(), timeout) for rows in (ranks.T, ranks)]
    names = ("replica", "device")
    return DeviceMesh.from_group(groups, kind, ranks, mesh_dim_names=names)


class Trainer:
    """One rank in training, with as many replicas of the whole net as asked for.

    All ranks of a replica are given the same images, its share of the batch.
    """

    step = 0
    """Steps that are done."""
    options: ClassVar[dict[str, dict[str, Any]]] = {}
    """Further options of the program."""

    def __init__(
        self,
        replicas: int = 1,
        device: str | torch.device = "cpu",
        seed: int = 0,
        timeout: timedelta | None = None,
    ) -> None:
        self.seed = seed
        self.device = torch.device(device)
        self.mesh = mesh_of(replicas, self.device.type, timeout)
        self.replica = self.mesh.get_local_rank("replica")
        torch.manual_seed(seed)  # every rank draws the weights of the whole net
        self.rank: Any = RANKS[self.mesh.get_local_rank("device")](NET()).to(
            self.device
        )
        self.rank.join(self.mesh, timeout)
        self.model: nn.Module = self.rank
        if replicas > 1:
            group = self.mesh.get_group("replica")
            self.model = DistributedDataParallel(self.rank, process_group=group)

    def parameters(self) -> list[nn.Parameter]:
        """The weights of this rank's layers."""
        return list(self.rank.parameters())

    def train_step(
        self, images: Tensor, targets: Tensor, optimizer: torch.optim.Optimizer
    ) -> float:
        """One step with the replica's images; the mean loss of all replicas."""
        self.rank.train()
        optimizer.zero_grad()
        torch.manual_seed(hash((self.seed, self.step, dist.get_rank())))  # dropout
        loss = self.gradients(images, targets)
        optimizer.step()
        self.step += 1
        dist.all_reduce(loss)
        return loss.item() / self.mesh["replica"].size()

    def gradients(self, images: Tensor, targets: Tensor) -> Tensor:
        """Forward and backward; the loss where the output is, and 0 elsewhere."""
        output = self.model(images)
        loss = criterion(output, targets) if self.rank.has_loss else output
        (loss + self.rank.token).backward()
        return loss.detach()

    @torch.no_grad()
    def evaluate(self, images: Tensor) -> Tensor | None:
        """The output for the replica's images, on the rank that makes it."""
        output = self.rank.eval()(images)
        return output if self.rank.has_output else None

    def state(self, optimizer: torch.optim.Optimizer) -> dict[str, Any]:
        """What a checkpoint has of this rank; keys are those of the whole net."""
        model, state = get_state_dict(self.rank.net, optimizer, options=FLAT)
        return {"model": model, "optimizer": state, "step": self.step}

    def save(self, folder: Path, optimizer: torch.optim.Optimizer) -> None:
        """Writes FOLDER/step-N, whole or not at all; all ranks do it together."""
        partial = folder / f"step-{self.step}.partial"
        if dist.get_rank() == 0:
            shutil.rmtree(partial, ignore_errors=True)
        dist.barrier()
        save(self.state(optimizer), checkpoint_id=partial)
        if dist.get_rank() == 0:
            partial.rename(partial.with_suffix(""))
        dist.barrier()

    def load(self, folder: Path, optimizer: torch.optim.Optimizer) -> bool:
        """Goes on from the latest checkpoint in a folder; whether there is one."""
        steps = saved_steps(folder)
        if not steps:
            return False
        optimizer.zero_grad()  # else the optimizer's state is not made before it is read
        state = self.state(optimizer)
        load(state, checkpoint_id=folder / f"step-{max(steps)}")
        model, optimizer_state = state["model"], state["optimizer"]
        set_state_dict(
            self.rank.net,
            optimizer,
            model_state_dict=model,
            optim_state_dict=optimizer_state,
            options=FLAT,
        )
        self.step = state["step"]
        return True


def read_data(file: str, samples: int) -> tuple[Tensor, Tensor] | None:
    """Images and targets of a .pt file; None for synthetic ones."""
    if file == "synthetic":
        return None
    try:
        data = torch.load(file, mmap=True, weights_only=True)
        images, targets = data["images"], data["targets"]
    except Exception as error:  # noqa: BLE001 - whatever the file is
        refuse(f"{file} is no file of `images` and `targets` by torch.save: {error}")
    if tuple(images.shape[1:]) != INPUT or len(images) != len(targets):
        found = f"{tuple(images.shape)} and {tuple(targets.shape)}"
        refuse(f"{file} has shapes {found}; {NAME} reads images of {INPUT}")
    if len(images) < samples:
        refuse(f"{file} has {len(images)} images, fewer than --batch {samples}")
    if targets.min() < 0 or targets.max() >= OUTPUT[0]:
        found = f"from {targets.min()} to {targets.max()}"
        refuse(f"{file} has classes {found}; {NAME} has {OUTPUT[0]}, from 0")
    return images, targets


def batch_of(
    data: tuple[Tensor, Tensor] | None, step: int, samples: int, seed: int
) -> tuple[Tensor, Tensor]:
    """The batch of a step. It depends on nothing else, so that a run can go on."""
    if data is None:
        generator = torch.Generator().manual_seed(hash((seed, step)))
        size = (samples, *OUTPUT[1:])
        targets = torch.randint(OUTPUT[0], size, generator=generator)
        images = torch.randn(samples, *INPUT, generator=generator)
        shade = targets.reshape(samples, -1).float().mean(dim=1) / OUTPUT[0]
        return images + 2 * shade.view(-1, *[1] * len(INPUT)), targets
    images, targets = data
    epoch, index = divmod(step, len(images) // samples)
    generator = torch.Generator().manual_seed(hash((seed, epoch)))
    order = torch.randperm(len(images), generator=generator)
    chosen = order[index * samples : (index + 1) * samples]
    batch = images[chosen]
    batch = batch / 255 if batch.dtype == torch.uint8 else batch.float()
    return batch, targets[chosen]


def refuse(message: str) -> NoReturn:
    """Ends all ranks. The first says why; the others leave it the time to."""
    if os.environ.get("RANK", "0") != "0":
        time.sleep(10)
    sys.exit(message)


def options_of(kind: type[Trainer]) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=f"Trains {NAME}, a rank per device.")
    add = parser.add_argument
    add("--steps", type=positive, default=100, metavar="N")
    add("--batch", type=positive, default=128, metavar="N", help="of all replicas")
    add("--lr", type=float, default=0.01)
    add("--momentum", type=float, default=0.9)
    add("--data", default="synthetic", metavar="FILE", help=".pt: images and targets")
    add("--replicas", type=positive, default=1, metavar="N")
    add("--backend", choices=["auto", "gloo", "nccl"], default="auto")
    add("--checkpoint", type=Path, metavar="FOLDER")
    add("--every", type=positive, default=10, metavar="N", help="steps per checkpoint")
    add("--resume", action="store_true", help="from the latest checkpoint")
    add("--seed", type=int, default=0)
    add("--timeout", type=positive, default=300, metavar="SECONDS")
    for name, how in kind.options.items():
        add(f"--{name}", **how)
    return parser.parse_args()


def check(options: argparse.Namespace) -> None:
    """Ends when the program cannot run like this."""
    ranks, found = len(DEVICES) * options.replicas, os.environ.get("WORLD_SIZE", "0")
    if found != str(ranks):
        right = f"torchrun --nproc-per-node {ranks} {' '.join(sys.argv)}"
        product = f"devices x replicas is {len(DEVICES)} x {options.replicas}"
        refuse(f"{product}: start {ranks} processes, not {found}\n{right}")
    shares = options.replicas * getattr(options, "microbatches", 1)
    if options.batch % shares:
        refuse(f"--batch {options.batch} cannot be divided into {shares} equal parts")
    is_in_turn = getattr(options, "schedule", "") == "1f1b"
    if is_in_turn and options.microbatches < len(DEVICES):
        refuse(f"1f1b needs --microbatches {len(DEVICES)} or more, one per stage")
    if options.resume and not options.checkpoint:
        refuse("--resume needs --checkpoint FOLDER")
    if options.checkpoint and saved_steps(options.checkpoint) and not options.resume:
        refuse(f"{options.checkpoint} has checkpoints: --resume goes on from the last")


def connect(options: argparse.Namespace) -> torch.device:
    """Meets the other ranks; the device of this one."""
    backend = options.backend
    if backend == "auto":
        enough = torch.cuda.device_count() >= int(os.environ["LOCAL_WORLD_SIZE"])
        backend = "nccl" if enough and torch.cuda.is_available() else "gloo"
    device = torch.device("cpu")
    if backend == "nccl":
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(device)
    dist.init_process_group(backend, timeout=timedelta(seconds=options.timeout))
    return device


def train(kind: type[Trainer], options: argparse.Namespace) -> None:
    """Trains for so many steps, and keeps checkpoints."""
    data = read_data(options.data, options.batch)
    device = connect(options)
    more = {name: getattr(options, name) for name in kind.options}
    timeout = timedelta(seconds=options.timeout)
    trainer = kind(options.replicas, device, options.seed, timeout, **more)
    optimizer = torch.optim.SGD(trainer.parameters(), options.lr, options.momentum)
    if options.resume and not trainer.load(options.checkpoint, optimizer):
        print(f"{options.checkpoint} has no checkpoint: the run begins", flush=True)
    while trainer.step < options.steps:
        begun = time.perf_counter()
        batch = batch_of(data, trainer.step, options.batch, options.seed)
        images, targets = (
            part.chunk(options.replicas)[trainer.replica].to(device) for part in batch
        )
        loss = trainer.train_step(images, targets, optimizer)
        if dist.get_rank() == 0:
            speed = f"{options.batch / (time.perf_counter() - begun):.1f} images/s"
            print(f"step {trainer.step}: loss {loss:.6f}, {speed}", flush=True)
        is_due = trainer.step % options.every == 0 or trainer.step == options.steps
        if options.checkpoint and is_due:
            trainer.save(options.checkpoint, optimizer)


def main(kind: type[Trainer]) -> None:
    """The program: one of as many processes as there are ranks."""
    options = options_of(kind)
    check(options)
    try:
        train(kind, options)
    except CheckpointException as error:
        reason, _ = next(iter(error.failures.values()))
        refuse(f"{options.checkpoint}: no checkpoint of this net: {reason}")
    except RuntimeError as error:
        if not isinstance(error, dist.DistError) and "gloo" not in str(error):
            raise
        silent = f"another has ended, or been silent for {options.timeout} s"
        rank = int(os.environ["RANK"])
        name = f"rank {rank} ({DEVICES[rank % len(DEVICES)]})"
        sys.exit(f"{name} ends: {silent}: {str(error).rpartition('] ')[2]}")
    dist.destroy_process_group()


class Gpu0(Peer):
    """gpu0: rank 0, with 189,698 parameters."""

    net: SmallAlexNet
    layers = ("gpu0", "fc8")
    has_loss = True
    has_output = True

    def forward(self, image: Tensor) -> Tensor:
        self.start(image)
        gpu0_pool2 = self.net.gpu0.stage1(image)  # line 115: 16x5x5
        # line 121: 16x5x5, 1,600 bytes per sample
        gpu0_pool2, gpu1_pool2 = self.all_gather(gpu0_pool2, "gpu0", "gpu1")
        gpu0_pool5 = self.net.gpu0.stage2(gpu0_pool2, gpu1_pool2)  # line 115: 16x2x2
        # line 126: 16x2x2, 256 bytes per sample
        gpu0_pool5, gpu1_pool5 = self.all_gather(gpu0_pool5, "gpu0", "gpu1")
        gpu0_fc6_relu = self.net.gpu0.stage3(gpu0_pool5, gpu1_pool5)  # line 115: 256
        # line 128: 256, 1,024 bytes per sample
        gpu0_fc6_relu, gpu1_fc6_relu = self.all_gather(gpu0_fc6_relu, "gpu0", "gpu1")
        # line 115: 256
        gpu0_fc7_relu = self.net.gpu0.stage4(gpu0_fc6_relu, gpu1_fc6_relu)
        # line 130: 256, 1,024 bytes per sample
        gpu1_fc7_relu = self.receive("gpu1", 256)
        x: Tensor = torch.cat([gpu0_fc7_relu, gpu1_fc7_relu], dim=1)
        x = self.net.fc8(x)  # line 130 of zoo:alexnet: 10
        return x


class Gpu1(Peer):
    """gpu1: rank 1, with 184,568 parameters."""

    net: SmallAlexNet
    layers = ("gpu1",)

    def forward(self, image: Tensor) -> Tensor:
        self.start(image)
        gpu1_pool2 = self.net.gpu1.stage1(image)  # line 115: 16x5x5
        # line 121: 16x5x5, 1,600 bytes per sample
        gpu0_pool2, gpu1_pool2 = self.all_gather(gpu1_pool2, "gpu0", "gpu1")
        gpu1_pool5 = self.net.gpu1.stage2(gpu0_pool2, gpu1_pool2)  # line 115: 16x2x2
        # line 126: 16x2x2, 256 bytes per sample
        gpu0_pool5, gpu1_pool5 = self.all_gather(gpu1_pool5, "gpu0", "gpu1")
        gpu1_fc6_relu = self.net.gpu1.stage3(gpu0_pool5, gpu1_pool5)  # line 115: 256
        # line 128: 256, 1,024 bytes per sample
        gpu0_fc6_relu, gpu1_fc6_relu = self.all_gather(gpu1_fc6_relu, "gpu0", "gpu1")
        # line 115: 256
        gpu1_fc7_relu = self.net.gpu1.stage4(gpu0_fc6_relu, gpu1_fc6_relu)
        self.send(gpu1_fc7_relu, "gpu0")  # line 130: 256, 1,024 bytes per sample
        return self.token


NAME = "SmallAlexNet"
DEVICES = ("gpu0", "gpu1")
EXCHANGES: tuple[tuple[str, ...], ...] = ()
INPUT = (3, 96, 96)
OUTPUT = (10,)
NET = SmallAlexNet
RANKS = (Gpu0, Gpu1)


def criterion(output: Tensor, targets: Tensor) -> Tensor:
    """What training makes small."""
    return F.cross_entropy(output, targets)


if __name__ == "__main__":
    main(Trainer)
