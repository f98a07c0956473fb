using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Paper.Commands;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using TorchSharp;

namespace Ntm.Paper.Info;

/// <summary><c>info [MODEL]</c>: versions, device, engine; or what a model is.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var model = new Argument<string?>("model") { Description = "A model's file, or the folder that 'train' wrote, to describe instead.", Arity = ArgumentArity.ZeroOrOne };
        var json = CommonOptions.Json();
        var command = new Command("info", "Versions, device and engine; or what a model is.") { model, json };
        command.SetAction(parse =>
        {
            var terminal = new Terminal(parse.GetValue(json));
            return parse.GetValue(model) is { } path ? RunModel(path, terminal) : Run(terminal);
        });
        return command;
    }

    private static int Run(Terminal terminal)
    {
        using var model = new NeuralTuringMachine(new NtmOptions());
        var choice = model.EngineChoice;
        var info = new
        {
            version = Version(typeof(NeuralTuringMachine).Assembly),
            torchSharp = Version(typeof(torch).Assembly),
            libtorch = torch.__version__,
            runtime = RuntimeInformation.FrameworkDescription,
            system = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.RuntimeIdentifier}",
            cores = Environment.ProcessorCount,
            cuda = torch.cuda_is_available(),
            cudaObstacle = CudaSupport.Obstacle,
            engine = SettingsJson.Name(choice.Engine),
            engineReason = choice.Reason,
        };
        terminal.Line($"Ntm         {info.version}");
        terminal.Line($"TorchSharp  {info.torchSharp}, libtorch {info.libtorch}");
        terminal.Line($"Runtime     {info.runtime}, {info.system}");
        terminal.Line($"Device      cpu, {info.cores} cores; CUDA {(info.cuda ? "available" : "not available")}");
        terminal.Line($"Engine      {info.engine}: {info.engineReason}");
        terminal.Line($"CUDA engine {(info.cudaObstacle is null ? "available" : $"not available: {info.cudaObstacle}")}");
        terminal.Result(info);
        return ExitCode.Success;
    }

    private static int RunModel(string path, Terminal terminal)
    {
        var file = RunFolder.ModelFileOf(path);
        var content = SafeTensorsFile.Load(file);
        using var model = PaperModel.Load(content, file);
        var machine = (model as NtmPaperModel)?.Machine;
        var info = new
        {
            model = file,
            kind = machine is null ? "an LSTM network" : "a Neural Turing Machine",
            parts = content.Metadata.GetValueOrDefault(ModelMetadata.PartsKey, "built-in"),
            task = content.Metadata.ContainsKey(RunFolder.SettingsKey) ? TrainedModel.ReadSettings(content, file).Task : null,
            parameters = model.Sequences.named_parameters().Sum(p => p.parameter.numel()),
            elementType = content.Tensors[0].DType.ToString(),
            engine = model.EngineName,
            engineReason = machine?.EngineChoice.Reason ?? "libtorch's own LSTM",
            options = OptionsOf(content),
        };
        terminal.Line(FormattableString.Invariant($"Model       {file}: {info.kind} of {info.parameters:N0} trained numbers, {info.elementType}, {info.parts} parts"));
        terminal.Line($"Task        {info.task ?? "its file names none"}");
        terminal.Line($"Engine      {info.engine}: {info.engineReason}");
        foreach (var (name, value) in info.options)
            terminal.Line($"  {name,-18} {value?.ToString() ?? "none"}");
        terminal.Result(info);
        return ExitCode.Success;
    }

    private static JsonObject OptionsOf(SafeTensorsFile content) =>
        JsonNode.Parse(content.Metadata[ModelMetadata.OptionsKey(content.Metadata[ModelMetadata.FormatKey])])!.AsObject();

    private static string Version(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? assembly.GetName().Version!.ToString();
}
