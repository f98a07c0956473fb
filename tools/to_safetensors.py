#!/usr/bin/env python3
"""Converts a PyTorch file (.pt, .pth, .model) to safetensors, with PyTorch and the standard library alone.

    python3 to_safetensors.py MODEL.pt MODEL.safetensors
    python3 to_safetensors.py CHECKPOINT.pt MODEL.safetensors --key state_dict

Takes a state dict, a checkpoint that holds one, or a whole module, whose state dict is gathered from its parts by name. Nothing from the
file is run: a pickle names functions to call, and all but the few that make tensors are replaced by empty stand-ins, so that the module's
classes are not needed either. Files of the old format (before PyTorch 1.6) and of the new one are read.
"""

import argparse
import collections
import ctypes
import io
import json
import os
import pickle
import struct
import sys
import tempfile
import zipfile

DTYPES = {
    "float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16",
    "int64": "I64", "int32": "I32", "int16": "I16", "int8": "I8", "uint8": "U8", "bool": "BOOL",
}
ITEM_SIZES = {name: 1 if wire == "BOOL" else int(wire.lstrip("BFIU")) // 8 for name, wire in DTYPES.items()}
# Where a checkpoint has its state dict, if nobody says.
USUAL_KEYS = ("state_dict", "model_state_dict", "model_state", "model", "net", "network", "module")


class Refused(Exception):
    """The file cannot be converted; the message says why."""


class Stub:
    """Stands for an object of any class: takes whatever it is made of and keeps its fields."""

    def __init__(self, *args, **kwargs):
        pass

    def __call__(self, *args, **kwargs):
        return Stub()

    def __setstate__(self, state):
        # Classes with slots give a pair.
        for part in state if isinstance(state, tuple) else (state,):
            if isinstance(part, dict):
                self.__dict__.update(part)

    def __setitem__(self, key, value):
        pass

    def append(self, value):
        pass

    def extend(self, values):
        pass

    def add(self, value):
        pass


def stub_class(module, name):
    return type(name, (Stub,), {"__module__": module, "__qualname__": name})


class Storage:
    """The numbers of one or more tensors. In the old format they come after all that refers to them."""

    def __init__(self, dtype, data=None):
        self.dtype, self.data = dtype, data


class SavedTensor:
    """A view of a storage, made into a tensor when the storage has been read."""

    def __init__(self, storage, offset, size, stride):
        self.storage, self.offset, self.size, self.stride = storage, offset, tuple(size), tuple(stride)

    def tensor(self, torch):
        dtype, data = getattr(torch, self.storage.dtype), self.storage.data
        whole = torch.frombuffer(bytearray(data), dtype=dtype) if data else torch.empty(0, dtype=dtype)
        return whole.as_strided(self.size, self.stride, self.offset)


class StorageType:
    def __init__(self, dtype):
        self.dtype = dtype

    def __call__(self, *args, **kwargs):
        raise Refused("found a storage that is not part of a tensor; expected tensors alone")


STORAGES = {
    "DoubleStorage": "float64", "FloatStorage": "float32", "HalfStorage": "float16", "BFloat16Storage": "bfloat16",
    "LongStorage": "int64", "IntStorage": "int32", "ShortStorage": "int16", "CharStorage": "int8", "ByteStorage": "uint8", "BoolStorage": "bool",
}


def rebuild_tensor(storage, offset, size, stride, *_):
    if not isinstance(storage, Storage):
        raise Refused("found a tensor without a storage of a known type")
    return SavedTensor(storage, offset, size, stride)


def first(data, *_):
    return data


def size_of(*args):
    return tuple(*args)


# torch.load could do with such a table, too, but versions of it ignore the one that they are given.
HARMLESS = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("builtins", "set"): set,
    ("__builtin__", "set"): set,
    ("torch", "Size"): size_of,
    ("torch._utils", "_rebuild_tensor"): rebuild_tensor,
    ("torch._utils", "_rebuild_tensor_v2"): rebuild_tensor,
    ("torch._utils", "_rebuild_parameter"): first,
    ("torch._utils", "_rebuild_parameter_with_state"): first,
    ("torch.nn.parameter", "Parameter"): first,
    ("torch._tensor", "_rebuild_from_type_v2"): lambda function, kind, args, state: function(*args),
}


