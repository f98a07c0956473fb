"""Models of both layouts with random weights: make_cases.py FOLDER writes for each its state dict, and what it makes of random inputs."""

import copy
import os
import sys

import torch

import ntm_pytorch
import pytorch_ntm
import safetensors_file

LAYOUTS = {"ntm-pytorch": ntm_pytorch, "pytorch-ntm": pytorch_ntm}
CASES = [
    ("ntm-pytorch", dict(inputs=3, outputs=2, units=5, locations=7, width=4, pairs=1, layers=1), torch.float32),
    ("ntm-pytorch", dict(inputs=9, outputs=8, units=20, locations=16, width=6, pairs=2, layers=1), torch.float32),
    ("ntm-pytorch", dict(inputs=3, outputs=2, units=6, locations=5, width=3, pairs=3, layers=1), torch.float64),
    ("pytorch-ntm", dict(inputs=3, outputs=2, units=5, locations=7, width=4, pairs=1, layers=1), torch.float32),
    ("pytorch-ntm", dict(inputs=9, outputs=8, units=20, locations=16, width=6, pairs=2, layers=1), torch.float32),
    ("pytorch-ntm", dict(inputs=4, outputs=3, units=8, locations=9, width=5, pairs=1, layers=2), torch.float32),
    ("pytorch-ntm", dict(inputs=4, outputs=3, units=8, locations=9, width=5, pairs=2, layers=2), torch.float32),
    ("pytorch-ntm", dict(inputs=3, outputs=2, units=6, locations=5, width=3, pairs=3, layers=2), torch.float64),
    # As wide as repeat copy, whose data differ from ours.
    ("ntm-pytorch", dict(inputs=10, outputs=9, units=8, locations=6, width=3, pairs=4, layers=1), torch.float32),
]


def randomized(layout, sizes, dtype, seed):
    torch.manual_seed(seed)
    model = LAYOUTS[layout].Model(**sizes).to(dtype)
    with torch.no_grad():
        # Large enough for heads that mean something: weightings far from uniform, gates open and shut.
        for tensor in (*model.parameters(), *model.buffers()):
            tensor.copy_(torch.randn_like(tensor) * min(1, 2 / sizes["units"] ** 0.5))
    return model


def assert_not_chaotic(model, inputs, outputs):
    """A model whose own rounding shows would say nothing about another's."""
    with torch.no_grad():
        exact = copy.deepcopy(model).double()(inputs.double())[0]
    difference = (exact - outputs).abs().max().item()
    assert difference < 3e-6, difference


def main(folder):
    for number, (layout, sizes, dtype) in enumerate(CASES):
        model = randomized(layout, sizes, dtype, seed=number)
        inputs = torch.randn(11, 3, sizes["inputs"], dtype=dtype)
        with torch.no_grad():
            outputs, reads, writes = model(inputs)
        assert_not_chaotic(model, inputs, outputs)
        name = f"{layout}-{sizes['pairs']}-{sizes['layers']}-{str(dtype)[-2:]}"
        safetensors_file.save(os.path.join(folder, f"{name}.weights.safetensors"), model.state_dict())
        expected = {"inputs": inputs, "outputs": outputs, "read_weightings": reads, "write_weightings": writes}
        safetensors_file.save(os.path.join(folder, f"{name}.expected.safetensors"), expected)


if __name__ == "__main__":
    main(sys.argv[1])
