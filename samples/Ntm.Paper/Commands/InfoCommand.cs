using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using Ntm.Core;
using Ntm.Paper.Output;
using Ntm.Paper.Settings;
using TorchSharp;

namespace Ntm.Paper.Commands;

/// <summary><c>info</c>: versions, device, engine.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command("info", "Versions, device and engine.") { json };
        command.SetAction(parse => Run(new Terminal(parse.GetValue(json))));
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

    private static string Version(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? assembly.GetName().Version!.ToString();
}
