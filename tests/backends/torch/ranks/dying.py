"""Run by torchrun: the program of a written file, of which one rank dies in the midst of its fourth step."""

from __future__ import annotations

import os

import small_alexnet_ranks as file

send = file.Peer.send
sent: list[str] = []


def die(self: object, x: object, device: str) -> None:
    sent.append(device)
    if len(sent) == 4:
        os._exit(13)
    send(self, x, device)


if __name__ == "__main__":
    file.Peer.send = die
    file.main(file.Trainer)
