namespace Ntm.Core;

/// <summary>The memory that the read heads of step <c>t</c> address and read.</summary>
public enum ReadOrder
{
    /// <summary>The memory as the previous step left it, <c>M_{t-1}</c> (Collier and Beel 2018).</summary>
    BeforeWrite,

    /// <summary>The memory that this step's write heads have just changed, <c>M_t</c> (figure 1 of the paper).</summary>
    AfterWrite,
}
