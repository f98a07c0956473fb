using System.Text;

namespace Ntm.Tests.Shared;

/// <summary>Damages a file in one of many ways, chosen by a generator of random numbers.</summary>
internal static class FileMutations
{
    private static readonly string[] Tokens =
    [
        "-1", "1e9", "1e400", "0.5", "99999999999", "9223372036854775808", "NaN", "Infinity", "-Infinity", "[]", "{}", "\"1\"", "null", "true", "1,1", "",
        "\"\\ud800\"", new string('[', 5000), string.Concat(Enumerable.Repeat("{\"a\":", 3000)), "\"" + new string('x', 5000) + "\"",
    ];

    public static byte[] Mutate(byte[] file, Random random) => random.Next(7) switch
    {
        0 => file[..random.Next(file.Length)],
        1 => FlipBits(file, random),
        2 => RandomBytes(file, random),
        3 => Splice(file, random),
        4 => RandomToken(file, random),
        5 => DuplicateKey(file, random),
        _ => NotUtf8(file, random),
    };

    private static byte[] FlipBits(byte[] file, Random random)
    {
        byte[] damaged = [.. file];
        for (var flips = random.Next(1, 4); flips > 0; flips--)
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
        return damaged;
    }

    private static byte[] RandomBytes(byte[] file, Random random)
    {
        byte[] damaged = [.. file];
        var start = random.Next(damaged.Length);
        random.NextBytes(damaged.AsSpan(start, random.Next(1, Math.Min(20, damaged.Length - start) + 1)));
        return damaged;
    }

    private static byte[] Splice(byte[] file, Random random)
    {
        byte[] damaged = [.. file];
        var length = random.Next(1, Math.Min(64, file.Length));
        file.AsSpan(random.Next(file.Length - length), length).CopyTo(damaged.AsSpan(random.Next(damaged.Length - length)));
        return damaged;
    }

    /// <summary>Another token in place of a digit, so that most results are JSON and wrong in what they say.</summary>
    private static byte[] RandomToken(byte[] file, Random random)
    {
        var digits = Enumerable.Range(0, file.Length).Where(i => char.IsAsciiDigit((char)file[i])).ToList();
        var place = digits[random.Next(digits.Count)];
        return [.. file[..place], .. Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]), .. file[(place + 1)..]];
    }

    private static byte[] DuplicateKey(byte[] file, Random random)
    {
        var text = Encoding.Latin1.GetString(file);
        var quotes = Enumerable.Range(0, text.Length).Where(i => text[i] == '"').ToList();
        var first = quotes[random.Next(quotes.Count - 1)];
        var second = text.IndexOf('"', first + 1);
        return second < 0 ? file[..first] : Encoding.Latin1.GetBytes(text[..first] + text[first..(second + 1)] + ":1," + text[first..]);
    }

    private static byte[] NotUtf8(byte[] file, Random random)
    {
        byte[] damaged = [.. file];
        damaged[random.Next(damaged.Length)] = (byte)random.Next(0x80, 0x100);
        return damaged;
    }
}
