using System.Text.Json;
using Ntm.Core.Engines.Cuda;
using TorchSharp;

namespace Ntm.CudaCheck;

/// <summary>The device to check: the first one, or the host if <c>NTM_CHECK_HOST</c> names the kernels compiled for it.</summary>
internal sealed class Device
{
    // CUdevice_attribute.
    private const int ClockRate = 13;
    private const int MemoryClockRate = 36;
    private const int MemoryBusWidth = 37;

    private readonly CudaDriver? _driver;

    private Device(CudaRuntime runtime, CudaDriver? driver) => (Runtime, _driver) = (runtime, driver);

    public CudaRuntime Runtime { get; }

    public bool IsHost => _driver is null;

    /// <summary>The engine's kernels and those of the benchmarks.</summary>
    public static string Source { get; } = KernelSource.Text + Own("MemoryAccess.cu");

    /// <summary>The peak bandwidth in bytes per second: two transfers per clock.</summary>
    public double Bandwidth => _driver is null ? 1 : 2e3 * _driver.Attribute(MemoryClockRate) * _driver.Attribute(MemoryBusWidth) / 8;

    /// <summary>The peak floating-point operations per second: a multiply-add for each lane of the multiprocessors, of which 7.x and 8.0 have 64 and
    /// later ones 128.</summary>
    public double Peak => _driver is null ? 1 : 2e3 * (_driver.Capability <= 80 ? 64 : 128) * _driver.Attribute(ClockRate) * _driver.Processors;

    public static Device Open()
    {
        if (Environment.GetEnvironmentVariable("NTM_CHECK_HOST") is { Length: > 0 } library)
            return new Device(HostDriver.Runtime(new HostKernels(library)), null);
        var driver = CudaDriver.Open(0);
        CudaDevices.Load(driver, Source, [.. KernelSource.Kernels, MemoryAccessTiming.Kernel]);
        return new Device(new CudaRuntime(driver, DeviceLimits.Of(driver), DeviceType.CUDA), driver);
    }

    /// <summary>Prints, as JSON, the device and its peaks: bytes and floating-point operations per second.</summary>
    public void Describe() => Console.WriteLine(JsonSerializer.Serialize(_driver is null
        ? new { name = "host", capability = 0, driver = 0, processors = 0, bandwidth = 0.0, flops = 0.0 }
        : new
        {
            name = _driver.Name,
            capability = _driver.Capability,
            driver = _driver.Version,
            processors = _driver.Processors,
            bandwidth = Bandwidth,
            flops = Peak,
        }));

    /// <summary>Measures the milliseconds of some launches: several runs, after some to warm up.</summary>
    public float[] Time(Action launches, int runs)
    {
        if (_driver is null)
        {
            launches();
            return [0];
        }

        for (var i = 0; i < 3; i++)
            launches();
        var (first, second) = (_driver.CreateEvent(), _driver.CreateEvent());
        var times = new float[runs];
        for (var i = 0; i < runs; i++)
        {
            _driver.Record(first);
            launches();
            _driver.Record(second);
            times[i] = _driver.Elapsed(first, second);
        }

        Array.Sort(times);
        return times;
    }

    private static string Own(string file)
    {
        using var reader = new StreamReader(typeof(Device).Assembly.GetManifestResourceStream(file)!);
        return reader.ReadToEnd();
    }
}
