"""Converts every NAME.pt of a folder to NAME.converted, and what is said of failures to NAME.message, of successes to NAME.output, with the
peak of memory that it took and its seconds to NAME.cost: run_conversions.py FOLDER."""

import contextlib
import glob
import io
import os
import signal
import sys
import time
import traceback

# First, so that it counts among what no conversion takes.
import torch  # noqa: F401

import to_safetensors

SECONDS = 30


def peak():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))


def forget_peak():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def too_long(*_):
    raise TimeoutError(f"not done after {SECONDS} s")


def main(folder):
    signal.signal(signal.SIGALRM, too_long)
    for source in sorted(glob.glob(os.path.join(folder, "*.pt"))):
        name = source[: -len(".pt")]
        sys.argv = ["to_safetensors.py", source, name + ".converted"]
        if os.path.basename(name).startswith("nested"):
            sys.argv += ["--key", "a.b"]
        if os.path.basename(name).startswith("half."):
            sys.argv += ["--dtype", "float32"]
        forget_peak()
        before, start = peak(), time.monotonic()
        signal.alarm(SECONDS)
        with contextlib.redirect_stdout(io.StringIO()) as output, contextlib.redirect_stderr(io.StringIO()):
            try:
                to_safetensors.main()
                ended = ("output", output.getvalue())
            except SystemExit as refusal:
                ended = ("message", str(refusal.code))
            except BaseException:
                ended = ("message", traceback.format_exc())
        signal.alarm(0)
        with open(f"{name}.{ended[0]}", "w", encoding="utf-8", errors="surrogatepass") as file:
            file.write(ended[1])
        with open(f"{name}.cost", "w") as file:
            file.write(f"{peak() - before} {time.monotonic() - start}")


if __name__ == "__main__":
    main(sys.argv[1])
