namespace Ntm.Core.Tests.Engines.Cpu;

/// <summary>Tests that measure the process: no other test runs at the same time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneTests
{
    public const string Name = "alone";
}
