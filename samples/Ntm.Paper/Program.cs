using System.CommandLine;
using System.Globalization;
using Ntm.Core.Serialization;
using Ntm.Paper.Commands;
using Ntm.Paper.Output;
using Ntm.Paper.Settings;
using Ntm.Training;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
var root = PaperProgram.Create(out var verbose, args.FirstOrDefault());
var parse = CommandLine.Parse(root, args);
if (parse.Errors.Count > 0)
{
    foreach (var error in CommandLine.Errors(parse))
        Console.Error.WriteLine(error);
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
    return Fail(e, ExitCode.WrongUsage);
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or SafeTensorsFormatException
    or CheckpointException or TrainingDivergedException or OperationCanceledException)
{
    return Fail(e, ExitCode.Failure);
}
catch (Exception e) when (!parse.GetValue(verbose))
{
    Console.Error.WriteLine($"Unexpected {e.GetType().Name}: {e.Message} (--verbose tells where.)");
    return ExitCode.Failure;
}

int Fail(Exception e, int exitCode)
{
    Console.Error.WriteLine(parse.GetValue(verbose) ? e : e.Message);
    return exitCode;
}
