namespace Ntm.Paper.Help;

/// <summary>A command that a help shows.</summary>
/// <param name="Arguments">What follows the program's name.</param>
/// <param name="Purpose">What it is for.</param>
internal sealed record HelpExample(string Arguments, string Purpose)
{
    /// <summary>The examples of each command by its name; those of the whole program under <c>""</c>.</summary>
    public static IReadOnlyDictionary<string, HelpExample[]> All { get; } = new Dictionary<string, HelpExample[]>
    {
        [""] =
        [
            new("train copy", "learns to copy sequences, within seconds"),
            new("evaluate runs/copy", "cost and errors in and beyond the trained lengths"),
            new("draw runs/copy --out figures", "outputs, memory and learning curve, as PNG and SVG"),
            new("train --resume runs/copy", "resumes a training that was interrupted"),
            new("sweep copy --vary lr=1e-4,3e-4 --seeds 1-10", "many trainings, on one machine or on many"),
            new("reproduce", "the paper's experiments, as a page with figures"),
            new("train --help", "the settings of a training, with their defaults"),
        ],
        ["train"] =
        [
            new("train copy", "the fast preset, for a minute or two; writes runs/copy"),
            new("train repeat-copy --preset paper --until end", "the paper's settings, all sequences"),
            new("train copy --architecture lstm --max-length 10", "the network that the paper compares with, on shorter sequences"),
            new("train copy --seeds 1-10", "ten trainings, as many at once as there are cores"),
            new("train --data train.safetensors --loss softmax --epochs 20", "your own sequences; writes runs/data"),
            new("train --resume runs/copy", "resumes where a training was interrupted"),
            new("train copy --config runs/copy/settings.json --out runs/again", "the settings of another training"),
        ],
        ["sweep"] =
        [
            new("sweep copy --vary lr=1e-4,3e-4 --vary memory=constant,random --seeds 1-10", "forty trainings, as many at once as there are cores; writes runs/copy-sweep"),
            new("sweep copy --vary lr=1e-5..1e-3 --random 20 --sweep-seed 1 --dry-run", "lists a random choice"),
            new("sweep copy --vary lr=1e-5..1e-3 --random 27 --halving 3 --first-sequences 2000", "the best third of each rung trains three times as long"),
            new("sweep sweep.json --out runs/rates --shard 1/8", "the first of eight programs that share a sweep's folder"),
        ],
        ["collect"] =
        [
            new("collect runs/copy-sweep", "the table, sweep.csv and a figure for each varied setting"),
            new("collect runs/copy-sweep --no-times --json", "what is the same on every machine, for a program to read"),
        ],
        ["evaluate"] =
        [
            new("evaluate runs/copy", "a training's model, in all that the paper shows"),
            new("evaluate runs/copy --length 120 --sequences 100", "sequences of one length"),
            new("evaluate runs/data --data test.safetensors", "all metrics on sequences of your own"),
            new("evaluate imported.safetensors --task copy --json", "a model whose file names no task, for a program to read"),
        ],
        ["draw"] =
        [
            new("draw runs/copy --out figures", "what the paper draws"),
            new("draw runs/copy --out figures --length 50 --seed 3", "another sequence"),
            new("draw runs/data --data test.safetensors --sequence 3 --out figures", "a sequence of your own"),
        ],
        ["reproduce"] =
        [
            new("reproduce", "everything, with little training"),
            new("reproduce --budget standard --seeds 3", "more training, three seeds each"),
            new("reproduce --tasks copy,ngram --architectures ntm-lstm,lstm", "a part"),
        ],
        ["import"] = [new("import --from pytorch-ntm weights.safetensors --out model.safetensors", "tools/to_safetensors.py makes weights.safetensors of a .pt file")],
        ["predict"] = [new("predict runs/copy --inputs inputs.safetensors --out outputs.safetensors --trace", "probabilities, and where the heads look")],
        ["export"] =
        [
            new("export runs/copy --out copy-pytorch", "weights, and a Python program that rebuilds the model"),
            new("export runs/copy --to onnx --out copy.onnx", "a file for ONNX Runtime and other programs"),
        ],
        ["info"] =
        [
            new("info", "versions, device, engine"),
            new("info runs/copy", "what a model is"),
        ],
    };
}
