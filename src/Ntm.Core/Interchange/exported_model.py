"""A model of the Ntm library in plain PyTorch. Needs torch 1.13 or newer and nothing else.

    python model.py INPUTS.safetensors OUTPUTS.safetensors

reads the tensor 'inputs' [T, B, I] and writes the probabilities 'outputs' [T, B, O]. In a program of yours:

    from model import load
    model = load("model.safetensors")      # a torch module in eval mode; model.train() to train on
    logits = model(inputs)                 # [T, B, I] -> [T, B, O]
"""

import json
import os
import struct
import sys

import torch
from torch import nn
from torch.nn import functional

DTYPES = {"F64": torch.float64, "F32": torch.float32}


class LstmLayer(nn.Module):
    def __init__(self, inputs, units):
        super().__init__()
        self.weight_ih = nn.Parameter(torch.zeros(4 * units, inputs))
        self.weight_hh = nn.Parameter(torch.zeros(4 * units, units))
        self.bias = nn.Parameter(torch.zeros(4 * units))
        self.initial_h = nn.Parameter(torch.zeros(units))
        self.initial_c = nn.Parameter(torch.zeros(units))

    def start(self, batch):
        return self.initial_h.expand(batch, -1), self.initial_c.expand(batch, -1)

    def forward(self, x, state):
        h, c = state
        i, f, g, o = (functional.linear(x, self.weight_ih, self.bias) + functional.linear(h, self.weight_hh)).chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


class RecurrentController(nn.Module):
    def __init__(self, layer, inputs, units, layers):
        super().__init__()
        self.layers = nn.ModuleList(layer(inputs if n == 0 else units, units) for n in range(layers))

    def start(self, batch):
        return [layer.start(batch) for layer in self.layers]

    def forward(self, x, states):
        after = []
        for layer, state in zip(self.layers, states):
            after.append(layer(x, state))
            x = after[-1][0]
        return x, after


class GruLayer(nn.Module):
    def __init__(self, inputs, units):
        super().__init__()
        self.weight_ih = nn.Parameter(torch.zeros(3 * units, inputs))
        self.weight_hh = nn.Parameter(torch.zeros(3 * units, units))
        self.bias_ih = nn.Parameter(torch.zeros(3 * units))
        self.bias_hh = nn.Parameter(torch.zeros(3 * units))
        self.initial_h = nn.Parameter(torch.zeros(units))

    def start(self, batch):
        return (self.initial_h.expand(batch, -1),)

    def forward(self, x, state):
        return (torch.gru_cell(x, state[0], self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh),)


class FeedforwardController(nn.Module):
    def __init__(self, inputs, units, layers):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(inputs if n == 0 else units, units) for n in range(layers))

    def start(self, batch):
        return []

    def forward(self, x, states):
        for layer in self.layers:
            x = torch.tanh(layer(x))
        return x, states


class Start(nn.Module):
    """The initial values of heads: a trained bias [heads, size] through a function, or one constant."""

    def __init__(self, heads, size, learned, squash):
        super().__init__()
        self.shape, self.squash = (heads, size), squash
        if learned:
            self.bias = nn.Parameter(torch.zeros(heads, size))
        else:
            self.register_buffer("value", torch.zeros(1, 1))

    def forward(self, batch):
        value = self.squash(self.bias) if hasattr(self, "bias") else self.value
        return value.expand(batch, *self.shape)


class Memory(nn.Module):
    def __init__(self, kind, locations, width):
        super().__init__()
        self.shape = (locations, width)
        if kind == "Learned":
            self.value = nn.Parameter(torch.zeros(locations, width))
        else:
            self.register_buffer("value", torch.zeros(1, 1) if kind == "Constant" else torch.zeros(locations, width))

    def forward(self, batch):
        return self.value.expand(batch, *self.shape)


class Heads(nn.Module):
    """Read heads, or write heads, which also have erase and add vectors."""

    def __init__(self, options, count, vectors):
        super().__init__()
        self.count, self.width, self.clip = count, options["MemoryWidth"], options["Clip"]
        self.shifts = 2 * options["ShiftRange"] + 1 if options["Addressing"] == "ContentAndLocation" else 0
        outputs = self.width + 1 + (self.shifts + 2 if self.shifts else 0) + vectors * self.width
        self.layer = nn.Linear(options["ControllerSize"], count * outputs)
        self.initial_weightings = Start(
            count, options["MemoryLocations"], options["InitialWeightings"] in ("Learned", "Focused"), lambda bias: bias.softmax(dim=1))

    def address(self, h, previous, memory):
        """h [B, H], previous [B, heads, N], memory [B, N, M]; returns the weightings, and the layer's outputs after the addressing parameters."""
        raw = clip(self.layer(h), self.clip).view(h.shape[0], self.count, -1)
        key, strength, rest = raw.split([self.width, 1, raw.shape[2] - self.width - 1], dim=2)
        weighting = (functional.softplus(strength) * similarity(torch.tanh(key), memory)).softmax(dim=2)
        if self.shifts:
            gate, shift, sharpening, rest = rest.split([1, self.shifts, 1, rest.shape[2] - self.shifts - 2], dim=2)
            weighting = previous + torch.sigmoid(gate) * (weighting - previous)
            shift = shift.softmax(dim=2)
            reach = self.shifts // 2
            weighting = sum(weighting.roll(s, dims=2) * shift[:, :, s + reach, None] for s in range(-reach, reach + 1))
            weighting = ((1 + functional.softplus(sharpening)) * (weighting + 1e-12).log()).softmax(dim=2)
        return weighting, rest


