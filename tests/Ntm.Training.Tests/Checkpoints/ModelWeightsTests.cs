using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Training.Checkpoints;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Checkpoints;

public class ModelWeightsTests
{
    [Fact]
    public void Buffers_of_a_users_module_come_back_whatever_their_type()
    {
        using var model = new Counting(7, frozen: 0.5f);
        var file = new SafeTensorsFile(ModelWeights.Read(model));
        Assert.Equal(["model.weight", "model.frozen", "model.seen", "model.mask"], file.Tensors.Select(t => t.Name));
        using var other = new Counting(0, frozen: 2);
        ModelWeights.Write(other, file, "file");
        Assert.Equal(7, other.Seen);
        Assert.True(other.Mask);
        Assert.Equal(0.5f, other.Frozen);
    }

    /// <summary>A linear model that counts, and has a parameter that is not trained.</summary>
    private sealed class Counting : nn.Module, ISequenceModel
    {
        private readonly Parameter weight = new(ones(1));
        private readonly Parameter frozen;
        private readonly Tensor seen;
        private readonly Tensor mask;

        public Counting(long seen, float frozen)
            : base(nameof(Counting))
        {
            this.frozen = new Parameter(full(1, frozen), requires_grad: false);
            this.seen = tensor(seen);
            mask = tensor([seen > 0, false]);
            RegisterComponents();
        }

        public int InputSize => 1;

        public int OutputSize => 1;

        public long Seen => seen.ToInt64();

        public bool Mask => mask[0].ToBoolean();

        public float Frozen => frozen.ToSingle();

        public Tensor Logits(Tensor inputs) => inputs * weight;
    }
}
