"""A model of the layout ntm-pytorch: heads fed by the cell state, nothing squashed, erase fixed to one."""

import torch
from torch import nn

from addressing import address


class Head(nn.Module):
    def __init__(self, units, width):
        super().__init__()
        self.key_fc = nn.Linear(units, width)
        self.key_strength_fc = nn.Linear(units, 1)
        self.interpolation_gate_fc = nn.Linear(units, 1)
        self.shift_weighting_fc = nn.Linear(units, 3)
        self.sharpen_factor_fc = nn.Linear(units, 1)
        self.write_data_fc = nn.Linear(units, width)

    def weighting(self, cell, previous, memory):
        return address(
            memory, previous, self.key_fc(cell), self.key_strength_fc(cell), self.interpolation_gate_fc(cell),
            self.shift_weighting_fc(cell), self.sharpen_factor_fc(cell), offset=0)


class Controller(nn.Module):
    def __init__(self, inputs, outputs, units, reads):
        super().__init__()
        self.controller_net = nn.LSTMCell(inputs + reads, units)
        self.out_net = nn.Linear(units + reads, outputs)
        self.h_bias_fc = nn.Linear(1, units)
        self.c_bias_fc = nn.Linear(1, units)


class Memory(nn.Module):
    def __init__(self, locations, width):
        super().__init__()
        self.memory_bias_fc = nn.Linear(1, locations * width)


class Model(nn.Module):
    def __init__(self, inputs, outputs, units, locations, width, pairs, layers=1):
        super().__init__()
        self.sizes = (units, locations, width, pairs)
        self.controller = Controller(inputs, outputs, units, pairs * width)
        self.memory = Memory(locations, width)
        self.heads = nn.ModuleList(Head(units, width) for _ in range(2 * pairs))

    def forward(self, inputs):
        """inputs [T, B, I]; outputs [T, B, O], read and write weightings [T, B, P, N]."""
        units, locations, width, pairs = self.sizes
        batch = inputs.shape[1]
        nothing = torch.zeros(batch, 1, dtype=inputs.dtype)
        h, c = self.controller.h_bias_fc(nothing), self.controller.c_bias_fc(nothing)
        memory = torch.sigmoid(self.memory.memory_bias_fc(nothing)).view(batch, locations, width)
        reads = [torch.zeros(batch, width, dtype=inputs.dtype) for _ in range(pairs)]
        weightings = [torch.zeros(batch, locations, dtype=inputs.dtype) for _ in range(2 * pairs)]
        steps = []
        for x in inputs:
            h, c = self.controller.controller_net(torch.cat([x, *reads], dim=1), (h, c))
            for k, head in enumerate(self.heads):
                weightings[k] = head.weighting(c, weightings[k], memory)
                w = weightings[k].unsqueeze(2)
                if k % 2 == 0:
                    reads[k // 2] = (w * memory).sum(dim=1)
                else:
                    memory = (1 - w) * memory + w * head.write_data_fc(c).unsqueeze(1)
            output = torch.sigmoid(self.controller.out_net(torch.cat([h, *reads], dim=1)))
            steps.append((output, torch.stack(weightings[0::2], dim=1), torch.stack(weightings[1::2], dim=1)))
        return tuple(torch.stack(part) for part in zip(*steps))
