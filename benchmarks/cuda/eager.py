"""The reference engine's mathematics in eager PyTorch: what check.py compares with and times. Written from MemoryEquations and NtmCell."""
import math

import torch
import torch.nn.functional as F

DEFAULTS = dict(
    InputSize=9, OutputSize=8, Controller="Lstm", ControllerSize=100, ControllerLayers=1, MemoryLocations=128, MemoryWidth=20, ReadHeads=1,
    WriteHeads=1, Addressing="ContentAndLocation", ShiftRange=1, Memory="Constant", MemoryValue=None, InitialWeightings="Learned",
    InitialReads="Learned", ReadOrder="BeforeWrite", Clip=20.0)


def addressing_size(o):
    return o["MemoryWidth"] + (1 if o["Addressing"] == "Content" else 2 * o["ShiftRange"] + 4)


def draw(o, generator, dtype=torch.float32):
    """Parameters by the names of the cell, and what is not learned."""
    def uniform(bound, *shape):
        return (torch.rand(*shape, generator=generator) * 2 - 1) * bound

    h, m, n, r, k = (o[x] for x in ("ControllerSize", "MemoryWidth", "MemoryLocations", "ReadHeads", "WriteHeads"))
    p, start = {}, {}
    for layer in range(o["ControllerLayers"]):
        below = o["InputSize"] + r * m if layer == 0 else h
        name = f"controller.layers.{layer}."
        if o["Controller"] == "Lstm":
            p[name + "weight_ih"] = uniform(h ** -0.5, 4 * h, below)
            p[name + "weight_hh"] = uniform(h ** -0.5, 4 * h, h)
            p[name + "bias"] = uniform(0.2, 4 * h)
            p[name + "initial_h"] = uniform(0.2, h)
            p[name + "initial_c"] = uniform(0.2, h)
        else:
            p[name + "weight"] = uniform((6 / (h + below)) ** 0.5, h, below)
            p[name + "bias"] = uniform(0.2, h)
    for name, heads, size in (("read_heads", r, addressing_size(o)), ("write_heads", k, addressing_size(o) + 2 * m)):
        p[name + ".layer.weight"] = uniform(1.4 * (6 / (h + heads * size)) ** 0.5, heads * size, h)
        p[name + ".layer.bias"] = uniform(0.2, heads * size)
        kind = o["InitialWeightings"]
        if kind == "Learned":
            p[name + ".initial_weightings.bias"] = torch.randn(heads, n, generator=generator)
        else:
            start["read_weighting" if name == "read_heads" else "write_weighting"] = torch.full((1,), 1 / n if kind == "Uniform" else 0.0)
    if o["InitialReads"] == "Learned":
        p["read_heads.initial_reads.bias"] = uniform(0.5, r, m)
    else:
        start["read"] = torch.zeros(1)
    if o["Memory"] == "Constant":
        start["constant"] = torch.full((1,), 1e-6)
    elif o["Memory"] == "Learned":
        p["memory.value"] = uniform(0.5 / math.sqrt(m), n, m)
    else:
        start["matrix"] = uniform(0.5 / math.sqrt(m), n, m)
    p["output.weight"] = uniform((6 / (o["OutputSize"] + h + r * m)) ** 0.5, o["OutputSize"], h + r * m)
    p["output.bias"] = uniform(0.2, o["OutputSize"])
    return {name: value.to(dtype) for name, value in p.items()}, start


def content_weighting(key, strength, memory):
    key_scale = ((key * key).sum(-1, keepdim=True) + 1e-8).rsqrt()
    row_scale = ((memory * memory).sum(-1) + 1e-8).rsqrt().unsqueeze(1)
    return (strength * (key @ memory.transpose(1, 2) * key_scale * row_scale)).softmax(-1)


def shift_and_sharpen(gate, content, previous, shift, gamma):
    s = shift.shape[-1] // 2
    gated = previous + gate * (content - previous)
    shifted = sum(gated.roll(j, -1) * shift[..., s + j:s + j + 1] for j in range(-s, s + 1))
    return (gamma * (shifted + 1e-12).log()).softmax(-1)


def write(memory, weightings, erase, add):
    kept = memory
    for head in range(weightings.shape[1]):
        kept = kept * (1 - weightings[:, head].unsqueeze(2) * erase[:, head].unsqueeze(1))
    return kept + weightings.transpose(1, 2) @ add


