using System.Text.Json;
using Ntm.Core.Engines.Cuda;
using Ntm.CudaCheck;

try
{
    switch (args)
    {
        case ["info"]:
            Device.Open().Describe();
            return 0;
        case ["run", var input, var output]:
            CaseRun.Run(Device.Open(), input, output);
            return 0;
        case ["time", var steps, var batch]:
            SequenceTiming.Print(Device.Open(), int.Parse(steps), int.Parse(batch));
            return 0;
        case ["access"]:
            // One JSON object per line.
            foreach (var time in MemoryAccessTiming.Measure(Device.Open()))
                Console.WriteLine(JsonSerializer.Serialize(time));
            return 0;
        case ["source", var file]:
            File.WriteAllText(file, Device.Source);
            return 0;
        default:
            Console.Error.WriteLine("usage: Ntm.CudaCheck info | run CASE OUTPUT | time STEPS BATCH | access | source FILE");
            return 2;
    }
}
catch (CudaException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
