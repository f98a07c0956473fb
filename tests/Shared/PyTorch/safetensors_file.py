"""Safetensors files with the standard library and torch alone: a length, a JSON header, raw little-endian data."""

import json
import struct

import torch

TYPES = {"F64": torch.float64, "F32": torch.float32, "I64": torch.int64, "U8": torch.uint8, "BOOL": torch.bool, "F16": torch.float16}
NAMES = {torch_type: name for name, torch_type in TYPES.items()}


def save(path, tensors):
    header, data = {}, []
    start = 0
    for name, tensor in tensors.items():
        raw = tensor.detach().cpu().contiguous().numpy().tobytes()
        header[name] = {"dtype": NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [start, start + len(raw)]}
        data.append(raw)
        start += len(raw)
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        for raw in data:
            file.write(raw)


def load(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        tensors[name] = torch.frombuffer(data[start:end], dtype=TYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors
