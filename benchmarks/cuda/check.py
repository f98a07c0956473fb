"""Checks the CUDA engine on the GPU of this machine and times it. See check.sh."""
import argparse
import datetime
import glob
import json
import os
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile

try:
    import torch
except ImportError:
    sys.exit(f"{sys.executable} has no PyTorch, which the engine is compared with; name a Python that has it: PYTHON=/usr/bin/python3 check.sh ...")

import eager

TOLERANCE = 1e-5
ROUNDING_FACTOR = 8

# Sizes that all differ, odd ones, ones; what is not said is eager.DEFAULTS.
SMALL = dict(InputSize=5, OutputSize=3, ControllerSize=37, MemoryLocations=29, MemoryWidth=11)
CASES = {
    "the copy task's machine": (dict(), 41, 16, {}),
    "two layers, 2 + 3 heads, shifts of 2": (dict(SMALL, ControllerLayers=2, ReadHeads=2, WriteHeads=3, ShiftRange=2), 9, 5, {}),
    "feedforward, reads after writes": (dict(SMALL, Controller="Feedforward", ReadOrder="AfterWrite", ReadHeads=2, WriteHeads=2), 7, 3, {}),
    "three feedforward layers": (dict(SMALL, Controller="Feedforward", ControllerLayers=3), 6, 4, {}),
    "content addressing, learned memory": (dict(SMALL, Addressing="Content", Memory="Learned"), 8, 4, {}),
    "random memory, uniform weightings, zero reads": (dict(SMALL, Memory="Random", InitialWeightings="Uniform", InitialReads="Zeros"), 8, 4, {}),
    "no clip, no shift": (dict(SMALL, Clip=None, ShiftRange=0), 6, 4, {}),
    "a clip that bites": (dict(SMALL, Clip=0.3), 6, 4, {}),
    "one of everything": (dict(InputSize=1, OutputSize=1, ControllerSize=1, MemoryLocations=1, MemoryWidth=1, ShiftRange=0), 3, 1, {}),
    "nothing in shared memory": (dict(SMALL, ReadHeads=2, WriteHeads=2), 7, 5, dict(shared_memory="4096")),
    "vectors alone in shared memory": (dict(SMALL, MemoryLocations=150, MemoryWidth=40), 7, 5, dict(shared_memory="32768")),
    "a history in chunks": (dict(SMALL, WriteHeads=2), 23, 5, dict(history_bytes="1")),
    "five heads of each kind, reads after writes": (dict(SMALL, ReadHeads=5, WriteHeads=5, ReadOrder="AfterWrite"), 6, 3, {}),
    "a memory of 4,096 x 64": (dict(MemoryLocations=4096, MemoryWidth=64), 3, 2, {}),
    "a batch of 700": (dict(SMALL), 3, 700, {}),
}
# The slow interpreter of the kernels on the host has enough of a few samples.
HOST_BATCH = 2
# A kernel that waits forever must not block the machine.
LIMIT_SECONDS = 300


def save(path, tensors, metadata):
    header, data, at = {"__metadata__": metadata}, [], 0
    for name, tensor in tensors.items():
        raw = tensor.detach().to("cpu", torch.float32).contiguous().numpy().tobytes()
        header[name] = dict(dtype="F32", shape=list(tensor.shape), data_offsets=[at, at + len(raw)])
        data.append(raw)
        at += len(raw)
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(data))


def load(path):
    with open(path, "rb") as file:
        raw = bytearray(file.read())
    size = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8:8 + size])
    header.pop("__metadata__", None)
    result = {}
    for name, entry in header.items():
        first, end = entry["data_offsets"]
        result[name] = torch.frombuffer(raw, dtype=torch.float32, count=(end - first) // 4, offset=8 + size + first).reshape(entry["shape"])
    return result


def draw_case(changes, steps, batch, seed):
    o = dict(eager.DEFAULTS, **changes)
    g = torch.Generator().manual_seed(seed)
    parameters, start = eager.draw(o, g)
    state = [torch.zeros_like(t) for t in eager.Machine(o, parameters, start).initial_state(batch)]
    case = dict(inputs=(torch.randn(steps, batch, o["InputSize"], generator=g) > 0).float(),
                dlogits=torch.randn(steps, batch, o["OutputSize"], generator=g))
    for i, t in enumerate(state):
        case[f"dfinal.{i}"] = torch.randn(t.shape, generator=g) * 0.3
    if seed % 2:
        for i, t in enumerate(state):
            x = torch.randn(t.shape, generator=g)
            case[f"given.{i}"] = x.softmax(-1) if i >= len(state) - 2 else x * 0.3
    return o, parameters, start, case


def reference(o, parameters, start, case, dtype, device):
    """What the checker writes, by autograd."""
    p = {name: t.to(device, dtype).requires_grad_() for name, t in parameters.items()}
    machine = eager.Machine(o, p, {name: t.to(device) for name, t in start.items()})
    c = {name: t.to(device, dtype) for name, t in case.items()}
    inputs = c["inputs"].requires_grad_()
    given = [c[name].requires_grad_() for name in sorted((n for n in c if n.startswith("given.")), key=lambda n: int(n[6:]))]
    logits, final = machine.forward(inputs, list(given) or None)
    loss = (logits * c["dlogits"]).sum()
    for i, t in enumerate(final):
        loss = loss + (t * c[f"dfinal.{i}"]).sum()
    loss.backward()
    result = {"logits": logits, "dinputs": inputs.grad}
    result.update({f"final.{i}": t for i, t in enumerate(final)})
    result.update({f"dgiven.{i}": t.grad for i, t in enumerate(given)})
    result.update({"gradient of " + name: t.grad if t.grad is not None else torch.zeros_like(t) for name, t in p.items()})
    return {name: t.detach().to("cpu", torch.float64) for name, t in result.items() if t is not None}


def run(*command):
    """What a program prints; fails with what it says if it fails or does not end."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"{' '.join(command[1:2])} did not end within {LIMIT_SECONDS} s") from None
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[1:2])} ended with {done.returncode}: {(done.stdout + done.stderr).strip()[-2000:]}")
    return done.stdout


def computed(checker, folder, o, parameters, start, case, limits):
    path, out = os.path.join(folder, "case.safetensors"), os.path.join(folder, "out.safetensors")
    tensors = {"parameter." + name: t for name, t in parameters.items()}
    tensors.update({"start." + name: t for name, t in start.items()})
    tensors.update(case)
    save(path, tensors, dict(limits, options=json.dumps(o)))
    run(checker, "run", path, out)
    result, at = load(out), 0
    flat = result.pop("gradient")
    for name, t in parameters.items():
        result["gradient of " + name] = flat[at:at + t.numel()].reshape(t.shape)
        at += t.numel()
    return {name: t.double() for name, t in result.items()}


def distance(x, exact):
    return float((x - exact).norm() / max(1e-7, float(exact.norm())))


def check_parity(checker, folder, device, host):
    """Every value within the tolerance, or within a few times the rounding error of eager float32."""
    worst, failures = {}, []
    for seed, (name, (changes, steps, batch, limits)) in enumerate(CASES.items()):
        if host and (batch > 100 or changes.get("MemoryLocations", 0) > 1000):
            print(f"  {name}: left out on the host, which would take minutes")
            continue
        steps, batch = (min(steps, 7), min(batch, HOST_BATCH)) if host else (steps, batch)
        drawn = draw_case(changes, steps, batch, seed)
        try:
            actual, again = (computed(checker, folder, *drawn, limits) for _ in range(2))
        except RuntimeError as error:
            failures.append(f"{name}: {error}")
            continue
        exact = reference(*drawn, torch.float64, device)
        rounded = reference(*drawn, torch.float32, device)
        bad = [value for value in actual if not torch.equal(actual[value], again[value])]
        failures += [f"{name}: {value} is not the same the second time" for value in bad]
        if missing := set(exact) - set(actual):
            failures.append(f"{name}: {sorted(missing)} did not come back")
        distances = {value: distance(actual[value], t) for value, t in exact.items() if value in actual}
        for value, d in distances.items():
            if not d < max(TOLERANCE, ROUNDING_FACTOR * distance(rounded[value], exact[value])):
                failures.append(f"{name}: {value} is off by {d:.1e}, eager float32 by {distance(rounded[value], exact[value]):.1e}")
        worst[name] = max(distances.values())
        print(f"  {name}: {len(distances)} values, the worst within {worst[name]:.1e}")
    return worst, failures


def sanitize(checker, folder):
    """Races, memory errors and barriers by compute-sanitizer, where there is one."""
    toolkits = [os.path.join(t, "bin") for t in (os.environ.get("CUDA_HOME", ""), "/usr/local/cuda") if t]
    tool = shutil.which("compute-sanitizer") or shutil.which("compute-sanitizer", path=os.pathsep.join(toolkits))
    if tool is None:
        return "compute-sanitizer was not found: not run", []
    failures = []
    for name in ("two layers, 2 + 3 heads, shifts of 2", "five heads of each kind, reads after writes", "nothing in shared memory"):
        changes, steps, batch, limits = CASES[name]
        computed(checker, folder, *draw_case(changes, 2, min(batch, 2), 1), limits)
        for check in ("memcheck", "racecheck", "synccheck", "initcheck"):
            try:
                run(tool, "--tool", check, "--error-exitcode", "9", checker, "run", os.path.join(folder, "case.safetensors"), os.path.join(folder, "out.safetensors"))
            except RuntimeError as error:
                failures.append(f"{check}, {name}: {error}")
    return "compute-sanitizer: memcheck, racecheck, synccheck and initcheck of three cases", failures


def time_eager(steps, batch, runs=5):
    """Milliseconds forward and backward, by device events; the median and the best."""
    o, parameters, start, case = draw_case({}, steps, batch, 0)
    p = {name: t.cuda().requires_grad_() for name, t in parameters.items()}
    machine = eager.Machine(o, p, {name: t.cuda() for name, t in start.items()})
    inputs, dlogits = case["inputs"].cuda(), case["dlogits"].cuda()
    times = []
    for run in range(runs + 2):
        first, second = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        first.record()
        logits, _ = machine.forward(inputs)
        (logits * dlogits).sum().backward()
        second.record()
        second.synchronize()
        times.append(first.elapsed_time(second))
    return statistics.median(times[2:]), min(times[2:])


def time_access(batch, locations, width, heads, host):
    """Seconds of each operation of a step's memory access in eager PyTorch, by device events; on the host only that they compute."""
    def median(operation):
        if host:
            operation()
            return 0.0
        times = []
        for _ in range(23):
            first, second = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            first.record()
            operation()
            second.record()
            second.synchronize()
            times.append(first.elapsed_time(second) / 1e3)
        return statistics.median(times[3:])

    times = {}
    for name, (operation, arguments) in eager.memory_access(batch, locations, width, heads, "cpu" if host else "cuda").items():
        times[name] = median(lambda: operation(*arguments))
        result = operation(*arguments)
        gradient = torch.ones_like(result)
        times[name + ", backward"] = median(lambda: torch.autograd.grad(result, arguments, gradient, retain_graph=True))
    return times


def access_table(checker, info, host):
    """Memory access of one step: the engine's blocks beside eager PyTorch."""
    rows = ["| B | N x M | Heads | Operation | Engine, us | MB moved | MFLOP | Share of the bandwidth | Share of the float32 peak | Eager PyTorch, us | Ratio |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    others = {}
    for t in map(json.loads, run(checker, "access").splitlines()):
        size = t["Batch"], t["Locations"], t["Width"], t["Heads"]
        if size not in others:
            others[size] = time_access(*size, host)
        other, seconds = others[size][t["Operation"]], t["Seconds"]
        shares = "on the host | on the host" if host else f"{t['Bytes'] / seconds / info['bandwidth']:.0%} | {t['Flops'] / seconds / info['flops']:.0%}"
        rows.append(f"| {t['Batch']} | {t['Locations']} x {t['Width']} | {t['Heads']} | {t['Operation']} | {seconds * 1e6:.2f} | {t['Bytes'] / 1e6:.2f} "
                    f"| {t['Flops'] / 1e6:.2f} | {shares} | {other * 1e6:.2f} | {other / seconds:.0f} |")
    return rows


def timing(checker, info):
    rows = ["| B | Eager PyTorch, ms (best) | CUDA engine, ms (best) | forward alone, ms | Ratio of medians (best) | us per step and sample | Share of the float32 peak | Share of the bandwidth |",
            "| --- | --- | --- | --- | --- | --- | --- | --- |"]
    goals = {1: 30, 16: 30, 1024: 10}
    missed = []
    for batch in (1, 16, 128, 1024):
        t = json.loads(run(checker, "time", "41", str(batch)))
        median, best = time_eager(41, batch)
        ratio = median / t["both"]
        if ratio < goals.get(batch, 0):
            missed.append(f"B = {batch}: {ratio:.1f} times eager; the goal is {goals[batch]}")
        seconds = t["both"] / 1e3
        rows.append(f"| {batch} | {median:.2f} ({best:.2f}) | {t['both']:.3f} ({t['fastest']:.3f}) | {t['forward']:.3f} | {ratio:.0f} ({best / t['fastest']:.0f}) "
                    f"| {1e3 * t['both'] / 41 / batch:.3f} | {t['flops'] / seconds / info['flops']:.1%} | {t['bytes'] / seconds / info['bandwidth']:.1%} |")
    return rows, missed


def find_nvrtc():
    """The folder of PyTorch's own compiler, where the engine does not find one by itself: of its CUDA version, if there are several."""
    packages = os.path.dirname(os.path.dirname(torch.__file__))
    found = [f for place in (("nvidia", "*", "lib", "libnvrtc.so.*"), ("torch", "lib", "libnvrtc-*.so.*")) for f in glob.glob(os.path.join(packages, *place))]
    found = sorted(f for f in found if "builtins" not in os.path.basename(f))
    own = [f for f in found if f".so.{(torch.version.cuda or '').split('.')[0]}" in os.path.basename(f)]
    return os.path.dirname((own or found)[0]) if found else None


def attempt(failures, what, otherwise, function, *arguments):
    """The function's result; if it fails, the failure is recorded and the rest continues."""
    try:
        return function(*arguments)
    except RuntimeError as error:
        failures.append(f"{what}: {error}")
        return otherwise


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("checker")
    parser.add_argument("results")
    arguments = parser.parse_args()
    host = bool(os.environ.get("NTM_CHECK_HOST"))
    if not host and not torch.cuda.is_available():
        sys.exit("no CUDA device: torch.cuda.is_available() is false")
    if not host and "NTM_NVRTC" not in os.environ and (nvrtc := find_nvrtc()):
        os.environ["NTM_NVRTC"] = nvrtc
    checker = arguments.checker
    kernels = tempfile.TemporaryDirectory()
    # Where the engine keeps compiled kernels: compiled once, whatever was there before.
    os.environ["XDG_DATA_HOME"] = kernels.name
    try:
        info = json.loads(run(checker, "info"))
    except RuntimeError as error:
        sys.exit(f"the engine does not start: {error}")
    print(f"{info['name']}, driver for CUDA {info['driver'] // 1000}.{info['driver'] % 1000 // 10}, PyTorch {torch.__version__}")
    if not host:
        # The comparison is of float32.
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
    with tempfile.TemporaryDirectory() as folder:
        print("parity with eager float64")
        worst, failures = check_parity(checker, folder, "cpu" if host else "cuda", host)
        if host:
            sanitizer, rows, missed = "on the host: no sanitizer", ["on the host: no timing"], []
        else:
            sanitizer, races = sanitize(checker, folder)
            failures += races
            rows, missed = attempt(failures, "times", ([], []), timing, checker, info)
        access = attempt(failures, "memory access", [], access_table, checker, info, host)
    print(sanitizer)
    print("\n".join(rows))
    print("memory access of one step")
    print("\n".join(access))
    for line in missed:
        print("goal missed: " + line)
    name = info["name"].lower().replace(" ", "-")
    lines = [f"# CUDA engine on {info['name']}", "",
             f"{datetime.date.today().isoformat()}, `benchmarks/cuda/check.sh`, driver for CUDA {info['driver'] // 1000}.{info['driver'] % 1000 // 10}, "
             f"compute capability {info['capability'] / 10}, PyTorch {torch.__version__}.", "",
             "Copy task's machine, T = 41, forward and backward, milliseconds by device events.", "", *rows, "",
             *(["Goals missed:", *[f"- {m}" for m in missed], ""] if missed else []),
             *(["## Memory access of one step", "",
                "Each operation by itself, forward or backward, of all heads: as many that read as that write. The engine's by 100 repetitions within one launch, "
                "eager PyTorch's by device events around its launches.", "", *access, ""] if access else []),
             "## Parity with eager float64", "", "| Case | The worst value's relative distance |", "| --- | --- |",
             *[f"| {case} | {d:.1e} |" for case, d in worst.items()], "", sanitizer + ".", "",
             *(["Failures:", *[f"- {f}" for f in failures]] if failures else ["No failure."])]
    os.makedirs(arguments.results, exist_ok=True)
    path = os.path.join(arguments.results, f"cuda-{name}.md")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    print(f"written to {path}")
    for failure in failures:
        print("FAILED: " + failure)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