class Unpickler(pickle.Unpickler):
    """Finds nothing but what makes tensors."""

    def __init__(self, file, storage_of=None):
        super().__init__(file, encoding="utf-8")
        self.storage_of = storage_of

    def find_class(self, module, name):
        if module in ("torch", "torch.cuda") and name in STORAGES:
            return StorageType(STORAGES[name])
        return HARMLESS.get((module, name)) or stub_class(module, name)

    def persistent_load(self, saved):
        kind = saved[0].decode() if isinstance(saved[0], bytes) else saved[0]
        if kind == "module":
            return saved[1]
        if kind != "storage" or self.storage_of is None:
            raise Refused(f"found a reference to a {kind}")
        # Storages of types that are unknown here are no matter unless a tensor of the state dict is of one.
        return self.storage_of(*saved[1:]) if isinstance(saved[1], StorageType) else None


def read_new(path):
    """A zip archive: data.pkl, and a file of raw data for each storage."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        pickles = [name for name in names if name.endswith("/data.pkl") and name.count("/") == 1]
        if len(pickles) != 1:
            raise Refused(f"{path} is a zip archive without a data.pkl; expected what torch.save writes")
        folder = pickles[0][: -len("data.pkl")]
        if folder + "constants.pkl" in names:
            raise Refused(f"{path} is a TorchScript program; expected what torch.save writes of a state dict or module")
        if folder + "byteorder" in names and archive.read(folder + "byteorder") != b"little":
            raise Refused(f"{path} was written on a big-endian machine")
        storages = {}

        def storage_of(kind, key, location, count):
            if key not in storages:
                storages[key] = Storage(kind.dtype, archive.read(f"{folder}data/{key}"))
            return storages[key]

        with archive.open(pickles[0]) as file:
            return Unpickler(io.BytesIO(file.read()), storage_of).load()


def read_old(path):
    """Pickles one after the other, and behind them each storage's length and raw data."""
    with open(path, "rb") as file:
        if Unpickler(file).load() != 0x1950A86A20F9469CFC6C or Unpickler(file).load() != 1001:
            raise Refused(f"{path} does not begin as torch.save's files do")
        if not Unpickler(file).load().get("little_endian", True):
            raise Refused(f"{path} was written on a big-endian machine")
        storages, views = {}, []

        def storage_of(kind, key, location, count, view):
            storage = storages.setdefault(key, Storage(kind.dtype))
            if view is not None:
                views.append((Storage(kind.dtype), storage, *view[1:]))
                return views[-1][0]
            return storage

        content = Unpickler(file, storage_of).load()
        for key in Unpickler(file).load():
            (count,) = struct.unpack("<q", file.read(8))
            # Nobody refers to the storages of optimizers that were replaced, but their data is there.
            size = count * ITEM_SIZES[storages[key].dtype]
            storages[key].data = file.read(size)
            if len(storages[key].data) != size:
                raise Refused(f"{path} ends within its data")
        for part, whole, start, count in views:
            size = ITEM_SIZES[part.dtype]
            part.data = whole.data[start * size : (start + count) * size]
        return content


def read(path):
    try:
        return read_new(path) if zipfile.is_zipfile(path) else read_old(path)
    except OSError as error:
        raise Refused(f"{path}: {error.strerror or error}") from error
    except Refused as error:
        raise Refused(str(error) if path in str(error) else f"{path}: {error}") from error
    except Exception as error:
        raise Refused(f"{path} cannot be read as a file of torch.save: {type(error).__name__}: {error}") from error


def is_state_dict(value):
    return isinstance(value, dict) and value != {} and all(isinstance(k, str) and isinstance(v, SavedTensor) for k, v in value.items())


