using BenchmarkDotNet.Running;
using Ntm.Benchmarks;
using Ntm.Benchmarks.Reports;
using Ntm.Benchmarks.Soundness;

switch (args)
{
    case ["--speed"]:
        SpeedReport.Print();
        break;
    case ["--growth", var folder]:
        GrowthReport.Print(folder);
        break;
    case ["--iteration"]:
        IterationReport.Print();
        break;
    case ["--cuda"]:
        CudaReport.Print();
        break;
    case ["--data"]:
        DataReport.Print();
        break;
    case ["--soundness", var file]:
        SoundnessReport.Print(file, 1, 100);
        break;
    case ["--soundness", var file, var first, var last]:
        SoundnessReport.Print(file, int.Parse(first), int.Parse(last));
        break;
    case ["--distributed"]:
        DistributedReport.Print();
        break;
    case ["--parts"]:
        StepParts.Print();
        break;
    case ["--stepwise"]:
        StepwiseReport.Print();
        break;
    case ["--streaming", var file]:
        StreamingReport.Print(file);
        break;
    case ["--onnx", var file]:
        OnnxReport.Print(file);
        break;
    case ["--loss-function"]:
        LossFunctionReport.Print();
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(SequenceBenchmarks).Assembly).Run(args);
        break;
}
