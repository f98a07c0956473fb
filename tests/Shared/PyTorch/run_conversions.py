"""Converts every NAME.pt of a folder to NAME.converted, and what is said of failures to NAME.message: run_conversions.py FOLDER."""

import contextlib
import glob
import io
import os
import sys

import to_safetensors


def main(folder):
    for source in sorted(glob.glob(os.path.join(folder, "*.pt"))):
        name = source[: -len(".pt")]
        sys.argv = ["to_safetensors.py", source, name + ".converted"]
        if os.path.basename(name).startswith("nested"):
            sys.argv += ["--key", "a.b"]
        if os.path.basename(name).startswith("half"):
            sys.argv += ["--dtype", "float32"]
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                to_safetensors.main()
            except SystemExit as refusal:
                with open(name + ".message", "w") as file:
                    file.write(str(refusal.code))


if __name__ == "__main__":
    main(sys.argv[1])
