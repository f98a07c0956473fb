using Ntm.CudaCheck;

switch (args)
{
    case ["info"]:
        Device.Open().Describe();
        break;
    case ["run", var input, var output]:
        CaseRun.Run(Device.Open(), input, output);
        break;
    case ["time", var steps, var batch]:
        SequenceTiming.Print(Device.Open(), int.Parse(steps), int.Parse(batch));
        break;
    case ["access"]:
        var device = Device.Open();
        MemoryAccessTiming.Print(device, device.Bandwidth, device.Peak);
        break;
    case ["source", var file]:
        File.WriteAllText(file, Device.Source);
        break;
    default:
        Console.Error.WriteLine("usage: Ntm.CudaCheck info | run CASE OUTPUT | time STEPS BATCH | access | source FILE");
        return 2;
}

return 0;
