using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Ntm.Core.Engines.Cuda;

namespace Ntm.Core.Tests.Engines.Cuda;

/// <summary>Declares the launcher's arguments for the kernels: the structures of <c>SequenceArguments.cs</c>, and the engine's constants.</summary>
internal static class KernelArguments
{
    private static readonly Type[] Structures =
        [typeof(BankArguments), typeof(SequenceArguments), typeof(ProductArguments), typeof(ProductCallArguments), typeof(StartCallArguments)];

    /// <summary>The text of <c>Arguments.cu</c>.</summary>
    public static string Text()
    {
        var text = new StringBuilder("""
            // Generated from SequenceArguments.cs, which describes each field, and from the engine's constants; a test compares. Do not edit:
            // NTM_WRITE=1 and the test KernelArgumentsTests write this file.

            typedef long long Index;


            """);
        foreach (var kind in Enum.GetValues<ControllerKind>())
            Define("CONTROLLER_" + Upper($"{kind}"), $"{(int)kind}");
        foreach (var kind in Enum.GetValues<LossKind>())
            Define("LOSS_" + Upper($"{kind}"), $"{(int)kind}");
        Define("NORM_EPSILON", Single(Epsilons.Norm));
        Define("WEIGHT_EPSILON", Single(Epsilons.Weight));
        Define("GRADIENT_BOUND", Single(GradientBound.Value));
        foreach (var structure in Structures)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nstruct {Name(structure)}\n{{\n");
            foreach (var field in structure.GetFields(BindingFlags.Public | BindingFlags.Instance).OrderBy(f => f.MetadataToken))
                text.Append(CultureInfo.InvariantCulture, $"    {Declaration(field)};\n");
            text.Append("};\n");
        }

        return text.ToString();

        void Define(string name, string value) => text.Append(CultureInfo.InvariantCulture, $"#define {name} {value}\n");
    }

    private static string Declaration(FieldInfo field)
    {
        var name = char.ToLowerInvariant(field.Name[0]) + field.Name[1..];
        return field.GetCustomAttribute<FixedBufferAttribute>() is { } array
            ? $"{Name(array.ElementType)} {name}[{array.Length}]"
            : $"{Name(field.FieldType)} {name}";
    }

    private static string Name(Type type) =>
        type.IsPointer ? $"{Name(type.GetElementType()!)}*"
        : type == typeof(long) ? "Index"
        : type == typeof(int) ? "int"
        : type == typeof(float) ? "float"
        : type == typeof(double) ? "double"
        : type.Name.Replace("Arguments", "", StringComparison.Ordinal);

    private static string Single(double value) => value.ToString("0.0e0", CultureInfo.InvariantCulture) + "f";

    private static string Upper(string name) => string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : $"{char.ToUpperInvariant(c)}"));
}
