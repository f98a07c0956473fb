"""What both projects have in common: content, interpolation, shift, sharpening, written out location by location."""

import torch
import torch.nn.functional as functional


def address(memory, previous, key, strength, gate, shift, sharpening, offset):
    """memory [B, N, M], previous [B, N], key [B, M], the others [B, 1] and [B, 3]; all still raw."""
    similarity = functional.cosine_similarity(memory + offset, key.unsqueeze(1) + offset, dim=-1)
    content = torch.softmax(functional.softplus(strength) * similarity, dim=1)
    gate = torch.sigmoid(gate)
    gated = gate * content + (1 - gate) * previous
    shift = torch.softmax(shift, dim=1)
    locations = memory.shape[1]
    shifted = torch.stack(
        [
            shift[:, 0] * gated[:, (i - 1) % locations] + shift[:, 1] * gated[:, i] + shift[:, 2] * gated[:, (i + 1) % locations]
            for i in range(locations)
        ],
        dim=1,
    )
    sharpened = shifted ** (1 + functional.softplus(sharpening))
    return sharpened / (sharpened.sum(dim=1, keepdim=True) + 1e-16)
