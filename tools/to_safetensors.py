#!/usr/bin/env python3
"""Converts a PyTorch file (.pt, .pth, .model) to safetensors, with PyTorch and the standard library alone.

    python3 to_safetensors.py MODEL.pt MODEL.safetensors
    python3 to_safetensors.py CHECKPOINT.pt MODEL.safetensors --key state_dict

Takes a state dict, a checkpoint that holds one, or a whole module, whose state dict is gathered from its parts by name. Nothing from the
file is run: a pickle names functions to call, and all but the few that make tensors are replaced by empty stand-ins, so that the module's
classes are not needed either. Files of the old format (before PyTorch 1.6) and of the new one are read. No size in the file is believed before
it is checked: memory stays within a small multiple of the file's size.
"""

import argparse
import collections
import ctypes
import io
import json
import os
import pickle
import pickletools
import stat
import struct
import sys
import tempfile
import zipfile

DTYPES = {
    "float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16",
    "int64": "I64", "int32": "I32", "int16": "I16", "int8": "I8", "uint8": "U8", "bool": "BOOL",
}
ITEM_SIZES = {name: 1 if wire == "BOOL" else int(wire.lstrip("BFIU")) // 8 for name, wire in DTYPES.items()}
# The places of the state dict in a checkpoint, if --key is not given.
USUAL_KEYS = ("state_dict", "model_state_dict", "model_state", "model", "net", "network", "module")

# A tensor takes some 300 bytes of a pickle, and each byte may make an object of 70.
MAX_PICKLE = 16 << 20
# What calls in a pickle may copy of what it has already made: few bytes can ask for much again and again.
MAX_COPIES = 3_000_000
MAX_MODULES = 100_000
MAX_RANK = 64
MAX_HEADER = 100_000_000
# Tensors of one storage are written one by one; a model has the same ones under a few names.
MAX_GROWTH = 64
CHUNK = 1 << 24


class Refused(Exception):
    """The file cannot be converted; the message says why."""


def shown(text):
    """A text that may be from a file, without what a terminal would obey."""
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape", "surrogatepass").decode() for c in str(text))


class Copies:
    """Counts what is copied while a file is read."""

    made = 0

    @classmethod
    def add(cls, count):
        cls.made += count
        if cls.made > MAX_COPIES:
            raise Refused(f"found a pickle that copies more than {MAX_COPIES} objects; expected what torch.save writes")


class Ordered(collections.OrderedDict):
    def __init__(self, items=()):
        Copies.add(len(items))
        super().__init__(items)

    def __setstate__(self, state):
        # The fields of a dict, such as a state dict's versions, are no weights.
        pass


def set_of(items=()):
    Copies.add(len(items))
    return set(items)


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
                Copies.add(len(part))
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

    __slots__ = ("dtype", "data", "whole")

    def __init__(self, dtype, data=None):
        self.dtype, self.data, self.whole = dtype, data, None

    def count(self):
        return len(self.data or b"") // ITEM_SIZES[self.dtype]

    def tensor(self, torch):
        """All of it, made once: tensors share it as they did."""
        if self.whole is None:
            dtype = getattr(torch, self.dtype)
            count = self.count()
            self.whole = torch.frombuffer(self.data, dtype=dtype, count=count) if count else torch.empty(0, dtype=dtype)
        return self.whole


class SavedTensor:
    """A view of a storage, made into a tensor when the storage has been read."""

    __slots__ = ("storage", "offset", "size", "stride")

    def __init__(self, storage, offset, size, stride):
        if len(size) > MAX_RANK or len(size) != len(stride):
            raise Refused(f"found a tensor of {len(size)} dimensions and {len(stride)} strides; expected as many, at most {MAX_RANK}")
        self.storage, self.offset, self.size, self.stride = storage, offset, tuple(size), tuple(stride)

    def tensor(self, torch):
        for what, values in (("an offset", (self.offset,)), ("sizes", self.size), ("strides", self.stride)):
            if not all(type(value) is int and 0 <= value < 1 << 63 for value in values):
                raise Refused(f"found {what} of {describe_numbers(values)}; expected whole numbers of 0 or more")
        count = 1
        for size in self.size:
            count *= size
        last = self.offset + sum((size - 1) * stride for size, stride in zip(self.size, self.stride)) if count else 0
        there = self.storage.count()
        if count > there or (count and last >= there):
            raise Refused(f"found {count} numbers up to place {last} of a storage that has {there}; expected a tensor that its storage holds")
        return self.storage.tensor(torch).as_strided(self.size, self.stride, self.offset)


def describe_numbers(values):
    kinds = (type(value).__name__ if not isinstance(value, int) else str(value) if value.bit_length() < 70 else f"a number of {value.bit_length()} bits" for value in values)
    return ", ".join(kinds)


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


def size_of(sizes=()):
    if len(sizes) > MAX_RANK:
        raise Refused(f"found a size of {len(sizes)} dimensions; expected at most {MAX_RANK}")
    return tuple(sizes)


# torch.load could do with such a table, too, but versions of it ignore the one that they are given.
HARMLESS = {
    ("collections", "OrderedDict"): Ordered,
    ("builtins", "set"): set_of,
    ("__builtin__", "set"): set_of,
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


def load(file, size, storage_of=None):
    """Reads one pickle of a file that has so many bytes left, having looked at what it would allocate."""
    start = file.tell()
    content = file.read(min(size, MAX_PICKLE))
    opcodes, end = 0, None
    for opcode, argument, position in pickletools.genops(content):
        opcodes += 1
        # The memo is an array as long as the largest requested place.
        if opcode.name in ("PUT", "BINPUT", "LONG_BINPUT") and argument > opcodes:
            raise Refused(f"found a pickle with the place {argument} after {opcodes} steps; expected what torch.save writes")
        end = position + 1
    file.seek(start + end)
    return Unpickler(io.BytesIO(content[:end]), storage_of).load()


def read_new(path):
    """A zip archive: data.pkl, and a file of raw data for each storage."""
    with zipfile.ZipFile(path) as archive:
        left = os.path.getsize(path)

        def content(name):
            # Nothing is packed in such archives, so that nothing in them can be larger than they are.
            nonlocal left
            info = archive.getinfo(name)
            left -= info.file_size
            if info.compress_type != zipfile.ZIP_STORED or left < 0:
                raise Refused(f"{name} in the archive is packed, or larger than the archive; expected what torch.save writes")
            return archive.read(info)

        names = set(archive.namelist())
        pickles = [name for name in names if name.endswith("/data.pkl") and name.count("/") == 1]
        if len(pickles) != 1:
            raise Refused(f"{path} is a zip archive without a data.pkl; expected what torch.save writes")
        folder = pickles[0][: -len("data.pkl")]
        if folder + "constants.pkl" in names:
            raise Refused(f"{path} is a TorchScript program; expected what torch.save writes of a state dict or module")
        if folder + "byteorder" in names and content(folder + "byteorder") != b"little":
            raise Refused(f"{path} was written on a big-endian machine")
        storages = {}

        def storage_of(kind, key, location, count):
            if key not in storages:
                storages[key] = Storage(kind.dtype, bytearray(content(f"{folder}data/{key}")))
            return storages[key]

        size = archive.getinfo(pickles[0]).file_size
        if size > MAX_PICKLE:
            raise Refused(f"found a pickle of {size} bytes; expected at most {MAX_PICKLE}")
        return load(io.BytesIO(content(pickles[0])), size, storage_of)


def read_old(path):
    """Pickles one after the other, and behind them each storage's length and raw data."""
    whole = os.path.getsize(path)
    with open(path, "rb") as file:
        if load(file, whole) != 0x1950A86A20F9469CFC6C or load(file, whole) != 1001:
            raise Refused(f"{path} does not begin as torch.save's files do")
        if not load(file, whole).get("little_endian", True):
            raise Refused(f"{path} was written on a big-endian machine")
        storages, views = {}, []

        def storage_of(kind, key, location, count, view):
            storage = storages.setdefault(key, Storage(kind.dtype))
            if view is not None:
                views.append((Storage(kind.dtype), storage, *view[1:]))
                return views[-1][0]
            return storage

        content = load(file, whole, storage_of)
        for key in load(file, whole):
            (count,) = struct.unpack("<q", file.read(8))
            # Storages of optimizers that were replaced are not referenced, but their data is in the file.
            size = count * ITEM_SIZES[storages[key].dtype]
            if not 0 <= size <= whole - file.tell():
                raise Refused(f"{path} ends within its data")
            storages[key].data = bytearray(file.read(size))
        for part, all_of_it, start, count in views:
            size = ITEM_SIZES[part.dtype]
            if not (0 <= start and 0 <= count and start + count <= all_of_it.count()):
                raise Refused(f"found a view of the numbers {start} to {start + count} of {all_of_it.count()}")
            part.data = memoryview(all_of_it.data)[start * size : (start + count) * size]
        return content


def check_source(path):
    """A pipe would be waited for, and a device never ends."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as error:
        raise Refused(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    if not stat.S_ISREG(mode):
        raise Refused(f"{path} is {kind_of(mode)}; expected a file that torch.save wrote")


def check_target(path):
    """The file to replace, what links lead to; a device is not replaced by a file."""
    target = os.path.realpath(path)
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        return target
    except (OSError, ValueError) as error:
        raise Refused(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    if not stat.S_ISREG(mode):
        raise Refused(f"{path} is {kind_of(mode)}; expected a regular file to write")
    return target


def kind_of(mode):
    return "a directory" if stat.S_ISDIR(mode) else "a pipe, device or socket"


def read(path):
    check_source(path)
    Copies.made = 0
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


def of_module(module):
    """What state_dict() of the module would give."""
    visits = 0

    def walk(module, prefix, above):
        nonlocal visits
        visits += 1
        if visits > MAX_MODULES:
            raise Refused(f"found a module of more than {MAX_MODULES} parts")
        if id(module) in above:
            raise Refused(f"found a module that contains itself, as {prefix[:-1]}; expected one whose state_dict() ends")
        fields = vars(module)
        left_out = fields.get("_non_persistent_buffers_set") or ()
        parameters, buffers = entries(fields, "_parameters"), entries(fields, "_buffers")
        for name, value in {**parameters, **buffers}.items():
            if isinstance(value, SavedTensor) and not (name in left_out and name in buffers):
                yield f"{prefix}{name}", value
        for name, child in entries(fields, "_modules").items():
            if isinstance(child, Stub):
                yield from walk(child, f"{prefix}{name}.", above | {id(module)})

    return walk(module, "", frozenset())


def entries(fields, name):
    value = fields.get(name) or {}
    if not isinstance(value, dict):
        raise Refused(f"found a module whose {name} is {describe(value)}; expected a dict")
    return value


def describe(value):
    if isinstance(value, dict):
        # A key that is no text may be a tuple of tuples of tuples, whose text has no end.
        keys = (key[:50] if isinstance(key, str) else f"a {type(key).__name__}" for key in list(value)[:20])
        return f"a dict with the keys {', '.join(keys)}" if value else "an empty dict"
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
                print(shown(f"taking what lies under '{key}'"), file=sys.stderr)
                return state_dict(inner, path)
    raise Refused(f"{path} holds {describe(content)}; expected a state dict, a checkpoint with one, or a module. --key says where it is")


def find(content, key, path):
    for part in key.split(".") if key else ():
        fields = content if isinstance(content, dict) else vars(content) if isinstance(content, Stub) else {}
        if part not in fields:
            raise Refused(f"{path}: --key {key}: found no '{part}' in {describe(content)}")
        content = fields[part]
    return content


def check_name(name):
    if name in ("", "__metadata__"):
        raise Refused(f"found a tensor named '{name}', which safetensors reserve; expected another name")
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise Refused(f"found a tensor named '{name}'; expected Unicode text") from error


def write(tensors, path):
    """A length, a JSON header, raw little-endian data; whole or not at all."""
    entries, start = {}, 0
    for name, tensor in tensors.items():
        size = tensor.numel() * tensor.element_size()
        entries[name] = {"dtype": DTYPES[str(tensor.dtype)[6:]], "shape": list(tensor.shape), "data_offsets": [start, start + size]}
        start += size
    header = json.dumps(entries, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    if len(header) > MAX_HEADER:
        raise Refused(f"the header takes {len(header)} bytes; safetensors have at most {MAX_HEADER}")
    target = check_target(path)
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=os.path.basename(target) + ".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(struct.pack("<Q", len(header)))
            file.write(header)
            for tensor in tensors.values():
                for chunk in raw(tensor):
                    file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
            if file.tell() != 8 + len(header) + start:
                raise Refused(f"wrote {file.tell()} bytes; expected {8 + len(header) + start}")
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def raw(tensor):
    # numpy need not be there, and has no bfloat16. In parts: string_at counts in 32 bits.
    size = tensor.numel() * tensor.element_size()
    for start in range(0, size, CHUNK):
        yield ctypes.string_at(tensor.data_ptr() + start, min(CHUNK, size - start))


def convert(torch, source, target, key, dtype):
    check_target(target)
    saved = state_dict(find(read(source), key, source), source)
    tensors, size = {}, 0
    for name, part in saved.items():
        check_name(name)
        try:
            tensor = part.tensor(torch)
        except (Refused, RuntimeError, TypeError, ValueError, OverflowError) as error:
            raise Refused(f"{source}: tensor {name}: {error}") from error
        size += tensor.numel() * tensor.element_size()
        if size > MAX_GROWTH * os.path.getsize(source):
            raise Refused(f"{source} has {os.path.getsize(source)} bytes, and its tensors would take more than {MAX_GROWTH} times as many")
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
        sys.exit(shown(error))
    except OSError as error:
        sys.exit(shown(f"{options.target}: {error.strerror}"))
    except (MemoryError, RecursionError) as error:
        sys.exit(shown(f"{options.source} cannot be converted: {'memory is exhausted' if isinstance(error, MemoryError) else 'it is nested too deeply'}"))
    for name, tensor in tensors.items():
        print(shown(f"{name} {DTYPES[str(tensor.dtype)[6:]]} {list(tensor.shape)}"))


if __name__ == "__main__":
    main()
