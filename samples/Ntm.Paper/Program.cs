using System.CommandLine;
using System.Globalization;
using Ntm.Core.Serialization;
using Ntm.Paper.Commands;
using Ntm.Paper.Output;
using Ntm.Paper.Settings;
using Ntm.Training;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
var root = new RootCommand("Neural Turing Machines: train, evaluate and draw the models of Graves, Wayne and Danihelka (2014).")
{
    TrainCommand.Create(),
    EvaluateCommand.Create(),
    DrawCommand.Create(),
    ImportCommand.Create(),
    PredictCommand.Create(),
    ExportCommand.Create(),
    InfoCommand.Create(),
};

var parse = root.Parse(args);
if (parse.Errors.Count > 0)
{
    foreach (var error in parse.Errors)
        Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine($"'{parse.CommandResult.Command.Name} --help' tells more.");
    return ExitCode.WrongUsage;
}

try
{
    return await parse.InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        // A checkpoint is written at once, and the model after the current batch, unless that takes too long.
        ProcessTerminationTimeout = TimeSpan.FromSeconds(1.7),
    });
}
catch (UsageException e)
{
    Console.Error.WriteLine(e.Message);
    return ExitCode.WrongUsage;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or SafeTensorsFormatException
    or CheckpointException or TrainingDivergedException or OperationCanceledException)
{
    Console.Error.WriteLine(e.Message);
    return ExitCode.Failure;
}
