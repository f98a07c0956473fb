using System.CommandLine;
using Ntm.Core.Interchange;
using Ntm.Core.Serialization;
using Ntm.Paper.Commands;
using Ntm.Paper.Output;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Import;

/// <summary><c>import --from LAYOUT WEIGHTS --out MODEL</c>: a model of the weights of a PyTorch project.</summary>
internal static class ImportCommand
{
    private static readonly Dictionary<string, PyTorchLayout> Layouts = new()
    {
        ["ntm-pytorch"] = PyTorchLayout.NtmPyTorch,
        ["pytorch-ntm"] = PyTorchLayout.PyTorchNtm,
    };

    public static Command Create()
    {
        var from = new Option<string>("--from")
        {
            Description = $"The PyTorch project whose names and equations the weights have: {string.Join(" (train.py -task_json …) or ", Layouts.Keys)} (train.py --task copy -p…).",
            HelpName = string.Join("|", Layouts.Keys),
            Required = true,
        };
        from.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !Layouts.ContainsKey(result.Tokens[0].Value))
                result.AddError($"--from is '{result.Tokens[0].Value}'; it must be one of {string.Join(", ", Layouts.Keys)}.");
        });
        var weights = new Argument<string>("weights") { Description = "The state dict as safetensors; tools/to_safetensors.py makes one of a .pt file." };
        var model = CommonOptions.Output("The model's file.", "file");
        var json = CommonOptions.Json();
        var command = new Command("import", "Make a model of weights that a PyTorch project trained; 'predict', 'evaluate --task' and 'info' take it.") { from, weights, model, json };
        command.SetAction(parse => Run(
            parse.GetRequiredValue(weights), parse.GetRequiredValue(from), parse.GetRequiredValue(model), new Terminal(parse.GetValue(json))));
        return command;
    }

    private static int Run(string weights, string layout, string file, Terminal terminal)
    {
        if (!File.Exists(weights))
            throw new UsageException($"The weights are '{weights}'; expected a safetensors file.");
        using var machine = PyTorchImport.Load(weights, Layouts[layout]);
        NtmModelFile.Save(machine, file);
        var options = machine.Options;
        terminal.Line(FormattableString.Invariant(
            $"Wrote {file}: {options.InputSize} inputs, {options.OutputSize} outputs, {options.ControllerSize} units in {options.ControllerLayers} layers, {options.ReadHeads} head pairs, {options.MemoryLocations} x {options.MemoryWidth} memory."));
        terminal.Result(new
        {
            model = file,
            from = layout,
            inputs = options.InputSize,
            outputs = options.OutputSize,
            controllerSize = options.ControllerSize,
            controllerLayers = options.ControllerLayers,
            headPairs = options.ReadHeads,
            memoryLocations = options.MemoryLocations,
            memoryWidth = options.MemoryWidth,
        });
        return ExitCode.Success;
    }
}
