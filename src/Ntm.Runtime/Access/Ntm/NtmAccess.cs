namespace Ntm.Runtime.Access;

/// <summary>Sections 3.1 to 3.3 of the paper for one sample: heads that address, write and read.</summary>
internal readonly unsafe struct NtmAccess : IMemoryAccess
{
    public static void Forward(in AccessStep step)
    {
        var shape = (NtmShape)step.Shape;
        var (before, after) = (new NtmCarried(shape, step.Before), new NtmCarried(shape, step.After));
        HeadActivation.Forward(shape, step.Raw, step.Kept);
        if (!shape.ReadsAfterWrite)
            Read(shape, step, before);
        Address(shape, shape.Write, step, before);
        var erases = step.Kept + shape.Write.FirstOutput + shape.Write.OutputsPerHead - 2 * shape.Width;
        MemoryWrite.Forward(
            before.Memory, after.Weighting(shape.Write.FirstHead), shape.Write.Count, erases, erases + shape.Width,
            shape.Write.OutputsPerHead, after.Memory, after.RowScales, shape.Blocks, shape.Width);
        if (shape.ReadsAfterWrite)
            Read(shape, step, after);
    }

    public static void Backward(in AccessStep step, float* dReads, float* dCarried)
    {
        var shape = (NtmShape)step.Shape;
        var scratch = (NtmScratch)step.Scratch;
        var (before, after, gradient) = (new NtmCarried(shape, step.Before), new NtmCarried(shape, step.After), new NtmCarried(shape, dCarried));
        var activated = step.Kept;
        var erase = shape.Write.FirstOutput + shape.Write.OutputsPerHead - 2 * shape.Width;
        var terms = 0;
        if (shape.ReadsAfterWrite)
        {
            terms = ReadGradients(shape, step, after, gradient, dReads, terms);
            MemoryPasses.AddTerms(
                gradient.Memory, after.Memory, scratch.OwnFactors, scratch.Coefficients, scratch.Vectors, terms, shape.Blocks, shape.Width);
            terms = 0;
        }

        MemoryWrite.Backward(
            gradient.Memory, before.Memory, after.Weighting(shape.Write.FirstHead), shape.Write.Count,
            activated + erase, activated + erase + shape.Width, shape.Write.OutputsPerHead, gradient.Weighting(shape.Write.FirstHead),
            scratch.DActivated + erase, scratch.DActivated + erase + shape.Width, scratch.WriteScratch, shape.Blocks, shape.Width);
        if (shape.ReadsAfterWrite)
            Floats.Clear(scratch.OwnFactors, shape.LocationsPadded);
        else
            terms = ReadGradients(shape, step, before, gradient, dReads, terms);
        terms = AddressGradients(shape, shape.Write, step, before, gradient, terms);
        MemoryPasses.AddTerms(
            gradient.Memory, before.Memory, scratch.OwnFactors, scratch.Coefficients, scratch.Vectors, terms, shape.Blocks, shape.Width);
        HeadActivation.Backward(shape, step.Raw, activated, scratch.DActivated);
    }

    public static void Load(AccessShape shape, int place, float* source, float* carried)
    {
        var ntm = (NtmShape)shape;
        var state = new NtmCarried(ntm, carried);
        if (place == 0)
        {
            MemoryLayout.ToBlocks(ntm, source, state.Memory);
            return;
        }

        var bank = place == 2 ? ntm.Read : ntm.Write;
        for (var h = 0; h < bank.Count; h++)
            Floats.Copy(source + (nint)h * ntm.Locations, state.Weighting(bank.FirstHead + h), ntm.Locations);
    }

    public static void Complete(AccessShape shape, float* carried) => new NtmCarried((NtmShape)shape, carried).Complete();

    public static void Save(AccessShape shape, int place, float* carried, float* target)
    {
        var ntm = (NtmShape)shape;
        var state = new NtmCarried(ntm, carried);
        if (place == 0)
        {
            MemoryLayout.FromBlocks(ntm, state.Memory, target);
            return;
        }

        var bank = place == 2 ? ntm.Read : ntm.Write;
        for (var h = 0; h < bank.Count; h++)
            Floats.Copy(state.Weighting(bank.FirstHead + h), target + (nint)h * ntm.Locations, ntm.Locations);
    }

    /// <summary>Returns a head at a step.</summary>
    /// <param name="shape">The memory.</param>
    /// <param name="step">The step.</param>
    /// <param name="bank">The head's kind.</param>
    /// <param name="h">The index of the head in the bank.</param>
    /// <param name="addressed">The memory that it addresses.</param>
    public static HeadSlot Head(NtmShape shape, scoped in AccessStep step, scoped in HeadShape bank, int h, NtmCarried addressed)
    {
        nint locations = shape.LocationsPadded;
        var head = bank.FirstHead + h;
        var arrays = step.Kept + shape.ActivatedStride + head * 4 * locations;
        return new HeadSlot
        {
            Key = step.Kept + bank.FirstOutput + h * bank.OutputsPerHead,
            KeyScale = step.Kept[shape.KeyScaleColumn + head],
            Memory = addressed.Memory,
            RowScales = addressed.RowScales,
            Previous = new NtmCarried(shape, step.Before).Weighting(head),
            Similarity = arrays,
            Content = arrays + locations,
            Shifted = arrays + 2 * locations,
            Logarithm = arrays + 3 * locations,
            Weighting = new NtmCarried(shape, step.After).Weighting(head),
        };
    }

    private static void Read(NtmShape shape, in AccessStep step, NtmCarried addressed)
    {
        Address(shape, shape.Read, step, addressed);
        var after = new NtmCarried(shape, step.After);
        for (var h = 0; h < shape.Read.Count; h++)
            MemoryPasses.Sum(addressed.Memory, after.Weighting(h), step.Reads + h * shape.Width, shape.Blocks, shape.Width);
    }

    private static void Address(NtmShape shape, in HeadShape bank, in AccessStep step, NtmCarried addressed)
    {
        var scratch = (NtmScratch)step.Scratch;
        for (var h = 0; h < bank.Count; h++)
            AddressingForward.Compute(shape, bank.Located, bank.ShiftRange, Head(shape, step, bank, h, addressed), scratch.Mask, scratch.Ring);
    }

    /// <summary>Goes back through the read heads: their reads, then their addressing.</summary>
    private static int ReadGradients(NtmShape shape, in AccessStep step, NtmCarried addressed, NtmCarried gradient, float* dReads, int terms)
    {
        var scratch = (NtmScratch)step.Scratch;
        var after = new NtmCarried(shape, step.After);
        Floats.Clear(scratch.OwnFactors, shape.LocationsPadded);
        for (var h = 0; h < shape.Read.Count; h++)
        {
            var dRead = dReads + h * shape.Width;
            MemoryPasses.Dot(addressed.Memory, dRead, gradient.Weighting(h), shape.Blocks, shape.Width, accumulate: true);
            scratch.Coefficients[terms] = after.Weighting(h);
            scratch.Vectors[terms] = dRead;
            terms++;
        }

        return AddressGradients(shape, shape.Read, step, addressed, gradient, terms);
    }

    private static int AddressGradients(NtmShape shape, in HeadShape bank, in AccessStep step, NtmCarried addressed, NtmCarried gradient, int terms)
    {
        var scratch = (NtmScratch)step.Scratch;
        for (var h = 0; h < bank.Count; h++)
        {
            var head = bank.FirstHead + h;
            var slot = Head(shape, step, bank, h, addressed);
            var rowFactors = scratch.RowFactors + (nint)head * shape.LocationsPadded;
            AddressingBackward.Compute(
                shape, bank.Located, bank.ShiftRange, slot, gradient.Weighting(head), scratch.DActivated + bank.FirstOutput + h * bank.OutputsPerHead,
                rowFactors, scratch.OwnFactors, scratch.Ring, scratch.OtherRing);
            scratch.Coefficients[terms] = rowFactors;
            scratch.Vectors[terms] = slot.Key;
            terms++;
        }

        return terms;
    }
}