def memory_access(batch, locations, width, heads, device):
    """The memory access of one step: by name an operation and its arguments. All heads are addressed, half of them read and half write."""
    def leaf(values):
        return values.to(device).detach().requires_grad_()

    memory = leaf(torch.rand(batch, locations, width))
    key, strength = leaf(torch.rand(batch, 2 * heads, width)), leaf(torch.rand(batch, 2 * heads, 1))
    gate, gamma = leaf(torch.rand(batch, 2 * heads, 1)), leaf(1 + torch.rand(batch, 2 * heads, 1))
    shift = leaf(torch.rand(batch, 2 * heads, 3).softmax(-1))
    content, previous = (leaf(torch.rand(batch, 2 * heads, locations).softmax(-1)) for _ in range(2))
    weightings = leaf(torch.rand(batch, heads, locations).softmax(-1))
    erase, add = (leaf(torch.rand(batch, heads, width)) for _ in range(2))
    return {
        "content addressing": (content_weighting, (key, strength, memory)),
        "shift and sharpen": (shift_and_sharpen, (gate, content, previous, shift, gamma)),
        "read": (torch.matmul, (weightings, memory)),
        "write": (write, (memory, weightings, erase, add)),
    }


class Machine:
    """A machine on the device and in the type of its parameters."""

    def __init__(self, o, parameters, start):
        self.o, self.p, self.start = o, parameters, start

    def initial_state(self, batch):
        o, p, s = self.o, self.p, self.start
        like = p["output.bias"]
        n, m = o["MemoryLocations"], o["MemoryWidth"]

        def weightings(name, constant, heads):
            bias = p.get(name + ".initial_weightings.bias")
            value = bias.softmax(-1) if bias is not None else s[constant].to(like)
            return value.expand(batch, heads, n)

        controller = []
        for layer in range(o["ControllerLayers"] if o["Controller"] == "Lstm" else 0):
            controller += [p[f"controller.layers.{layer}.initial_{x}"].expand(batch, -1) for x in "hc"]
        memory = p["memory.value"] if "memory.value" in p else s["matrix" if "matrix" in s else "constant"].to(like)
        bias = p.get("read_heads.initial_reads.bias")
        reads = bias.tanh() if bias is not None else s["read"].to(like)
        return controller + [
            memory.expand(batch, n, m), reads.expand(batch, o["ReadHeads"], m),
            weightings("read_heads", "read_weighting", o["ReadHeads"]), weightings("write_heads", "write_weighting", o["WriteHeads"])]

    def controller(self, x, state):
        p, new = self.p, []
        for layer in range(self.o["ControllerLayers"]):
            name = f"controller.layers.{layer}."
            if self.o["Controller"] == "Lstm":
                h, c = state[2 * layer], state[2 * layer + 1]
                gates = F.linear(x, p[name + "weight_ih"], p[name + "bias"]) + F.linear(h, p[name + "weight_hh"])
                i, f, g, out = gates.chunk(4, 1)
                c = f.sigmoid() * c + i.sigmoid() * g.tanh()
                x = out.sigmoid() * c.tanh()
                new += [x, c]
            else:
                x = F.linear(x, p[name + "weight"], p[name + "bias"]).tanh()
        return x, new

    def clip(self, x):
        return x if self.o["Clip"] is None else x.clamp(-self.o["Clip"], self.o["Clip"])

    def address(self, raw, previous, memory):
        m, s = self.o["MemoryWidth"], self.o["ShiftRange"]
        key, strength = raw[..., :m].tanh(), F.softplus(raw[..., m:m + 1])
        content = content_weighting(key, strength, memory)
        if self.o["Addressing"] == "Content":
            return content
        gate, shift = raw[..., m + 1:m + 2].sigmoid(), raw[..., m + 2:m + 3 + 2 * s].softmax(-1)
        gamma = 1 + F.softplus(raw[..., m + 3 + 2 * s:m + 4 + 2 * s])
        return shift_and_sharpen(gate, content, previous, shift, gamma)

    def step(self, x, state):
        o, p = self.o, self.p
        *controller, memory, reads, read_w, write_w = state
        top, controller = self.controller(torch.cat([x, reads.flatten(1)], 1), controller)
        size, m = addressing_size(o), o["MemoryWidth"]

        def raw(name, heads):
            return self.clip(F.linear(top, p[name + ".layer.weight"], p[name + ".layer.bias"])).view(x.shape[0], heads, -1)

        writes = raw("write_heads", o["WriteHeads"])
        write_w = self.address(writes, write_w, memory)
        erase, add = writes[..., size:size + m].sigmoid(), writes[..., size + m:].tanh()
        written = write(memory, write_w, erase, add)
        readable = written if o["ReadOrder"] == "AfterWrite" else memory
        read_w = self.address(raw("read_heads", o["ReadHeads"]), read_w, readable)
        reads = read_w @ readable
        logits = self.clip(F.linear(torch.cat([top, reads.flatten(1)], 1), p["output.weight"], p["output.bias"]))
        return logits, controller + [written, reads, read_w, write_w]

    def forward(self, inputs, state=None):
        state = self.initial_state(inputs.shape[1]) if state is None else state
        logits = []
        for x in inputs:
            y, state = self.step(x, state)
            logits.append(y)
        return torch.stack(logits), state