def of_module(module, prefix=""):
    """What state_dict() of the module would give."""
    fields = vars(module)
    left_out = fields.get("_non_persistent_buffers_set") or ()
    for name, value in {**(fields.get("_parameters") or {}), **(fields.get("_buffers") or {})}.items():
        if isinstance(value, SavedTensor) and not (name in left_out and name in (fields.get("_buffers") or {})):
            yield prefix + name, value
    for name, child in (fields.get("_modules") or {}).items():
        if isinstance(child, Stub):
            yield from of_module(child, f"{prefix}{name}.")


def describe(value):
    if isinstance(value, dict):
        return f"a dict with the keys {', '.join(map(str, list(value)[:20]))}" if value else "an empty dict"
    kind = type(value)
    return f"a {kind.__name__}" if kind.__module__ == "builtins" else f"a {kind.__module__}.{kind.__name__}"


def state_dict(content, path):
    if is_state_dict(content):
        return dict(content)
    if isinstance(content, Stub) and "_modules" in vars(content):
        found = dict(of_module(content))
        if found:
            return found
        raise Refused(f"{path} holds a module without weights")
    if isinstance(content, dict):
        for key in USUAL_KEYS:
            inner = content.get(key)
            if is_state_dict(inner) or (isinstance(inner, Stub) and "_modules" in vars(inner)):
                print(f"taking what lies under '{key}'", file=sys.stderr)
                return state_dict(inner, path)
    raise Refused(f"{path} holds {describe(content)}; expected a state dict, a checkpoint with one, or a module. --key says where it is")


def find(content, key, path):
    for part in key.split(".") if key else ():
        fields = content if isinstance(content, dict) else vars(content) if isinstance(content, Stub) else {}
        if part not in fields:
            raise Refused(f"{path}: --key {key}: found no '{part}' in {describe(content)}")
        content = fields[part]
    return content


def write(tensors, path):
    """A length, a JSON header, raw little-endian data; whole or not at all."""
    entries, start = {}, 0
    for name, tensor in tensors.items():
        size = tensor.numel() * tensor.element_size()
        entries[name] = {"dtype": DTYPES[str(tensor.dtype)[6:]], "shape": list(tensor.shape), "data_offsets": [start, start + size]}
        start += size
    header = json.dumps(entries, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    folder = os.path.dirname(os.path.abspath(path))
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=os.path.basename(path) + ".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(struct.pack("<Q", len(header)))
            file.write(header)
            for tensor in tensors.values():
                file.write(raw(tensor))
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def raw(tensor):
    # numpy need not be there, and has no bfloat16.
    return ctypes.string_at(tensor.data_ptr(), tensor.numel() * tensor.element_size()) if tensor.numel() else b""


def convert(torch, source, target, key, dtype):
    tensors = {}
    for name, saved in state_dict(find(read(source), key, source), source).items():
        try:
            tensor = saved.tensor(torch)
        except (RuntimeError, TypeError, ValueError) as error:
            raise Refused(f"{source}: tensor {name}: {error}") from error
        if dtype and tensor.is_floating_point():
            tensor = tensor.to(getattr(torch, dtype))
        tensors[name] = tensor.contiguous()
    write(tensors, target)
    return tensors


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="what torch.save wrote")
    parser.add_argument("target", help="the safetensors file to write")
    parser.add_argument("--key", help="where in the file the state dict is, such as state_dict or model.encoder")
    parser.add_argument("--dtype", choices=("float32", "float64"), help="convert all floating-point tensors to this type")
    options = parser.parse_args()
    if sys.byteorder != "little":
        sys.exit("safetensors are little-endian, and this machine is not")
    try:
        import torch
    except ImportError:
        sys.exit("PyTorch is needed: pip install torch, or on Debian apt-get install python3-torch")
    try:
        tensors = convert(torch, options.source, options.target, options.key, options.dtype)
    except Refused as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{options.target}: {error.strerror}")
    for name, tensor in tensors.items():
        print(f"{name} {DTYPES[str(tensor.dtype)[6:]]} {list(tensor.shape)}")


if __name__ == "__main__":
    main()
