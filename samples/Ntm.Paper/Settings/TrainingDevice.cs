namespace Ntm.Paper.Settings;

/// <summary>The devices on which a model is trained, as words of the command line.</summary>
internal static class TrainingDevice
{
    public const string Names = "cpu|cuda|cuda:N|mps";
    public const string Pattern = "cpu|mps|cuda(:[0-9]{1,3})?";

    public const string Cpu = "cpu";
    public const string Cuda = "cuda";
    public const string Mps = "mps";

    /// <summary>The GPU's number; -1 for the current one.</summary>
    public static int Index(string device) => device.StartsWith(Cuda + ":", StringComparison.Ordinal) ? int.Parse(device[(Cuda.Length + 1)..]) : -1;
}
