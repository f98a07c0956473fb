using Ntm.Core.Engines.Cuda;
using Ntm.Core.Tests.Serialization;

namespace Ntm.Core.Tests.Engines.Cuda;

public sealed class KernelCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _compiled;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_compiled_is_not_compiled_again()
    {
        Assert.Equal([1, 2, 3], Get());
        Assert.Equal([1, 2, 3], Get());
        Assert.Equal(1, _compiled);
        Assert.Single(Directory.GetFiles(Folder));
    }

    [Theory]
    [InlineData("other source", 80, "12.0")]
    [InlineData("source", 90, "12.0")]
    [InlineData("source", 80, "12.1")]
    public void Source_architecture_and_compiler_make_the_key(string source, int architecture, string compiler)
    {
        Get();
        Get(source, architecture, compiler);
        Assert.Equal(2, _compiled);
        Assert.Equal(2, Directory.GetFiles(Folder).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(34)]
    public void A_damaged_file_is_compiled_again(int damaged)
    {
        Get();
        var file = Assert.Single(Directory.GetFiles(Folder));
        var bytes = File.ReadAllBytes(file);
        bytes[damaged] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Equal([1, 2, 3], Get());
        Assert.Equal(2, _compiled);
        Assert.Equal([1, 2, 3], Get());
        Assert.Equal(2, _compiled);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(34)]
    public void A_cut_file_is_compiled_again(int length)
    {
        Get();
        var file = Assert.Single(Directory.GetFiles(Folder));
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..length]);
        Assert.Equal([1, 2, 3], Get());
        Assert.Equal(2, _compiled);
    }

    [Fact]
    public void Without_a_folder_that_can_be_written_it_compiles_every_time()
    {
        // A file where the folder should be.
        File.WriteAllText(Folder, "");
        Get();
        Assert.Equal([1, 2, 3], Get());
        new KernelCache(null).Get("source", 80, "12.0", Compile);
        Assert.Equal(3, _compiled);
    }

    [Fact]
    public void A_failing_compiler_leaves_nothing_behind()
    {
        Assert.Throws<CudaException>(() => new KernelCache(Folder).Get("source", 80, "12.0", () => throw new CudaException("no")));
        Assert.False(Directory.Exists(Folder));
    }

    private string Folder => _folder.File("kernels");

    private byte[] Get(string source = "source", int architecture = 80, string compiler = "12.0") =>
        new KernelCache(Folder).Get(source, architecture, compiler, Compile);

    private byte[] Compile()
    {
        _compiled++;
        return [1, 2, 3];
    }
}
