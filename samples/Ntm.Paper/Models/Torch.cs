using System.Text.RegularExpressions;
using Ntm.Core;
using Ntm.Paper.Settings;
using TorchSharp;

namespace Ntm.Paper.Models;

/// <summary>The program's settings of torch.</summary>
internal static class Torch
{
    /// <summary>Sets torch's threads.</summary>
    /// <param name="threads">0 for one per core.</param>
    public static void Configure(int threads) => torch.set_num_threads(threads == 0 ? Environment.ProcessorCount : threads);

    /// <summary>The device that a training's settings name.</summary>
    /// <exception cref="UsageException">It is not there, or not the engine's.</exception>
    public static torch.Device DeviceOf(TrainSettings settings)
    {
        var wanted = settings.Device ?? (settings.Engine == EngineKind.Cuda ? TrainingDevice.Cuda : TrainingDevice.Cpu);
        if (!Regex.IsMatch(wanted, $"^({TrainingDevice.Pattern})$"))
            throw new UsageException($"--device is '{wanted}'; it must be one of {TrainingDevice.Names.Replace("|", ", ", StringComparison.Ordinal)}.");
        var isCuda = wanted.StartsWith(TrainingDevice.Cuda, StringComparison.Ordinal);
        if (settings.Engine == (isCuda ? EngineKind.Cpu : EngineKind.Cuda) || (wanted == TrainingDevice.Mps && settings.Engine == EngineKind.Cpu))
            throw new UsageException($"--device is '{wanted}' and --engine is '{SettingsJson.Name(settings.Engine)}', which computes on the other device; expected the engine auto, or one device for both.");
        return isCuda ? Cuda(settings.Device is null ? "--engine" : "--device", wanted) : wanted == TrainingDevice.Mps ? Mps() : torch.CPU;
    }

    private static torch.Device Cuda(string option, string wanted)
    {
        if (!torch.cuda_is_available())
            throw new UsageException($"{option} is '{wanted}', and there is no CUDA: {CudaSupport.Obstacle ?? "this program was built for libtorch on the CPU; expected -p:TorchBackend=cuda"}.");
        var (index, count) = (TrainingDevice.Index(wanted), torch.cuda.device_count());
        if (index >= count)
            throw new UsageException($"{option} is '{wanted}', and this machine has {count} GPU{(count == 1 ? "" : "s")}; expected cuda:0{(count == 1 ? "" : $" to cuda:{count - 1}")}.");
        return index < 0 ? torch.CUDA : torch.device(DeviceType.CUDA, index);
    }

    private static torch.Device Mps() => torch.mps_is_available()
        ? torch.MPS
        : throw new UsageException($"--device is '{TrainingDevice.Mps}', and this machine has no Apple GPU that torch can use.");
}
