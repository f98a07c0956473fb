namespace Ntm.Core.Interchange;

/// <summary>Tells whether a model has only parts that its options describe, which an export can rebuild.</summary>
internal static class BuiltInParts
{
    /// <summary>Refuses a model with other parts.</summary>
    /// <param name="cell">The model.</param>
    /// <param name="target">What would have to rebuild it, for the message.</param>
    /// <exception cref="NotSupportedException">The model has such a part; the message names it.</exception>
    public static void Require(NtmCell cell, string target)
    {
        if (Foreign(cell) is { } part)
            throw new NotSupportedException($"{part} is not a built-in part; expected a machine of built-in parts, which {target} can rebuild.");
    }

    /// <summary>Returns the type of a component that is not built in, or of one that the options do not describe.</summary>
    private static string? Foreign(NtmCell cell)
    {
        var options = cell.Settings;
        if (cell.Controller is not IEngineController)
            return cell.Controller.GetType().Name;
        if (cell.ReadHeads is not AddressedReadHeads readHeads)
            return cell.ReadHeads.GetType().Name;
        if (cell.WriteHeads is not AddressedWriteHeads writeHeads)
            return cell.WriteHeads.GetType().Name;
        if (cell.Memory is not (ConstantMemory or LearnedMemory or RandomMemory))
            return cell.Memory.GetType().Name;
        return Described(readHeads.Addressing) && Described(writeHeads.Addressing) ? null : "the addressing that was passed in";

        bool Described(AddressingMechanism mechanism) => mechanism switch
        {
            ContentAddressing => options.Addressing == AddressingKind.Content,
            ContentAndLocationAddressing located => options.Addressing == AddressingKind.ContentAndLocation && located.ShiftRange == options.ShiftRange,
            _ => false,
        };
    }
}
