using System.Runtime.InteropServices;

namespace Ntm.Core.Engines;

/// <summary>A native node: a pointer that keeps it alive, and one that does not.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NodeHandle(nint Shared, nint Weak);
