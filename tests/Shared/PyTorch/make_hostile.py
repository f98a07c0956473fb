"""Writes files that a converter must refuse without a traceback, a gigabyte or a wait: make_hostile.py FOLDER."""

import collections
import os
import pickle
import struct
import sys
import zipfile

import torch

MAGIC = 0x1950A86A20F9469CFC6C


def new(folder, name, opcodes, storages=(), packed=False):
    """The format since PyTorch 1.6, of a pickle's bytes."""
    kind = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(os.path.join(folder, f"{name}.new.pt"), "w", kind) as archive:
        archive.writestr("archive/data.pkl", opcodes)
        for key, data in storages:
            archive.writestr(f"archive/data/{key}", data)


def old(folder, name, opcodes, tail=b""):
    """The format before it."""
    with open(os.path.join(folder, f"{name}.old.pt"), "wb") as file:
        for value in (MAGIC, 1001, {"little_endian": True}):
            pickle.dump(value, file, protocol=2)
        file.write(opcodes + tail)


def text(value):
    data = value.encode("utf-8", "surrogatepass")
    return b"X" + struct.pack("<I", len(data)) + data


def integer(value):
    data = value.to_bytes((value.bit_length() + 8) // 8, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def tensor(size, stride=(1,), offset=0, key="0"):
    """A call of _rebuild_tensor_v2 on a storage of floats."""
    numbers = lambda values: b"(" + b"".join(integer(v) for v in values) + b"t"
    reference = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text(key) + text("cpu") + integer(4) + b"tQ"
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + reference + integer(offset) + numbers(size) + numbers(stride) + b"\x89Nt" + b"R"


def state(name, value):
    return b"\x80\x02}" + text(name) + value + b"s."


class Loop(torch.nn.Module):
    pass


def main(folder):
    floats = [("0", struct.pack("<4f", 1, 2, 3, 4))]
    new(folder, "fine", state("a", tensor([2, 2], [2, 1])), floats)
    new(folder, "expanded", state("a", tensor([1 << 31], [0])), floats)
    million = [("0", bytes(1 << 20))]
    new(folder, "growth", b"\x80\x02}(" + b"".join(text(str(i)) + tensor([1 << 18]) for i in range(400)) + b"u.", million)
    new(folder, "beyond", state("a", tensor([4], [1], offset=3)), floats)
    new(folder, "absurd-size", state("a", tensor([1 << 200], [0])), floats)
    new(folder, "negative-size", state("a", tensor([-4])), floats)
    new(folder, "absurd-offset", state("a", tensor([1], [1], offset=1 << 90)), floats)
    new(folder, "metadata-name", state("__metadata__", tensor([4])), floats)
    new(folder, "empty-name", state("", tensor([4])), floats)
    new(folder, "half-character", state("\ud800", tensor([4])), floats)
    new(folder, "escape", state("\x1b[31mred\x1b]0;title\x07", tensor([4])), floats)
    new(folder, "escape-key", b"\x80\x02}" + text("\x1b[31mred") + b"K\x01s.")
    # The memo is an array: one step asks for eight gigabytes of it.
    new(folder, "memo", b"\x80\x02}r" + struct.pack("<I", 1 << 30) + b".")
    old(folder, "memo", b"\x80\x02}r" + struct.pack("<I", 1 << 30) + b".")
    new(folder, "long-array", b"\x80\x05\x96" + struct.pack("<Q", 1 << 34) + b".")
    # One list, copied again and again.
    big = b"](" + b"K\x01" * 200_000 + b"eq\x00"
    for name, function in (("copies-set", b"cbuiltins\nset\n"), ("copies-size", b"ctorch\nSize\n")):
        new(folder, name, b"\x80\x02" + big + b"0](" + (function + b"h\x00\x85R") * 2_000 + b"e.")
    new(folder, "bomb-zip", state("a", tensor([4])), [("0", bytes(1 << 30))], packed=True)
    new(folder, "bomb-pickle", b"\x80\x02" + b"}" * (1 << 28) + b".", packed=True)
    old(folder, "count", state("a", tensor([4])[:-1].replace(b"tQ", b"NtQ") + b"R"), b"\x80\x02]" + text("0") + b"a." + struct.pack("<q", 1 << 60))
    old(folder, "negative-count", state("a", tensor([4])[:-1].replace(b"tQ", b"NtQ") + b"R"), b"\x80\x02]" + text("0") + b"a." + struct.pack("<q", -4) + bytes(64))
    loop = Loop()
    loop.weight = torch.nn.Parameter(torch.ones(2))
    loop._modules["again"] = loop
    deep = torch.nn.Linear(1, 1)
    for _ in range(600):
        outer = torch.nn.Module()
        outer._modules["x"] = deep
        deep = outer
    wide = torch.nn.Module()
    for _ in range(40):
        outer = torch.nn.Module()
        outer._modules = collections.OrderedDict(a=wide, b=wide)
        wide = outer
    sys.setrecursionlimit(20_000)
    for name, module in (("loop", loop), ("deep", deep), ("wide", wide)):
        torch.save(module, os.path.join(folder, f"{name}.new.pt"))
    os.mkfifo(os.path.join(folder, "pipe.pt"))
    os.mkdir(os.path.join(folder, "directory.pt"))
    os.symlink("/dev/zero", os.path.join(folder, "zero.pt"))
    os.symlink("/dev/full", os.path.join(folder, "to-full.converted"))
    os.link(os.path.join(folder, "fine.new.pt"), os.path.join(folder, "to-full.pt"))
    os.symlink("there", os.path.join(folder, "to-link.converted"))
    os.link(os.path.join(folder, "fine.new.pt"), os.path.join(folder, "to-link.pt"))


if __name__ == "__main__":
    main(sys.argv[1])
