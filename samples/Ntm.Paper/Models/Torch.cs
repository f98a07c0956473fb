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
        if ((wanted, settings.Engine) is (TrainingDevice.Cpu, EngineKind.Cuda) or (TrainingDevice.Cuda, EngineKind.Cpu))
            throw new UsageException($"--device is '{SettingsJson.Name(wanted)}' and --engine is '{SettingsJson.Name(settings.Engine)}', which computes on the other device; expected the engine auto, or one device for both.");
        if (wanted == TrainingDevice.Cpu)
            return torch.CPU;
        if (torch.cuda_is_available())
            return torch.CUDA;
        var option = settings.Device is null ? "--engine" : "--device";
        throw new UsageException($"{option} is 'cuda', and there is no CUDA: {CudaSupport.Obstacle ?? "this program was built for libtorch on the CPU; expected -p:TorchBackend=cuda"}.");
    }
}
