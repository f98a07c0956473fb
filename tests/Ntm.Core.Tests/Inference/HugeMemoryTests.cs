using Ntm.Core.Tests.Support;
using Ntm.Runtime;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Inference;

/// <summary>A file of some kilobytes may ask for a memory of a gigabyte; loading it must not allocate that. Runs alone: the resident set is the whole
/// process's.</summary>
[Collection(nameof(GlobalTorchState))]
public class HugeMemoryTests
{
    [Fact]
    public void A_small_file_with_a_huge_memory_is_loaded_without_it()
    {
        using var machine = Machines.Create(o => (o.Addressing, o.InitialWeightings, o.MemoryLocations) = (AddressingKind.Content, InitialWeightingKind.Uniform, 8), dtype: ScalarType.Float32);
        var file = ModelFiles.Of(machine);
        file = file.With("ntm.options", file.Metadata["ntm.options"].Replace("\"MemoryLocations\":8", "\"MemoryLocations\":16777216", StringComparison.Ordinal));
        var before = Environment.WorkingSet;
        using var model = NtmModel.Load(file, "small");
        Assert.Equal(1 << 24, model.Options.MemoryLocations);
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 100 << 20);
    }
}
