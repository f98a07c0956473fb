"""Runs exported models: run_exports.py FOLDER..., each with model.py, model.safetensors and inputs.safetensors; writes outputs.safetensors."""

import importlib.util
import os
import sys

import torch

import safetensors_file


def main(folders):
    for number, folder in enumerate(folders):
        spec = importlib.util.spec_from_file_location(f"model{number}", os.path.join(folder, "model.py"))
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        model = module.load(os.path.join(folder, "model.safetensors"))
        with torch.no_grad():
            logits = model(safetensors_file.load(os.path.join(folder, "inputs.safetensors"))["inputs"])
        trained = sum(parameter.numel() for parameter in model.parameters())
        safetensors_file.save(os.path.join(folder, "outputs.safetensors"), {"logits": logits, "trained": torch.tensor([trained])})


if __name__ == "__main__":
    main(sys.argv[1:])
