using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Ntm.Core.Serialization;
using Ntm.Paper.Commands;
using Ntm.Paper.Help;
using Ntm.Paper.Output;
using Ntm.Paper.Processes;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Paper.Train;
using Ntm.Paper.Train.Mpi;
using Ntm.Training;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
StandardStreams.Guard();
MpiJob.Silence();
using var ranks = new MpiMembership();
using var interruption = new Interruption();
EndOfInput.Watch(interruption);
var root = PaperProgram.Create(out var verbose, args.FirstOrDefault());
var parse = CommandLine.Parse(root, args);
var command = parse.CommandResult.Command;
if (parse.Errors.Count > 0)
{
    foreach (var error in CommandLine.Errors(parse))
        Console.Error.WriteLine(error);
    Console.Error.WriteLine($"'{ProgramName.Tool} {(command == root ? "" : $"{command.Name} ")}--help' tells more.");
    MpiJob.Fail(parse.Errors[0].Message);
    return ExitCode.WrongUsage;
}

// Without one libtorch ends the process.
if (parse.Action is not HelpOutput && !HasWorkingDirectory())
    return Fail(new IOException("The working directory has been deleted; expected to be started in a folder that exists."), ExitCode.Failure);

try
{
    if (parse.Action is not HelpOutput && command.Name is not ("train" or "info"))
        MpiJob.Refuse($"'{command.Name}'");
    var code = await parse.InvokeAsync(
        new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            // Signals are the interruption's.
            ProcessTerminationTimeout = null,
        },
        interruption.Token);
    // Trainings and reports are in files; of all else what was printed is the result.
    return code == ExitCode.Success && StandardStreams.IsOutputLost && command.Name is not ("train" or "sweep" or "reproduce") ? ExitCode.Failure : code;
}
catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
{
    interruption.Say();
    return interruption.Code;
}
catch (UsageException e)
{
    return Fail(e, ExitCode.WrongUsage);
}
catch (FolderBusyException e)
{
    return Fail(e, EndOfInput.IsWatched ? ExitCode.Busy : ExitCode.Failure);
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or SafeTensorsFormatException
    or CheckpointException or TrainingDivergedException)
{
    return Fail(e, ExitCode.Failure);
}
catch (Exception e) when (MemoryExhaustion.Is(e))
{
    return Fail(new InvalidDataException($"'{command.Name}' found too little memory; expected smaller numbers on the command line, or a machine with more memory.", e), ExitCode.Failure);
}
catch (Exception e)
{
    return Fail(parse.GetValue(verbose) ? e : new InvalidDataException($"Unexpected {e.GetType().Name}: {e.Message} (--verbose tells where.)"), ExitCode.Failure);
}

int Fail(Exception e, int exitCode)
{
    MpiJob.Fail(e.Message);
    // The files' folders are those of the machine that built the program.
    Console.Error.WriteLine(parse.GetValue(verbose) ? Regex.Replace(e.ToString(), @" in \S.*[/\\]([^/\\]+:line \d+)", " in $1") : e.Message);
    return exitCode;
}

static bool HasWorkingDirectory()
{
    try
    {
        return Directory.Exists(Directory.GetCurrentDirectory());
    }
    catch (IOException)
    {
        return false;
    }
}