class ReadHeads(Heads):
    def __init__(self, options):
        super().__init__(options, options["ReadHeads"], vectors=0)
        self.initial_reads = Start(self.count, self.width, options["InitialReads"] == "Learned", torch.tanh)

    def forward(self, h, previous, memory):
        weighting, _ = self.address(h, previous, memory)
        return weighting, weighting @ memory


class WriteHeads(Heads):
    def __init__(self, options):
        super().__init__(options, options["WriteHeads"], vectors=2)

    def forward(self, h, previous, memory):
        weighting, rest = self.address(h, previous, memory)
        erase, add = torch.sigmoid(rest[:, :, :self.width]), torch.tanh(rest[:, :, self.width:])
        kept = (1 - weighting[:, :, :, None] * erase[:, :, None, :]).prod(dim=1)
        return weighting, memory * kept + weighting.transpose(1, 2) @ add


class NeuralTuringMachine(nn.Module):
    def __init__(self, options):
        super().__init__()
        self.options = options
        reads = options["ReadHeads"] * options["MemoryWidth"]
        sizes = options["InputSize"] + reads, options["ControllerSize"], options["ControllerLayers"]
        recurrent = {"Lstm": LstmLayer, "Gru": GruLayer}.get(options["Controller"])
        self.controller = RecurrentController(recurrent, *sizes) if recurrent else FeedforwardController(*sizes)
        self.read_heads = ReadHeads(options)
        self.write_heads = WriteHeads(options)
        self.dropout = nn.Dropout(options.get("Dropout", 0.0))
        self.memory = Memory(options["Memory"], options["MemoryLocations"], options["MemoryWidth"])
        self.output = nn.Linear(options["ControllerSize"] + reads, options["OutputSize"])

    def forward(self, inputs):
        batch = inputs.shape[1]
        states, memory = self.controller.start(batch), self.memory(batch)
        reads, looks = self.read_heads.initial_reads(batch), self.read_heads.initial_weightings(batch)
        writes = self.write_heads.initial_weightings(batch)
        logits = []
        for x in inputs:
            h, states = self.controller(torch.cat([x, reads.flatten(1)], dim=1), states)
            h = self.dropout(h)
            writes, written = self.write_heads(h, writes, memory)
            looks, reads = self.read_heads(h, looks, written if self.options["ReadOrder"] == "AfterWrite" else memory)
            memory = written
            logits.append(clip(self.output(torch.cat([h, reads.flatten(1)], dim=1)), self.options["Clip"]))
        return torch.stack(logits)


class LstmNetwork(nn.Module):
    def __init__(self, options):
        super().__init__()
        inputs, units, layers = options["InputSize"], options["HiddenSize"], options["Layers"]
        self.layers = nn.ModuleList(LstmLayer(inputs if n == 0 else inputs + units, units) for n in range(layers))
        self.output = nn.Linear(layers * units, options["OutputSize"])

    def forward(self, inputs):
        states = [layer.start(inputs.shape[1]) for layer in self.layers]
        logits = []
        for x in inputs:
            for n, layer in enumerate(self.layers):
                states[n] = layer(x if n == 0 else torch.cat([x, states[n - 1][0]], dim=1), states[n])
            logits.append(self.output(torch.cat([h for h, _ in states], dim=1)))
        return torch.stack(logits)


def clip(values, bound):
    return values if bound is None else values.clamp(-bound, bound)


def similarity(keys, memory):
    keys = keys * (keys.square().sum(dim=2, keepdim=True) + 1e-8).rsqrt()
    memory = memory * (memory.square().sum(dim=2, keepdim=True) + 1e-8).rsqrt()
    return keys @ memory.transpose(1, 2)


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        tensors[name] = torch.frombuffer(data[start:end], dtype=DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors, metadata


def write_safetensors(path, name, tensor):
    data = bytes(tensor.contiguous().view(-1).numpy())
    dtype = next(key for key, value in DTYPES.items() if value == tensor.dtype)
    header = json.dumps({name: {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": [0, len(data)]}}).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header + data)


def load(path):
    """Loads the model in a file, with the file's element type, in eval mode."""
    tensors, metadata = read_safetensors(path)
    kind = metadata.get("format")
    classes = {"ntm": NeuralTuringMachine, "lstm": LstmNetwork}
    if kind not in classes or f"{kind}.parts" in metadata:
        raise ValueError(f"{path} is of format {kind}; expected 'ntm' of built-in parts, or 'lstm'")
    model = classes[kind](json.loads(metadata[f"{kind}.options"]))
    model.to(next(iter(tensors.values())).dtype)
    model.load_state_dict(tensors)
    return model.eval()


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    model = load(os.path.join(os.path.dirname(os.path.abspath(__file__)), "model.safetensors"))
    inputs = read_safetensors(sys.argv[1])[0]["inputs"].to(model.output.weight.dtype)
    with torch.no_grad():
        write_safetensors(sys.argv[2], "outputs", torch.sigmoid(model(inputs)))


if __name__ == "__main__":
    main()
