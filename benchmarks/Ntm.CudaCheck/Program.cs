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
    case ["source", var file]:
        File.WriteAllText(file, Ntm.Core.Engines.Cuda.KernelSource.Text);
        break;
    default:
        Console.Error.WriteLine("usage: Ntm.CudaCheck info | run CASE OUTPUT | time STEPS BATCH | source FILE");
        return 2;
}

return 0;
