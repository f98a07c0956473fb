using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>Computes calls from torch without a backward pass, and has the code that calls with one share.</summary>
internal static unsafe class PlainCall
{
    /// <summary>Returns the logits <c>[T, B, O]</c> and the tensors of the final state, in its order. Call it without gradients.</summary>
    public static List<Tensor> Forward(
        SequenceMachine machine, Tensor inputs, NtmState? state, int[] lengths, in DropoutMasks dropout, int threads)
    {
        using var plain = new PlainArguments(inputs, state);
        var call = plain.Describe(machine, CallKind.Forward);
        call.Dropout = dropout;
        var results = Results(machine, call, lengths);
        machine.Return(Compute(machine, call, lengths, threads));
        return results;
    }

    /// <summary>Computes sequences and records what the heads do in every step.</summary>
    public static NtmTrace Trace(SequenceMachine machine, Tensor inputs, NtmState? state, int threads)
    {
        var shape = machine.Shape.Ntm();
        using var plain = new PlainArguments(inputs, state);
        var call = plain.Describe(machine, CallKind.Forward);
        Tensor Heads(int count, int width) => machine.Empty(call.Steps, call.Batch, count, width);
        var trace = new NtmTrace(
            machine.Empty(call.Steps, call.Batch, machine.Shape.Outputs), Heads(shape.Read.Count, shape.Width), Heads(shape.Write.Count, shape.Width),
            Heads(shape.Write.Count, shape.Width), Heads(shape.Read.Count, shape.Locations), Heads(shape.Write.Count, shape.Locations));
        call.Logits = TensorMemory.Start(trace.Logits);
        call.Trace = new NtmTraceBuffers(shape)
        {
            Reads = TensorMemory.Start(trace.Reads),
            Erases = TensorMemory.Start(trace.Erases),
            Adds = TensorMemory.Start(trace.Adds),
            ReadWeightings = TensorMemory.Start(trace.ReadWeightings),
            WriteWeightings = TensorMemory.Start(trace.WriteWeightings),
        };
        machine.Return(Compute(machine, call, [], threads));
        return trace;
    }

    /// <summary>Returns new tensors for the logits and the final state, which the call writes.</summary>
    public static List<Tensor> Results(SequenceMachine machine, BatchCall call, int[] lengths)
    {
        var logits = machine.Empty(call.Steps, call.Batch, machine.Shape.Outputs);
        // The engines do not write the logits of padding.
        if (lengths.Length > 0)
            logits.zero_();
        var final = StateTensors.Empty(machine, call.Batch);
        call.Logits = TensorMemory.Start(logits);
        call.Final = StateTensors.Buffers(machine.Shape, final);
        return [logits, .. final];
    }

    /// <summary>Computes the forward pass.</summary>
    /// <returns>The workspace, with the data for a backward pass.</returns>
    public static ISequenceWorkspace Compute(SequenceMachine machine, BatchCall call, int[] lengths, int threads)
    {
        var workspace = machine.Rent();
        try
        {
            workspace.Forward(call, lengths, threads);
            return workspace;
        }
        catch
        {
            // The workspace may hold the memory that ran out.
            workspace.Dispose();
            throw;
        }
    }
}
