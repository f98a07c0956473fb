// Predicts with a model as a native program, without torch and without .NET.
//
//     dotnet publish -c Release samples/Ntm.Native -o native
//     native/Ntm.Native models/copy-ntm-lstm/model.safetensors < inputs.txt
//
// As a program of .NET, it is run by:
//
//     dotnet run -c Release --project samples/Ntm.Native -- models/copy-ntm-lstm/model.safetensors < inputs.txt
using Ntm.Core.Serialization;
using Ntm.Native;
using Ntm.Runtime;

if (args is ["--help" or "-h"])
{
    Console.Write(Help.Text);
    return 0;
}

var logits = args.Contains("--logits");
if (args.Where(argument => argument != "--logits").ToArray() is not [{ } path] || path.StartsWith('-'))
{
    Console.Error.WriteLine($"The arguments are '{string.Join(' ', args)}'; expected a model's file, with --logits or without, or --help.");
    return 2;
}

try
{
    using var model = SequenceModel.Load(path);
    using var session = model.NewSession();
    using var input = new StreamReader(Console.OpenStandardInput());
    using var output = new StreamWriter(Console.OpenStandardOutput());
    var streaming = new LinePredictor(session, logits);
    for (var number = 1; input.ReadLine() is { } line; number++)
    {
        streaming.Predict(line, number, output);
        // A program at the other end may need each before sending the next input.
        output.Flush();
    }

    return 0;
}
catch (Exception e) when (e is SafeTensorsFormatException or IOException or UnauthorizedAccessException or BadLineException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
