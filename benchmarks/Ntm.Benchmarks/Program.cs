using BenchmarkDotNet.Running;
using Ntm.Benchmarks;

if (args is ["--quick", ..])
{
    QuickReport.Print();
    return;
}

if (args is ["--growth"])
{
    QuickReport.Growth();
    return;
}

if (args is ["--parts"])
{
    StepParts.Print();
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
