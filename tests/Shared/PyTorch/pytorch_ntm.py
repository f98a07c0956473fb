"""A model of the layout pytorch-ntm: LSTM layers, one linear layer a head, erase vectors, a memory of buffers."""

import torch
from torch import nn

from addressing import address


class Memory(nn.Module):
    def __init__(self, locations, width):
        super().__init__()
        self.register_buffer("mem_bias", torch.zeros(locations, width))


class ReadHead(nn.Module):
    def __init__(self, units, memory):
        super().__init__()
        self.memory = memory
        width = memory.mem_bias.shape[1]
        self.fc_read = nn.Linear(units, width + 6)

    def layer(self, h):
        return self.fc_read(h)


class WriteHead(nn.Module):
    def __init__(self, units, memory):
        super().__init__()
        self.memory = memory
        width = memory.mem_bias.shape[1]
        self.fc_write = nn.Linear(units, 3 * width + 6)

    def layer(self, h):
        return self.fc_write(h)


class Controller(nn.Module):
    def __init__(self, inputs, units, layers):
        super().__init__()
        self.lstm = nn.LSTM(inputs, units, layers)
        self.lstm_h_bias = nn.Parameter(torch.zeros(layers, 1, units))
        self.lstm_c_bias = nn.Parameter(torch.zeros(layers, 1, units))


class Ntm(nn.Module):
    def __init__(self, inputs, outputs, units, layers, memory, pairs):
        super().__init__()
        self.controller = Controller(inputs, units, layers)
        self.memory = memory
        self.heads = nn.ModuleList()
        for j in range(pairs):
            self.heads += [ReadHead(units, memory), WriteHead(units, memory)]
            self.register_buffer(f"read{j}_bias", torch.zeros(1, memory.mem_bias.shape[1]))
        self.fc = nn.Linear(units + pairs * memory.mem_bias.shape[1], outputs)


class Model(nn.Module):
    def __init__(self, inputs, outputs, units, locations, width, pairs, layers):
        super().__init__()
        self.pairs = pairs
        self.memory = Memory(locations, width)
        self.ntm = Ntm(inputs + pairs * width, outputs, units, layers, self.memory, pairs)

    def forward(self, inputs):
        """inputs [T, B, I]; outputs [T, B, O], read and write weightings [T, B, P, N]."""
        batch = inputs.shape[1]
        controller = self.ntm.controller
        state = (controller.lstm_h_bias.repeat(1, batch, 1), controller.lstm_c_bias.repeat(1, batch, 1))
        memory = self.memory.mem_bias.repeat(batch, 1, 1)
        locations, width = self.memory.mem_bias.shape
        reads = [getattr(self.ntm, f"read{j}_bias").repeat(batch, 1) for j in range(self.pairs)]
        weightings = [torch.zeros(batch, locations, dtype=inputs.dtype) for _ in range(2 * self.pairs)]
        steps = []
        for x in inputs:
            _, state = controller.lstm(torch.cat([x, *reads], dim=1).unsqueeze(0), state)
            h = state[0][-1]
            for k, head in enumerate(self.ntm.heads):
                parts = head.layer(h).split([width, 1, 1, 3, 1] if k % 2 == 0 else [width, 1, 1, 3, 1, width, width], dim=1)
                weightings[k] = address(memory, weightings[k], *parts[:5], offset=1e-16)
                w = weightings[k]
                if k % 2 == 0:
                    reads[k // 2] = torch.einsum("bn,bnm->bm", w, memory)
                else:
                    erase, add = torch.sigmoid(parts[5]), parts[6]
                    memory = memory * (1 - torch.einsum("bn,bm->bnm", w, erase)) + torch.einsum("bn,bm->bnm", w, add)
            output = torch.sigmoid(self.ntm.fc(torch.cat([h, *reads], dim=1)))
            steps.append((output, torch.stack(weightings[0::2], dim=1), torch.stack(weightings[1::2], dim=1)))
        return tuple(torch.stack(part) for part in zip(*steps))
