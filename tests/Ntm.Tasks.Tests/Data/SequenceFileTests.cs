using System.Runtime.InteropServices;
using Ntm.Core;
using Ntm.Core.Serialization;

namespace Ntm.Tasks.Tests.Data;

/// <summary>Sequences in a safetensors file.</summary>
public sealed class SequenceFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-data-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "data.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Sequences_are_those_of_the_tensors()
    {
        // T = 3, S = 2, I = 2, O = 1; sequence 1 has two steps.
        Save(Floats("inputs", [3, 2, 2], 0, 1, 10, 11, 2, 3, 12, 13, 4, 5, float.NaN, 7), Floats("targets", [3, 2, 1], 0, 1, 1, 0, 0, float.NaN),
            Floats("mask", [3, 2], 1, 0.5f, 0, 2, 3, -7), Integers("lengths", [2], 3, 2));
        using var file = new SequenceFile(Path);
        Assert.Equal((2, 1, 2, false, Path), (file.InputSize, file.OutputSize, file.Count, file.HasClasses, file.Path));
        Assert.Equal((3, 2), (file.StepsOf(0), file.StepsOf(1)));
        using var batch = new BatchBuffer(new DataTask("mine", file, Numbered.All(o => o.Shuffle = false)));
        batch.Fill(Numbered.Training(), 0, 2);
        Assert.Equal([0, 1, 10, 11, 2, 3, 12, 13, 4, 5, 0, 0], batch.Inputs.ToArray());
        // The target of the step of weight 0 is not read.
        Assert.Equal([0, 1, 0, 0, 0, 0], batch.Targets.ToArray());
        Assert.Equal([1, 0.5f, 0, 2, 3, 0], batch.Mask.ToArray());
        Assert.Equal([3, 2], batch.Lengths.ToArray());
    }

    [Fact]
    public void Without_mask_and_lengths_every_step_counts()
    {
        Save(Floats("inputs", [2, 1, 1], 5, 6), Floats("targets", [2, 1, 1], 0, 1));
        using var file = new SequenceFile(Path);
        using var batch = new BatchBuffer(new DataTask("mine", file, Numbered.All()));
        batch.Fill(Numbered.Training(), 0, 1);
        Assert.Equal([1, 1], batch.Mask.ToArray());
        Assert.Equal(2, file.StepsOf(0));
    }

    [Fact]
    public void Classes_have_the_number_that_is_given_or_that_of_the_metadata()
    {
        SafeTensor[] tensors = [Floats("inputs", [2, 2, 1], 5, 6, 7, 8), Integers("targets", [2, 2], 2, 0, -100, 1), Bytes("mask", SafeTensorsDType.Bool, [2, 2], 1, 1, 0, 1)];
        Save(tensors, ("classes", "4"));
        using (var file = new SequenceFile(Path))
        using (var batch = new BatchBuffer(new DataTask("mine", file, new DataTaskOptions { ValidationShare = 0, Shuffle = false })))
        {
            Assert.Equal((4, true), (file.OutputSize, file.HasClasses));
            Assert.Equal(LossKind.SoftmaxCrossEntropy, batch.Task.Loss);
            batch.Fill(Numbered.Training(), 0, 2);
            Assert.Equal([0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0], batch.Targets.ToArray());
            Assert.Equal([1, 1, 0, 1], batch.Mask.ToArray());
        }

        using var given = new SequenceFile(Path, classes: 3);
        Assert.Equal(3, given.OutputSize);
    }

    [Theory]
    [InlineData(SafeTensorsDType.F64)]
    [InlineData(SafeTensorsDType.F32)]
    [InlineData(SafeTensorsDType.F16)]
    [InlineData(SafeTensorsDType.BF16)]
    public void Numbers_of_every_floating_point_type_are_read(SafeTensorsDType type)
    {
        // Each of them is exact in all of the types.
        float[] values = [0, 1, -2.5f, 0.125f];
        Save(Bytes("inputs", type, [2, 1, 2], Encode(type, values)), Bytes("targets", type, [2, 1, 1], Encode(type, [0, 1])), Bytes("mask", type, [2, 1], Encode(type, [1, 0.5f])));
        using var file = new SequenceFile(Path);
        var buffer = new SequenceBuffer(2, 1);
        file.Read(0, buffer);
        Assert.Equal(values, buffer.Inputs.ToArray());
        Assert.Equal([0, 1], buffer.Targets.ToArray());
        Assert.Equal([1, 0.5f], buffer.Mask.ToArray());
    }

    [Fact]
    public void A_file_may_have_several_parts()
    {
        Save(Floats("train.inputs", [1, 2, 1], 5, 6), Floats("train.targets", [1, 2, 1], 0, 1), Floats("test.inputs", [1, 1, 1], 7), Floats("test.targets", [1, 1, 1], 0));
        using var train = new SequenceFile(Path, prefix: "train.");
        using var test = new SequenceFile(Path, prefix: "test.");
        Assert.Equal((2, 1), (train.Count, test.Count));
        Assert.StartsWith($"{Path}: tensor inputs: found nothing; expected one beside train.inputs, train.targets",
            Assert.Throws<InvalidDataException>(() => new SequenceFile(Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_the_data_of_a_list_of_the_same_sequences()
    {
        var random = new Random(3);
        const int Steps = 5, Count = 30;
        var (inputs, targets) = (new float[Steps * Count * 2], new float[Steps * Count]);
        long[] lengths = [.. Enumerable.Range(0, Count).Select(i => 1L + i % Steps)];
        for (var t = 0; t < Steps; t++)
        {
            for (var s = 0; s < Count; s++)
            {
                (inputs[(t * Count + s) * 2], inputs[(t * Count + s) * 2 + 1]) = (s, t);
                targets[t * Count + s] = t % 2;
            }
        }

        Save(Floats("inputs", [Steps, Count, 2], inputs), Floats("targets", [Steps, Count, 1], targets), Integers("lengths", [Count], lengths));
        using var file = new SequenceFile(Path);
        var options = Numbered.All(o => o.SimilarLengths = 4);
        var fromFile = new DataTask("mine", file, options);
        var fromList = new DataTask("mine", new SequenceList(Numbered.Many(Count, i => 1 + i % Steps)), options);
        using var one = new BatchBuffer(fromFile);
        using var other = new BatchBuffer(fromList);
        for (var i = 0; i < 80; i += 8)
        {
            one.Fill(Numbered.Training(), i, 8);
            other.Fill(Numbered.Training(), i, 8);
            Assert.Equal(other.Inputs.ToArray(), one.Inputs.ToArray());
            Assert.Equal(other.Targets.ToArray(), one.Targets.ToArray());
            Assert.Equal(other.Mask.ToArray(), one.Mask.ToArray());
        }
    }

    public static TheoryData<string, string, SafeTensor[]> BadTensors => new()
    {
        { "inputs", "found nothing; expected one beside targets.", [Floats("targets", [1, 1, 1], 0)] },
        { "inputs", "found nothing; expected one beside no others.", [] },
        { "targets", "found nothing; expected one beside inputs.", [Floats("inputs", [1, 1, 1], 0)] },
        { "inputs", "found inputs F32 [1, 1]; expected floats of shape [T, S, I], each at least 1.", [Floats("inputs", [1, 1], 0), Floats("targets", [1, 1, 1], 0)] },
        { "inputs", "found inputs F32 [1, 0, 1]; expected floats of shape [T, S, I], each at least 1.", [Floats("inputs", [1, 0, 1]), Floats("targets", [1, 0, 1])] },
        { "inputs", "found inputs I64 [1, 1, 1]; expected floats of shape [T, S, I], each at least 1.", [Integers("inputs", [1, 1, 1], 0), Floats("targets", [1, 1, 1], 0)] },
        { "targets", "found targets F32 [1, 2, 1]; expected floats of shape [1, 1, O], or classes of type I64 and shape [1, 1], like inputs F32 [1, 1, 1].",
            [Floats("inputs", [1, 1, 1], 0), Floats("targets", [1, 2, 1], 0, 0)] },
        { "targets", "found targets F32 [1, 1]; expected floats of shape [1, 1, O], or classes of type I64 and shape [1, 1], like inputs F32 [1, 1, 1].",
            [Floats("inputs", [1, 1, 1], 0), Floats("targets", [1, 1], 0)] },
        { "targets", "found targets I64 [1, 1, 1]; expected", [Floats("inputs", [1, 1, 1], 0), Integers("targets", [1, 1, 1], 0)] },
        { "targets", "found targets I32 [1, 1]; expected", [Floats("inputs", [1, 1, 1], 0), Bytes("targets", SafeTensorsDType.I32, [1, 1], 0, 0, 0, 0)] },
        { "mask", "found mask F32 [1, 1, 1]; expected floats, U8 or BOOL of shape [1, 1], like inputs F32 [1, 1, 1].",
            [Floats("inputs", [1, 1, 1], 0), Floats("targets", [1, 1, 1], 0), Floats("mask", [1, 1, 1], 0)] },
        { "mask", "found mask I64 [1, 1]; expected", [Floats("inputs", [1, 1, 1], 0), Floats("targets", [1, 1, 1], 0), Integers("mask", [1, 1], 0)] },
        { "lengths", "found lengths F32 [1]; expected I64 of shape [1], like inputs F32 [1, 1, 1].",
            [Floats("inputs", [1, 1, 1], 0), Floats("targets", [1, 1, 1], 0), Floats("lengths", [1], 0)] },
        { "lengths", "found lengths I64 [2]; expected", [Floats("inputs", [1, 1, 1], 0), Floats("targets", [1, 1, 1], 0), Integers("lengths", [2], 1, 1)] },
        { "lengths, sequence 1", "found 3; expected 1 to T = 2.", [Floats("inputs", [2, 2, 1], 0, 0, 0, 0), Floats("targets", [2, 2, 1], 0, 0, 0, 0), Integers("lengths", [2], 1, 3)] },
        { "lengths, sequence 0", "found 0; expected 1 to T = 2.", [Floats("inputs", [2, 2, 1], 0, 0, 0, 0), Floats("targets", [2, 2, 1], 0, 0, 0, 0), Integers("lengths", [2], 0, 3)] },
    };

    [Theory]
    [MemberData(nameof(BadTensors), DisableDiscoveryEnumeration = true)]
    public void Tensors_that_do_not_fit_are_refused_when_the_file_is_opened(string place, string message, SafeTensor[] tensors)
    {
        Save(tensors);
        var exception = Assert.Throws<InvalidDataException>(() => new SequenceFile(Path));
        Assert.StartsWith($"{Path}: tensor {place}: {message}", exception.Message, StringComparison.Ordinal);
        // The file is closed again.
        using var free = File.Open(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    [Fact]
    public void A_bad_value_is_refused_by_file_tensor_sequence_and_step()
    {
        Assert.Equal($"{Path}: tensor mask, sequence 1, step 0: found -1; expected 0 or more, and finite.", Fault<InvalidDataException>(
            Floats("inputs", [1, 2, 1], 0, 0), Floats("targets", [1, 2, 1], 0, 0), Floats("mask", [1, 2], 1, -1)));
        Assert.Equal($"{Path}: tensor mask, sequence 0, step 0: found NaN; expected 0 or more, and finite.", Fault<InvalidDataException>(
            Floats("inputs", [1, 2, 1], 0, 0), Floats("targets", [1, 2, 1], 0, 0), Floats("mask", [1, 2], float.NaN, 1)));
        Assert.Equal($"{Path}: tensor targets, sequence 0, step 1: found 3; expected a class of 0 to 2.", Fault<InvalidDataException>(
            Floats("inputs", [2, 1, 1], 0, 0), Integers("targets", [2, 1], 0, 3)));
        Assert.Equal($"{Path}: tensor targets, sequence 1, step 0: found -1; expected a class of 0 to 2.", Fault<InvalidDataException>(
            Floats("inputs", [1, 2, 1], 0, 0), Integers("targets", [1, 2], 0, -1)));
        Assert.Equal($"The task mine drew the input NaN in sequence 1 of {Path} (training part), step 1, channel 0; expected a finite number.", Fault<InvalidOperationException>(
            Floats("inputs", [2, 2, 1], 0, 0, 0, float.NaN), Floats("targets", [2, 2, 1], 0, 0, 0, 0)));
        Assert.Equal($"The task mine drew the target 2 in sequence 0 of {Path} (training part), step 0, channel 0; expected 0 to 1.", Fault<InvalidOperationException>(
            Floats("inputs", [1, 1, 1], 0), Floats("targets", [1, 1, 1], 2)));
        Assert.StartsWith($"The task mine drew sequence 1 of {Path} (training part) without a step that counts", Fault<InvalidOperationException>(
            Floats("inputs", [1, 2, 1], 0, 0), Floats("targets", [1, 2, 1], 0, 0), Floats("mask", [1, 2], 1, 0)), StringComparison.Ordinal);
        // A number of double precision that no float can hold.
        Assert.Contains("the input Infinity", Fault<InvalidOperationException>(
            Bytes("inputs", SafeTensorsDType.F64, [1, 1, 1], [.. BitConverter.GetBytes(1e300)]), Floats("targets", [1, 1, 1], 0)), StringComparison.Ordinal);

        string Fault<T>(params SafeTensor[] tensors)
            where T : Exception
        {
            Save(tensors);
            using var file = new SequenceFile(Path, tensors.Any(t => t is { Name: "targets", DType: SafeTensorsDType.I64 }) ? 3 : null);
            return Assert.Throws<T>(() => new DataTask("mine", file, new DataTaskOptions { ValidationShare = 0 }).CheckAll()).Message;
        }
    }

    [Fact]
    public void The_number_of_classes_is_needed_for_classes_alone()
    {
        Save(Floats("inputs", [1, 1, 1], 0), Integers("targets", [1, 1], 0));
        Assert.StartsWith($"classes is null, and {Path} has classes in targets I64 [1, 1], but not their number",
            Assert.Throws<ArgumentException>("classes", () => new SequenceFile(Path)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("classes", () => new SequenceFile(Path, classes: 0));
        Save([Floats("inputs", [1, 1, 1], 0), Integers("targets", [1, 1], 0)], ("classes", "many"));
        Assert.Equal($"{Path}: metadata classes: found many; expected the number of classes, at least 1.",
            Assert.Throws<InvalidDataException>(() => new SequenceFile(Path)).Message);
        Save(Floats("inputs", [1, 1, 1], 0), Floats("targets", [1, 1, 1], 0));
        Assert.StartsWith($"classes is 3, and {Path} has targets F32 [1, 1, 1], which are no classes",
            Assert.Throws<ArgumentException>("classes", () => new SequenceFile(Path, 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_missing_malformed_or_closed_is_refused()
    {
        Assert.Throws<FileNotFoundException>(() => new SequenceFile(Path));
        File.WriteAllBytes(Path, new byte[20]);
        Assert.Throws<SafeTensorsFormatException>(() => new SequenceFile(Path));
        Save(Floats("inputs", [1, 1, 1], 0), Floats("targets", [1, 1, 1], 0));
        var file = new SequenceFile(Path);
        Assert.Throws<ArgumentOutOfRangeException>("index", () => file.StepsOf(1));
        Assert.Throws<ArgumentOutOfRangeException>("index", () => file.Read(-1, new SequenceBuffer(1, 1)));
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Read(0, new SequenceBuffer(1, 1)));
    }

    [Fact]
    public void Only_the_sequences_in_use_are_read()
    {
        // A sparse file of 8 GiB, of which the system stores next to nothing: more than an array of .NET holds.
        const long Count = 1L << 20;
        const int Width = 1024;
        var header = $$$"""{"inputs":{"dtype":"F32","shape":[2,{{{Count}}},{{{Width}}}],"data_offsets":[0,{{{8 * Count * Width}}}]},"targets":{"dtype":"F32","shape":[2,{{{Count}}},1],"data_offsets":[{{{8 * Count * Width}}},{{{8 * Count * Width + 8 * Count}}}]}}""";
        header = header.PadRight((header.Length + 7) / 8 * 8);
        using (var stream = File.Create(Path))
        {
            stream.Write(BitConverter.GetBytes((long)header.Length));
            stream.Write(System.Text.Encoding.UTF8.GetBytes(header));
            var data = stream.Position;
            stream.SetLength(data + 8 * Count * Width + 8 * Count);
            stream.Position = data + (2 * Count - 1) * Width * 4;
            stream.Write(BitConverter.GetBytes(3f));
        }

        using var file = new SequenceFile(Path);
        var buffer = new SequenceBuffer(Width, 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        file.Read((int)Count - 1, buffer);
        Assert.Equal((0f, 3f), (buffer.Input(0)[0], buffer.Input(1)[0]));
        file.Read(0, buffer);
        Assert.Equal(0f, buffer.Input(1)[0]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Any_of_the_first_values_is_in_the_fingerprint()
    {
        string Of(params SafeTensor[] tensors)
        {
            Save(tensors);
            using var file = new SequenceFile(Path);
            return file.Fingerprint;
        }

        var first = Of(Floats("inputs", [1, 2, 1], 0, 1), Floats("targets", [1, 2, 1], 0, 1));
        Assert.Equal(first, Of(Floats("inputs", [1, 2, 1], 0, 1), Floats("targets", [1, 2, 1], 0, 1)));
        Assert.NotEqual(first, Of(Floats("inputs", [1, 2, 1], 0, 2), Floats("targets", [1, 2, 1], 0, 1)));
        Assert.NotEqual(first, Of(Floats("inputs", [1, 2, 1], 0, 1), Floats("targets", [1, 2, 1], 1, 1)));
        Assert.NotEqual(first, Of(Floats("inputs", [1, 2, 1], 0, 1), Floats("targets", [1, 2, 1], 0, 1), Floats("mask", [1, 2], 1, 2)));
    }

    private void Save(params SafeTensor[] tensors) => new SafeTensorsFile(tensors).Save(Path);

    private void Save(SafeTensor[] tensors, (string Key, string Value) metadata) =>
        new SafeTensorsFile(tensors, [new KeyValuePair<string, string>(metadata.Key, metadata.Value)]).Save(Path);

    private static SafeTensor Floats(string name, long[] shape, params float[] values) =>
        new(name, SafeTensorsDType.F32, shape, MemoryMarshal.AsBytes<float>(values).ToArray());

    private static SafeTensor Integers(string name, long[] shape, params long[] values) =>
        new(name, SafeTensorsDType.I64, shape, MemoryMarshal.AsBytes<long>(values).ToArray());

    private static SafeTensor Bytes(string name, SafeTensorsDType type, long[] shape, params byte[] bytes) => new(name, type, shape, bytes);

    private static byte[] Encode(SafeTensorsDType type, float[] values) => type switch
    {
        SafeTensorsDType.F64 => [.. values.SelectMany(v => BitConverter.GetBytes((double)v))],
        SafeTensorsDType.F16 => [.. values.SelectMany(v => BitConverter.GetBytes((Half)v))],
        SafeTensorsDType.BF16 => [.. values.SelectMany(v => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)))],
        _ => [.. values.SelectMany(BitConverter.GetBytes)],
    };
}
