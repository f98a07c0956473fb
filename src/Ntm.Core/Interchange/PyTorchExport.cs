using Ntm.Core.Serialization;

namespace Ntm.Core.Interchange;

/// <summary>
/// Writes a model for PyTorch: its weights as <see cref="ModelFileName"/>, the file that <see cref="NtmModelFile"/> or
/// <see cref="LstmModelFile"/> writes, and next to it <see cref="ProgramFileName"/>, a self-contained Python program that reads the file with
/// the standard library, rebuilds the model in plain PyTorch and computes the same outputs within rounding.
/// </summary>
public static class PyTorchExport
{
    /// <summary>The name of the file with the weights.</summary>
    public const string ModelFileName = "model.safetensors";

    /// <summary>The name of the Python program.</summary>
    public const string ProgramFileName = "model.py";

    /// <summary>Writes a machine.</summary>
    /// <param name="machine">The machine, with built-in components only and of element type float32 or float64.</param>
    /// <param name="folder">The folder; created if it does not exist.</param>
    /// <exception cref="NotSupportedException">A component is not a built-in one, so the Python program cannot rebuild it.</exception>
    /// <exception cref="ObjectDisposedException">The machine has been disposed; nothing is written.</exception>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public static void Save(NeuralTuringMachine machine, string folder)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ModelTensors.ThrowIfDisposed(machine.Cell);
        if (Foreign(machine.Cell) is { } part)
            throw new NotSupportedException($"{part} is not a built-in part; expected a machine of built-in parts, which the PyTorch program can rebuild.");
        Save(folder, path => NtmModelFile.Save(machine, path));
    }

    /// <summary>Writes an LSTM network.</summary>
    /// <param name="network">The network, of element type float32 or float64.</param>
    /// <param name="folder">The folder; created if it does not exist.</param>
    /// <exception cref="ObjectDisposedException">The network has been disposed; nothing is written.</exception>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public static void Save(LstmNetwork network, string folder)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ModelTensors.ThrowIfDisposed(network);
        Save(folder, path => LstmModelFile.Save(network, path));
    }

    private static void Save(string folder, Action<string> saveModel)
    {
        Directory.CreateDirectory(folder);
        saveModel(Path.Combine(folder, ModelFileName));
        AtomicFile.Write(Path.Combine(folder, ProgramFileName), stream =>
        {
            using var program = typeof(PyTorchExport).Assembly.GetManifestResourceStream(ProgramFileName)!;
            program.CopyTo(stream);
        });
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
