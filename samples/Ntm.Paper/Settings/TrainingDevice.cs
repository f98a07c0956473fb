namespace Ntm.Paper.Settings;

/// <summary>Where a model is trained.</summary>
internal enum TrainingDevice
{
    Cpu,
    Cuda,
}
