using System.Text;
using Ntm.Core.Serialization;
using Ntm.Figures;

namespace Ntm.Paper.Output;

/// <summary>Writes pictures whole or not at all: what was there before stays if the disk is full or the program is killed.</summary>
internal static class FigureFile
{
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SavePng(this Figure figure, string path) => Write(path, figure.ToPng());

    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveSvg(this Figure figure, string path) => Write(path, Encoding.UTF8.GetBytes(figure.ToSvg()));

    private static void Write(string path, byte[] content) => AtomicFile.Write(path, stream => stream.Write(content));
}
