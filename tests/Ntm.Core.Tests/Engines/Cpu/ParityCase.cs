namespace Ntm.Core.Tests.Engines.Cpu;

/// <summary>One configuration of the parity grid.</summary>
public sealed record ParityCase(NtmOptions Options, int Steps, int Batch, bool GivenState, bool FinalStateInLoss, bool Masked, int Seed)
{
    /// <summary>Draws a configuration; small sizes, odd ones and ones are as likely as large ones.</summary>
    public static ParityCase Draw(int seed)
    {
        var random = new Random(seed);
        int Size(int largest) => random.Next(4) switch
        {
            0 => 1,
            1 => random.Next(1, 1 + Math.Min(largest, 8)),
            _ => random.Next(1, largest + 1),
        };
        T Pick<T>(params T[] values) => values[random.Next(values.Length)];
        var locations = Size(70);
        var options = new NtmOptions
        {
            InputSize = Size(12),
            OutputSize = Size(12),
            Controller = Pick(Enum.GetValues<ControllerKind>()),
            ControllerSize = Size(40),
            ControllerLayers = random.Next(1, 4),
            MemoryLocations = locations,
            MemoryWidth = Size(24),
            ReadHeads = random.Next(1, 6),
            WriteHeads = random.Next(1, 6),
            Addressing = Pick(AddressingKind.ContentAndLocation, AddressingKind.ContentAndLocation, AddressingKind.ContentAndLocation, AddressingKind.Content),
            ShiftRange = Math.Min(random.Next(4), (locations - 1) / 2),
            Memory = Pick(MemoryKind.Constant, MemoryKind.Learned, MemoryKind.Random),
            InitialWeightings = Pick(InitialWeightingKind.Learned, InitialWeightingKind.Learned, InitialWeightingKind.Uniform, InitialWeightingKind.Zeros, InitialWeightingKind.Focused),
            InitialReads = Pick(InitialReadKind.Learned, InitialReadKind.Zeros),
            ReadOrder = Pick(ReadOrder.BeforeWrite, ReadOrder.AfterWrite),
            Clip = Pick<double?>(20, 20, 2, null),
            Dropout = Pick(0, 0, 0, 0.2, 0.5),
        };
        return new ParityCase(
            options, Pick(1, 2, random.Next(1, 6), random.Next(1, 13)), Pick(1, random.Next(1, 9), random.Next(1, 34)), Pick(true, false),
            Pick(true, false), Pick(true, false), seed);
    }

    public override string ToString() =>
        $"seed {Seed}: {Options.Controller} {Options.ControllerSize}x{Options.ControllerLayers}, {Options.MemoryLocations}x{Options.MemoryWidth} {Options.Memory}, "
        + $"{Options.ReadHeads}+{Options.WriteHeads} heads {Options.Addressing} S={Options.ShiftRange} {Options.InitialWeightings} {Options.InitialReads} {Options.ReadOrder}, "
        + $"I={Options.InputSize} O={Options.OutputSize} clip={Options.Clip} p={Options.Dropout}, T={Steps} B={Batch}, given={GivenState} final={FinalStateInLoss} masked={Masked}";
}
