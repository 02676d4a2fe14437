"""The text of a rank's ``forward``: its own layers, and what it exchanges with the other ranks."""

from __future__ import annotations

from dataclasses import replace

from ....compiler.graph import Graph, Transfer
from ..layout import bracket, lay_out
from ..methods import Method
from ..naming import Names
from ..parts import Part, Segment
from ..text import Text
from ..uses import Class
from .plan import Action, Gather, Plan, Receive, Send


class RankText(Text):
    """The words of a rank, which has the net's layers in an attribute."""

    def reach(self, part: Part, path: str) -> str:
        return super().reach(part, path).replace("self.", "self.net.", 1)


class RankNames(Names):
    """What comes from elsewhere is called by its name."""

    def _input_names(self) -> list[str]:
        return [value.replace(".", "_") for value in self.segment.inputs]

    def _flows(self, position: int, taken: int) -> bool:
        return not isinstance(self.segment.steps[position], (Gather, Receive)) and super()._flows(position, taken)


class RankMethod(Method):
    """``forward`` of the rank of a device."""

    def __init__(self, text: Text, plan: Plan, device: str) -> None:
        self.plan = plan
        self.device = device
        actions = plan.actions[device]
        self.sent = [action.transfer for action in actions if isinstance(action, Send)]
        self.received = [action.transfer for action in actions if isinstance(action, Receive)]
        if plan.is_pipeline:
            actions = [action for action in actions if not isinstance(action, (Send, Receive))]
        part = replace(text.forms.tree.root, segments=[self._segment(actions)])
        text.forms.of[part] = "class"
        shared = RankText(text.forms, text.classes, text.comments, text.constants)
        super().__init__(shared, Class(device, [part]), 0)
        quiet = text.forms.tree.graph.training_only
        self.in_training = frozenset(
            position
            for position, action in enumerate(self.segment.steps)
            if position in self.in_training and (not isinstance(action, Send) or action.transfer.layer in quiet)
        )

    @property
    def graph(self) -> Graph:
        """The net without devices, of which this is a part."""
        return self.text.forms.tree.graph

    def _segment(self, actions: list[Action]) -> Segment:
        """The actions, what the rank is given at the beginning, and what it gives at the end."""
        inputs = [entry.name for entry in self.plan.graph.inputs]
        outputs = list(self._own_outputs(self.plan.graph.outputs).values())
        if self.plan.is_pipeline:
            taken = [transfer.layer for transfer in self.received]
            inputs, outputs = taken or inputs, [transfer.layer for transfer in self.sent] or outputs
        return Segment(list(actions), inputs, outputs)  # type: ignore[arg-type]

    def _own_outputs(self, outputs: dict[str, str]) -> dict[str, str]:
        """The outputs of the net that are made on this device."""
        return {name: node for name, node in outputs.items() if self.plan.device_of[node] == self.device}

    def _outputs(self) -> dict[str, str]:
        return {value: value for value in self.segment.outputs}

    def _names(self) -> Names:
        return RankNames(self.made, self.index, self.outputs.values(), self.text.forms)

    # Statements

    def _head(self) -> list[str]:
        arguments = ["self", *(f"{self.names[value]}: Tensor" for value in self.segment.inputs)]
        several = self.plan.is_pipeline and len(self.segment.outputs) > 1
        result = f"tuple[{', '.join(['Tensor'] * len(self.segment.outputs))}]" if several else "Tensor"
        if self.graph.auxiliary:
            result = "Tensor | dict[str, Tensor]"
        head = lay_out(1, "def ", bracket("forward", arguments), f" -> {result}:")
        first = next(iter(self.segment.inputs))
        return head if self.plan.is_pipeline else [*head, f"        self.start({self.names[first]})"]

    def _result(self) -> list[str]:
        if self.plan.is_pipeline:
            return self._return(self._outputs(), 2)
        own = self._own_outputs(self.graph.main_outputs)
        lines = self._return(own, 2) if own else ["        return self.token"]
        if not self.graph.auxiliary:
            return lines
        items = (f'"{name}": {self.names[node]}' for name, node in self._own_outputs(self.graph.outputs).items())
        return ["        if self.training:", *lay_out(3, "return ", bracket("", list(items), "{}")), *lines]

    def _return(self, outputs: object, depth: int) -> list[str]:
        assert isinstance(outputs, dict)
        names = ", ".join(self.names[value] for value in outputs.values())
        return lay_out(depth, "return ", names)

    def _statement(self, position: int) -> list[str]:
        action: Action = self.segment.steps[position]
        if isinstance(action, Gather):
            return self._gather(action)
        if isinstance(action, Send):
            call = bracket("self.send", [self.names[action.transfer.layer], f'"{action.transfer.destination}"'])
            return lay_out(self.depth, "", call, comment=self._comment([action.transfer]))
        if isinstance(action, Receive):
            sizes = [str(size) for size in action.transfer.shape]
            call = bracket("self.receive", [f'"{action.transfer.origin}"', *sizes])
            target = f"{self.names[action.transfer.layer]} = "
            return lay_out(self.depth, target, call, comment=self._comment([action.transfer]))
        return super()._statement(position)

    def _gather(self, action: Gather) -> list[str]:
        targets = [self.names[layer] for layer in action.exchange.layers]
        devices = [f'"{name}"' for name in action.exchange.devices]
        call = bracket("self.all_gather", [self.names[action.own], *devices])
        comment = self._comment(action.arriving)
        return lay_out(self.depth, f"{', '.join(targets)} = ", call, comment=comment)

    def _comment(self, transfers: list[Transfer]) -> str:
        return self.text.comments.transfer(transfers)
