"""Writes one model with torch.save in every way that people use: make_pickles.py FOLDER."""

import collections
import os
import sys

import torch

import make_cases
import safetensors_file


class Bomb:
    """A pickle that leaves a mark where it is loaded without care."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (self.mark,)


def main(folder):
    sizes = dict(inputs=3, outputs=2, units=5, locations=7, width=4, pairs=2, layers=2)
    model = make_cases.randomized("pytorch-ntm", sizes, torch.float32, seed=5)
    state = model.state_dict()
    contents = {
        "state": state,
        "plain-dict": dict(state),
        "checkpoint": {"epoch": 3, "model_state_dict": state, "optimizer": {"state": {}, "lr": 0.1}},
        "module": model,
        "parameters": collections.OrderedDict(model.named_parameters()),
        "bomb": {"state_dict": state, "bomb": Bomb(os.path.join(folder, "exploded"))},
        "nested": {"a": {"b": state, "c": 1}},
        "nothing": {"epoch": 3},
        "half": {name: tensor.half() for name, tensor in state.items()},
        "strided": {"transposed": state["ntm.fc.weight"].t(), "slice": state["ntm.fc.weight"][:, 2:5], "whole": torch.arange(5), "scalar": torch.tensor(2.5)},
    }
    for name, content in contents.items():
        for form, new in (("new", True), ("old", False)):
            torch.save(content, os.path.join(folder, f"{name}.{form}.pt"), _use_new_zipfile_serialization=new)
    for form in ("new", "old"):
        with open(os.path.join(folder, f"state.{form}.pt"), "rb") as file:
            whole = file.read()
        with open(os.path.join(folder, f"cut.{form}.pt"), "wb") as file:
            file.write(whole[: len(whole) - 500])
    with open(os.path.join(folder, "text.pt"), "w") as file:
        file.write("not a pickle")
    torch.jit.script(torch.nn.Linear(2, 2)).save(os.path.join(folder, "script.pt"))
    safetensors_file.save(os.path.join(folder, "state.safetensors"), state)
    safetensors_file.save(os.path.join(folder, "parameters.safetensors"), dict(model.named_parameters()))
    safetensors_file.save(os.path.join(folder, "half.safetensors"), {name: tensor.half().float() for name, tensor in state.items()})
    safetensors_file.save(os.path.join(folder, "strided.safetensors"), contents["strided"])


if __name__ == "__main__":
    main(sys.argv[1])
